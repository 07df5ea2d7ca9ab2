"""What a time-stamping authority said about the log."""

from __future__ import annotations

from typing import ClassVar

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document


class CheckpointStamp(Document):
    """An outside authority's word that a checkpoint of the log existed at an instant (RFC 3161)."""

    kind: ClassVar[str] = "stamp"

    checkpoint: str
    """The stamped text: the three lines of the checkpoint, signatures left out."""
    size: int
    authority: str
    """Where the stamp was asked for."""
    stamped_at: Instant
    """By the authority's clock."""
    token: str
    """The authority's whole answer (TimeStampResp, DER) in base64."""
