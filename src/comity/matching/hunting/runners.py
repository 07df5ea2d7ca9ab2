"""Who searches the pieces: this machine's threads, or somebody else who keeps to the same protocol."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from comity.matching.catalogue.service import Partition
from comity.matching.hunting.searching import Covered, OfPartition, search
from comity.matching.hunting.tables import Prepared


@dataclass(frozen=True)
class Piece:
    """Rows of one partition."""

    partition: Partition
    first: int
    last: int


Queries = Mapping[str, Sequence[Prepared]]
"""What is looked for, by the type of what is stored."""


class Runner(Protocol):
    """Searches pieces."""

    def run(self, pieces: Iterable[Piece], queries: Queries) -> Iterator[tuple[Piece, Covered]]:
        """Every piece once with its answer, in any order. Raises ``PartitionDamaged`` and failures of hunts."""


class Threads:
    """This machine: files mapped into memory, searched by threads that hold no lock."""

    def __init__(self, threads: int | None = None) -> None:
        self._threads = threads or os.cpu_count() or 1

    def run(self, pieces: Iterable[Piece], queries: Queries) -> Iterator[tuple[Piece, Covered]]:
        """In the pieces' order, a few ahead of whoever reads the answers."""
        waiting: deque[tuple[Piece, Future[Covered]]] = deque()
        with ThreadPoolExecutor(self._threads, thread_name_prefix="hunting") as pool:
            try:
                for piece in pieces:
                    waiting.append((piece, pool.submit(searched, piece, queries)))
                    if len(waiting) > 4 * self._threads:
                        first, answer = waiting.popleft()
                        yield first, answer.result()
                while waiting:
                    first, answer = waiting.popleft()
                    yield first, answer.result()
            finally:
                for _, answer in waiting:
                    answer.cancel()


def searched(piece: Piece, queries: Queries) -> Covered:
    """One piece. Raises ``PartitionDamaged``."""
    return search(OfPartition(piece.partition), piece.first, piece.last, queries[piece.partition.signal_type])
