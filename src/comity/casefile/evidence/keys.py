"""Key-encryption keys: the few keys that wrap the one key each exhibit has.

They come from a file or a setting, one a line, oldest first: an identifier, a blank, 32 bytes in base64. The newest
wraps, any unwraps, so a new line is all that a change of keys needs; an old line stays until nothing is wrapped by it.
Keys that came from a file follow it: a process that runs sees a new line at its next exhibit.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.casefile.evidence.errors import InvalidKey, UnknownKey, WrongKey
from comity.casefile.records.private import read_private

KEY_BYTES = 32
_NONCE_BYTES = 12
_MANY = 64
_IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_DOMAIN = b"comity exhibit key v1\x00"


class KeyEncryptionKeys:
    """Several AES-256 keys by identifier. Never shows a key: not in ``repr``, not in a failure."""

    __slots__ = ("_file", "_keys", "_newest", "_seen")

    def __init__(self, keys: dict[str, bytes]) -> None:
        """Take keys of 32 bytes by identifier, the newest last; raises ``InvalidKey``."""
        self._file: Path | None = None
        self._seen: tuple[int, int, int] | None = None
        self._take(keys)

    def _take(self, keys: dict[str, bytes]) -> None:
        if not 0 < len(keys) <= _MANY:
            raise InvalidKey(f"between 1 and {_MANY} keys are needed")
        for identifier, key in keys.items():
            if not _IDENTIFIER.fullmatch(identifier):
                raise InvalidKey("an identifier is 1 to 64 letters, digits, dots, dashes and underscores")
            if len(key) != KEY_BYTES:
                raise InvalidKey(f"key {identifier} has {len(key)} bytes, not {KEY_BYTES}")
        self._keys = {identifier: AESGCM(key) for identifier, key in keys.items()}
        self._newest = next(reversed(keys))

    @classmethod
    def parse(cls, text: str) -> KeyEncryptionKeys:
        """Read one key a line, ``identifier base64``; empty lines and lines with ``#`` first are passed over."""
        return cls(_parsed(text))

    @classmethod
    def from_file(cls, path: Path) -> KeyEncryptionKeys:
        """Read the keys from a file that its owner alone can read, and follow it; raises ``InvalidKey``."""
        made = cls(_read(path))
        made._file, made._seen = path, _mark(path)
        return made

    def _follow(self) -> None:
        """Take the file's keys if it changed. An unreadable file changes nothing: what is known stays usable."""
        if self._file is None:
            return
        mark = _mark(self._file)
        if mark is None or mark == self._seen:
            return
        self._take(_read(self._file))
        self._seen = mark

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Every key's identifier, oldest first."""
        self._follow()
        return tuple(self._keys)

    @property
    def newest(self) -> str:
        """The identifier of the key that wraps."""
        self._follow()
        return self._newest

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Wrap an exhibit's key for one context (case and file); gives the wrapping key's identifier and the result."""
        self._follow()
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return self._newest, nonce + self._keys[self._newest].encrypt(nonce, key, _DOMAIN + context)

    def unwrap(self, identifier: str, wrapped: bytes, context: bytes) -> bytes:
        """The exhibit's key; raises ``UnknownKey`` or ``WrongKey``, never gives a key of another context."""
        self._follow()
        if identifier not in self._keys:
            raise UnknownKey(identifier)
        try:
            return self._keys[identifier].decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], _DOMAIN + context)
        except (InvalidTag, ValueError) as error:
            raise WrongKey from error

    def __repr__(self) -> str:
        return f"KeyEncryptionKeys({', '.join(self._keys)})"


def new_key() -> bytes:
    """A fresh key of one exhibit."""
    return secrets.token_bytes(KEY_BYTES)


def new_line(identifier: str) -> str:
    """A fresh key as a line for the file of keys."""
    return f"{identifier} {base64.b64encode(new_key()).decode('ascii')}\n"


def _decoded(text: str, number: int) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidKey(f"line {number}: the key is not base64") from error


def _parsed(text: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2:
            raise InvalidKey(f"line {number} is not an identifier and a key")
        if words[0] in keys:
            raise InvalidKey(f"line {number} repeats the identifier of an earlier line")
        keys[words[0]] = _decoded(words[1], number)
    return keys


def _read(path: Path) -> dict[str, bytes]:
    try:
        return _parsed(read_private(path).decode("ascii"))
    except PermissionError as error:
        raise InvalidKey(str(error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidKey(f"the file cannot be read: {type(error).__name__}") from error


def _mark(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is replaced: its number, its time, its size."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
