"""Lengths of time as laws write them: one hour, two weeks, six months. Never a deadline without its computation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from comity.casefile.clock.calendars import elapsed, months_later
from comity.casefile.clock.instants import Instant

_ISO_8601 = re.compile(
    r"P(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,5})M)?)?",
    re.ASCII,
)
_UNITS = ("years", "months", "weeks", "days", "hours", "minutes")


class InvalidPeriod(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """A length of time is not an ISO 8601 duration of whole units (for example PT1H, P6W, P6M)."""


@dataclass(frozen=True)
class Period:
    """A legal length: whole months by the calendar, or elapsed time (weeks, days, hours, minutes), never both."""

    text: str
    months: int
    length: timedelta

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read an ISO 8601 duration; months and years cannot be mixed with elapsed units, nothing may be zero."""
        match = _ISO_8601.fullmatch(text)
        if match is None:
            message = f"{text[:32]!r} is not a duration like PT1H, P6W or P6M"
            raise InvalidPeriod(message)
        given = {unit: int(match[unit]) for unit in _UNITS if match[unit] is not None}
        months = given.pop("years", 0) * 12 + given.pop("months", 0)
        length = timedelta(**given)
        if bool(months) == bool(length):
            message = f"{text!r} must be either months by the calendar or elapsed time, and more than nothing"
            raise InvalidPeriod(message)
        return cls(text, months, length)

    def after(self, start: Instant) -> Instant:
        """The instant, in UTC, at which a period that begins at ``start`` ends."""
        return months_later(start, self.months) if self.months else elapsed(start, self.length)

    def before(self, end: Instant) -> Instant:
        """The instant, in UTC, this much elapsed time before ``end`` (for warnings)."""
        return elapsed(end, -self.length)

    @cached_property
    def words(self) -> str:
        """The length in English: ``1 hour``, ``6 weeks``, ``12 months``."""
        if self.months:
            return _count(self.months, "month")
        match = _ISO_8601.fullmatch(self.text)
        assert match is not None
        return " ".join(_count(int(match[unit]), unit[:-1]) for unit in _UNITS if match[unit] is not None)


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
