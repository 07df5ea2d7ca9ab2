"""The only reader of the wall clock; instants, legal periods, calendars.

Takes nothing, gives ``Instant`` (UTC, with the offset it was written in), ``Clock`` and the arithmetic of legal
periods with its computation in words. It never sleeps and never edits a deadline.
"""

from comity.casefile.clock.calendars import OutsideCalendar
from comity.casefile.clock.instants import Instant, InvalidInstant
from comity.casefile.clock.periods import InvalidPeriod, Period
from comity.casefile.clock.wall import Clock, FixedClock, WallClock

__all__ = [
    "Clock",
    "FixedClock",
    "Instant",
    "InvalidInstant",
    "InvalidPeriod",
    "OutsideCalendar",
    "Period",
    "WallClock",
]
