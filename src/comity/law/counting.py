"""Where a period ends: by elapsed time, or by the days, working days or full hours of a state's calendar.

Days and hours as the Commission's guidance of 19 August 2026 counts them, after Regulation (EEC, Euratom) No 1182/71:
the day (the hour) of the event does not count; a period that would end on a Saturday, Sunday or public holiday ends
with the next working day; hours run through nights and weekends. The guidance was read in a secondary source only.
"""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from comity.casefile.clock import Instant, OutsideCalendar, Period
from comity.casefile.documents.assessment import Certainty
from comity.law.calendars import NOWHERE, Calendar

_LAST = time(23, 59, 59)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


class Counted(NamedTuple):
    """The end of a period, how it was found, and how sure that is."""

    due: Instant
    steps: tuple[str, ...]
    certainty: Certainty


def end(counts: str, length: Period, start: Instant, calendar: Calendar | None, by: str) -> Counted:
    """The end of a period of ``length`` that an event at ``start`` sets going; ``by`` names the provision.

    Raises ``OutsideCalendar``.
    """
    try:
        if counts == "elapsed":
            due = length.after(start)
            return Counted(due, (f"Plus {length.words} ({by}): {due.z()}",), Certainty.OFFICIAL)
        if counts == "full_hours":
            return _hours(length, start, by)
        return _days(length, start, calendar or NOWHERE, by, working=counts == "working_days")
    except (OverflowError, ValueError) as error:
        raise OutsideCalendar(OutsideCalendar.__doc__) from error


def _hours(length: Period, start: Instant, by: str) -> Counted:
    begin = Instant(start.utc.replace(minute=0, second=0, microsecond=0) + _HOUR)
    due = length.after(begin)
    step = f"The hour of the event does not count; {length.words} from {begin.z()} ({by}): {due.z()}"
    return Counted(due, (step,), Certainty.SECONDARY)


def _days(length: Period, start: Instant, calendar: Calendar, by: str, *, working: bool) -> Counted:
    return _from_day(length.length.days, length.words, _day(start.utc, calendar), calendar, by, working)


@functools.lru_cache(maxsize=64)  # several periods begin with one event
def _day(moment: datetime, calendar: Calendar) -> date:
    return moment.astimezone(calendar.zone).date()


@functools.lru_cache(maxsize=4096)
def _from_day(days: int, words: str, day: date, calendar: Calendar, by: str, working: bool) -> Counted:  # noqa: FBT001 -- a key of the cache
    counted = _working_day(day, days, calendar) if working else day + days * _DAY
    steps = [f"The day of the event does not count; the last of {words} is {counted} ({by})"]
    last = counted
    while calendar.is_rest(last):
        last += _DAY
    if last != counted:
        steps.append(f"{counted} is no working day in {calendar.state}; the period runs to the end of {last}")
    certainty = Certainty.SECONDARY
    if calendar is NOWHERE:
        certainty = Certainty.UNCONFIRMED
        steps.append("Whose calendar counts is not known; days are counted in UTC")
    elif not calendar.trusted and calendar.is_holiday(last):
        certainty = Certainty.UNCONFIRMED
        steps.append(f"{last} is a public holiday in {calendar.state} by an unconfirmed list; that moves nothing")
    local = datetime.combine(last, _LAST, calendar.zone)
    due = Instant(local.astimezone(UTC))
    steps.append(f"It ends with that day in {calendar.state} ({local.isoformat()}): {due.z()}")
    return Counted(due, tuple(steps), certainty)


def _working_day(day: date, number: int, calendar: Calendar) -> date:
    """The ``number``-th working day after ``day``."""
    while number:
        day += _DAY
        number -= not calendar.is_rest(day)
    return day
