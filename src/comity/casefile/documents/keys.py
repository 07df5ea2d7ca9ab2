"""Entries about keys: made, taken into use, retired, and who said so. Never a private key."""

from __future__ import annotations

from typing import ClassVar

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document

KEYS_CASE = "6b657973" + "0" * 24
"""Under which entries about the house's own keys lie; no demand has this number."""


class KeyChange(Document):
    """A key of the house was introduced, retired, or everything that an older one wrapped was wrapped anew."""

    kind: ClassVar[str] = "key_change"

    keys: str
    """``exhibits``, ``log`` or ``seal``."""
    change: str
    """``introduced`` or ``retired``."""
    identifiers: tuple[str, ...]
    """Of key-encryption keys their names, of log keys their ids, of a seal SHA-256 of its certificate."""
    successor: tuple[str, ...] = ()
    """What stands in the place of what was retired."""
    by: str
    second: str
    """Two different members of staff."""
    because: str
    at: Instant


class LogKeyChange(Document):
    """What the world is shown of a change of the log's keys: a note signed by the old keys and by the new ones.

    Its salt is published with it, so that anybody can see that it stands in the log. It names no person.
    """

    kind: ClassVar[str] = "log_key_change"

    note: str


class StoreChange(Document):
    """The house was restored from a backup, or its exhibits were moved."""

    kind: ClassVar[str] = "store_change"

    change: str
    detail: str
    at: Instant
