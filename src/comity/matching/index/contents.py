"""What an index holds in memory: segments with what was removed from them, and the live rows.

Searches take ``parts`` once and are not disturbed by what happens after; every change makes new parts. The same calls
are made when a change happens and when it is read back from a journal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from comity.matching.index.table import EVERY, Hits, Table, unsorted

Words64 = npt.NDArray[np.uint64]

NONE = np.empty(0, dtype=np.uint64)
_FIRST_ROOM = 256


@dataclass(frozen=True, eq=False)
class Part:
    """A table, the numbers removed from it (rising), and which segment it is; ``None`` for rows not in a segment."""

    table: Table
    dead: Words64 = field(default_factory=lambda: NONE)
    segment: int | None = None
    since: int = 0

    def find(self, queries: Words64, radius: int, most: np.uint64) -> tuple[Hits, Words64]:
        """Matches that were not removed, and their numbers."""
        hits = self.table.find(queries, radius, most)
        if not len(self.dead):
            return hits, self.table.numbers_of(hits.row) if len(hits.row) else NONE
        if len(hits.capped):  # what was removed must not take the place of what stands
            hits = self.table.find(queries, radius, EVERY)
        numbers = self.table.numbers_of(hits.row)
        alive = ~among(numbers, self.dead)
        return Hits(hits.query[alive], hits.row[alive], hits.distance[alive], hits.capped), numbers[alive]

    def without(self, numbers: Words64) -> Part:
        """The same with more removed."""
        return replace(self, dead=np.union1d(self.dead, numbers))

    def standing(self) -> tuple[Words64, Words64]:
        """Numbers and hashes of every row that was not removed."""
        numbers = self.table.all_numbers()
        hashes = self.table.hashes.reshape(-1, 4)
        if not len(self.dead):
            return numbers, hashes
        alive = ~among(numbers, self.dead)
        return numbers[alive], hashes[alive]


class _Live:
    """Rows that every search compares one by one. Parts of earlier moments keep their own view."""

    def __init__(self) -> None:
        self.count = 0
        self.numbers = np.empty(_FIRST_ROOM, dtype=np.uint64)
        self.hashes = np.empty((_FIRST_ROOM, 4), dtype=np.uint64)

    def add(self, numbers: Words64, hashes: Words64) -> None:
        after = self.count + len(numbers)
        if after > len(self.numbers):
            room = max(after, 2 * len(self.numbers))
            old, older = self.numbers, self.hashes
            self.numbers, self.hashes = np.empty(room, dtype=np.uint64), np.empty((room, 4), dtype=np.uint64)
            self.numbers[: self.count], self.hashes[: self.count] = old[: self.count], older[: self.count]
        self.numbers[self.count : after], self.hashes[self.count : after] = numbers, hashes
        self.count = after

    def remove(self, numbers: Words64) -> None:
        alive = ~np.isin(self.numbers[: self.count], numbers)
        self.numbers, self.hashes = self.numbers[: self.count][alive], self.hashes[: self.count][alive]
        self.count = len(self.numbers)

    def part(self) -> Part:
        return Part(unsorted(self.hashes[: self.count], self.numbers[: self.count]))


class Contents:
    """Changed by one thread at a time; ``parts`` may be read by any."""

    def __init__(self, segments: tuple[Part, ...] = ()) -> None:
        self._settled = segments
        self._live = _Live()
        self.parts: tuple[Part, ...] = segments

    @property
    def live_rows(self) -> int:
        """Rows that every search compares one by one."""
        return self._live.count + sum(part.table.rows for part in self._settled if part.segment is None)

    @property
    def segments(self) -> tuple[Part, ...]:
        """Parts that are segments."""
        return tuple(part for part in self._settled if part.segment is not None)

    def add(self, numbers: Words64, hashes: Words64) -> None:
        """Let rows match from now on."""
        self._live.add(numbers, hashes)
        self._show()

    def remove(self, numbers: Words64, journal: int) -> None:
        """Let numbers match no more, in live rows and in every segment that a removal in ``journal`` concerns."""
        self._live.remove(numbers)
        self._settled = tuple(part.without(numbers) if part.since <= journal else part for part in self._settled)
        self._show()

    def remove_from(self, segment: int, numbers: Words64) -> None:
        """The same in one segment; in none, if it is not there any more."""
        self._settled = tuple(part.without(numbers) if part.segment == segment else part for part in self._settled)
        self._show()

    def freeze(self) -> tuple[Part, ...]:
        """Set the live rows aside, to be made into a segment; everything that has been set aside."""
        if self._live.count:
            self._settled = (*self._settled, self._live.part())
            self._live = _Live()
            self._show()
        return tuple(part for part in self._settled if part.segment is None)

    def swap(self, old: tuple[Part, ...], new: tuple[Part, ...]) -> None:
        """Put parts in the place of others; parts are known by their tables."""
        gone = {id(part.table) for part in old}
        self._settled = (*(part for part in self._settled if id(part.table) not in gone), *new)
        self._show()

    def _show(self) -> None:
        self.parts = (*self._settled, self._live.part()) if self._live.count else self._settled


def among(numbers: Words64, rising: Words64) -> npt.NDArray[np.bool_]:
    """Which of ``numbers`` are among ``rising`` ones, of which there is at least one."""
    places = np.searchsorted(rising, numbers)
    places[places == len(rising)] = 0
    same: npt.NDArray[np.bool_] = rising[places] == numbers
    return same
