"""What the console shows of incidents: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.records.deadlines import Standing
from comity.docket.incident_types import IncidentType
from comity.docket.incidents.tally import Signal, Spread
from comity.docket.nights.views import AlarmLine


@dataclass(frozen=True)
class IncidentLine:
    """One incident on the page of all."""

    number: int
    title: str
    type: IncidentType | None
    """Nothing where it is configured no more."""
    type_id: str
    state: str
    standing: str
    """Whether a second person has looked: ``confirmed``, ``awaited``, ``unconfirmed``."""
    bank: str
    declared_by: str
    declared_at: Instant
    confirmed_by: str
    ends_at: Instant


@dataclass(frozen=True)
class IncidentPage:
    """Everything on the page of all."""

    lasting: tuple[IncidentLine, ...]
    over: tuple[IncidentLine, ...]
    types: tuple[IncidentType, ...]
    shortest: str
    longest: str
    now: Instant


@dataclass(frozen=True)
class SignalLine:
    """One signal of the incident's bank."""

    number: int
    signals: dict[str, str]
    member: str
    off: bool
    seen: Signal


@dataclass(frozen=True)
class FreshLine:
    """How fresh one exchange is."""

    name: str
    pace: int
    """Seconds, as it is fetched now."""
    hurried: bool
    enabled: bool
    looked_at: Instant | None
    next_at: Instant | None
    failures: int
    waits: bool


@dataclass(frozen=True)
class OpenReview:
    """A review that waits."""

    number: int
    detections: int
    opened_at: Instant


@dataclass(frozen=True)
class ChangeLine:
    """One entry of the incident, in order."""

    entry: str
    change: str
    who: str
    because: str
    ends_at: Instant
    at: Instant


@dataclass(frozen=True)
class HandOffLine:
    """One report."""

    entry: str
    who: str
    at: Instant
    digest: str


@dataclass(frozen=True)
class IncidentView:
    """Everything on an incident's page."""

    line: IncidentLine
    because: str
    confirm_by: Instant
    spread: Spread
    signals: tuple[SignalLine, ...]
    more_signals: bool
    reviews: tuple[OpenReview, ...]
    exchanges: tuple[FreshLine, ...]
    alarm: AlarmLine | None
    callable: bool
    """Whether the operator set up any way to call people."""
    clocks: tuple[Standing, ...]
    changes: tuple[ChangeLine, ...]
    hand_offs: tuple[HandOffLine, ...]
    threats: tuple[tuple[int, str], ...]
    """Number and state of every threat to life that was seen in it."""
    may: tuple[str, ...]
    kinds: tuple[str, ...]
    """Types of signals that may be listed."""
    now: Instant
