"""comity-verify-keys: from the verifier keys you were once given to those that sign the log now.

This one file needs Python 3.11 and the package `cryptography`, nothing else. It is meant to be read.

    comity-verify-keys DIR --vkey KEY [--vkey KEY ...]

DIR holds the log as files, and in it `key-changes`: a list of every change of the log's keys, oldest first, each a
signed note in a document with its salt and the entry under which it stands in the log. What is done, in this order:

 1. Each document with its salt must be what its entry in the log commits to, and hold the note.
 2. Each note must name this log and be signed by every known key in force before it, and by each key it introduces.
 3. Keys introduced are in force from then on; keys retired are, after the note's size of the log, worth nothing.

Then the keys are printed, one a line, retired ones with @SIZE. Give all of them to comity-verify, each after --vkey: it
proves the entries that step 1 relies on, and takes no signature of a retired key beyond its size. Exit status 0 or 1.

Who holds a stolen old key could write another list. Only the log, compared with others who hold a checkpoint or with a
witness, shows that the list you were shown is the one that everybody is shown.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

TYPES = {0x01: 32, 0x06: 1312}
TITLE = "comity log key change v1"


class Failed(Exception):  # noqa: N818 -- it says what the verification did
    """The list of changes is not as it should be."""


class Key(NamedTuple):
    """A verifier key, and for a retired one the largest size it speaks for."""

    text: str
    name: str
    id: str
    type: int
    public: bytes
    until: int | None = None

    def shown(self) -> str:
        """The key as comity-verify takes it."""
        return self.text if self.until is None else f"{self.text}@{self.until}"


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, follow the changes, print; the exit status."""
    parser = argparse.ArgumentParser(prog="comity-verify-keys", description="Follow a log's changes of keys.")
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("--vkey", action="append", required=True, metavar="KEY")
    given = parser.parse_args(arguments)
    try:
        for key in follow(given.directory, given.vkey):
            print(key.shown())  # noqa: T201 -- a command line prints
    except (Failed, OSError, ValueError, KeyError, TypeError) as failure:
        print(f"FAILED: {failure}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def follow(directory: Path, vkeys: list[str]) -> list[Key]:
    """Every key that follows from the given ones, those in force first."""
    keys = {key.id: key for key in map(read_key, vkeys)}
    commitments = read_commitments(directory)
    listed = directory / "key-changes"
    newest = 0
    for change in json.loads(listed.read_bytes()) if listed.exists() else []:
        newest = apply(read_note(change, commitments), keys, newest)
    return sorted(keys.values(), key=lambda key: key.until is not None)


def read_key(text: str) -> Key:
    """A verifier key: NAME+ID+KEY, where KEY is base64 of a type byte and the public key."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    data = base64.b64decode(encoded, validate=True)
    if not name or not data or TYPES.get(data[0]) != len(data) - 1:
        raise Failed(f"not an Ed25519 or ML-DSA-44 verifier key: {text[:60]!r}")
    if hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8] != key_id:
        raise Failed(f"the id of key {name!r} does not belong to its name and bytes")
    return Key(text.strip(), name, key_id, data[0], data[1:])


def read_commitments(directory: Path) -> dict[str, str]:
    """What every entry in the log's bundles commits to, by its identifier."""
    found: dict[str, str] = {}
    for path in sorted((directory / "tile" / "entries").rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            bundle, at = path.read_bytes(), 0
            while at < len(bundle):
                end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
                entry = json.loads(bundle[at + 2 : end])
                found[entry["entry"]] = entry["commitment"]
                at = end
    return found


def read_note(change: dict[str, Any], commitments: dict[str, str]) -> str:
    """The note of one change, after comparing its document with what the log commits to (step 1)."""
    opened = hashlib.sha256(bytes.fromhex(change["salt"]) + change["document"].encode()).hexdigest()
    if commitments.get(change["entry"]) != opened:
        raise Failed(f"the change of entry {str(change['entry'])[:32]} is not what the log commits to")
    return str(json.loads(change["document"])["note"])


def apply(note: str, keys: dict[str, Key], newest: int) -> int:
    """Verify one change and let it take effect (steps 2 and 3); its size."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    lines = text.splitlines()
    size = re.fullmatch(r"size (0|[1-9][0-9]{0,18})", lines[2]) if len(lines) > 3 else None
    origin = {key.name for key in keys.values()}
    if size is None or lines[0] != TITLE or {lines[1]} != origin or int(size[1]) < newest:
        raise Failed("a change is not one of this log's, or goes back in size")
    introduced, retired = list[str](), list[str]()
    for line in lines[3:]:
        word, _, rest = line.partition(" ")
        if word not in {"introduce", "retire"}:
            raise Failed(f"this line of a change says nothing: {line[:40]!r}")
        (introduced if word == "introduce" else retired).append(rest)
    added = [read_key(rest) for rest in introduced]
    if {key.name for key in added} - origin:
        raise Failed("a change introduces a key of another log")
    check_signatures(text, signatures, [key for key in keys.values() if key.until is None] + added)
    keys.update({key.id: key for key in added if key.id not in keys})
    for one in retired:
        if one in keys and keys[one].until is None:
            keys[one] = keys[one]._replace(until=int(size[1]))
    if all(key.until is not None for key in keys.values()):
        raise Failed("a change would leave the log without a key")
    return int(size[1])


def check_signatures(text: str, signatures: str, needed: list[Key]) -> None:
    """Each of these keys must have signed the text."""
    values: dict[str, bytes] = {}
    for line in signatures.splitlines():
        value = base64.b64decode(line.rpartition(" ")[2], validate=True)
        values[value[:4].hex()] = value[4:]
    for key in needed:
        try:
            if key.type == 0x01:
                Ed25519PublicKey.from_public_bytes(key.public).verify(values[key.id], text.encode())
            else:
                signed = TITLE.encode() + b"\x00" + text.encode()
                MLDSA44PublicKey.from_public_bytes(key.public).verify(values[key.id], signed)
        except (InvalidSignature, KeyError) as error:
            raise Failed(f"the key {key.id} has not signed a change of the log's keys") from error


if __name__ == "__main__":
    sys.exit(main())
