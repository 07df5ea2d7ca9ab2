"""One piece of what is stored, searched: the same on this machine's threads and on the workers of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from comity.matching.catalogue.rows import CHUNK
from comity.matching.catalogue.service import Partition
from comity.matching.catalogue.spelling import Words32, Words64, rows_of_signals
from comity.matching.hunting import kernels
from comity.matching.hunting.tables import Prepared
from comity.matching.index import to_digits
from comity.matching.signals.rows import asked_rows


@dataclass(frozen=True, eq=False)
class Covered:
    """Fingerprints that some query covers, each once: numbers (rising), the nearest query's place, its distance."""

    numbers: npt.NDArray[np.int64]
    queries: npt.NDArray[np.uint64]
    distances: npt.NDArray[np.float64]


NOTHING = Covered(np.empty(0, np.int64), np.empty(0, np.uint64), np.empty(0))


class Source(Protocol):
    """Stored fingerprints of one type, as rows and, where these are not enough, as signals."""

    @property
    def flat(self) -> Words64:
        """Every row's words, one after another."""

    @property
    def owners(self) -> Words32 | None:
        """Of each row the number of its fingerprint, rising; ``None`` where the row's own number is it."""

    def check(self, first: int, last: int) -> None:
        """Raise unless these rows are what was written."""

    def signals(self, first: int, last: int) -> Iterator[str]:
        """Signals of fingerprints in their order, of types that are written as text."""


class OfPartition:
    """A partition as a source."""

    def __init__(self, partition: Partition) -> None:
        self.partition = partition
        self._rows = partition.rows()
        self.rows, self.flat, self.check = self._rows.rows, self._rows.flat, self._rows.check

    @property
    def owners(self) -> Words32 | None:
        """Of each row the number of its fingerprint."""
        return self._rows.owners

    def signals(self, first: int, last: int) -> Iterator[str]:
        """As they stand in the Parquet file."""
        return self.partition.signals(first, last)


class OfLive:
    """Live fingerprints as a source."""

    def __init__(self, kind: str, signals: Sequence[str]) -> None:
        self._signals = signals
        found = rows_of_signals(kind, signals)
        words = np.ascontiguousarray(found.words).reshape(-1)
        words.setflags(write=False)  # kernels are compiled for one kind of array: the mapped one
        self.rows, self.flat, self.owners = len(found.words), words, found.owners

    def check(self, _first: int, _last: int) -> None:
        """What is in memory was just written."""

    def signals(self, first: int, last: int) -> Iterator[str]:
        """As they came."""
        return iter(self._signals[first:last])


def search(source: Source, first: int, last: int, all_prepared: Sequence[Prepared]) -> Covered:
    """What the queries cover of the rows from ``first``, a multiple of ``CHUNK``, to ``last``.

    Films are searched as a whole: ``first`` and ``last`` are all of the source's rows. Raises ``PartitionDamaged``.
    """
    found = [_WAYS.get(prepared.want.kind, _rows)(source, first, last, prepared) for prepared in all_prepared]
    found = [one for one in found if len(one.numbers)]
    if not found:
        return NOTHING
    if len(found) == 1:
        return found[0]
    numbers, queries, distances = (
        np.concatenate([getattr(one, name) for one in found]) for name in ("numbers", "queries", "distances")
    )
    order = np.lexsort((queries, distances, numbers))
    order = order[np.unique(numbers[order], return_index=True)[1]]
    return Covered(numbers[order], queries[order], distances[order])


def _rows(source: Source, first: int, last: int, prepared: Prepared) -> Covered:
    want = prepared.want
    found: list[tuple[Any, Any, Any]] = []
    for begin, nearest in _nearest(source, first, last, prepared):
        (near,) = np.nonzero(nearest != kernels.NOTHING)
        if len(near):
            which, distances = nearest[near] & np.uint64(0xFFFFFFFF), nearest[near] >> np.uint64(32)
            found.append((near + begin, want.queries[want.owners[which]], distances.astype(np.float64)))
    if not found:
        return NOTHING
    return Covered(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _likeness(source: Source, first: int, last: int, prepared: Prepared) -> Covered:
    found = _rows(source, first, last, prepared)
    return Covered(found.numbers, found.queries, found.distances / (prepared.want.rows.shape[1] * 4))


def _nearest(source: Source, first: int, last: int, prepared: Prepared) -> Iterator[tuple[int, Words64]]:
    """By chunk: its first row, and for each row the nearest query's as ``kernels`` says it."""
    nearest, scratch = np.empty(CHUNK, dtype=np.uint64), np.empty(2 * kernels.BLOCK, dtype=np.uint32)
    for begin in range(first, last, CHUNK):
        end = min(begin + CHUNK, last)
        source.check(begin, end)
        _compare(prepared, source.flat, (np.uint64(begin), np.uint64(end)), nearest, scratch)
        yield begin, nearest[: end - begin]


def _compare(
    prepared: Prepared, rows: Words64, span: tuple[np.uint64, np.uint64], nearest: Words64, scratch: Words32
) -> None:
    texts, tables, asked = prepared.want.kind == "text_likeness", prepared.tables, (prepared.flat, prepared.radii)
    if tables is None:
        (kernels.compare_places if texts else kernels.compare_all)(rows, *span, *asked, nearest)
    elif texts:
        kernels.compare_places_through(rows, *span, *asked, tables.starts, tables.entries, nearest)
    else:
        listed = (tables.plan, tables.starts, tables.entries)
        kernels.compare_through(rows, *span, *asked, *listed, nearest, scratch)


def _films(source: Source, first: int, last: int, prepared: Prepared) -> Covered:
    """Films with enough frames that any listed film has, then each by the share that each listed film has of it."""
    owners = source.owners
    if owners is None:
        return NOTHING
    near = [nearest != kernels.NOTHING for _, nearest in _nearest(source, first, last, prepared)]
    counted, starts = np.bincount(owners), np.searchsorted(owners, np.arange(int(owners[-1]) + 2))
    some = np.bincount(owners[np.concatenate(near)], minlength=len(counted))
    want = prepared.want
    with np.errstate(invalid="ignore", divide="ignore"):
        (candidates,) = np.nonzero(100.0 - 100.0 * some / counted <= want.thresholds.max())
    found = []
    counts = np.empty(len(want.signals), dtype=np.uint64)
    for number in candidates.tolist():
        counts[:] = 0
        begin, end = np.uint64(starts[number]), np.uint64(starts[number + 1])
        kernels.shared_frames(source.flat, begin, end, prepared.flat, prepared.radii, want.owners, counts)
        distances = 100.0 - 100.0 * counts / counted[number]
        distances[distances > want.thresholds] = np.inf
        place = int(distances.argmin())
        if np.isfinite(distances[place]):
            found.append((number, want.queries[place], distances[place]))
    return _covered(found)


def _rules(source: Source, first: int, last: int, prepared: Prepared) -> Covered:
    """Addresses by every rule that would cover them."""
    want = prepared.want
    rules: dict[str, int] = {}
    for rule, place in zip(to_digits(want.rows), want.queries[want.owners].tolist(), strict=True):
        rules.setdefault(rule, place)
    found = []
    for number, address in enumerate(source.signals(first, last), first):
        places = [rules[row] for row in asked_rows(want.kind, address) if row in rules]
        if places:
            found.append((number, min(places), 0.0))
    return _covered(found)


def _covered(found: Sequence[tuple[int, Any, float]]) -> Covered:
    if not found:
        return NOTHING
    numbers, queries, distances = zip(*found, strict=True)
    return Covered(np.array(numbers, np.int64), np.array(queries, np.uint64), np.array(distances, np.float64))


_WAYS: dict[str, Callable[[Source, int, int, Prepared], Covered]] = {
    "text_likeness": _likeness,
    "vpdq": _films,
    "url_host": _rules,
    "url_path": _rules,
}
