"""A segment: signals in one file that never changes, mapped into memory and shared by all processes that read it.

File format, version 1. Everything is little-endian; sections begin at multiples of 4,096 bytes and are filled up with
zeros to the next; there is nothing after the last. It is written under another name, synced, renamed.

    header    4,096 bytes
        0     8  the characters ``COMITYIX``
        8     4  version, 1
       12     4  m: into how many words hashes are cut; 0: the file has no tables
       16     8  n: rows, at most 2²⁸
       24     8  base
       32     4  w: bytes of a number, 1 to 8
       36     4  zero
       40    48  for hashes, tables, numbers in turn: bytes without filling (8), XXH64 of the section with it (8)
       88        zeros
    4,088     8  XXH64 of the header's first 4,064 bytes
    hashes    n rows of 4 words of 8 bytes, in the order of word 0 (when m is 0, as given). A row is the hash as 64
              hexadecimal digits, read as four numbers of 16 digits.
    tables    words of 4 bytes: for each of the m words its starts of buckets (2^width + 1), then for each word but
              the first the n rows in the order of its buckets. Bit i of a hash is bit i mod 64 of word ⌊i / 64⌋;
              word k takes the next ⌈256 / m⌉ bits if k < 256 mod m, else ⌊256 / m⌋.
    numbers   n words of w bytes: the row's local number, less the base

On opening, every section's XXH64 and every entry of the tables is checked, so that a damaged file is refused
(``SegmentDamaged``) and no search can leave its arrays. XXH64 finds damage; it does not keep out who may write here.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from comity.matching.index import checking, sorting, words
from comity.matching.index.errors import SegmentDamaged, SegmentForeign, TooManyRows
from comity.matching.index.files import syncing, whole
from comity.matching.index.table import Table

Words64 = npt.NDArray[np.uint64]
Words32 = npt.NDArray[np.uint32]

PAGE = 4_096
MOST_ROWS = 1 << 28
_MAGIC, _VERSION = b"COMITYIX", 1
_HEAD = struct.Struct("<8sIIQQII6Q")
_CHECKED = 4_064
_MOST_WORDS = 16


@dataclass(frozen=True)
class _Layout:
    """What the header says, and where sections lie."""

    cut: int
    rows: int
    base: int
    width: int

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Bytes of each section without filling."""
        tables = words.tables_length(self.cut, self.rows) if self.cut else 0
        return self.rows * 32, tables * 4, self.rows * self.width

    @property
    def starts(self) -> tuple[int, int, int, int]:
        """Where each section begins, and where the file ends."""
        hashes, tables, numbers = (_filled(size) for size in self.sizes)
        return PAGE, PAGE + hashes, PAGE + hashes + tables, PAGE + hashes + tables + numbers

    def header(self, digests: Iterable[int]) -> bytes:
        """The first page."""
        pairs = [value for pair in zip(self.sizes, digests, strict=True) for value in pair]
        head = _HEAD.pack(_MAGIC, _VERSION, self.cut, self.rows, self.base, self.width, 0, *pairs)
        head = head.ljust(_CHECKED, b"\0")
        return head + _digest(np.frombuffer(head, dtype=np.uint64)).to_bytes(8, "little").rjust(PAGE - _CHECKED, b"\0")


def build(path: Path, numbers: Words64, hashes: Words64, cut: int | None = None) -> None:
    """Write a segment of ``hashes`` (rows of four words) that stand for ``numbers``, in any order, repeated or not.

    ``cut`` says into how many words; by default what is best for so many. Raises ``TooManyRows``.
    """
    if len(hashes) > MOST_ROWS:
        raise TooManyRows
    cut = words.best(len(hashes)) if cut is None else cut
    flat = np.ascontiguousarray(hashes, dtype=np.uint64).reshape(-1)
    first = np.zeros(words.table_sizes(cut)[0] if cut else 0, dtype=np.uint32)
    if cut:
        flat, order = sorting.in_order(flat, cut, first)
        numbers = numbers[order]
    base = int(numbers.min()) if len(numbers) else 0
    width = max(1, -(-(int(numbers.max()) - base).bit_length() // 8)) if len(numbers) else 1
    layout = _Layout(cut, len(numbers), base, width)
    with whole(path) as file:
        file.truncate(layout.starts[3])
        with syncing(file):
            _write(file, layout.starts[0], flat)
            _write(file, layout.starts[1], first)
            narrow = (numbers - np.uint64(base)).view(np.uint8).reshape(-1, 8)[:, :width]
            _write(file, layout.starts[2], np.ascontiguousarray(narrow).reshape(-1))
            _write_others(file, layout, flat)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            digests = [_digest(section) for section in _sections(mapped, layout)]
        _write(file, 0, np.frombuffer(layout.header(digests), dtype=np.uint8))


def _write_others(file: BinaryIO, layout: _Layout, flat: Words64) -> None:
    if not layout.cut:
        return
    sizes = words.table_sizes(layout.cut)

    def give(number: int, table: Words32, rows: Words32) -> None:
        listed = sum(sizes) + (number - 1) * layout.rows
        _write(file, layout.starts[1] + 4 * sum(sizes[:number]), table)
        _write(file, layout.starts[1] + 4 * listed, rows)

    sorting.sort_others(flat, layout.cut, give)


def _write(file: BinaryIO, at: int, data: npt.NDArray[Any]) -> None:
    """Several threads write at once, each at its own place."""
    view = data.view(np.uint8).data if data.size else memoryview(b"")
    while len(view):
        written = os.pwrite(file.fileno(), view[: 1 << 30], at)
        view, at = view[written:], at + written


def load(path: Path) -> Table:
    """Map a segment and check all of it. Raises ``SegmentForeign`` or ``SegmentDamaged``."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        layout, digests = _read_header(file.read(PAGE), size)
        mapped = mmap.mmap(file.fileno(), size, mmap.MAP_SHARED | mmap.MAP_POPULATE, mmap.PROT_READ)
    sections = _sections(mapped, layout)
    with ThreadPoolExecutor(sorting.THREADS, thread_name_prefix="checking") as pool:
        if list(pool.map(_digest, sections)) != digests:
            raise SegmentDamaged(path.name)
        tables = sections[1].view(np.uint32)[: layout.sizes[1] // 4]
        if not all(pool.map(lambda check: check(), _trustworthy(layout, tables))):
            raise SegmentDamaged(path.name)
    numbers = sections[2].view(np.uint8)[: layout.sizes[2]].reshape(layout.rows, layout.width)
    table = Table(sections[0][: layout.rows * 4], tables, numbers, layout.base, layout.cut)
    if layout.base + (1 << 8 * layout.width) > 1 << 64 and (table.all_numbers() < np.uint64(layout.base)).any():
        raise SegmentDamaged(path.name)  # a sum of base and number went beyond 64 bits
    return table


def _read_header(head: bytes, size: int) -> tuple[_Layout, list[int]]:
    if len(head) < PAGE or not head.startswith(_MAGIC):
        raise SegmentForeign
    _, version, cut, rows, base, width, _, *pairs = _HEAD.unpack_from(head)
    if version != _VERSION:
        raise SegmentForeign(f"version {version}")
    stated = int.from_bytes(head[-8:], "little")
    if _digest(np.frombuffer(head[:_CHECKED], dtype=np.uint64)) != stated or any(head[_CHECKED:-8]):
        raise SegmentDamaged("header")
    if cut not in (0, *range(10, _MOST_WORDS + 1)) or rows > MOST_ROWS or width not in range(1, 9):
        raise SegmentDamaged("header")
    layout = _Layout(cut, rows, base, width)
    if tuple(pairs[::2]) != layout.sizes or layout.starts[3] != size:
        raise SegmentDamaged("length")
    return layout, pairs[1::2]


def _sections(mapped: mmap.mmap, layout: _Layout) -> list[Words64]:
    data = np.frombuffer(mapped, dtype=np.uint64)
    starts = layout.starts
    return [data[begin // 8 : end // 8] for begin, end in pairwise(starts)]


def _trustworthy(layout: _Layout, tables: Words32) -> list[Callable[[], bool]]:
    """The checks of each part of the tables."""
    sizes = words.table_sizes(layout.cut) if layout.cut else []
    parts = np.split(tables, np.cumsum(sizes)) if sizes else []
    rows = np.uint64(layout.rows)
    checks = [checking.starts_hold] * len(sizes) + [checking.rows_hold] * (len(parts) - len(sizes))
    return [partial(check, part, rows) for check, part in zip(checks, parts, strict=True)]


def _digest(section: Words64) -> int:
    return int(checking.xxh64(section)) if len(section) else 0


def _filled(size: int) -> int:
    return -(-size // PAGE) * PAGE
