"""Pure judgement about incidents: what may be declared, how long it lasts, how fast exchanges are fetched meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.casefile.clock import Instant, OutsideCalendar, Period
from comity.docket.incident_types import IncidentType, Types
from comity.docket.incidents.errors import AlreadyConfirmed, IncidentOver, SamePerson, UnusableIncident

LONGEST_TITLE, LONGEST_WORDS = 120, 8_000
LASTS = "lasts"
ARROWS = frozenset({("lasts", "lasts"), ("lasts", "closed"), ("lasts", "ended")})
"""How an incident may move; the database knows the same."""


@dataclass(frozen=True)
class Declared:
    """What a person says when they declare an incident, checked."""

    type: IncidentType
    title: str
    because: str
    ends_at: Instant


def declared(types: Types, kind: str, title: str, because: str, ends_at: Instant, now: Instant) -> Declared:
    """What may be declared; raises ``UnusableIncident`` saying what is wrong."""
    found = types.named(kind)
    if found is None:
        raise UnusableIncident("There is no such type of incident.")
    name = " ".join(title.split())
    if not 0 < len(name) <= LONGEST_TITLE or not name.isprintable():
        raise UnusableIncident("An incident has a name of one line, at most 120 characters.")
    return Declared(found, name, reason(because), end(types, ends_at, now))


def reason(because: str) -> str:
    """Words that say why; raises ``UnusableIncident`` where there are none, or far too many."""
    words = because.strip()
    if not 0 < len(words) <= LONGEST_WORDS:
        raise UnusableIncident("Say why, in at most 8,000 characters.")
    return words


def end(types: Types, ends_at: Instant, now: Instant) -> Instant:
    """An end that is neither too soon nor too far; raises ``UnusableIncident``."""
    try:
        soonest, latest = Period.parse(types.shortest).after(now), Period.parse(types.longest).after(now)
    except OutsideCalendar as beyond:
        raise UnusableIncident("The calendar ends before this incident could.") from beyond
    if not soonest <= ends_at <= latest:
        raise UnusableIncident("The end of an incident is neither so soon nor so far away; it can be extended.")
    return Instant(ends_at.utc)


def check_lasts(state: str) -> None:
    """Raise ``IncidentOver`` unless it lasts."""
    if state != LASTS:
        raise IncidentOver


def check_second(declared_by: str, confirmed_by: str, person: str) -> None:
    """Raise unless this person may be the second."""
    if confirmed_by:
        raise AlreadyConfirmed
    if declared_by == person:
        raise SamePerson


def pace(lasting: Iterable[int]) -> int | None:
    """Seconds from one fetch to the next while these incidents last; nothing: each exchange's own."""
    return min(lasting, default=None)


def is_due(state: str, ends_at: Instant, now: Instant) -> bool:
    """Whether an incident must end by itself now."""
    return state == LASTS and ends_at <= now


def standing(*, confirmed: bool, confirm_by: Instant, now: Instant) -> str:
    """Whether a second person has looked: ``confirmed``, ``awaited``, or ``unconfirmed`` after the time for it."""
    if confirmed:
        return "confirmed"
    return "awaited" if now < confirm_by else "unconfirmed"
