"""What the console shows of nights: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json


@dataclass(frozen=True)
class WatchLine:
    """A stretch of time and the names of who is on call in it."""

    starts: Instant
    ends: Instant
    people: tuple[str, ...]


@dataclass(frozen=True)
class RosterLine:
    """A roster: who is on call now, who comes next, and its text as it was written."""

    roster: str
    name: str
    zone: str
    now: tuple[str, ...]
    following: WatchLine | None
    shifts: str
    exchanges: str


@dataclass(frozen=True)
class PageLine:
    """One page of an alarm."""

    who: str
    way: str
    step: int
    state: str
    at: Instant
    said: str


@dataclass(frozen=True)
class AlarmLine:
    """An alarm with its pages."""

    alarm: str
    number: int
    reason: str
    state: str
    drill: bool
    began_at: Instant
    due_at: Instant | None
    answered_by: str
    unanswered: bool
    pages: tuple[PageLine, ...]
    draft: Json | None
    """The fields of Annex III that lie ready."""


@dataclass(frozen=True)
class NightRuleLine:
    """A rule for the case that nobody answers."""

    rule: str
    authority_name: str
    channels: tuple[str, ...]
    minutes: int
    proposed_by: str
    approved_by: str | None
    valid_from: Instant
    valid_until: Instant
    state: str


@dataclass(frozen=True)
class NightPage:
    """Everything on the page of nights."""

    rosters: tuple[RosterLine, ...]
    gaps: tuple[WatchLine, ...]
    ladder: str
    unanswered_minutes: int
    rules: tuple[NightRuleLine, ...]
    alarms: tuple[AlarmLine, ...]
    ways: tuple[str, ...]
    """The ways that the operator set up."""
    mine: Json
    """The viewer's own addresses."""
    unreachable: tuple[str, ...]
    """Names of staff who may decide and cannot be called."""
    now: Instant
