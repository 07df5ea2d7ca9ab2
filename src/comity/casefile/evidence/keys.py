"""Key-encryption keys: the few keys that wrap the one key each exhibit has.

They come from a file or a setting, one a line, oldest first: an identifier, a blank, 32 bytes in base64. The newest
wraps, any unwraps, so a new line is all that a change of keys needs; an old line stays until nothing is wrapped by it.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.casefile.evidence.errors import InvalidKey, UnknownKey, WrongKey

KEY_BYTES = 32
_NONCE_BYTES = 12
_MANY = 64
_IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_DOMAIN = b"comity exhibit key v1\x00"


class KeyEncryptionKeys:
    """Several AES-256 keys by identifier. Never shows a key: not in ``repr``, not in a failure."""

    __slots__ = ("_keys", "_newest")

    def __init__(self, keys: dict[str, bytes]) -> None:
        """Take keys of 32 bytes by identifier, the newest last; raises ``InvalidKey``."""
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
        return cls(keys)

    @classmethod
    def from_file(cls, path: Path) -> KeyEncryptionKeys:
        """Read the keys from a file that its owner alone can read; raises ``InvalidKey``."""
        try:
            mode = path.stat().st_mode
            text = path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidKey(f"the file cannot be read: {type(error).__name__}") from error
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise InvalidKey("others can read the file: chmod 600")
        return cls.parse(text)

    @property
    def newest(self) -> str:
        """The identifier of the key that wraps."""
        return self._newest

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Wrap an exhibit's key for one context (case and file); gives the wrapping key's identifier and the result."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return self._newest, nonce + self._keys[self._newest].encrypt(nonce, key, _DOMAIN + context)

    def unwrap(self, identifier: str, wrapped: bytes, context: bytes) -> bytes:
        """The exhibit's key; raises ``UnknownKey`` or ``WrongKey``, never gives a key of another context."""
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
