"""How many people a load takes: cases arrive by chance, wait for the next free person, and are missed when late.

A simulation, because what matters is the tail (a case that is not done within its hour) of a house with any handling
times, for which no formula is exact. It is checked against Erlang's formula where one is. The numbers that drive it
come from a small generator of our own (SplitMix64), so that one seed gives one forecast on every machine; nothing
secret hangs on them.
"""

from __future__ import annotations

import functools
import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from comity.docket.nights.errors import UnusableLoad

HOUR = 60.0
MACHINE_MINUTES = 2.0
"""What preserving, disabling and answering take of the hour, beside people."""
_MASK = (1 << 64) - 1
_BATCHES = 20
_STUDENT = 2.093
"""97.5 % point of Student's t with nineteen degrees of freedom."""
MOST_PEOPLE = 200
_CASES = 20_000
_MOST_CASES = 60_000


@dataclass(frozen=True)
class Load:
    """What is to be carried."""

    arrivals: float
    """Cases an hour that need a person."""
    minutes: float
    """A person's mean time for one."""
    shape: str = "varied"
    """``varied`` (exponential), ``steady`` (Erlang of four phases) or ``own`` (drawn from ``samples``)."""
    samples: tuple[float, ...] = ()

    def check(self) -> None:
        """Raise ``UnusableLoad`` for figures from which nothing follows."""
        figures = (self.arrivals, self.minutes)
        if not all(math.isfinite(figure) and figure > 0 for figure in figures) or self.arrivals > 1000:
            raise UnusableLoad("Arrivals and minutes are more than nothing, and arrivals at most 1000 an hour.")
        if self.shape not in ("varied", "steady", "own") or (self.shape == "own" and not self.samples):
            raise UnusableLoad("There are not enough cases of our own to draw their minutes from.")
        if not all(math.isfinite(sample) and sample >= 0 for sample in self.samples):
            raise UnusableLoad("Minutes are not less than nothing.")

    @property
    def people(self) -> float:
        """How many people this load keeps busy without a pause."""
        mean = sum(self.samples) / len(self.samples) if self.shape == "own" else self.minutes
        return self.arrivals * mean / 60


@dataclass(frozen=True)
class Forecast:
    """What so many people would live through."""

    people: int
    waits: float
    """Chance that a case waits at all."""
    missed: float
    """Chance that it is not done within the hour."""
    missed_at_most: float
    """The same, as bad as the simulation leaves open (97.5 %)."""
    busy: float
    """Part of their time in which people work."""


def stream(seed: int) -> Iterator[float]:
    """Numbers spread evenly over (0, 1), the same for the same seed: SplitMix64 (Steele, Lea, Flood 2014)."""
    state = seed & _MASK
    while True:
        state = (state + 0x9E3779B97F4A7C15) & _MASK
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        yield (((mixed ^ (mixed >> 31)) >> 11) + 0.5) / (1 << 53)


def simulate(load: Load, people: int, *, seed: int, cases: int = _CASES) -> Forecast:
    """Let ``cases`` cases come to ``people`` people, first come, first served; the first tenth only warms up."""
    load.check()
    if people < 1 or people > MOST_PEOPLE or cases < _BATCHES * 10:
        raise UnusableLoad
    numbers = stream(seed)
    handled = _handling(load, numbers)
    free = [0.0] * people
    now = worked = 0.0
    warm, size = cases // 10, cases // _BATCHES
    waits, missed = [0] * _BATCHES, [0] * _BATCHES
    for case in range(-warm, size * _BATCHES):
        now -= math.log(next(numbers)) * 60 / load.arrivals
        minutes = handled()
        begins = max(now, free[0])
        heapq.heapreplace(free, begins + minutes)
        if case >= 0:
            waits[case // size] += begins > now
            missed[case // size] += begins + minutes - now > HOUR - MACHINE_MINUTES
            worked += minutes
    span = size * _BATCHES * 60 / load.arrivals
    mean, half = spread([number / size for number in missed])
    least = 3 / (size * _BATCHES)  # nothing seen in n cases still leaves three in n open
    return Forecast(
        people=people,
        waits=spread([number / size for number in waits])[0],
        missed=mean,
        missed_at_most=min(1.0, max(mean + half, least)),
        busy=min(1.0, worked / span / people),
    )


def spread(batches: Sequence[float]) -> tuple[float, float]:
    """Mean of the batches, and how far the truth may lie from it (95 %): cases in a row depend on one another."""
    mean = sum(batches) / len(batches)
    variance = sum((batch - mean) ** 2 for batch in batches) / (len(batches) - 1)
    return mean, _STUDENT * math.sqrt(variance / len(batches))


@functools.lru_cache(maxsize=64)
def people_for(load: Load, bound: float, *, seed: int) -> tuple[Forecast, ...]:
    """Forecasts for more and more people, until the chance of a missed hour is surely below ``bound`` (0 to 1).

    The last one is the answer. Raises ``UnusableLoad`` where not even ``MOST_PEOPLE`` suffice, as when handling one
    case takes longer than the hour.
    """
    load.check()
    if not 0 < bound < 1:
        raise UnusableLoad("The bearable chance lies between nothing and certainty.")
    cases = min(_MOST_CASES, max(_CASES, math.ceil(5 / bound)))
    alone = simulate(load, _plenty(load), seed=seed, cases=cases)
    if alone.missed_at_most > bound:
        raise UnusableLoad("However many people there are, handling alone takes too long for this bound.")
    found: list[Forecast] = []
    for people in range(max(1, math.ceil(load.people)), MOST_PEOPLE + 1):
        found.append(simulate(load, people, seed=seed, cases=cases))
        if found[-1].missed_at_most <= bound:
            return tuple(found)
    raise UnusableLoad(f"Not even {MOST_PEOPLE} people carry this load.")


def _plenty(load: Load) -> int:
    """So many people that hardly anybody ever waits."""
    return max(1, min(MOST_PEOPLE, math.ceil(load.people + 8 * math.sqrt(load.people) + 8)))


def _handling(load: Load, numbers: Iterator[float]) -> Callable[[], float]:
    """Minutes for one case after another."""
    if load.shape == "own":
        return lambda: load.samples[int(next(numbers) * len(load.samples))]
    phases = 4 if load.shape == "steady" else 1
    return lambda: -sum(math.log(next(numbers)) for _ in range(phases)) * load.minutes / phases
