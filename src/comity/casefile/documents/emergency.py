"""Emergencies: what is claimed, who was called, and the later look at every release. None of it grants anything."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document
from comity.casefile.documents.decision import Person

Told = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class SupervisorCall(Document):
    """Somebody of ours rang the officer's supervisor at a number that was held before the demand came."""

    kind: ClassVar[str] = "supervisor_call"

    case: str
    authority: str
    officer: Told
    """Whose demand it is."""
    supervisor: Told
    """Who was spoken to."""
    number: Told
    held_since: Instant
    demand_received_at: Instant
    confirmed: bool
    note: str = ""
    by: Person
    at: Instant

    @model_validator(mode="after")
    def _independent(self) -> Self:
        if _name(self.officer) == _name(self.supervisor):
            raise ValueError("nobody is their own supervisor")
        if not self.held_since < self.demand_received_at:
            raise ValueError("the number was held before the demand came")
        if self.at < self.demand_received_at:
            raise ValueError("the call follows the demand")
        return self


class ReviewOutcome(StrEnum):
    """What the later look at a release found."""

    RIGHTFUL = "rightful"
    DOUBTFUL = "doubtful"
    """The authority has to explain; nothing more is released to it as an emergency until it has."""
    FORGED = "forged"
    """A breach of personal data: its own clocks begin (GDPR Art 33)."""


class EmergencyReview(Document):
    """The look at an emergency release afterwards, by somebody who had no part in it."""

    kind: ClassVar[str] = "emergency_review"

    case: str
    decision: str
    """The entry of the decision that released."""
    released_by: Annotated[tuple[str, ...], Field(min_length=2)]
    """Who signed it, as the registry knows them."""
    released_at: Instant
    written_demand: str = ""
    """The entry of the written demand that followed; empty: none came."""
    outcome: ReviewOutcome
    reasons: Told
    by: Person
    at: Instant

    @model_validator(mode="after")
    def _by_another(self) -> Self:
        if len(set(self.released_by)) != len(self.released_by):
            raise ValueError("two different persons release in an emergency")
        if self.by.id in self.released_by:
            raise ValueError("who released does not review the release")
        if self.at < self.released_at:
            raise ValueError("a release is reviewed after it")
        return self


class BreachOutcome(StrEnum):
    """How a breach of personal data ended for us."""

    NOTIFIED = "notified"
    """The supervisory authority was told."""
    CONTROLLER_TOLD = "controller_told"
    """We are the processor: the controller was told, whose notification it is."""
    NOT_REQUIRED = "not_required"
    """A person found that nobody has to be notified, and says why."""


class BreachDecision(Document):
    """What became of a breach of personal data that a review found (GDPR Art 33). Nothing else ends its clock."""

    kind: ClassVar[str] = "breach_decision"

    case: str
    review: str
    """The entry of the review that found it."""
    released_by: Annotated[tuple[str, ...], Field(min_length=2)]
    """Who signed the release."""
    known_at: Instant
    outcome: BreachOutcome
    to: str = ""
    """Who was told; empty where nobody was."""
    told_at: Instant | None = None
    reasons: Told
    by: Person
    at: Instant

    @model_validator(mode="after")
    def _answered_for(self) -> Self:
        told = self.outcome is not BreachOutcome.NOT_REQUIRED
        if told != bool(self.to.strip()) or told != (self.told_at is not None):
            raise ValueError("whoever was told is named, with the time, and nobody else is")
        if self.told_at is not None and not self.known_at <= self.told_at <= self.at:
            raise ValueError("somebody is told after the breach was known, and before it is written down")
        if not told and self.by.id in self.released_by:
            raise ValueError("who released does not find that nobody has to be notified")
        if self.at < self.known_at:
            raise ValueError("a breach ends after it was known")
        return self


def _name(text: str) -> str:
    """A name as it is compared: another spelling of the same is the same."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
