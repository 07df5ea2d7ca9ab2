"""What spread, and when: figures from detections and acts. Pure.

It counts only what came of signals: detections, and what people or their rules did about them. Orders of authorities,
and with them every case of which somebody may know nothing, are not among it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from comity.casefile.clock import Instant

_LENGTHS = tuple(timedelta(minutes=number) for number in (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440))
MOST_STRETCHES = 48
"""Stretches that a picture shows."""


@dataclass(frozen=True)
class Seen:
    """One detection, and one bank's item that it matched."""

    case: str
    item: str
    """The platform's item; empty where that was erased since."""
    bank: str
    listed: int
    at: Instant

    @property
    def what(self) -> str:
        """What it is counted as."""
        return self.item or self.case


@dataclass(frozen=True)
class Done:
    """What became of one address that was detected."""

    removed_at: Instant | None
    reinstated_at: Instant | None


@dataclass(frozen=True)
class Stretch:
    """What happened in one stretch of time."""

    starts: Instant
    ours: int = 0
    """Detections that matched the incident's own bank."""
    others: int = 0
    """Detections that only other banks know."""
    new: int = 0
    """Items that were never detected before in this incident."""
    removed: int = 0
    reinstated: int = 0


@dataclass(frozen=True)
class Spread:
    """Everything, stretch by stretch, and its sums."""

    length: timedelta
    stretches: tuple[Stretch, ...]
    by_bank: tuple[tuple[str, int], ...]
    """Detections of each bank, most first."""

    @property
    def ours(self) -> int:
        """Detections that matched the incident's own bank."""
        return sum(one.ours for one in self.stretches)

    @property
    def others(self) -> int:
        """Detections that only other banks know."""
        return sum(one.others for one in self.stretches)

    @property
    def new(self) -> int:
        """Different items."""
        return sum(one.new for one in self.stretches)

    @property
    def removed(self) -> int:
        """Addresses that were disabled."""
        return sum(one.removed for one in self.stretches)

    @property
    def reinstated(self) -> int:
        """Addresses that stand again."""
        return sum(one.reinstated for one in self.stretches)


@dataclass(frozen=True)
class Signal:
    """How often one listed item was matched."""

    detections: int = 0
    items: int = 0
    first: Instant | None = None
    last: Instant | None = None


def stretch_length(since: Instant, until: Instant) -> timedelta:
    """The shortest length by which a picture shows the whole time."""
    whole = until.since(since)
    return next((one for one in _LENGTHS if one * MOST_STRETCHES >= whole), _LENGTHS[-1])


def spread(bank: str, seen: Sequence[Seen], done: Iterable[Done], since: Instant, until: Instant) -> Spread:
    """Count what happened from ``since`` on and before ``until``; what lies outside is left out."""
    length = stretch_length(since, until)
    count = max(1, -(-until.since(since) // length))
    rows = [[0, 0, 0, 0, 0] for _ in range(count)]

    def add(column: int, at: Instant | None) -> None:
        if at is not None and since <= at < until:
            rows[at.since(since) // length][column] += 1

    for one in _each(bank, seen):
        add(0 if one.ours else 1, one.at)
        add(2, one.at if one.new else None)
    for act in done:
        add(3, act.removed_at)
        add(4, act.reinstated_at)
    stretches = tuple(Stretch(since.plus(length * number), *row) for number, row in enumerate(rows))
    return Spread(length, stretches, _by_bank(seen, since, until))


@dataclass(frozen=True)
class _Detection:
    """One detection, whatever it matched."""

    at: Instant
    ours: bool
    new: bool


def _each(bank: str, seen: Iterable[Seen]) -> list[_Detection]:
    """Every detection once, in time; ``new``: its item was not detected before."""
    cases: dict[str, list[Seen]] = {}
    for one in seen:
        cases.setdefault(one.case, []).append(one)
    known: set[str] = set()
    found = []
    for held in sorted(cases.values(), key=lambda held: held[0].at):
        ours = any(one.bank == bank for one in held)
        found.append(_Detection(held[0].at, ours, held[0].what not in known))
        known.add(held[0].what)
    return found


def _by_bank(seen: Iterable[Seen], since: Instant, until: Instant) -> tuple[tuple[str, int], ...]:
    counted: dict[str, set[str]] = {}
    for one in seen:
        if since <= one.at < until:
            counted.setdefault(one.bank, set()).add(one.case)
    return tuple(sorted(((name, len(found)) for name, found in counted.items()), key=lambda pair: (-pair[1], pair[0])))


def signals(bank: str, seen: Iterable[Seen]) -> dict[int, Signal]:
    """How often each item of a bank was matched, and when first and last."""
    found: dict[int, list[Seen]] = {}
    for one in seen:
        if one.bank == bank:
            found.setdefault(one.listed, []).append(one)
    return {
        number: Signal(
            detections=len({one.case for one in held}),
            items=len({one.what for one in held}),
            first=min(one.at for one in held),
            last=max(one.at for one in held),
        )
        for number, held in found.items()
    }
