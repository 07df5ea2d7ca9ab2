"""The civil calendar in UTC, as far as legal periods need it: months, years, and the day before which something is
due.
"""

from __future__ import annotations

import calendar
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta

from comity.casefile.clock.instants import Instant


class OutsideCalendar(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The end of a period lies outside the years that a calendar can name."""


def months_later(start: Instant, months: int) -> Instant:
    """The same day and time of day ``months`` later, in UTC.

    Where that month has no such day, the period ends with the last hour of its last day: only so does a later start
    never give an earlier end (30 August 23:00 and 31 August 01:00, both with six months, would otherwise change
    places).
    """
    moment = start.utc
    year, month0 = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not MINYEAR <= year < MAXYEAR:
        raise OutsideCalendar(OutsideCalendar.__doc__)
    last = calendar.monthrange(year, month0 + 1)[1]
    if moment.day <= last:
        return Instant(moment.replace(year=year, month=month0 + 1))
    midnight = datetime(year, month0 + 1, last, tzinfo=UTC) + timedelta(days=1)
    return Instant(midnight)


def elapsed(start: Instant, length: timedelta) -> Instant:
    """The instant ``length`` of elapsed time later, in UTC."""
    try:
        return Instant(start.utc + length)
    except OverflowError as error:
        raise OutsideCalendar(OutsideCalendar.__doc__) from error


def start_of_day_next_year(after: Instant, month: int, day: int) -> Instant:
    """The first instant (UTC) of that day in the calendar year after ``after``: what is due *before* it is late from
    then on.
    """
    year = after.utc.year + 1
    if year > MAXYEAR:
        raise OutsideCalendar(OutsideCalendar.__doc__)
    return Instant(datetime(year, month, day, tzinfo=UTC))
