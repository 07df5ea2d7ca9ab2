"""Entries about the record itself: clocks, exhibits, erasure, access, authorities."""

from __future__ import annotations

from typing import ClassVar

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document, Json


class DeadlineEntry(Document):
    """A clock was set, suspended, restarted, met or missed, or gave warning. Deadlines are never edited."""

    kind: ClassVar[str] = "deadline"

    case: str
    deadline: str
    """The deadline's identifier in the law room, for example ``remove_or_disable``."""
    change: str
    """``set``, ``warned``, ``suspended``, ``restarted``, ``met``, ``missed`` or ``cancelled``."""
    due_at: Instant | None
    because: str


class CaseMove(Document):
    """The machine moved a case along one arrow of the procedure."""

    kind: ClassVar[str] = "case_move"

    case: str
    event: str
    because: str


class CaseNote(Document):
    """Something happened in a case that did not move it, in the words of people, letters or other machines."""

    kind: ClassVar[str] = "case_note"

    case: str
    event: str
    because: str


class CustodyEvent(Document):
    """Something happened to an exhibit: taken in, opened, held, released, erased."""

    kind: ClassVar[str] = "custody"

    case: str
    exhibit: str
    """Its SHA-256, in hexadecimal."""
    event: str
    by: str
    purpose: str
    at: Instant


class ErasureCertificate(Document):
    """Exhibits whose keys were destroyed because their legal period ended and nothing else holds them."""

    kind: ClassVar[str] = "erasure"

    case: str
    exhibits: tuple[str, ...]
    documents: tuple[str, ...]
    """Entries whose salt and body were destroyed with them."""
    because: str
    citations: tuple[str, ...]
    at: Instant


class RegistryChange(Document):
    """An authority, officer, key or member of staff was proposed, confirmed, changed or withdrawn."""

    kind: ClassVar[str] = "registry"

    subject: str
    """Identifier of the record that changed."""
    change: str
    by: str
    detail: Json


class AccessEvent(Document):
    """A person read something sensitive, with the reason given."""

    kind: ClassVar[str] = "access"

    case: str
    by: str
    what: str
    purpose: str
    at: Instant
