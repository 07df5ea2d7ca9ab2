"""The journal: every change since the last segment was made, on the disk before it is acknowledged.

File format, version 1, little-endian. One record is written and synced at a time, so only the last can be torn.

    header, 32 bytes: the characters ``COMITYJL``, version (4), zero (4), the journal's number (8), CRC-32 of the 24
        bytes before (4), zero (4)
    record: ``RECD``, kind (4: 1 add, 2 remove, 3 removed before, in one segment), count (4), CRC-32 (4) of the rest,
        sequence from 1 (8), segment (8, else 0), then count numbers (8 each) and, to add, count hashes (32 each)

A record that does not hold ends the journal if nothing after it holds: it was never acknowledged, and is cut off.
Where a record after it holds, acknowledged changes are damaged: ``JournalDamaged``.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from comity.matching.index.errors import JournalDamaged, NotAcknowledged, WritesRefused
from comity.matching.index.files import whole

Words64 = npt.NDArray[np.uint64]

_MAGIC, _MARK, _VERSION = b"COMITYJL", b"RECD", 1
_HEADER, _HEAD, _REST = struct.Struct("<8sIIQII"), struct.Struct("<4sIII"), struct.Struct("<QQ")
_HEAD_BYTES = _HEAD.size + _REST.size
MOST_ROWS = 1 << 24
"""Rows of one record; larger additions become segments."""
_MOST_TRIES = 1_000
_NO_HASHES = np.empty((0, 4), dtype=np.uint64)


class Kind(IntEnum):
    """What a record changes."""

    ADD = 1
    REMOVE = 2
    REMOVED = 3
    """Numbers that were removed from one segment by an older journal."""


@dataclass(frozen=True, eq=False)
class Record:
    """One change."""

    kind: Kind
    numbers: Words64
    hashes: Words64 = field(default_factory=lambda: _NO_HASHES)
    segment: int = 0

    def written(self, sequence: int) -> bytes:
        """As it stands in the file."""
        rest = _REST.pack(sequence, self.segment) + self.numbers.tobytes() + self.hashes.tobytes()
        check = zlib.crc32(rest, zlib.crc32(struct.pack("<II", self.kind, len(self.numbers))))
        return _HEAD.pack(_MARK, self.kind, len(self.numbers), check) + rest


class Disk(Protocol):
    """What a journal asks of the operating system; tests have one that fails."""

    def write(self, handle: int, data: bytes, at: int) -> None:
        """Write all of ``data``."""

    def sync(self, handle: int) -> None:
        """Return when everything written is on the disk."""

    def cut(self, handle: int, length: int) -> None:
        """Forget what stands behind ``length``, on the disk too."""


class RealDisk:
    """The operating system itself."""

    def write(self, handle: int, data: bytes, at: int) -> None:
        """Write all of ``data``."""
        rest = memoryview(data)
        while rest:
            written = os.pwrite(handle, rest, at)
            rest, at = rest[written:], at + written

    def sync(self, handle: int) -> None:
        """Fsync."""
        os.fsync(handle)

    def cut(self, handle: int, length: int) -> None:
        """Truncate and fsync."""
        os.ftruncate(handle, length)
        os.fsync(handle)


def create(path: Path, number: int, records: list[Record]) -> None:
    """Make a journal that begins with ``records``; when this returns it is on the disk."""
    head = _HEADER.pack(_MAGIC, _VERSION, 0, number, 0, 0)[:24]
    with whole(path) as file:
        file.write(head + zlib.crc32(head).to_bytes(4, "little") + bytes(4))
        for sequence, record in enumerate(records, 1):
            file.write(record.written(sequence))


class Reader:
    """Reads on where it stopped, while another process writes."""

    def __init__(self, path: Path, number: int) -> None:
        self.path, self.number = path, number
        self.at = self.sequence = 0

    def records(self) -> Iterator[Record]:
        """Every whole record that was not read yet. Raises ``JournalDamaged``."""
        with self.path.open("rb") as file:
            file.seek(self.at)
            data = file.read()
        begun = self.at
        if not begun:
            self._check(data[: _HEADER.size])
            self.at = _HEADER.size
        while self.at - begun < len(data):
            found = _parse(data, self.at - begun, self.sequence + 1)
            if found is None:
                _no_record_after(data, self.at - begun, self.sequence + 1, self.path.name)
                return
            record, length = found
            self.at, self.sequence = self.at + length, self.sequence + 1
            yield record

    def _check(self, head: bytes) -> None:
        if len(head) != _HEADER.size or zlib.crc32(head[:24]) != int.from_bytes(head[24:28], "little"):
            raise JournalDamaged(self.path.name)
        magic, version, _, number, _, _ = _HEADER.unpack(head)
        if (magic, version, number) != (_MAGIC, _VERSION, self.number):
            raise JournalDamaged(self.path.name)


class Writer:
    """Appends to a journal that was read to its end."""

    def __init__(self, reader: Reader, disk: Disk) -> None:
        """Cut off what was torn; raises ``OSError`` when that fails."""
        self.number = reader.number
        self._disk = disk
        self.length, self._sequence = reader.at, reader.sequence
        self._handle = os.open(reader.path, os.O_RDWR)
        self._stuck = False
        if os.fstat(self._handle).st_size != self.length:
            disk.cut(self._handle, self.length)

    def append(self, record: Record) -> None:
        """Return when the record is on the disk.

        Raises ``NotAcknowledged`` when it may be lost (what was written is cut off: repeat it), ``WritesRefused``
        when cutting failed too: then the file's end is unknown until it is opened again.
        """
        if self._stuck:
            raise WritesRefused
        data = record.written(self._sequence + 1)
        try:
            self._disk.write(self._handle, data, self.length)
            self._disk.sync(self._handle)
        except OSError as error:
            self._undo()
            raise NotAcknowledged(str(error)) from error
        self.length, self._sequence = self.length + len(data), self._sequence + 1

    def _undo(self) -> None:
        self._stuck = True
        try:
            self._disk.cut(self._handle, self.length)
        except OSError as error:
            raise WritesRefused(str(error)) from error
        self._stuck = False

    def close(self) -> None:
        """Everything acknowledged is on the disk already."""
        os.close(self._handle)


def _parse(data: bytes, at: int, sequence: int) -> tuple[Record, int] | None:
    """The record at ``at`` and its length, if it holds and is at least the ``sequence``-th."""
    if len(data) - at < _HEAD_BYTES:
        return None
    mark, kind, count, check = _HEAD.unpack_from(data, at)
    number, segment = _REST.unpack_from(data, at + _HEAD.size)
    length = _HEAD_BYTES + count * (40 if kind == Kind.ADD else 8)
    if mark != _MARK or kind not in tuple(Kind) or count > MOST_ROWS or len(data) - at < length or number < sequence:
        return None
    rest = memoryview(data)[at + _HEAD.size : at + length]
    if zlib.crc32(rest, zlib.crc32(struct.pack("<II", kind, count))) != check:
        return None
    words = np.frombuffer(rest, dtype=np.uint64)[2:]
    hashes = words[count:].reshape(-1, 4) if kind == Kind.ADD else _NO_HASHES
    return Record(Kind(kind), words[:count], hashes, segment), length


def _no_record_after(data: bytes, at: int, sequence: int, name: str) -> None:
    """Raise ``JournalDamaged`` when a later record holds, or when so much looks like one that it is no accident."""
    for _ in range(_MOST_TRIES):
        at = data.find(_MARK, at + 1)
        if at < 0:
            return
        if _parse(data, at, sequence) is not None:
            break
    raise JournalDamaged(name)
