"""What follows from a match: rules that named people made, each in force from one instant to another."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self

from pydantic import model_validator

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document
from comity.casefile.documents.decision import Person


class MatchMeasure(StrEnum):
    """What is done with content that matches."""

    REVIEW = "review"
    """A person looks; until then it stays as it is."""
    DISABLE_AND_REVIEW = "disable_and_review"
    """It is disabled at once, and a person looks (2021/784 Art 5(3)(d): human oversight and verification)."""
    LET_PASS = "let_pass"  # noqa: S105 -- no password
    """Nothing follows."""


class MatchingRule(Document):
    """What a rule says, and who made it. A field that is empty restricts nothing."""

    kind: ClassVar[str] = "matching_rule"

    rule: str
    bank: str | None
    """The bank's identifier: another bank of the same name is another bank."""
    bank_name: str
    """As people read it when the rule was made; empty for every bank."""
    signal_type: str | None
    content_type: str | None
    most_distance: float | None
    """Farther matches are not of this rule."""
    measure: MatchMeasure
    why: str
    """The reason of whoever last changed it."""
    proposed_by: Person
    approved_by: Person | None = None
    valid_from: Instant
    valid_until: Instant
    withdrawn: bool = False
    at: Instant

    @model_validator(mode="after")
    def _made_by_people(self) -> Self:
        if self.approved_by is not None and self.approved_by.id == self.proposed_by.id:
            message = "a matching rule is approved by another person than the one who proposed it"
            raise ValueError(message)
        if self.measure is MatchMeasure.DISABLE_AND_REVIEW and (self.bank is None or self.signal_type is None):
            message = "what is disabled without a person is of one named bank and one type of signal"
            raise ValueError(message)
        return self

    @property
    def made(self) -> bool:
        """Whether everybody agreed whose word it takes: two people where it acts by itself."""
        return self.approved_by is not None or self.measure is not MatchMeasure.DISABLE_AND_REVIEW

    def in_force(self, at: Instant) -> bool:
        """Whether it speaks at an instant."""
        return self.made and not self.withdrawn and self.valid_from <= at < self.valid_until
