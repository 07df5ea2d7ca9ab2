"""The calendars of states, for laws that count days: zones and public holidays as data, with their certainty."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

import yaml

from comity.casefile.documents.assessment import Certainty

_SATURDAY = 5
_EASTERS = {"easter", "orthodox"}


@dataclass(frozen=True, eq=False)
class Calendar:
    """The days of one state. A holiday of a list that is not official or secondary moves no deadline: it is named."""

    state: str
    zone: ZoneInfo
    rules: tuple[str, ...]
    certainty: Certainty
    """Of the list of holidays."""

    @property
    def trusted(self) -> bool:
        """Whether the list of holidays was checked, so that it may lengthen a period."""
        return self.certainty is not Certainty.UNCONFIRMED

    def is_holiday(self, day: date) -> bool:
        """Whether the list names the day a public holiday."""
        return day in _holidays(self.rules, day.year)

    def is_rest(self, day: date) -> bool:
        """Whether no period can end on the day: Saturday, Sunday, or a holiday of a list that may be relied on."""
        return day.weekday() >= _SATURDAY or (self.trusted and self.is_holiday(day))


NOWHERE = Calendar("UTC", ZoneInfo("UTC"), (), Certainty.UNCONFIRMED)
"""What stands in while nobody knows whose calendar counts."""


@functools.cache
def calendars() -> Mapping[str, Calendar]:
    """The calendars that are known, by state."""
    found = yaml.safe_load((resources.files("comity.law") / "calendars.yaml").read_text(encoding="utf-8"))
    return {
        state: Calendar(state, ZoneInfo(one["zone"]), tuple(one["holidays"]), Certainty(one["certainty"]))
        for state, one in found["states"].items()
    }


@functools.lru_cache(maxsize=1024)
def _holidays(rules: tuple[str, ...], year: int) -> frozenset[date]:
    return frozenset(_day(rule, year) for rule in rules)


def _day(rule: str, year: int) -> date:
    """``07-14``, or days after Easter Sunday: ``easter+1`` (Gregorian), ``orthodox-2`` (Julian reckoning)."""
    word = next((word for word in _EASTERS if rule.startswith(word)), None)
    if word is None:
        month, day = rule.split("-")
        return date(year, int(month), int(day))
    sunday = easter(year) if word == "easter" else orthodox_easter(year)
    return sunday + timedelta(days=int(rule.removeprefix(word)))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous rule as published by Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Easter Sunday by the Julian reckoning (Meeus), as a date of the Gregorian calendar."""
    a, b, c = year % 4, year % 7, year % 19
    d = (19 * c + 15) % 30
    e = (2 * a + 4 * b - d + 34) % 7
    month, day = divmod(d + e + 114, 31)
    behind = year // 100 - year // 400 - 2
    return date(year, month, day + 1) + timedelta(days=behind)
