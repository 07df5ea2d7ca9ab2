"""The only maker of identifiers and salts. None of them carries a meaning, a time or a person."""

from __future__ import annotations

import secrets

SALT_BYTES = 32


def new_id() -> str:
    """A fresh identifier: 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def new_salt() -> bytes:
    """Thirty-two random bytes that hide a document behind its commitment until they are destroyed."""
    return secrets.token_bytes(SALT_BYTES)
