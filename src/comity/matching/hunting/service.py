"""The hunt itself: pieces of the catalogue go to a runner, and what comes back is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.matching.catalogue.errors import PartitionDamaged
from comity.matching.catalogue.fingerprints import Fingerprint, key_of
from comity.matching.catalogue.rows import CHUNK
from comity.matching.catalogue.service import Catalogue, Partition, Snapshot
from comity.matching.hunting.errors import HuntIncomplete
from comity.matching.hunting.queries import Query, wanted
from comity.matching.hunting.runners import Piece, Queries, Runner, Threads
from comity.matching.hunting.searching import Covered, OfLive, search
from comity.matching.hunting.tables import Prepared, prepare
from comity.matching.signals import type_named

PIECE = 8 * CHUNK
"""Rows in a piece."""


@dataclass(frozen=True, slots=True)
class Found:
    """A stored fingerprint that a query covers."""

    item: str
    url: str | None
    account: str | None
    content_type: str
    signal_type: str
    signal: str
    recipe: str | None
    query: int
    """Place of the nearest query that covers it; the first of equally near ones."""
    distance: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a hunt is, in fingerprints; ``found`` of them were covered."""

    done: int
    total: int
    found: int


def hunt(
    folder: Path,
    queries: Sequence[Query],
    *,
    runner: Runner | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Iterator[Found]:
    """Every fingerprint in the catalogue at ``folder`` that a query covers, each once, with the nearest query.

    Only when the iterator has ended is that all of them. Raises, before anything is searched, ``NoCatalogue``,
    ``CatalogueDamaged``, ``UnknownSignalType`` and ``QueryUnusable``; while it is read ``HuntIncomplete``, which names
    the damaged partition.
    """
    by_stored: dict[str, list[Prepared]] = {}
    for want in wanted(queries):
        by_stored.setdefault(want.stored, []).append(prepare(want))
    catalogue = Catalogue.open(folder)
    return _hunted(catalogue, by_stored, runner or Threads(), progress or (lambda _told: None))


def near(found: Found, queries: Sequence[Query]) -> list[tuple[int, float]]:
    """Every query that covers what was found, with its distance, nearest first."""
    some = []
    for place, query in enumerate(queries):
        kind = type_named(query.signal_type)
        stored = "url" if kind.name in {"url_host", "url_path"} else kind.name
        if stored == found.signal_type:
            distance = kind.distance(found.signal, kind.normalise(query.signal))
            if distance <= (kind.threshold if query.threshold is None else query.threshold):
                some.append((place, distance))
    return sorted(some, key=lambda one: (one[1], one[0]))


def _hunted(
    catalogue: Catalogue, queries: Queries, runner: Runner, tell: Callable[[Progress], None]
) -> Iterator[Found]:
    with catalogue, catalogue.snapshot(tuple(queries)) as snapshot:
        total = sum(part.fingerprints for part in snapshot.partitions) + len(snapshot.live)
        done, seen = 0, set[bytes]()
        tell(Progress(done, total, len(seen)))
        try:
            for piece, covered in runner.run(_pieces(snapshot), queries):
                yield from _new(_named(snapshot, piece.partition, covered), seen)
                done += _fingerprints(piece)
                tell(Progress(done, total, len(seen)))
        except PartitionDamaged as damaged:
            raise HuntIncomplete(str(damaged)) from damaged
        yield from _new(_live(snapshot, queries), seen)
        tell(Progress(total, total, len(seen)))


def _pieces(snapshot: Snapshot) -> Iterator[Piece]:
    """Films lie whole in a piece."""
    for partition in snapshot.partitions:
        rows = partition.rows().rows
        step = rows if partition.signal_type == "vpdq" else PIECE
        for first in range(0, rows, step or 1):
            yield Piece(partition, first, min(first + step, rows))


def _fingerprints(piece: Piece) -> int:
    whole = piece.partition.signal_type == "vpdq"
    return piece.partition.fingerprints if whole else piece.last - piece.first


def _named(snapshot: Snapshot, partition: Partition, covered: Covered) -> Iterator[Found]:
    if not len(covered.numbers):
        return
    fingerprints = partition.named(covered.numbers.tolist())
    nearest = zip(fingerprints, covered.queries.tolist(), covered.distances.tolist(), strict=True)
    for (_, one), query, distance in nearest:
        if snapshot.stands(one, partition):
            yield _found(one, query, distance)


def _live(snapshot: Snapshot, queries: Queries) -> Iterator[Found]:
    for kind, all_prepared in queries.items():
        live = [one for one in snapshot.live if one.signal_type == kind]
        if not live:
            continue
        source = OfLive(kind, [one.signal for one in live])
        covered = search(source, 0, source.rows, all_prepared)
        for number, query, distance in zip(covered.numbers, covered.queries, covered.distances, strict=True):
            yield _found(live[int(number)], int(query), float(distance))


def _found(one: Fingerprint, query: int, distance: float) -> Found:
    return Found(
        one.item, one.url, one.account, one.content_type, one.signal_type, one.signal, one.recipe, query, distance
    )


def _new(some: Iterator[Found], seen: set[bytes]) -> Iterator[Found]:
    """What was not given yet: a fingerprint may be live and lie in a partition."""
    for one in some:
        key = key_of(one.item, one.signal_type, one.signal)
        if key not in seen:
            seen.add(key)
            yield one
