"""What officers and staff write to one another about a case."""

from __future__ import annotations

from typing import ClassVar

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document


class ThreadMessage(Document):
    """One message of a case's thread. It moves no clock and decides nothing; it is never changed."""

    kind: ClassVar[str] = "message"

    case: str
    by: str
    """``officer:<id>`` or ``staff:<id>``."""
    name: str
    """As the other side reads it: a name with its authority or, for staff, with the provider."""
    text: str
    at: Instant


class AdvanceInformation(Document):
    """What an authority told us of procedures and deadlines before its first order (Article 3(2))."""

    kind: ClassVar[str] = "advance_information"

    authority: str
    officer: str
    text: str
    received_at: Instant
