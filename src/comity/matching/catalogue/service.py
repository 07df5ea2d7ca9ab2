"""The catalogue in one folder: add, forget, compact, and what stands at a moment. See the plaque for its promises."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from comity.matching.catalogue import compacting, partition
from comity.matching.catalogue.errors import CatalogueDamaged, CatalogueFailure, Compacting, NoCatalogue
from comity.matching.catalogue.fingerprints import KINDS, Fingerprint, checked
from comity.matching.catalogue.live import NAME, Ledger, Listed
from comity.matching.catalogue.rows import RowsFile

LIVE = 200_000
"""So many live fingerprints of a type are made into a partition, in the background."""
_log = structlog.get_logger("comity.matching.catalogue")


@dataclass(frozen=True)
class Partition:
    """A partition in force, to be read."""

    folder: Path
    listed: Listed

    @property
    def signal_type(self) -> str:
        """Of every fingerprint in it."""
        return self.listed.signal_type

    @property
    def fingerprints(self) -> int:
        """How many there are in it."""
        return self.listed.fingerprints

    def rows(self) -> RowsFile:
        """Its rows, mapped. Raises ``PartitionDamaged``."""
        return RowsFile(partition.rows_path(self.folder, self.signal_type, self.listed.number), self.listed.digest)

    def signals(self, first: int, last: int) -> Iterator[str]:
        """Signals of a type written as text, from ``first``, a multiple of ``CHUNK``. Raises ``PartitionDamaged``."""
        return partition.signals(self.folder, self.listed, first, last)

    def named(self, numbers: Sequence[int]) -> Iterator[tuple[int, Fingerprint]]:
        """The fingerprints with these numbers, rising. Raises ``PartitionDamaged``."""
        return partition.named(self.folder, self.listed, numbers)


@dataclass(frozen=True)
class Snapshot:
    """What stands at one moment."""

    partitions: tuple[Partition, ...]
    live: tuple[Fingerprint, ...]
    forgotten: dict[str, int]

    def stands(self, one: Fingerprint, part: Partition) -> bool:
        """Whether a fingerprint of a partition was not forgotten."""
        return self.forgotten.get(one.item, -1) < part.listed.number


@dataclass(frozen=True)
class Status:
    """How the catalogue stands: fingerprints by type in partitions and live (some of these may be in both)."""

    settled: dict[str, int]
    live: dict[str, int]
    partitions: int
    forgotten: int
    """Items whose fingerprints do not count any more and lie in partitions until they are compacted."""


class Catalogue:
    """Fingerprints in a folder. Any thread may call; several processes may add and forget at once."""

    def __init__(self, folder: Path, ledger: Ledger, *, live: int) -> None:
        """Use ``open``."""
        self.folder = folder
        self.ledger = ledger
        self._live, self._since = live, live
        self._worker: threading.Thread | None = None

    @classmethod
    def open(cls, folder: Path, *, make: bool = False, live: int = LIVE) -> Self:
        """Open it; with ``make``, make it where there is none. Raises ``NoCatalogue``, ``CatalogueDamaged``."""
        if not (folder / NAME).exists():
            if any(folder.glob("signal_type=*/part-*.parquet")):
                raise CatalogueDamaged(NAME)  # what was acknowledged is there, and nothing says which of it counts
            if not make:
                raise NoCatalogue
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(folder, Ledger(folder, write=make), live=live)

    def add(self, fingerprints: Sequence[Fingerprint], facts: dict[str, str] | None = None) -> int:
        """Keep fingerprints; when this returns they are on the disk, and hunts that begin find them.

        What is there already changes nothing. ``facts`` are noted in the same transaction. Gives how many were not
        live yet. Raises ``FingerprintUnusable`` (nothing was kept) and ``NotKept`` (repeat it).
        """
        new = self.ledger.add([checked(one) for one in fingerprints], facts)
        self._since += new
        if self._since >= self._live:
            self._compact_behind()
        return new

    def forget(self, items: Sequence[str]) -> None:
        """Let everything known of these items count no more; they may be added again. Raises ``NotKept``."""
        self.ledger.forget(items)

    def compact(self) -> None:
        """Make partitions of what is live, drop what was forgotten, make damaged rows again. See ``compacting``."""
        compacting.compact(self.folder, self.ledger)

    def status(self) -> Status:
        """How it stands."""
        standing = self.ledger.standing(())
        settled: dict[str, int] = {}
        partitions = self.ledger.partitions()
        for one in partitions:
            settled[one.signal_type] = settled.get(one.signal_type, 0) + one.fingerprints
        return Status(settled, self.ledger.counts(), len(partitions), len(standing.forgotten))

    @contextmanager
    def snapshot(self, kinds: Sequence[str] = KINDS) -> Iterator[Snapshot]:
        """What stands of these types now; its files stay until it is over. Raises ``CatalogueDamaged``."""
        with compacting.reading(self.folder):
            standing = self.ledger.standing(kinds)
            parts = tuple(Partition(self.folder, listed) for listed in standing.partitions)
            yield Snapshot(parts, standing.live, standing.forgotten)

    def close(self) -> None:
        """Wait for a compaction and let go of the files."""
        if self._worker is not None:
            self._worker.join()
        self.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def _compact_behind(self) -> None:
        """Compact in the background when there is enough to do; another process that does already is as good."""
        if self._worker is not None and self._worker.is_alive():
            return
        self._since = 0
        if max(self.ledger.counts().values(), default=0) < self._live:
            return
        self._worker = threading.Thread(target=self._compact_quietly, name="compacting")
        self._worker.start()

    def _compact_quietly(self) -> None:
        try:
            self.compact()
        except Compacting:
            return
        except (CatalogueFailure, OSError) as failure:
            _log.error("catalogue_not_compacted", kind=type(failure).__name__)  # what is live stays live and counts
