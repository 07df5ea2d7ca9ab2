"""Figures that may be shown. Pure.

No cell says one or two: below three it says nothing, the same as for none, and sums are sums of what is shown. So a
case that nobody may know of changes no figure by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.casefile.clock import Instant

LEAST = 3
"""Fewer are not shown."""
ENOUGH = 5
"""Fewer durations give no median."""
DAYS = 91
"""Thirteen whole weeks: every hour of the week is in it as often as every other."""
PARTS_OF_DAY = ((0, 8), (8, 16), (16, 24))


@dataclass(frozen=True)
class Took:
    """How long something took, in minutes; nothing where too few cases say it."""

    half: float | None
    """Half of the cases took at most this."""
    nine_in_ten: float | None


@dataclass(frozen=True)
class Shift:
    """A part of the day as our own cases show it."""

    starts: int
    ends: int
    arrivals: float | None
    """An hour, of cases that needed a person; nothing where too few came."""
    people: int | None


@dataclass(frozen=True)
class Workload:
    """The page of workload."""

    grid: tuple[tuple[int | None, ...], ...]
    """Monday to Sunday, 24 hours each (UTC); nothing where fewer than three came."""
    shown: int
    """Sum of what the grid shows."""
    met: int | None
    missed: int | None
    first_look: Took
    decision: Took
    shifts: tuple[Shift, ...]
    samples: int | None
    """How many handling times of our own there are, if enough."""
    since: Instant
    now: Instant


@dataclass(frozen=True)
class Stated:
    """A stated load."""

    arrivals: float
    minutes: float
    shape: str
    bound: float
    """0 to 1."""
    seed: int


def hours(moments: Iterable[Instant]) -> tuple[tuple[int | None, ...], ...]:
    """How many came in each hour of the week (UTC), cells below three left empty."""
    counted = Counter((moment.utc.weekday(), moment.utc.hour) for moment in moments)
    return tuple(tuple(shown(counted[day, hour]) for hour in range(24)) for day in range(7))


def shown(number: int) -> int | None:
    """A number that may be shown; nothing for none, one and two alike."""
    return number if number >= LEAST else None


def took(minutes: Sequence[float]) -> Took:
    """Median and ninth decile (nearest rank), where enough cases say so."""
    if len(minutes) < ENOUGH:
        return Took(None, None)
    ordered = sorted(minutes)
    return Took(ordered[(len(ordered) - 1) // 2], ordered[min(len(ordered) - 1, -(-len(ordered) * 9 // 10) - 1)])
