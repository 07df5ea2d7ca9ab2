"""A partition's rows, derived from its Parquet file: words that are mapped into memory and compared where they lie.

File format, version 1, little-endian; sections begin at multiples of 4,096 bytes, filled up with zeros.

    header   4,096 bytes: the characters ``COMITYCR``, version (4), words in a row (4), rows (8), fingerprints (8),
             1 when there are owners (8), SHA-256 of the Parquet file (32), zeros, XXH64 of the 4,064 bytes before (8,
             at 4,088)
    rows     rows x words of 8 bytes
    owners   of each row the number of its fingerprint in the Parquet file (4 bytes), rising; or nothing
    sums     XXH64 of every 65,536 rows, one of all owners with their filling if there are any, zeros up to a multiple
             of four, XXH64 of this section before it

Whoever compares rows checks their sum first: a damaged file is found before its answer is believed. A sum that held is
not computed again by the same process while the file is the same (device, inode, size, times of change).
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np

from comity.matching.catalogue.errors import PartitionDamaged
from comity.matching.catalogue.spelling import Rows, Words32, Words64
from comity.matching.index import checking
from comity.matching.index.files import whole

CHUNK = 65_536
"""Rows with one sum."""
_PAGE, _CHECKED = 4_096, 4_064
_MAGIC, _VERSION = b"COMITYCR", 1
_HEAD = struct.Struct("<8sIIQQQ32s")


@dataclass(frozen=True)
class _Layout:
    width: int
    rows: int
    fingerprints: int
    owned: int

    @property
    def chunks(self) -> int:
        return -(-self.rows // CHUNK)

    @property
    def starts(self) -> tuple[int, int, int, int]:
        """Where rows, owners and sums begin, and where the file ends."""
        owners = _PAGE + _filled(self.rows * self.width * 8)
        sums = owners + (_filled(self.rows * 4) if self.owned else 0)
        return _PAGE, owners, sums, sums + 8 * (_fours(self.chunks + self.owned) + 1)


def write(path: Path, width: int, fingerprints: int, digest: str, pieces: Iterable[Rows]) -> None:
    """Write the file from pieces of its rows, whose owners count on from piece to piece."""
    rows, owners = 0, []
    with whole(path) as file:
        file.seek(_PAGE)
        for piece in pieces:
            file.write(np.ascontiguousarray(piece.words).data)
            rows += len(piece.words)
            if piece.owners is not None:
                owners.append(piece.owners)
        layout = _Layout(width, rows, fingerprints, int(bool(owners)))
        if owners:
            file.seek(layout.starts[1])
            file.write(np.concatenate(owners).data)
        file.truncate(layout.starts[2])
        file.flush()
        _finish(file, layout, digest)


def _finish(file: BinaryIO, layout: _Layout, digest: str) -> None:
    """Sums behind what was written, and the header before it."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        data = np.frombuffer(mapped, dtype=np.uint64)
        sums = [_sum(data[begin:end]) for begin, end in _chunks(layout)]
        if layout.owned:
            sums.append(_sum(data[layout.starts[1] // 8 : layout.starts[2] // 8]))
        del data
    together = np.zeros(_fours(len(sums)), dtype=np.uint64)
    together[: len(sums)] = sums
    head = _HEAD.pack(
        _MAGIC, _VERSION, layout.width, layout.rows, layout.fingerprints, layout.owned, bytes.fromhex(digest)
    ).ljust(_CHECKED, b"\0")
    file.seek(layout.starts[2])
    file.write(together.tobytes() + _sum(together).to_bytes(8, "little"))
    file.seek(0)
    file.write(head + _sum(np.frombuffer(head, dtype=np.uint64)).to_bytes(8, "little").rjust(_PAGE - _CHECKED, b"\0"))


class RowsFile:
    """A file of rows, mapped. Nothing in it is believed before its sum was compared."""

    def __init__(self, path: Path, digest: str) -> None:
        """Map it. Raises ``PartitionDamaged`` when it is missing, not whole, or derived from another Parquet file."""
        self.name = path.name
        try:
            with path.open("rb") as file:
                now = os.fstat(file.fileno())
                self._layout = _read_header(file.read(_PAGE), now.st_size, digest, self.name)
                self._mapped = mmap.mmap(file.fileno(), now.st_size, mmap.MAP_SHARED, mmap.PROT_READ)
        except OSError as failure:
            raise PartitionDamaged(f"{self.name}: {failure.strerror}") from failure
        self._data = np.frombuffer(self._mapped, dtype=np.uint64)
        starts = self._layout.starts
        sums = self._data[starts[2] // 8 :]
        if _sum(sums[:-1]) != int(sums[-1]):
            raise PartitionDamaged(self.name)
        self._sums = sums
        identity = (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)
        self._held = _held(identity, self._layout.chunks)
        self.width, self.rows, self.fingerprints = (
            self._layout.width,
            self._layout.rows,
            self._layout.fingerprints,
        )
        self._mapped.madvise(mmap.MADV_SEQUENTIAL)

    @property
    def flat(self) -> Words64:
        """Every row's words, one after another, unchecked."""
        return self._data[_PAGE // 8 : _PAGE // 8 + self.rows * self.width]

    def check(self, first: int, last: int, *, anew: bool = False) -> None:
        """Compare sums of rows from ``first``, a multiple of ``CHUNK``, to ``last``; ``anew`` also those that held.

        Raises ``PartitionDamaged``.
        """
        for chunk in range(first // CHUNK, -(-last // CHUNK)):
            if self._held[chunk] and not anew:
                continue
            begin, end = chunk * CHUNK, min(self.rows, (chunk + 1) * CHUNK)
            if _sum(self.flat[begin * self.width : end * self.width]) != int(self._sums[chunk]):
                raise PartitionDamaged(f"{self.name}, rows from {begin}")
            self._held[chunk] = 1

    @cached_property
    def owners(self) -> Words32 | None:
        """Of each row the number of its fingerprint, checked; ``None`` where the row's own number is it."""
        if not self._layout.owned:
            return None
        starts = self._layout.starts
        section = self._data[starts[1] // 8 : starts[2] // 8]
        found = section.view(np.uint32)[: self.rows]
        if _sum(section) != int(self._sums[self._layout.chunks]) or (found >= self.fingerprints).any():
            raise PartitionDamaged(f"{self.name}, owners")
        return found


@lru_cache(maxsize=4_096)
def _held(_identity: tuple[int, ...], chunks: int) -> bytearray:
    """Of each chunk of the file with this identity, 1 when its sum held; threads share it and may compute it twice."""
    return bytearray(chunks)


def _read_header(head: bytes, size: int, digest: str, name: str) -> _Layout:
    if len(head) < _PAGE or _sum(np.frombuffer(head[:_CHECKED], np.uint64)) != int.from_bytes(head[-8:], "little"):
        raise PartitionDamaged(name)
    magic, version, width, rows, fingerprints, owned, stated = _HEAD.unpack_from(head)
    layout = _Layout(width, rows, fingerprints, owned)
    if (magic, version) != (_MAGIC, _VERSION) or stated.hex() != digest or layout.starts[3] != size:
        raise PartitionDamaged(f"{name} is of another partition or version")
    return layout


def _chunks(layout: _Layout) -> list[tuple[int, int]]:
    """Where each begins and ends, in words of the file."""
    first, step, end = _PAGE // 8, CHUNK * layout.width, _PAGE // 8 + layout.rows * layout.width
    return [(begin, min(begin + step, end)) for begin in range(first, end, step)]


def _sum(words: Words64) -> int:
    return int(checking.xxh64(words)) if len(words) else 0


def _filled(size: int) -> int:
    return -(-size // _PAGE) * _PAGE


def _fours(count: int) -> int:
    return -(-count // 4) * 4
