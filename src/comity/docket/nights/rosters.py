"""Who is on call when. Pure: a roster and a stretch of time in, people out.

A roster is written in local time, because people live in it; it is judged in UTC. Where clocks go forward, a shift that
would begin at an hour that does not exist begins when that hour would have come; where they go back, the first of the
two equal hours counts. Two shifts that meet in local time meet in UTC too: no night of the year has a hole by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from comity.casefile.clock import Instant
from comity.casefile.documents.night import Exchange, Roster, Shift
from comity.docket.nights.errors import UnreadableRoster

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
_SHIFT = re.compile(rf"([a-z][a-z, -]*?)\s+({_CLOCK})\s*[-–]\s*({_CLOCK})\s+(\S.*)", re.ASCII | re.IGNORECASE)
_MOMENT = rf"\d{{4}}-\d{{2}}-\d{{2}}[T ]{_CLOCK}"
_EXCHANGE = re.compile(rf"({_MOMENT})\s*(?:[-–]|to)\s*({_MOMENT})\s+([^:]+?)(?:\s*:\s*(.*))?", re.ASCII)
_MOST_LINES = 60
NOBODY = "nobody"
_SPAN = timedelta(days=1)


@dataclass(frozen=True)
class Watch:
    """A stretch of time with the people who are on call in it; empty where nobody is."""

    starts: Instant
    ends: Instant
    people: tuple[str, ...]


def read_shifts(text: str, staff: Mapping[str, str]) -> tuple[Shift, ...]:
    """Shifts, one a line: ``mon-fri 18:00-08:00 Anna, Ben``. ``staff`` maps a name to its identifier."""
    return tuple(_shift(line, staff) for line in _lines(text))


def read_exchanges(text: str, staff: Mapping[str, str]) -> tuple[Exchange, ...]:
    """Exceptions, one a line: ``2026-12-24 18:00 - 2026-12-25 08:00 Ben: Christmas``; ``nobody`` names nobody."""
    return tuple(_exchange(line, staff) for line in _lines(text))


def write_shift(shift: Shift, names: Mapping[str, str]) -> str:
    """A shift as ``read_shifts`` reads it."""
    days = ",".join(_DAYS[day] for day in shift.days)
    return f"{days} {shift.starts}-{shift.ends} {_named(shift.people, names)}"


def write_exchange(exchange: Exchange, names: Mapping[str, str]) -> str:
    """An exception as ``read_exchanges`` reads it."""
    because = f": {exchange.because}" if exchange.because else ""
    span = f"{exchange.starts.replace('T', ' ')} - {exchange.ends.replace('T', ' ')}"
    return f"{span} {_named(exchange.people, names)}{because}"


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name; raises ``UnreadableRoster`` for one that nobody knows."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_+/-]{0,60}", name, re.ASCII) is None or ".." in name:
        raise UnreadableRoster("A time zone is named like Europe/Paris.")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnreadableRoster(f"There is no time zone {name}.") from error


def on_call(roster: Roster, at: Instant) -> tuple[str, ...]:
    """Who is on call at an instant. At the hand-over it is who comes, no longer who goes."""
    found = [watch for watch in watches(roster, at, at.plus(timedelta(seconds=1))) if watch.starts <= at < watch.ends]
    return found[0].people if found else ()


def watches(roster: Roster, since: Instant, until: Instant) -> tuple[Watch, ...]:
    """The whole stretch, cut at every hand-over: no moment of it is missing, and none is there twice."""
    if not since < until:
        return ()
    zone = zone_of(roster.zone)
    shifts = list(_shifts_between(roster, zone, since, until))
    exchanges = [(_utc(one.starts, zone), _utc(one.ends, zone), one.people) for one in roster.exchanges]
    cuts = {since.utc, until.utc}
    cuts |= {moment for start, end, _ in (*shifts, *exchanges) for moment in (start, end)}
    edges = sorted(moment for moment in cuts if since.utc <= moment <= until.utc)
    cut = [Watch(Instant(a), Instant(b), _people(a, shifts, exchanges)) for a, b in pairwise(edges)]
    return tuple(_joined(cut))


def gaps(rosters: Iterable[Roster], since: Instant, until: Instant) -> tuple[Watch, ...]:
    """The stretches in which no active roster has anybody."""
    active = [roster for roster in rosters if roster.active]
    if not active:
        return (Watch(since, until, ()),) if since < until else ()
    every = [watches(roster, since, until) for roster in active]
    edges = sorted({moment.utc for cut in every for watch in cut for moment in (watch.starts, watch.ends)})
    cut = [
        Watch(Instant(a), Instant(b), tuple(who for one in every for who in _at(one, Instant(a))))
        for a, b in pairwise(edges)
    ]
    return tuple(watch for watch in _joined(cut) if not watch.people)


def next_hand_over(roster: Roster, at: Instant) -> Watch | None:
    """The next stretch with other people, within two weeks."""
    cut = watches(roster, at, at.plus(timedelta(days=14)))
    return cut[1] if len(cut) > 1 else None


def check(roster: Roster) -> None:
    """Raise ``UnreadableRoster`` for what no calendar could follow."""
    zone = zone_of(roster.zone)
    for shift in roster.shifts:
        if not shift.days or not shift.people or not all(0 <= day <= 6 for day in shift.days):
            raise UnreadableRoster("A shift has days and people.")
    for one in roster.exchanges:
        if _utc(one.ends, zone) <= _utc(one.starts, zone):
            raise UnreadableRoster(f"The exception of {one.starts} ends before it begins.")


def _shifts_between(
    roster: Roster, zone: ZoneInfo, since: Instant, until: Instant
) -> Iterator[tuple[datetime, datetime, tuple[str, ...]]]:
    day = since.utc.astimezone(zone).date() - 2 * _SPAN
    last = until.utc.astimezone(zone).date() + _SPAN
    while day <= last:
        for shift in roster.shifts:
            if day.weekday() in shift.days:
                yield (*_span(day, shift, zone), shift.people)
        day += _SPAN


def _span(day: date, shift: Shift, zone: ZoneInfo) -> tuple[datetime, datetime]:
    ends_on = day if shift.ends > shift.starts else day + _SPAN
    return _utc(f"{day.isoformat()}T{shift.starts}", zone), _utc(f"{ends_on.isoformat()}T{shift.ends}", zone)


def _utc(local: str, zone: ZoneInfo) -> datetime:
    """A local time in UTC: of two equal hours the first, of an hour left out the moment it would have come."""
    return datetime.fromisoformat(local).replace(tzinfo=zone, fold=0).astimezone(UTC)


Span = tuple[datetime, datetime, tuple[str, ...]]


def _people(at: datetime, shifts: Sequence[Span], exchanges: Sequence[Span]) -> tuple[str, ...]:
    changed = [people for start, end, people in exchanges if start <= at < end]
    if changed:
        return changed[-1]
    return tuple(dict.fromkeys(who for start, end, people in shifts if start <= at < end for who in people))


def _at(cut: Sequence[Watch], at: Instant) -> tuple[str, ...]:
    return next((watch.people for watch in cut if watch.starts <= at < watch.ends), ())


def _joined(cut: Sequence[Watch]) -> Iterator[Watch]:
    held: Watch | None = None
    for watch in cut:
        if held is not None and set(held.people) == set(watch.people):
            held = Watch(held.starts, watch.ends, held.people)
            continue
        if held is not None:
            yield held
        held = watch
    if held is not None:
        yield held


def _lines(text: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) > _MOST_LINES:
        raise UnreadableRoster(f"At most {_MOST_LINES} lines.")
    return lines


def _shift(line: str, staff: Mapping[str, str]) -> Shift:
    match = _SHIFT.fullmatch(line)
    if match is None:
        raise UnreadableRoster(f"“{line[:80]}” is not like: mon-fri 18:00-08:00 Anna, Ben")
    people = _ids(match[4], staff)
    if not people:
        raise UnreadableRoster(f"“{line[:80]}”: a shift has people; write an exception for a time with nobody.")
    return Shift(days=_days(match[1], line), starts=match[2], ends=match[3], people=people)


def _days(text: str, line: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in re.split(r"[,\s]+", text.strip().lower()):
        first, dash, last = part.partition("-")
        if part == "daily":
            found |= set(range(7))
        elif first in _DAYS and (last in _DAYS or not dash):
            start, end = _DAYS.index(first), _DAYS.index(last or first)
            found |= {day % 7 for day in range(start, end + (7 if end < start else 0) + 1)}
        elif part:
            raise UnreadableRoster(f"“{line[:80]}”: {part[:20]} is no day; write mon, tue-fri or daily.")
    return tuple(sorted(found))


def _exchange(line: str, staff: Mapping[str, str]) -> Exchange:
    match = _EXCHANGE.fullmatch(line)
    if match is None:
        raise UnreadableRoster(f"“{line[:80]}” is not like: 2026-12-24 18:00 - 2026-12-25 08:00 Ben: Christmas")
    try:
        starts, ends = (datetime.fromisoformat(match[group]).isoformat(timespec="minutes") for group in (1, 2))
    except ValueError as error:
        raise UnreadableRoster(f"“{line[:80]}”: there is no such day.") from error
    return Exchange(starts=starts, ends=ends, people=_ids(match[3], staff), because=(match[4] or "")[:200])


def _ids(text: str, staff: Mapping[str, str]) -> tuple[str, ...]:
    if text.strip().lower() == NOBODY:
        return ()
    known = {name.casefold(): identifier for name, identifier in staff.items()}
    found = []
    for name in (part.strip() for part in text.split(",")):
        if name.casefold() not in known:
            raise UnreadableRoster(f"Nobody of the staff is called “{name[:60]}”.")
        found.append(known[name.casefold()])
    return tuple(dict.fromkeys(found))


def _named(people: Iterable[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(who, who) for who in people) or NOBODY
