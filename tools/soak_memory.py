"""Memory of every kind of process while the soak goes on, and whether it grows.

Of each life of a process its beginning is left out, when it loads and fills what it keeps. The slope of a kind is one
line through all its lives, each with a level of its own (least squares): what a restart gives back hides no growth. A
second line goes through the last third of its longest life. What only fills up slowly is flat there, or takes a step
and stays; a leak rises in both.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from usage import tree

WARM_UP_SECONDS = 60.0
LEAST_MINUTES = 4.0
"""Watching the longest life for less than this, after warming up, says nothing and is not judged."""
MOST_MIB_A_MINUTE = 1.0
_EVERY = 2.0
_KINDS_WITH_FAMILY = ("door", "database", "board")
"""Their own children are a part of them; of ``comity run`` every other kind is a child."""


@dataclass
class Life:
    """One process from its first look to its last: instants (seconds) and memory (MiB)."""

    began: float
    seen: list[tuple[float, float]] = field(default_factory=list)

    def warm(self, warm_up: float) -> list[tuple[float, float]]:
        """What was seen after its beginning."""
        return [(at, size) for at, size in self.seen if at - self.began >= warm_up]


@dataclass(frozen=True)
class Growth:
    """A kind of process over the whole run."""

    kind: str
    lives: int
    minutes: float
    """The longest life was watched, after warming up."""
    first_mib: float
    last_mib: float
    """Of the longest life, after warming up and at its end."""
    most_mib: float
    slope: float
    """MiB a minute, all lives."""
    late_slope: float
    """The same over the last third of the longest life."""

    @property
    def judged(self) -> bool:
        """Whether it was watched long enough."""
        return self.minutes >= LEAST_MINUTES

    @property
    def grows(self) -> bool:
        """Whether it grew more than it may, and did not stop."""
        return self.judged and min(self.slope, self.late_slope) > MOST_MIB_A_MINUTE


class Memory:
    """Looks regularly, in a thread of its own."""

    def __init__(self, groups: Callable[[], Iterable[tuple[str, int]]]) -> None:
        self._groups = groups
        self._lives: dict[tuple[str, int], Life] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def total(self) -> float:
        """What everything has now, in MiB."""
        return sum(private_mib(kind, number) for kind, number in list(self._groups()))

    def growth(self) -> Iterator[Growth]:
        """Every kind, by its name."""
        for kind in sorted({kind for kind, _ in self._lives}):
            lives = [life for (of, _), life in self._lives.items() if of == kind]
            yield _growth(kind, lives)

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY):
            now = time.monotonic()
            for kind, number in list(self._groups()):
                size = private_mib(kind, number)
                if size:
                    self._lives.setdefault((kind, number), Life(now)).seen.append((now, size))


def private_mib(kind: str, number: int) -> float:
    """Memory that is a process's own (not files, not what is shared), with its family where it has one."""
    family = tree(number) if kind.startswith(_KINDS_WITH_FAMILY) else [number]
    return sum(map(_own_mib, family))


def _own_mib(number: int) -> float:
    try:
        lines = Path(f"/proc/{number}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1024


def _growth(kind: str, lives: list[Life]) -> Growth:
    longest = max(lives, key=lambda life: life.seen[-1][0] - life.began)
    warm_up = min(WARM_UP_SECONDS, (longest.seen[-1][0] - longest.began) / 3)
    warm = [seen for life in lives if len(seen := life.warm(warm_up)) > 1]
    shown = longest.warm(warm_up) or longest.seen
    minutes = (shown[-1][0] - shown[0][0]) / 60
    late = [seen for seen in shown if seen[0] >= shown[-1][0] - (shown[-1][0] - shown[0][0]) / 3]
    most = max(size for life in lives for _, size in life.seen)
    slopes = (_slope(warm) * 60, _slope([late]) * 60)
    return Growth(kind, len(lives), minutes, shown[0][1], shown[-1][1], most, *slopes)


def _slope(lives: list[list[tuple[float, float]]]) -> float:
    """Least squares with a level for each life."""
    above = below = 0.0
    for seen in lives:
        middle = sum(at for at, _ in seen) / len(seen)
        level = sum(size for _, size in seen) / len(seen)
        above += sum((at - middle) * (size - level) for at, size in seen)
        below += sum((at - middle) ** 2 for at, _ in seen)
    return above / below if below else 0.0
