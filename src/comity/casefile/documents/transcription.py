"""What a person read on a scan that no machine could read."""

from __future__ import annotations

from typing import ClassVar

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document, Json


class Transcription(Document):
    """A member of staff typed an order in beside the picture of its pages; the demand reads so from then on."""

    kind: ClassVar[str] = "transcription"

    case: str
    exhibit: str
    """SHA-256 (hexadecimal) of the document whose pages were looked at."""
    by: str
    form: Json
    """Every field as the person vouches for it."""
    proposed: Json
    """What letter recognition had proposed, for whoever compares later; nothing was taken from it unconfirmed."""
    at: Instant
