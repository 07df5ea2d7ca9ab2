"""What the law room says about a demand: findings, deadlines, what is unknown, which routes are lawful."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document, Json, Value


class Outcome(StrEnum):
    """The answer to one legal question. What no rule could determine is never *holds*."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDETERMINED = "undetermined"


class Certainty(StrEnum):
    """How well the text behind a row was checked: official text, secondary source, or not confirmed at all."""

    OFFICIAL = "official"
    SECONDARY = "secondary"
    UNCONFIRMED = "unconfirmed"


class Answer(StrEnum):
    """Whether an order may be carried out as it stands."""

    EXECUTE = "execute"
    NEEDS_PERSON = "needs_person"
    NOT_EXECUTABLE = "not_executable"


class Proposal(StrEnum):
    """What the machine proposes; a named person, or a rule that one approved, decides."""

    COMPLY = "comply"
    COMPLY_IN_PART = "comply_in_part"
    CLARIFY = "clarify"
    OBJECT = "object"
    REFUSE = "refuse"
    REFER = "refer"


class Finding(Value):
    """One answer to one legal question about a demand."""

    id: str
    question: str
    outcome: Outcome
    citations: tuple[str, ...]
    why: str
    certainty: Certainty


class Deadline(Value):
    """An instant that the law sets, with its computation in words, one step a line."""

    id: str
    duty: str
    due_at: Instant
    citations: tuple[str, ...]
    computation: tuple[str, ...]
    certainty: Certainty = Certainty.OFFICIAL


class Unknown(Value):
    """A fact that nobody has stated, and the findings that it would change."""

    fact: str
    would_change: tuple[str, ...]


class Lawful(StrEnum):
    """Whether a route is open."""

    YES = "yes"
    NO = "no"
    UNDETERMINED = "undetermined"


class Route(Value):
    """A lawful way forward for the provider, or one that is barred."""

    route: str
    lawful: Lawful
    citations: tuple[str, ...]
    due_at: Instant | None = None


class Assessment(Document):
    """All findings, deadlines and the proposed answer: what ``comity assess --json`` prints by ``as_interface``."""

    kind: ClassVar[str] = "assessment"

    instrument: str
    law_version: str
    received_at: Instant
    answer: Answer
    proposed: Proposal
    findings: tuple[Finding, ...]
    deadlines: tuple[Deadline, ...]
    unknown: tuple[Unknown, ...]
    routes: tuple[Route, ...]

    def as_interface(self) -> Json:
        """The object that outsiders rely on: every instant in UTC with ``Z``; a deadline's certainty stands in its
        steps.
        """
        printed = self.model_dump(mode="json")
        printed["received_at"] = self.received_at.z()
        for deadline, shown in zip(self.deadlines, printed["deadlines"], strict=True):
            shown["due_at"] = deadline.due_at.z()
            del shown["certainty"]
        for route, shown in zip(self.routes, printed["routes"], strict=True):
            shown["due_at"] = route.due_at.z() if route.due_at is not None else None
        return printed
