"""The index of one folder: add, remove, search, compact. See the plaque for what it promises."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import structlog

from comity.matching.index import answers
from comity.matching.index.answers import Matches
from comity.matching.index.compacting import chosen, merged, settled
from comity.matching.index.contents import Contents, Part
from comity.matching.index.errors import IndexClosed, IndexFailure, NotHashes, OpenedToRead, RadiusOutOfRange
from comity.matching.index.journal import Disk, Kind, RealDisk, Record
from comity.matching.index.store import Changes, Files, OwnFiles
from comity.matching.index.table import EVERY

Words64 = npt.NDArray[np.uint64]

PDQ_RADIUS = 31
"""Bits within which two PDQ hashes are of one picture, as the industry's lists have it."""
LIVE = 8_192
"""So many live rows cost a search some ten microseconds; then they are made into a segment, in the background."""
BULK = 65_536
"""So many rows at once become a segment at once."""
_BATCH = 256
"""From so many queries on, a search uses two threads."""
_THREADS = 2
_JOURNAL = 1 << 25
"""So many bytes of journal are made into segments too, though few rows are live: many removals make them."""
_log = structlog.get_logger("comity.matching.index")


class Index:
    """Signals of 256 bits in a folder. Every method may be called from any thread; one process writes, many read."""

    def __init__(self, files: Files, *, background: bool, live: int = LIVE) -> None:
        """Use ``open``."""
        self._files = files
        self._contents: Contents | None = files.contents
        self._own = files if isinstance(files, OwnFiles) else None
        self._changes = None if self._own else Changes(files.folder, write=False)
        self._seen = -1
        self._writing, self._compacting = threading.RLock(), threading.Lock()
        self._background, self._live = background, live
        self._removed: list[Words64] | None = None
        self._worker: threading.Thread | None = None
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="searching")

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        read_only: bool = False,
        background: bool = True,
        live: int = LIVE,
        disk: Disk | None = None,
    ) -> Self:
        """Open the index in ``folder``; to write, make it if there is none.

        ``background``: compact by itself when there are ``live`` live rows. Raises ``FolderOwned`` when another process
        writes here, ``SegmentDamaged`` and the like when files are not what was written.
        """
        if not read_only:
            return cls(OwnFiles(folder, disk or RealDisk()), background=background, live=live)
        files = Files(folder)
        files.load()
        return cls(files, background=False)

    @property
    def rows(self) -> int:
        """Rows in memory, those removed but not yet compacted among them."""
        return sum(part.table.rows for part in self._parts())

    def search(self, hashes: Words64, radius: int = PDQ_RADIUS, most: int | None = None) -> Matches:
        """Every number that has a hash within ``radius`` bits of each of ``hashes`` (rows of four words).

        With ``most``, at most so many for each hash, and those that have more are named in ``capped``: a cluster of
        thousands of near-duplicates then costs no more than a small one. Raises ``NotHashes``, ``RadiusOutOfRange``.
        """
        parts = self._parts()
        if hashes.dtype != np.uint64 or hashes.ndim != 2 or hashes.shape[1] != 4 or (most is not None and most < 1):
            raise NotHashes
        if not 0 <= radius < 256:
            raise RadiusOutOfRange
        if not hashes.flags.carray:  # kernels are compiled for one kind of array
            hashes = hashes.copy()
        if len(hashes) < _BATCH:
            return answers.search(parts, hashes, radius, most)
        firsts = list(range(0, len(hashes), -(-len(hashes) // (4 * _THREADS))))
        pieces = np.split(hashes, firsts[1:])
        found = self._pool.map(lambda piece: answers.search(parts, piece, radius, most), pieces)
        return answers.joined(list(found), firsts)

    def add(self, numbers: Words64, hashes: Words64) -> None:
        """Let ``hashes`` match as ``numbers``, row by row; when this returns they do, and will after a crash.

        A number may have many hashes; adding what is there already changes nothing, so repeating a call is safe.
        Raises ``NotAcknowledged`` when the disk refused (repeat it) and ``WritesRefused`` when it is lost.
        """
        numbers, hashes = _checked(numbers, hashes)
        with self._writing:
            own = self._writable()
            new = ~self._there(numbers, hashes)
            numbers, hashes = numbers[new], hashes[new]
            if len(numbers) >= BULK:
                self._add_segment(own, numbers, hashes)
            elif len(numbers):
                own.append(Record(Kind.ADD, numbers, hashes))
                own.contents.add(numbers, hashes)
                own.changes.tell()
            self._compact_behind(own)

    def remove(self, numbers: Words64) -> None:
        """Let ``numbers`` match no more; when this returns they do not, and will not after a crash."""
        numbers = np.unique(np.asarray(numbers, dtype=np.uint64))
        with self._writing:
            own = self._writable()
            if not len(numbers):
                return
            own.append(Record(Kind.REMOVE, numbers))
            own.contents.remove(numbers, own.manifest.journals[-1])
            own.changes.tell()
            if self._removed is not None:
                self._removed.append(numbers)
            self._compact_behind(own)

    def compact(self, *, whole: bool = True) -> None:
        """Make one segment of everything (or, not ``whole``, of live rows and segments about as small).

        Searches, additions and removals go on meanwhile. A failure leaves the index as it was.
        """
        with self._compacting:
            with self._writing:
                own = self._writable()
                if not own.contents.live_rows and settled(own.contents.segments):
                    return
                journal = own.rotate()
                parts = chosen(own.contents.freeze(), own.contents.segments, whole=whole)
                number, self._removed = own.segment_number(), []
            try:
                numbers, hashes = merged(parts)
                new = (own.build(number, numbers, hashes, journal),) if len(numbers) else ()
                with self._writing:
                    self._swap(own, parts, new, journal)
            finally:
                with self._writing:
                    self._removed = None

    def close(self) -> None:
        """Wait for a compaction and let go of the files."""
        worker = self._worker
        if worker is not None:
            worker.join()
        with self._writing:
            if self._contents is None:
                return
            self._contents = None
            self._pool.shutdown()
            if self._own:
                self._own.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def _parts(self) -> tuple[Part, ...]:
        if self._changes is not None and self._changes.now() != self._seen:
            self._follow(self._changes.now())
        contents = self._contents
        if contents is None:
            raise IndexClosed
        return contents.parts

    def _follow(self, now: int) -> None:
        with self._writing:
            if self._contents is not None and now != self._seen:
                self._files.follow()
                self._contents, self._seen = self._files.contents, now

    def _writable(self) -> OwnFiles:
        if self._own is None:
            raise OpenedToRead
        if self._contents is None:
            raise IndexClosed
        return self._own

    def _there(self, numbers: Words64, hashes: Words64) -> npt.NDArray[np.bool_]:
        """Which rows match already under the same number."""
        there = np.zeros(len(numbers), dtype=np.bool_)
        for part in self._parts():
            hits, found = part.find(hashes, 0, EVERY)
            there[hits.query[found == numbers[hits.query]]] = True
        return there

    def _add_segment(self, own: OwnFiles, numbers: Words64, hashes: Words64) -> None:
        journal = own.rotate()  # what was removed before must not concern it
        part = own.build(own.segment_number(), numbers, hashes, journal)
        own.put_in_force((*own.contents.segments, part), own.manifest.journals[0])
        own.contents.swap((), (part,))

    def _swap(self, own: OwnFiles, old: tuple[Part, ...], new: tuple[Part, ...], journal: int) -> None:
        merged_segments = {part.segment for part in old}
        kept = tuple(part for part in own.contents.segments if part.segment not in merged_segments)
        for numbers in self._removed or ():
            new = tuple(part.without(numbers) for part in new)
        own.put_in_force((*kept, *new), journal)
        own.contents.swap(old, new)

    def _compact_behind(self, own: OwnFiles) -> None:
        needed = own.contents.live_rows >= self._live or own.journal_bytes >= _JOURNAL
        if not self._background or not needed or (self._worker is not None and self._worker.is_alive()):
            return
        self._worker = threading.Thread(target=self._compact_quietly, name="compacting")
        self._worker.start()

    def _compact_quietly(self) -> None:
        try:
            self.compact(whole=False)
        except (IndexFailure, OSError) as error:
            _log.error("index_not_compacted", kind=type(error).__name__)  # live rows stay live and go on matching


def _checked(numbers: Words64, hashes: Words64) -> tuple[Words64, Words64]:
    numbers, hashes = np.asarray(numbers), np.asarray(hashes)
    if numbers.dtype != np.uint64 or hashes.dtype != np.uint64 or hashes.shape != (*numbers.shape, 4):
        raise NotHashes
    return np.array(numbers, order="C"), np.array(hashes, order="C")
