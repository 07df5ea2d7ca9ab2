"""Changes of the log's keys, as anybody can follow them from the keys they were once given.

A change is a note, signed by every key in force before it and by every key it introduces, and it is entered: a leaf of
the log commits to it. First the new keys are introduced; while old and new overlap, checkpoints carry the signatures of
both; then the old keys are retired at a size of the log, beyond which their signatures count for nothing. Origin and
key names stay, key ids differ (c2sp.org/signed-note). Pure, but for ``publish``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import LiteralString

from comity.casefile.audit import durable
from comity.casefile.audit.errors import AuditFailure, KeyChangeRefused
from comity.casefile.audit.keys import SigningKey, VerifierKey
from comity.casefile.audit.note import Note
from comity.casefile.audit.store import Connection
from comity.casefile.documents.keys import KEYS_CASE, LogKeyChange

FILE = "key-changes"
"""Beside the published checkpoint: a JSON list of every change with its entry and salt, oldest first."""

_TITLE = "comity log key change v1"
_HEAD = re.compile(r"(?P<origin>[^\x00-\x1f]{1,255})\nsize (?P<size>0|[1-9][0-9]{0,18})\n", re.ASCII)
_RETIRE = re.compile(r"retire ([0-9a-f]{8})", re.ASCII)
_SELECT: LiteralString = """
    SELECT made.id, made.salt, made.body FROM document AS made JOIN leaf ON leaf.document = made.id
    WHERE made.case_id = %s::uuid AND made.kind = %s AND made.body IS NOT NULL ORDER BY leaf.id
"""


@dataclass(frozen=True, slots=True)
class KeyChangeNote:
    """Which keys come and which go, at which size of the log."""

    origin: str
    size: int
    introduce: tuple[VerifierKey, ...] = ()
    retire: tuple[str, ...] = ()
    """Key ids in hexadecimal."""

    def text(self) -> str:
        """The text that is signed."""
        lines = [_TITLE, self.origin, f"size {self.size}"]
        lines += [f"introduce {key.encode()}" for key in self.introduce]
        lines += [f"retire {key}" for key in self.retire]
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> KeyChangeNote:
        """Read the text of a change; raises ``KeyChangeRefused`` and nothing else."""
        title, _, rest = text.partition("\n")
        head = _HEAD.match(rest)
        if title != _TITLE or head is None:
            raise KeyChangeRefused("It does not begin as a change of keys does.")
        lines = rest[head.end() :].splitlines()
        introduce = tuple(_introduced(line) for line in lines if not line.startswith("retire "))
        retire = tuple(match[1] for line in lines if (match := _RETIRE.fullmatch(line)))
        change = cls(head["origin"], int(head["size"]), introduce, retire)
        if change.text() != text or not lines:
            raise KeyChangeRefused("It is not in its only canonical spelling.")
        return change

    def signed(self, keys: Iterable[SigningKey]) -> str:
        """The signed note."""
        return Note(self.text(), tuple(key.sign_text(self.text()) for key in keys)).encode().decode()


def follow(origin: str, given: Sequence[VerifierKey], notes: Iterable[str]) -> tuple[VerifierKey, ...]:
    """Every key of the log that follows from the given ones, retired ones with the size up to which they speak.

    Raises ``KeyChangeRefused`` at the first change that a key in force did not sign, or that goes back in size.
    """
    keys = {key.key_id.hex(): key for key in given}
    newest = 0
    for text in notes:
        change = _checked(text, origin, keys)
        if change.size < newest:
            raise KeyChangeRefused("Its size is smaller than that of the change before it.")
        newest = change.size
        for key in change.introduce:
            keys.setdefault(key.key_id.hex(), key)
        for one in change.retire:
            if one in keys and keys[one].until is None:
                keys[one] = replace(keys[one], until=change.size)
        if all(key.until is not None for key in keys.values()):
            raise KeyChangeRefused("It would leave the log without a key.")
    return tuple(keys.values())


def introduced(note: str) -> tuple[VerifierKey, ...]:
    """The keys that an entered change introduces."""
    return KeyChangeNote.parse(Note.parse(note.encode()).text).introduce


def _checked(text: str, origin: str, keys: dict[str, VerifierKey]) -> KeyChangeNote:
    try:
        note = Note.parse(text.encode())
    except AuditFailure as failure:
        raise KeyChangeRefused(str(failure)) from failure
    change = KeyChangeNote.parse(note.text)
    if change.origin != origin or any(key.name != origin or key.until is not None for key in change.introduce):
        raise KeyChangeRefused("It belongs to another log.")
    for key in (*(key for key in keys.values() if key.until is None), *change.introduce):
        _signed_by(key, note)
    return change


def _signed_by(key: VerifierKey, note: Note) -> None:
    values = {signature.key_id: signature.value for signature in note.signatures}
    if key.key_id not in values:
        raise KeyChangeRefused(f"The key {key.key_id.hex()} has not signed it.")
    try:
        key.verify_text(note.text, values[key.key_id])
    except AuditFailure as failure:
        raise KeyChangeRefused(str(failure)) from failure


def _introduced(line: str) -> VerifierKey:
    word, _, rest = line.partition(" ")
    if word != "introduce":
        raise KeyChangeRefused(f"This line says nothing: {line[:40]!r}")
    try:
        return VerifierKey.parse(rest)
    except AuditFailure as failure:
        raise KeyChangeRefused(str(failure)) from failure


def entered(conn: Connection) -> list[tuple[str, bytes, bytes]]:
    """Every entered change, oldest first: entry, salt and the document's bytes."""
    rows = conn.execute(_SELECT, (KEYS_CASE, LogKeyChange.kind)).fetchall()
    return [(entry.hex, bytes(salt), bytes(body)) for entry, salt, body in rows]


def publish(conn: Connection, folder: Path) -> int:
    """Write the file of changes beside the checkpoint, if there were any; gives how many. Needs to read documents."""
    found = entered(conn)
    if not found:
        return 0
    listed = [{"document": body.decode(), "entry": entry, "salt": salt.hex()} for entry, salt, body in found]
    data = (json.dumps(listed, ensure_ascii=False, indent=1) + "\n").encode()
    if durable.read(folder / FILE) != data:
        durable.replace(folder / FILE, data)
    return len(found)
