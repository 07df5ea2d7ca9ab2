"""Our answer: what is decided, for which content and where, why, and who signed it."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self

from pydantic import model_validator

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.base import Document, Value


class Measure(StrEnum):
    """What is to be done to a piece of content."""

    DISABLE = "disable"
    RESTORE = "restore"
    PRESERVE = "preserve"


class Person(Value):
    """A member of the provider's staff, known by the registry."""

    id: str
    role: str


class Approval(Value):
    """One person's signature under a decision."""

    person: Person
    at: Instant


class Grant(Value):
    """What exactly a decision permits: one measure, on one address, in these territories. Nothing beyond it is done."""

    measure: Measure
    url: str
    territories: tuple[str, ...]
    """ISO 3166-1 alpha-2 codes, or ``EU`` for all Member States, or ``*`` for everywhere."""


class Decision(Document):
    """Our answer to a demand, signed by one or two persons or made by a rule that a named person approved before."""

    kind: ClassVar[str] = "decision"

    case: str
    answer: Proposal
    grants: tuple[Grant, ...]
    reasons: tuple[str, ...]
    """For people; each names its article."""
    basis: str
    """The entry (of a demand, a complaint or a scrutiny decision) that this decides."""
    approvals: tuple[Approval, ...] = ()
    standing_rule: str | None = None
    """The entry of the rule that made this decision without a person, if one did."""
    departs_from: Proposal | None = None
    """What the assessment had proposed, where the person decided otherwise."""

    @model_validator(mode="after")
    def _has_an_author(self) -> Self:
        people = [approval.person.id for approval in self.approvals]
        if len(set(people)) != len(people):
            message = "the same person cannot approve twice"
            raise ValueError(message)
        if bool(people) == bool(self.standing_rule):
            message = "a decision is made either by named persons or by one standing rule that a person approved"
            raise ValueError(message)
        return self


class StandingRule(Document):
    """A rule that a named person approved beforehand: orders like this from this authority are executed at once."""

    kind: ClassVar[str] = "standing_rule"

    rule: str
    instrument: str
    authority: str
    channels: tuple[str, ...]
    proposed_by: Person
    approved_by: Person | None
    valid_from: Instant
    valid_until: Instant
    why: str = ""
    """The reason of whoever last changed it."""
    withdrawn: bool = False

    @model_validator(mode="after")
    def _two_people(self) -> Self:
        if self.approved_by is not None and self.approved_by.id == self.proposed_by.id:
            message = "a standing rule is approved by another person than the one who proposed it"
            raise ValueError(message)
        return self


class DraftDecision(Document):
    """A first person's answer that needs a second person's approval before it is a decision, or the disagreement."""

    kind: ClassVar[str] = "draft_decision"

    case: str
    answer: Proposal
    urls: tuple[str, ...]
    reasons: str
    by: Person
    at: Instant
    disagreed_by: Person | None = None


class Dismissal(Document):
    """The demand turned out to be none: a referral, a forgery, a duplicate, or it was withdrawn."""

    kind: ClassVar[str] = "dismissal"

    case: str
    because: str
    by: Person | None
    """Nobody where the authority withdrew it."""
    at: Instant


class CallBackRecord(Document):
    """Somebody rang the number that was held beforehand, and what came of it."""

    kind: ClassVar[str] = "call_back"

    case: str
    authority: str
    number: str
    spoken_to: str
    confirmed: bool
    note: str
    by: Person
    at: Instant
