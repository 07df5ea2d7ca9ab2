"""What the doors may see of the docket: plain frozen values, no database behind them."""

from __future__ import annotations

from dataclasses import dataclass, field

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment, Deadline
from comity.casefile.documents.base import Json
from comity.casefile.documents.decision import Decision, Person
from comity.casefile.documents.demand import Demand


@dataclass(frozen=True)
class CaseLine:
    """One line of the docket page."""

    case: str
    number: int
    status: str
    instrument: str
    channel: str
    authority: str
    reference: str
    received_at: Instant
    due_at: Instant | None
    due_duty: str
    verified: bool | None
    needs_person: bool
    test: bool = False
    """A drill: marked everywhere, counted nowhere."""


@dataclass(frozen=True)
class DocketPage:
    """A page of lines with counts by tab; ``next_cursor`` opens the following page."""

    lines: tuple[CaseLine, ...]
    counts: Json
    next_cursor: str | None
    now: Instant


@dataclass(frozen=True)
class TimelineLine:
    """One entry of the case: what happened, in words, and whether its leaf is in a signed checkpoint."""

    entry: str
    kind: str
    at: Instant
    who: str
    says: str
    index: int | None
    proven: bool
    erased: bool
    detail: Json = field(default_factory=dict)


@dataclass(frozen=True)
class ItemLine:
    """One address of the demand and what became of it."""

    url: str
    state: str
    """unknown, absent, foreign, ordered, preserved, performed, failed, restored, barred."""
    detail: str
    disabled_at: Instant | None
    restored_at: Instant | None
    exhibits: tuple[str, ...]


@dataclass(frozen=True)
class RunningClock:
    """A deadline with its present state: running, suspended, met, missed, cancelled."""

    deadline: Deadline
    state: str
    due_at: Instant | None


@dataclass(frozen=True)
class ExhibitLine:
    """Bytes in custody; shown blurred until a person asks with a purpose."""

    digest: str
    media_type: str
    size: int
    name: str
    held_until: Instant | None
    erased: bool
    on_hold: bool = False
    """Whether a person forbade to erase it until somebody releases it."""


@dataclass(frozen=True)
class ReplyLine:
    """A form that was or will be sent, and the proof that it arrived."""

    entry: str
    form: str
    prepared_at: Instant
    delivered_at: Instant | None
    proof: str
    pdf: str


@dataclass(frozen=True)
class Draft:
    """A first person's decision that waits for a second."""

    answer: str
    reasons: tuple[str, ...]
    by: Person
    at: Instant


@dataclass(frozen=True)
class CallBack:
    """The number held beforehand for the authority that the sender claims to be."""

    authority: str
    authority_name: str
    number: str
    source: str


@dataclass(frozen=True)
class CaseView:
    """Everything on the case page."""

    line: CaseLine
    demand: Demand
    assessment: Assessment | None
    decision: Decision | None
    draft: Draft | None
    clocks: tuple[RunningClock, ...]
    items: tuple[ItemLine, ...]
    timeline: tuple[TimelineLine, ...]
    exhibits: tuple[ExhibitLine, ...]
    replies: tuple[ReplyLine, ...]
    call_back: CallBack | None
    secret_until: Instant | None
    missing: tuple[str, ...]
    may: tuple[str, ...]
    """The commands this person may give now: decide, approve, disagree, dismiss, call_back, clarify_received …"""
    now: Instant


@dataclass(frozen=True)
class RuleLine:
    """A standing rule on the rules page."""

    rule: str
    authority: str
    authority_name: str
    channels: tuple[str, ...]
    proposed_by: str
    approved_by: str | None
    valid_from: Instant
    valid_until: Instant
    state: str
    """proposed, in_force, expired, withdrawn."""
    used: int


@dataclass(frozen=True)
class ComplaintLine:
    """A complaint waiting for a reasoned outcome."""

    complaint: str
    case: str
    number: int
    received_at: Instant
    due_at: Instant
    text: str
    language: str
    state: str
    may_reinstate: bool
    """False while an order binds: then only *refer* and *reject* are open."""
    review: bool = False
    """``number`` is a review's: nobody ordered it."""
