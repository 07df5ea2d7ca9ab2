"""comity-verify-package: check a package of disclosed records alone, without running the provider's software.

This one file needs Python 3.11 and the package `cryptography`, nothing else. It is meant to be read.

    comity-verify-package PACKAGE --vkey KEY [--vkey KEY ...]

PACKAGE is what came out of decryption (an ASiC-E container, EN 319 162-1), as a file or as the folder it was unpacked
to. KEY is a verifier key of the provider's log (c2sp.org/signed-note), got from the provider once; KEY@SIZE one that
was retired at that size. What is done, in this order; each step stops everything if it fails:

 1. Read the keys. Each must be Ed25519 or ML-DSA-44 and carry the id that follows from its name and its bytes.
 2. Read `META-INF/ASiCManifest.xml`. Every file beside META-INF and `mimetype` must be listed there once, with the
    SHA-512 that it has, and nothing else may be listed.
 3. Read the bag (RFC 8493): every file below `bag/data` must stand in `bag/manifest-sha512.txt`, every other file of
    the bag in `bag/tagmanifest-sha512.txt` (but for that list itself), once, with the SHA-512 that it has.
 4. Read `bag/data/decision.tlog-proof` (c2sp.org/tlog-proof). Its entry must be in canonical form, its path must lead
    from that entry to the root of its checkpoint (RFC 9162 section 2.1.3), and a given key must have signed that.

Exit status 0 and one line for each thing proven; or 1 and what failed. Who signed the list of step 2, and when, says
`openssl cms`: the command is printed, to be given the provider's certificate. That the entry of step 4 is the decision
behind this package, the provider can show by the decision and its salt (step 8 of comity-verify).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, NamedTuple
from xml.etree import ElementTree as ET

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

SIZES = {0x01: 32, 0x06: 1312}
MOST = 64 << 20
ASIC = "{http://uri.etsi.org/02918/v1.2.1#}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
PROOF = "bag/data/decision.tlog-proof"
MANIFEST, SIGNATURE = "META-INF/ASiCManifest.xml", "META-INF/signature.p7s"
HEAD = re.compile(r"([^\x00-\x1f\ufffd]{1,255})\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")
CANONICAL = re.compile(
    rb'\{"at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z","commitment":"[0-9a-f]{64}","entry":"[0-9a-f]{32}",'
    rb'"kind":"(?:received|assessed|decided|acted|answered|noticed|recorded)","v":1\}'
)


class Failed(Exception):  # noqa: N818 -- it says what the verification did
    """The package, or something in it, is not as it should be."""


class Key(NamedTuple):
    """A verifier key of a log."""

    name: str
    id: bytes
    type: int
    public: bytes
    until: float


class Package:
    """The files of a package, whether packed or not."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self.path = path
        self._zip: zipfile.ZipFile | None = None
        if path.is_dir():
            found = [one for one in path.rglob("*") if one.is_symlink() or not one.is_dir()]
            self.names = [one.relative_to(path).as_posix() for one in found]
            if any(one.is_symlink() or not one.is_file() for one in found):
                raise Failed("something in the folder is no file")
        else:
            try:
                self._zip = stack.enter_context(zipfile.ZipFile(path))
            except (OSError, zipfile.BadZipFile) as error:
                raise Failed(f"{path} is neither a folder nor a container") from error
            self.names = [one.filename for one in self._zip.infolist() if not one.is_dir()]
        if len(set(self.names)) != len(self.names):
            raise Failed("a name stands in the container twice")

    def open(self, name: str) -> IO[bytes]:
        """A file, to be read."""
        return (self.path / name).open("rb") if self._zip is None else self._zip.open(name)

    def digest(self, name: str) -> bytes:
        """The SHA-512 of a file."""
        digest = hashlib.sha512()
        try:
            with self.open(name) as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
        except (OSError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile) as error:
            raise Failed(f"{name} cannot be read") from error
        return digest.digest()

    def small(self, name: str) -> bytes:
        """A whole file of moderate size."""
        if name not in self.names:
            raise Failed(f"there is no {name}")
        with self.open(name) as file:
            found = file.read(MOST + 1)
        if len(found) > MOST:
            raise Failed(f"{name} is far too large")
        return found


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, verify, print; the exit status."""
    parser = argparse.ArgumentParser(prog="comity-verify-package", description="Verify a package of records.")
    parser.add_argument("package", type=Path, metavar="PACKAGE")
    parser.add_argument("--vkey", action="append", required=True, metavar="KEY")
    given = parser.parse_args(arguments)
    try:
        with ExitStack() as stack:
            for line in verify(given, stack):
                print(f"proven: {line}")  # noqa: T201 -- a command line prints
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)  # noqa: T201
        return 1
    print("who signed the list, and when, you ask of openssl, in the unpacked folder:")  # noqa: T201
    print(f"  openssl cms -verify -binary -cades -inform DER -content {MANIFEST} -in {SIGNATURE}")  # noqa: T201
    print("      -CAfile PROVIDER.pem -purpose any -partial_chain -out /dev/null")  # noqa: T201
    return 0


def verify(given: argparse.Namespace, stack: ExitStack) -> Iterator[str]:
    """Do the four steps; yield a line for each thing proven, raise ``Failed`` at the first that is not."""
    keys = [read_key(text) for text in given.vkey]  # step 1
    package = Package(given.package, stack)
    digests = {name: package.digest(name) for name in package.names}
    listed = signed_list(package.small(MANIFEST))  # step 2
    beside = {name for name in digests if name.startswith("META-INF/")} | {"mimetype"}
    compare({name: value for name, value in digests.items() if name not in beside}, listed, "the signed list")
    yield f"each of the {len(listed)} files is the one that the list to be signed names, and no file is beside it"
    bag = {name.removeprefix("bag/"): value for name, value in digests.items() if name.startswith("bag/")}  # step 3
    payload = {name: value for name, value in bag.items() if name.startswith("data/")}
    tags = {name: bag[name] for name in bag.keys() - payload.keys() - {"tagmanifest-sha512.txt"}}
    compare(payload, bag_list(package.small("bag/manifest-sha512.txt")), "the bag's list")
    compare(tags, bag_list(package.small("bag/tagmanifest-sha512.txt")), "the bag's list of tags")
    yield f"the bag is whole: {len(payload)} files and {len(tags)} of its own"
    yield from proof(package.small(PROOF), keys)  # step 4


def compare(found: dict[str, bytes], listed: dict[str, bytes], where: str) -> None:
    """Both must name the same files with the same digests."""
    for name in sorted(found.keys() | listed.keys()):
        if name not in listed:
            raise Failed(f"{name} does not stand in {where}")
        if found.get(name) != listed[name]:
            raise Failed(f"{name} is not the file that {where} names")


def signed_list(body: bytes) -> dict[str, bytes]:
    """The digests of the container's list, by file."""
    if b"<!" in body:
        raise Failed("the signed list declares or comments, which it has no need of")
    try:
        rows = list(ET.fromstring(body).iter(f"{ASIC}DataObjectReference"))  # noqa: S314 -- no declarations, see above
    except ET.ParseError as error:
        raise Failed("the signed list is not XML") from error
    found = dict[str, bytes]()
    for row in rows:
        method, value, name = row.find(f"{DS}DigestMethod"), row.find(f"{DS}DigestValue"), row.get("URI", "")
        digest = decode_base64(value.text or "") if value is not None else None
        if method is None or method.get("Algorithm") != SHA512 or digest is None or name in found:
            raise Failed(f"the signed list says nothing usable of {name[:80]!r}, or says it twice")
        found[name] = digest
    return found


def bag_list(body: bytes) -> dict[str, bytes]:
    """The digests of a bag's list, by file."""
    found = dict[str, bytes]()
    for line in body.decode("utf-8", "replace").splitlines():
        match = re.fullmatch(r"([0-9a-f]{128}) [ *](\S.*)", line)
        if match is None or match[2] in found:
            raise Failed(f"a bag's list has no such line, or has it twice: {line[:80]!r}")
        found[match[2]] = bytes.fromhex(match[1])
    return found


def proof(body: bytes, keys: list[Key]) -> Iterator[str]:
    """The decision's entry stands in the provider's log."""
    head, _, note = body.decode("utf-8", "replace").partition("\n\n")
    match = re.fullmatch(
        r"c2sp\.org/tlog-proof@v1\nextra (\S+)\nindex (0|[1-9][0-9]{0,18})((?:\n[A-Za-z0-9+/]{43}=){0,63})", head
    )
    entry = decode_base64(match[1]) if match else None
    if match is None or entry is None or not CANONICAL.fullmatch(entry):
        raise Failed("the proof of the decision is not in its form")
    origin, size, root, signers = checkpoint(note, keys)
    path = [decode_base64(line) or b"" for line in match[3].split("\n")[1:]]
    if climb(hashlib.sha256(b"\x00" + entry).digest(), int(match[2]), size, path) != root:
        raise Failed("the path does not lead from the entry to the signed root")
    yield f"the checkpoint of {size} entries of {origin} is signed by {' and '.join(signers)}"
    yield f"the decision's entry stands in that log at {match[2]}: {entry.decode()}"


def climb(value: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root to which a path leads (RFC 9162 section 2.1.3.2); nothing where the path has not the right length."""
    last = size - 1
    if index > last:
        raise Failed(f"entry {index} is beyond the {size} entries of the checkpoint")
    for one in path:
        if last == 0:
            return b""
        if index & 1 or index == last:
            value = hashlib.sha256(b"\x01" + one + value).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            value = hashlib.sha256(b"\x01" + value + one).digest()
        index, last = index >> 1, last >> 1
    return value if last == 0 else b""


def checkpoint(note: str, keys: list[Key]) -> tuple[str, int, bytes, list[str]]:
    """Origin, size and root of a signed checkpoint, and which given keys signed it; a wrong signature fails."""
    text, _, signatures = note.rpartition("\n\n")
    match = HEAD.fullmatch(f"{text}\n")
    if match is None:
        raise Failed("the proof holds no checkpoint")
    size, root, signers = int(match[2]), base64.b64decode(match[3]), list[str]()
    for line in signatures.split("\n"):
        name, _, encoded = line.removeprefix("\u2014 ").partition(" ")
        value = decode_base64(encoded) or b""
        for key in keys:
            if (key.name, key.id) == (name, value[:4]) and size <= key.until:
                verify_signature(key, match, value[4:])
                signers.append(name)
    if not signers:
        raise Failed("no given key has signed the checkpoint of the proof")
    return match[1], size, root, signers


def verify_signature(key: Key, head: re.Match[str], value: bytes) -> None:
    """Ed25519 signs the text. ML-DSA-44 signs signer, time, log, size and root (c2sp.org/tlog-cosignature)."""
    try:
        if key.type == 0x01:
            Ed25519PublicKey.from_public_bytes(key.public).verify(value, head[0].encode())
            return
        name, origin, time = key.name.encode(), head[1].encode(), value[:8]
        message = b"subtree/v1\n\x00" + bytes([len(name)]) + name + time + bytes([len(origin)]) + origin
        message += bytes(8) + int(head[2]).to_bytes(8, "big") + base64.b64decode(head[3])
        MLDSA44PublicKey.from_public_bytes(key.public).verify(value[8:], message)
    except (InvalidSignature, ValueError) as error:
        raise Failed(f"the signature of {key.name} is wrong") from error


def read_key(text: str) -> Key:
    """A verifier key: NAME+ID+KEY, where KEY is base64 of a type byte and the public key; @SIZE of a retired one."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    encoded, _, until = encoded.partition("@")
    data = decode_base64(encoded)
    if not name or not data or SIZES.get(data[0]) != len(data) - 1:
        raise Failed(f"not an Ed25519 or ML-DSA-44 verifier key: {text[:60]!r}")
    computed = hashlib.sha256(name.encode("utf-8", "surrogateescape") + b"\n" + data).digest()[:4]
    if computed.hex() != key_id:
        raise Failed(f"the id of key {name!r} does not belong to its name and bytes")
    return Key(name, computed, data[0], data[1:], int(until) if until.isdecimal() else float("inf"))


def decode_base64(text: str) -> bytes | None:
    """Standard base64 in its only canonical spelling, else nothing."""
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return value if base64.b64encode(value).decode() == text else None


if __name__ == "__main__":
    sys.exit(main())
