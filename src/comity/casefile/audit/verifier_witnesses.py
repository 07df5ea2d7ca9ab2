"""comity-verify-witnesses: who beside the provider has vouched for the head of a log, and which heads carry stamps.

This one file needs Python 3.11 and the package `cryptography`, nothing else. It is meant to be read.

    comity-verify-witnesses DIR --vkey KEY ... --witness KEY ... [--quorum N]

DIR holds the log as files (c2sp.org/tlog-tiles), proven by comity-verify before. The first KEY is a verifier key of the
log. The KEY of a witness comes from the witness and from nobody else. What is done, in this order:

 1. Read the keys: of the log Ed25519 or ML-DSA-44 (c2sp.org/signed-note), of a witness the same kinds of cosignature
    (c2sp.org/tlog-cosignature). Each carries the id that follows from its name and bytes. A log is no witness of its
    own: no witness may have a key of the log, and the keys of one name are one witness.
 2. Read the checkpoint. Each signature line by a given witness must be its cosignature of this very checkpoint; a wrong
    one fails. At least N witnesses must have cosigned; all that are given, unless said.
 3. Stamps (RFC 3161), where there are any: each stamped text must name this log and no more entries than it has. Whose
    stamp it is, and of when, `openssl ts` says: the command is printed, to be given certificates that you trust.

Exit status 0 and one line for each thing proven; or 1 and what failed. A witness cosigns only what continues all it saw
of this log before: where enough that you believe have cosigned, you are shown the same log as they are.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

OF_A_LOG = {0x01: 32, 0x06: 1312}
OF_A_WITNESS = {0x04: 32, 0x06: 1312}
LATEST = 253402300799
HEAD = re.compile(r"([^\x00-\x1f\ufffd]{1,255})\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")


class Failed(Exception):  # noqa: N818 -- it says what the verification did
    """Something is not as it should be."""


class Key(NamedTuple):
    """A verifier key."""

    name: str
    id: bytes
    type: int
    public: bytes


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, verify, print; the exit status."""
    parser = argparse.ArgumentParser(prog="comity-verify-witnesses", description="Verify who vouches for a log.")
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("--vkey", action="append", required=True, metavar="KEY")
    parser.add_argument("--witness", action="append", required=True, metavar="KEY")
    parser.add_argument("--quorum", type=int, metavar="N")
    given = parser.parse_args(arguments)
    try:
        for line in verify(given):
            print(f"proven: {line}")  # noqa: T201 -- a command line prints
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def verify(given: argparse.Namespace) -> Iterator[str]:
    """Do the three steps; yield a line for each thing proven, raise ``Failed`` at the first that is not."""
    own = [read_key(text, OF_A_LOG) for text in given.vkey]  # step 1
    witnesses = [read_key(text, OF_A_WITNESS) for text in given.witness]
    names = {key.name for key in witnesses}
    if {key.public for key in own} & {key.public for key in witnesses} or names & {key.name for key in own}:
        raise Failed("a key or name of the log is no witness's")
    quorum = len(names) if given.quorum is None else given.quorum
    if not 1 <= quorum <= len(names):
        raise Failed(f"a quorum is between 1 and the {len(names)} witnesses given")
    text, _, signatures = read(given.directory / "checkpoint").decode("utf-8", "replace").partition("\n\n")
    text += "\n"
    if not HEAD.fullmatch(text):
        raise Failed("there is no checkpoint")
    found = dict(line for one in signatures.split("\n") for line in cosigned(one, text, witnesses))  # step 2
    for name, at in sorted(found.items()):
        yield f"{name} has cosigned, by its clock at {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
    if len(found) < quorum:
        raise Failed(f"{len(found)} of {quorum} witnesses have cosigned: {', '.join(sorted(found)) or 'none'}")
    yield f"{len(found)} witnesses have cosigned this checkpoint, {quorum} are asked for"
    yield from stamps(given.directory / "stamps", text)  # step 3


def read_key(text: str, sizes: dict[int, int]) -> Key:
    """A verifier key: NAME+ID+KEY, where KEY is base64 of a type byte and the public key; @SIZE of a retired one."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("@")[0].partition("+")
    data = decode_base64(encoded)
    if not name or not data or sizes.get(data[0]) != len(data) - 1:
        raise Failed(f"not a verifier key of a {'log' if sizes is OF_A_LOG else 'witness'}: {text[:60]!r}")
    computed = hashlib.sha256(name.encode("utf-8", "surrogateescape") + b"\n" + data).digest()[:4]
    if computed.hex() != key_id:
        raise Failed(f"the id of key {name!r} does not belong to its name and bytes")
    return Key(name, computed, data[0], data[1:])


def cosigned(line: str, text: str, witnesses: list[Key]) -> Iterator[tuple[str, int]]:
    """The witness of a signature line and its time (POSIX seconds), if it is one of ours; nothing for any other."""
    name, _, encoded = line.removeprefix("\u2014 ").partition(" ")
    value = decode_base64(encoded) or b""
    for key in witnesses:
        if (key.name, key.id) == (name, value[:4]):
            at = int.from_bytes(value[4:12], "big")
            try:
                verify_cosignature(key, text, value[4:12], value[12:])
            except (InvalidSignature, ValueError) as error:
                raise Failed(f"the cosignature of {name} is wrong") from error
            if not 0 < at <= LATEST:
                raise Failed(f"the cosignature of {name} has no time")
            yield name, at


def verify_cosignature(key: Key, text: str, time: bytes, value: bytes) -> None:
    """Ed25519 signs time and text; ML-DSA-44 signs witness, time, log, size and root."""
    if key.type == 0x04:
        timed = f"cosignature/v1\ntime {int.from_bytes(time, 'big')}\n{text}"
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, timed.encode())
        return
    origin, size, root = text.split("\n")[:3]
    message = b"subtree/v1\n\x00" + bytes([len(key.name.encode())]) + key.name.encode() + time
    message += bytes([len(origin.encode())]) + origin.encode() + bytes(8) + int(size).to_bytes(8, "big")
    MLDSA44PublicKey.from_public_bytes(key.public).verify(value, message + base64.b64decode(root))


def stamps(folder: Path, text: str) -> Iterator[str]:
    """What is stamped, and how to check a stamp."""
    origin, size, _ = text.split("\n")[:3]
    found = sorted(int(path.stem) for path in folder.glob("*.txt") if path.stem.isdecimal())
    for one in found:
        match = HEAD.fullmatch(read(folder / f"{one}.txt").decode("utf-8", "replace"))
        if match is None or (match[1], match[2]) != (origin, str(one)) or one > int(size):
            raise Failed(f"what was stamped as {one}.txt is no head of this log")
    if found:
        name = folder / str(found[-1])
        yield f"{len(found)} stamped heads name this log, the newest of {found[-1]} entries; whose and of when:"
        yield f"  openssl ts -verify -in {name}.tsr -data {name}.txt -CAfile ROOT.pem -untrusted TSA.pem"


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
