"""comity-verify: check a provider's log alone, without trusting the provider and without running its software.

This one file needs Python 3.11 and the package `cryptography`, nothing else. It is meant to be read.

    comity-verify DIR --vkey KEY [--vkey KEY ...] [--since CHECKPOINT] [--entry N [--document FILE --salt HEX]]

DIR holds the log as files (c2sp.org/tlog-tiles): `checkpoint`, `tile/...`, `tile/entries/...`. KEY is a verifier key
of the log (c2sp.org/signed-note), got from the provider once, on paper if need be; KEY@SIZE is one retired at that size
(comity-verify-keys follows changes of keys; comity-verify-witnesses looks at witnesses). CHECKPOINT is one you kept.

What is done, in this order; each step stops everything if it fails:

 1. Read the keys. Each must be Ed25519 or ML-DSA-44 and carry the id that follows from its name and its bytes.
 2. Read the checkpoint. A given key must have signed it, and no signature by a given key may be wrong.
 3. Read all entries and all leaf hashes. Each entry must hash to its leaf hash (RFC 6962 section 2.1).
 4. Compute the root over the leaf hashes. It must be the one that was signed.
 5. Read all upper tiles. Each hash in them must be the one computed from the leaves.
 6. Read each entry: it must be in its one canonical form, and no identifier may stand in the log twice.
 7. With --since: a given key must have signed the older checkpoint, of the same log, and the root over as many leaves
    as it had must be its root. Then nothing it covered was changed, moved or removed, and the log did not fork.
 8. With --entry N: show entry N. With --document and --salt, SHA-256 over salt and document must be its commitment:
    then this very document was entered, and stands in the log at N.

Exit status 0 and one line for each thing proven; or 1 and what failed. Steps 2 to 6 prove that the files are one whole
log; only step 7, or comparing checkpoints with others who hold one, shows that you are shown the same log as they are.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

TYPES = {0x01: ("Ed25519", 32), 0x06: ("ML-DSA-44", 1312)}
WIDTH = 256
CANONICAL = re.compile(
    rb'\{"at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z","commitment":"[0-9a-f]{64}","entry":"[0-9a-f]{32}",'
    rb'"kind":"(?:received|assessed|decided|acted|answered|noticed|recorded)","v":1\}'
)


class Failed(Exception):  # noqa: N818 -- it says what the verification did
    """The log, or something about it, is not as it should be."""


class Key(NamedTuple):
    """A verifier key."""

    name: str
    id: bytes
    type: int
    public: bytes
    until: float = float("inf")


class Checkpoint(NamedTuple):
    """A head of the log, and who signed it."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signers: list[str]


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, verify, print; the exit status."""
    parser = argparse.ArgumentParser(prog="comity-verify", description="Verify an exported log.")
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("--vkey", action="append", required=True, metavar="KEY")
    parser.add_argument("--since", type=Path, metavar="CHECKPOINT")
    parser.add_argument("--entry", type=int, metavar="N")
    parser.add_argument("--document", type=Path, metavar="FILE")
    parser.add_argument("--salt", metavar="HEX")
    given = parser.parse_args(arguments)
    try:
        for line in verify(given):
            print(f"proven: {line}")  # noqa: T201 -- a command line prints
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def verify(given: argparse.Namespace) -> Iterator[str]:
    """Do the eight steps; yield a line for each thing proven, raise ``Failed`` at the first that is not."""
    if (given.document is None) != (given.salt is None) or (given.document and given.entry is None):
        raise Failed("--entry, --document and --salt are needed together")
    keys = [read_key(text) for text in given.vkey]  # step 1
    head = read_checkpoint(given.directory / "checkpoint", keys)  # step 2
    yield f"the checkpoint of {head.size} entries of {head.origin} is signed by {' and '.join(head.signers)}"
    hashes, entries = read_leaves(given.directory, head.size)  # step 3
    yield f"each of the {head.size} entries hashes to its leaf"
    if root(hashes) != head.root:  # step 4
        raise Failed(f"the {head.size} leaves have another root than the one that was signed")
    yield f"the leaves have the signed root {head.root.hex()}"
    yield f"all {check_upper_tiles(given.directory, hashes)} upper tiles follow from the leaves"  # step 5
    check_entries(entries)  # step 6
    yield "each entry is in canonical form and stands in the log once"
    if given.since is not None:  # step 7
        yield check_since(given.since, keys, head, hashes)
    if given.entry is not None:  # step 8
        yield from check_entry(given, entries)


def read_key(text: str) -> Key:
    """A verifier key: NAME+ID+KEY, where KEY is base64 of a type byte and the public key."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    encoded, _, until = encoded.partition("@")
    data = decode_base64(encoded)
    if not name or not data or data[0] not in TYPES or len(data) - 1 != TYPES[data[0]][1]:
        raise Failed(f"not an Ed25519 or ML-DSA-44 verifier key: {text[:60]!r}")
    computed = hashlib.sha256(name.encode("utf-8", "surrogateescape") + b"\n" + data).digest()[:4]
    if computed.hex() != key_id:
        raise Failed(f"the id of key {name!r} does not belong to its name and bytes")
    return Key(name, computed, data[0], data[1:], int(until) if until.isdecimal() else float("inf"))


def read_checkpoint(path: Path, keys: list[Key]) -> Checkpoint:
    """Read a checkpoint and verify the signatures of the given keys; those of other keys are passed over."""
    text, _, signatures = read(path).decode("utf-8", "replace").rpartition("\n\n")
    match = re.fullmatch(r"([^\x00-\x1f\ufffd]{1,255})\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)", text)
    root_hash = decode_base64(match[3]) if match else None
    if match is None or root_hash is None or not signatures.endswith("\n"):
        raise Failed(f"{path} is not a checkpoint")
    head = Checkpoint(match[1], int(match[2]), root_hash, f"{text}\n".encode(), [])
    for line in signatures[:-1].split("\n"):
        head.signers.extend(verify_line(line, head, keys))
    if not head.signers:
        raise Failed(f"no given key has signed {path}")
    return head


def verify_line(line: str, head: Checkpoint, keys: list[Key]) -> Iterator[str]:
    """Verify one signature line with each given key whose name and id it bears."""
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    value = decode_base64(encoded)
    if dash != "\u2014" or value is None:
        raise Failed(f"not a signature line: {line[:60]!r}")
    for key in keys:
        if (key.name, key.id) == (name, value[:4]) and head.size <= key.until:
            verify_signature(key, head, value[4:])
            yield f"{key.name} ({TYPES[key.type][0]})"


def verify_signature(key: Key, head: Checkpoint, value: bytes) -> None:
    """Ed25519 signs the text. ML-DSA-44 signs signer, time, log, size and root (c2sp.org/tlog-cosignature)."""
    try:
        if key.type == 0x01:
            Ed25519PublicKey.from_public_bytes(key.public).verify(value, head.text)
            return
        name, origin, time = key.name.encode(), head.origin.encode(), value[:8]
        message = b"subtree/v1\n\x00" + bytes([len(name)]) + name + time + bytes([len(origin)]) + origin
        message += bytes(8) + head.size.to_bytes(8, "big") + head.root
        MLDSA44PublicKey.from_public_bytes(key.public).verify(value[8:], message)
    except (InvalidSignature, ValueError) as error:
        raise Failed(f"the signature of {key.name} ({TYPES[key.type][0]}) is wrong") from error


def read_leaves(directory: Path, size: int) -> tuple[list[bytes], list[bytes]]:
    """All leaf hashes and all entries of a log of ``size``, each entry compared with its hash."""
    hashes, entries = list[bytes](), list[bytes]()
    for index in range(-(-size // WIDTH)):
        width = min(WIDTH, size - index * WIDTH)
        hashes += read_tile(directory, 0, index, width)
        entries += read_bundle(directory, index, width)
    for number, (entry, value) in enumerate(zip(entries, hashes, strict=True)):
        if hashlib.sha256(b"\x00" + entry).digest() != value:
            raise Failed(f"entry {number} does not hash to its leaf")
    return hashes, entries


def read_bundle(directory: Path, index: int, width: int) -> list[bytes]:
    """A bundle is a row of entries, each after its length in two bytes."""
    bundle, cut = read_part(directory, "entries", index, width)
    entries: list[bytes] = []
    at = 0
    while at < len(bundle) and not (cut and len(entries) == width):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        entries.append(bundle[at + 2 : end])
        at = end
    if len(entries) != width or at > len(bundle):
        raise Failed(f"bundle {index} does not hold {width} whole entries")
    return entries


def root(hashes: list[bytes]) -> bytes:
    """The Merkle tree hash (RFC 6962 section 2.1): an odd one out moves up unchanged."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    while len(hashes) > 1:
        odd = hashes[-1:] if len(hashes) % 2 else []
        pairs = (b"\x01" + hashes[i] + hashes[i + 1] for i in range(0, len(hashes) - 1, 2))
        hashes = [hashlib.sha256(pair).digest() for pair in pairs] + odd
    return hashes[0]


def check_upper_tiles(directory: Path, hashes: list[bytes]) -> int:
    """Compare each tile above level 0 with what the leaves say; how many there are. Only full tiles rise a level."""
    count = level = 0
    while len(hashes) >= WIDTH:
        hashes = [root(hashes[i : i + WIDTH]) for i in range(0, len(hashes) // WIDTH * WIDTH, WIDTH)]
        level += 1
        for start in range(0, len(hashes), WIDTH):
            part = hashes[start : start + WIDTH]
            if read_tile(directory, level, start // WIDTH, len(part)) != part:
                raise Failed(f"tile {start // WIDTH} of level {level} does not follow from the leaves")
            count += 1
    return count


def read_tile(directory: Path, level: int, index: int, width: int) -> list[bytes]:
    """The hashes of one tile, 32 bytes each."""
    data, cut = read_part(directory, str(level), index, width)
    data = data[: 32 * width] if cut else data
    if len(data) != 32 * width:
        raise Failed(f"tile {index} of level {level} does not hold {width} hashes")
    return [data[i : i + 32] for i in range(0, len(data), 32)]


def read_part(directory: Path, level: str, index: int, width: int) -> tuple[bytes, bool]:
    """tile/LEVEL/x001/x234/067 for tile 1234067, with .p/WIDTH for a partial one; or the full one, to be cut."""
    digits = str(index).zfill(-(-len(str(index)) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    full = directory / "tile" / level / "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    partial = full.with_name(f"{full.name}.p") / str(width)
    if width == WIDTH or (full.exists() and not partial.exists()):
        return read(full), width < WIDTH
    return read(partial), False


def check_entries(entries: list[bytes]) -> None:
    """Each entry is canonical JSON with its five fields, and no identifier stands twice."""
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries):
        if not CANONICAL.fullmatch(entry):
            raise Failed(f"entry {number} is not in canonical form")
        first = seen.setdefault(json.loads(entry)["entry"], number)
        if first != number:
            raise Failed(f"entries {first} and {number} bear the same identifier")


def check_since(path: Path, keys: list[Key], head: Checkpoint, hashes: list[bytes]) -> str:
    """The older checkpoint must be the head of the first so many leaves."""
    older = read_checkpoint(path, keys)
    if older.origin != head.origin:
        raise Failed(f"the older checkpoint is of another log: {older.origin}")
    if older.size > head.size:
        raise Failed(f"the log has {head.size} entries, fewer than the {older.size} of the older checkpoint")
    if root(hashes[: older.size]) != older.root:
        raise Failed(f"the log FORKED: its first {older.size} entries are not those of the older checkpoint")
    return f"the log continues the older checkpoint of {older.size} entries, none of them changed"


def check_entry(given: argparse.Namespace, entries: list[bytes]) -> Iterator[str]:
    """Show entry N and open its commitment with document and salt."""
    if not 0 <= given.entry < len(entries):
        raise Failed(f"there is no entry {given.entry}")
    entry = entries[given.entry].decode()
    yield f"entry {given.entry} is {entry}"
    if given.document is None:
        return
    if not re.fullmatch("([0-9a-f]{2})+", given.salt):
        raise Failed("the salt is not hexadecimal")
    if hashlib.sha256(bytes.fromhex(given.salt) + read(given.document)).hexdigest() != json.loads(entry)["commitment"]:
        raise Failed(f"this document with this salt is not what entry {given.entry} commits to")
    yield f"{given.document} is the document of entry {given.entry}"


def read(path: Path) -> bytes:
    """A file's bytes."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failed(f"cannot read {path}: {error.strerror}") from error


def decode_base64(text: str) -> bytes | None:
    """Standard base64 in its only canonical spelling, else nothing."""
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return value if base64.b64encode(value).decode() == text else None


if __name__ == "__main__":
    sys.exit(main())
