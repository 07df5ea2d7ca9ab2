"""Rows in memory (ours or a file's map) that can be searched: hashes, tables, and the numbers that rows stand for."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from comity.matching.index import kernels, words

Words64 = npt.NDArray[np.uint64]
Words32 = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]

_FIRST_ROOM = 1_024
EVERY = np.uint64(1 << 62)
"""No query has so many matches: all are reported."""
_FIRST = np.uint64(0)
MORE = 256
"""The distance in a column that says: there are more."""


_NO_TABLES = np.empty(0, dtype=np.uint32)
_NO_TABLES.flags.writeable = False  # as a file's map is: kernels are compiled for one kind of array


class Hits(NamedTuple):
    """Matches of one table: number of the query, row, distance in bits; and queries that had more than was wanted."""

    query: Words32
    row: Words32
    distance: Words32
    capped: Words32


class _Room(threading.local):
    """Arrays that a thread's searches write into, so that no search has to ask for memory."""

    def __init__(self) -> None:
        self.scratch = np.empty(0, dtype=np.uint32)
        self.found = np.empty((3, _FIRST_ROOM), dtype=np.uint32)


_room = _Room()
_NONE = np.empty(0, dtype=np.uint32)
_NO_HITS = Hits(_NONE, _NONE, _NONE, _NONE)


@dataclass(frozen=True, eq=False)
class Table:
    """Rows in the order of word 0, cut into ``words`` words (0: in any order, without tables)."""

    hashes: Words64
    """Flat: four words of 64 bits a row."""
    tables: Words32
    numbers: Bytes
    """For each row the octets of its number less the base, lowest first; as many columns as the largest one needs."""
    base: int
    words: int

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.numbers)

    def numbers_of(self, rows: Words32) -> Words64:
        """The numbers that rows stand for."""
        return self._widened(self.numbers[rows])

    def all_numbers(self) -> Words64:
        """The number of every row."""
        return self._widened(self.numbers)

    def _widened(self, narrow: Bytes) -> Words64:
        wide = np.zeros((len(narrow), 8), dtype=np.uint8)
        wide[:, : narrow.shape[1]] = narrow
        return wide.view(np.uint64)[:, 0] + np.uint64(self.base)

    def find(self, queries: Words64, radius: int, most: np.uint64 = EVERY) -> Hits:
        """Every row within ``radius`` of each query; at most ``most`` (from 1) for one query, which is then capped."""
        plan = words.plan(self.words, len(self.numbers), radius)
        room = _room
        needed = kernels.MARKS + kernels.CANDIDATES + 2 * int(plan[2]) + 2
        if len(room.scratch) < needed:
            room.scratch = np.empty(needed, dtype=np.uint32)
        count, after = kernels.find(queries, _FIRST, self.hashes, self.tables, plan, room.scratch, room.found, most)
        if after == len(queries):
            return _hits(room.found[:, :count].copy()) if count else _NO_HITS
        return self._find_many(queries, plan, most, (count, after))

    def _find_many(self, queries: Words64, plan: Words64, most: np.uint64, begun: tuple[int, int]) -> Hits:
        """Go on with more room."""
        room = _room
        count, after = begun
        pieces = [room.found[:, :count].copy()]
        while after < len(queries):
            if not count:
                room.found = np.empty((3, room.found.shape[1] * 4), dtype=np.uint32)
            count, after = kernels.find(
                queries, np.uint64(after), self.hashes, self.tables, plan, room.scratch, room.found, most
            )
            pieces.append(room.found[:, :count].copy())
        if room.found.shape[1] > _FIRST_ROOM * 64:  # a rare search must not keep its memory
            room.found = np.empty((3, _FIRST_ROOM), dtype=np.uint32)
        return _hits(np.concatenate(pieces, axis=1))


def unsorted(hashes: Words64, numbers: Words64) -> Table:
    """Rows (of four words) whose every search compares them one by one."""
    flat = hashes.reshape(-1)
    flat.flags.writeable = False
    return Table(flat, _NO_TABLES, numbers.view(np.uint8).reshape(-1, 8), 0, 0)


def _hits(found: Words32) -> Hits:
    more = found[2] == MORE
    if more.any():
        return Hits(found[0, ~more], found[1, ~more], found[2, ~more], found[0, more])
    return Hits(found[0], found[1], found[2], _NONE)
