"""A live event during which known content is searched for faster: declared, looked at by a second person, handed on."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import model_validator

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document
from comity.casefile.documents.decision import Person


class IncidentChange(Document):
    """An incident was declared, confirmed, given another end, closed, or ended by itself."""

    kind: ClassVar[str] = "incident"

    incident: str
    """Its identifier, under which its entries lie."""
    number: int
    change: str
    """``declared``, ``confirmed``, ``extended``, ``closed`` or ``ended``."""
    type: str
    """The identifier of its type, as configured when it was declared."""
    title: str
    bank: str
    """The name of its own bank."""
    pace: int
    """Seconds from one fetch of every exchange to the next, while it lasts."""
    ends_at: Instant
    """When it ends by itself, or ended."""
    because: str
    by: Person | None
    """Nobody where its time ran out."""
    at: Instant

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if (self.by is None) != (self.change == "ended"):
            message = "an incident is declared, confirmed, extended and closed by a person, and ends by the clock"
            raise ValueError(message)
        return self


class HandOff(Document):
    """A person handed an incident on: its report, sealed and in machine-readable form, is in custody."""

    kind: ClassVar[str] = "hand_off"

    incident: str
    number: int
    pdf: str
    """Digest of the sealed PDF."""
    json_digest: str
    """Digest of the same report as JSON."""
    newest: str
    """The newest entry of the incident that the report tells of."""
    by: Person
    at: Instant
