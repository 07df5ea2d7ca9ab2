"""Who is on call, in which order people are called, each call, and drills. Nothing here names a user or content."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import model_validator

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document, Json, Value
from comity.casefile.documents.decision import Person


class Shift(Value):
    """A part of the week in which people are on call, in the roster's local time."""

    days: tuple[int, ...]
    """Days on which it begins; Monday is 0."""
    starts: str
    """``HH:MM``."""
    ends: str
    """``HH:MM``; on the next day when it is not after ``starts``."""
    people: tuple[str, ...]


class Exchange(Value):
    """A stretch of local time in which others than the pattern says are on call."""

    starts: str
    """``YYYY-MM-DDTHH:MM``, local."""
    ends: str
    people: tuple[str, ...]
    """Empty when nobody is."""
    because: str = ""


class Roster(Document):
    """Who is on call when, as a person set it."""

    kind: ClassVar[str] = "roster"

    roster: str
    name: str
    zone: str
    """Name of its time zone, for example ``Europe/Paris``."""
    shifts: tuple[Shift, ...]
    exchanges: tuple[Exchange, ...] = ()
    active: bool = True
    by: Person


class Step(Value):
    """One rung of the ladder."""

    minutes: int
    """After the alarm began."""
    to: tuple[str, ...]
    """``roster:<id>``, ``staff:<id>`` or ``role:<role>``."""
    ways: tuple[str, ...] = ()
    """``email``, ``push``, ``webhook``; empty means every way there is."""


class Ladder(Document):
    """In which order people are called until one of them acknowledges."""

    kind: ClassVar[str] = "ladder"

    ladder: str
    steps: tuple[Step, ...]
    unanswered_minutes: int
    """After the last step: when nobody has acknowledged by then, nobody answers."""
    by: Person


class Contact(Document):
    """How a member of staff is called."""

    kind: ClassVar[str] = "contact"

    staff: str
    ways: dict[str, str]
    """Way → address: a mailbox, a topic, a key of the provider's own paging service."""
    by: Person


class NightRule(Document):
    """What happens when nobody answers: an authority's order in perfect form is carried out before its hour ends."""

    kind: ClassVar[str] = "night_rule"

    rule: str
    instrument: str
    authority: str
    channels: tuple[str, ...]
    minutes: int
    """So long before the hour ends it speaks, if nobody acknowledged."""
    proposed_by: Person
    approved_by: Person | None
    valid_from: Instant
    valid_until: Instant
    why: str = ""
    withdrawn: bool = False

    @model_validator(mode="after")
    def _two_people(self) -> Self:
        if self.approved_by is not None and self.approved_by.id == self.proposed_by.id:
            message = "a rule for the night is approved by another person than the one who proposed it"
            raise ValueError(message)
        return self


class Alarm(Document):
    """A case calls for a person: it began, climbed, was acknowledged, settled, or nobody answered."""

    kind: ClassVar[str] = "alarm"

    case: str
    alarm: str
    change: str
    """``began``, ``climbed``, ``acknowledged``, ``settled`` or ``unanswered``."""
    step: int
    because: str
    drill: bool = False


class Page(Document):
    """One call to one person on one way: ordered, then sent, failed, joined (one rings already) or dropped."""

    kind: ClassVar[str] = "page"

    case: str
    alarm: str
    page: str
    step: int
    staff: str
    way: str
    state: str
    said: str = ""
    """What the other side answered, or why it failed; never an address."""
    drill: bool = False


class AnswerDraft(Document):
    """An answer that lies ready and is sent by nobody but a person."""

    kind: ClassVar[str] = "answer_draft"

    case: str
    alarm: str
    form: str
    fields: Json
    at: Instant


class Drill(Document):
    """A case is an exercise: marked as such, counted nowhere, and kept from real content."""

    kind: ClassVar[str] = "drill"

    case: str
    reference: str
    because: str
