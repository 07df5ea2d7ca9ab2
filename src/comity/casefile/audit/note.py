"""Signed notes: a text and lines of signatures (c2sp.org/signed-note). Knows the form, not the keys. Pure."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from comity.casefile.audit.errors import MalformedNote

MAX_BYTES = 1 << 20
MAX_SIGNATURES = 64
"""The specification demands that 16 be accepted; a limit keeps hostile notes cheap."""

KEY_ID_BYTES = 4

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LINE = re.compile("— (?P<name>[^ ]+) (?P<value>[A-Za-z0-9+/]+={0,2})")


def is_key_name(name: str) -> bool:
    """Whether ``name`` may name a key: not empty, no plus, no space of any script, no control character."""
    return bool(name) and not any(c == "+" or c.isspace() or c < " " for c in name)


def decode_base64(text: str) -> bytes | None:
    """The bytes of standard base64 (RFC 4648 section 4) in its only canonical spelling, else ``None``."""
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:  # binascii.Error is one
        return None
    return value if encode_base64(value) == text else None


def encode_base64(value: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(value).decode("ascii")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who claims to have signed, with which key, and the bytes that say so."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """The line as it stands in the note, without its newline."""
        return f"— {self.name} {encode_base64(self.key_id + self.value)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text (ending in a newline) and the signatures under it. Not verified: see ``keys.verify_checkpoint``."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Read a note; raises ``MalformedNote`` and nothing else. ``encode`` gives the same bytes back."""
        if len(data) > MAX_BYTES:
            raise MalformedNote(f"It is longer than {MAX_BYTES} bytes.")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedNote("It is not UTF-8.") from error
        if _CONTROL.search(whole):
            raise MalformedNote("It holds a control character.")
        text, blank, rest = whole.rpartition("\n\n")
        if not blank or not text:
            raise MalformedNote("No blank line parts the text from the signatures.")
        if not rest.endswith("\n"):
            raise MalformedNote("The last signature line does not end.")
        lines = rest[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise MalformedNote(f"It has more than {MAX_SIGNATURES} signatures.")
        return cls(text + "\n", tuple(_signature(line) for line in lines))

    def encode(self) -> bytes:
        """The note's bytes."""
        return (self.text + "\n" + "".join(signature.line() + "\n" for signature in self.signatures)).encode()


def _signature(line: str) -> Signature:
    match = _LINE.fullmatch(line)
    value = decode_base64(match["value"]) if match else None
    if match is None or value is None or len(value) <= KEY_ID_BYTES or not is_key_name(match["name"]):
        raise MalformedNote(f"This is not a signature line: {line[:80]!r}")
    return Signature(match["name"], value[:KEY_ID_BYTES], value[KEY_ID_BYTES:])
