"""A ZIP archive as a stream: nothing is kept but the list of files, and nothing is written twice.

PKWARE APPNOTE 6.3.10 with ZIP64. The first file is stored without further fields, as containers want it whose type is
read from their first bytes (EN 319 162-1 clause A.1); the others are raw DEFLATE blocks without compression, since a
stored file whose size is told only behind it cannot be read as a stream.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comity.casefile.documents.collection import PackedFile
from comity.execution.disclosure.beside import Sha512

_DESCRIBED_LATER, _UTF8 = 1 << 3, 1 << 11
_STORED, _DEFLATED = 0, 8
_EPOCH = (1 << 5) | 1
"""1 January 1980 in the format of MS-DOS: an archive of the same files is the same archive."""
_BLOCK = 0xFFFF
_LAST_BLOCK = b"\x01\x00\x00\xff\xff"


@dataclass(frozen=True, slots=True)
class _Written:
    name: bytes
    method: int
    flags: int
    crc: int
    packed: int
    size: int
    offset: int


class Archive:
    """Give what every method yields to whoever reads the archive, in this order: ``first``, ``file`` …, ``end``."""

    def __init__(self) -> None:
        self._offset = 0
        self._written: list[_Written] = []
        self.files: list[PackedFile] = []
        """What was written after the first, with sizes and digests."""

    def first(self, name: str, body: bytes) -> Iterator[bytes]:
        """The file that says what the archive is."""
        made = _Written(name.encode(), _STORED, 0, zlib.crc32(body), len(body), len(body), self._offset)
        yield self._out(struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, _STORED, 0, _EPOCH, made.crc, *_sizes(made), 0))
        yield self._out(made.name + body)
        self._written.append(made)

    def file(self, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """One file, streamed; afterwards its digest stands in ``files``."""
        shown, offset = name.encode(), self._offset
        flags = _DESCRIBED_LATER | _UTF8
        extra = struct.pack("<2H2Q", 1, 16, 0, 0)
        lengths = (0, 0xFFFFFFFF, 0xFFFFFFFF, len(shown), len(extra))
        yield self._out(struct.pack("<4s5H3I2H", b"PK\3\4", 45, flags, _DEFLATED, 0, _EPOCH, *lengths) + shown + extra)
        crc, size, digest = 0, 0, Sha512()
        start = self._offset
        with digest:
            for chunk in chunks:
                digest.update(chunk)
                crc, size = zlib.crc32(chunk, crc), size + len(chunk)
                yield self._out(_blocks(chunk))
        yield self._out(_LAST_BLOCK)
        made = _Written(shown, _DEFLATED, flags, crc, self._offset - start, size, offset)
        yield self._out(struct.pack("<4sI2Q", b"PK\7\x08", crc, made.packed, size))
        self._written.append(made)
        self.files.append(PackedFile(name=name, size=size, sha512=digest.hexdigest()))

    def end(self) -> Iterator[bytes]:
        """The directory of all files."""
        start = self._offset
        for made in self._written:
            yield self._out(_listed(made))
        size, count = self._offset - start, len(self._written)
        whole = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
        locator = struct.pack("<4sIQI", b"PK\6\7", 0, self._offset, 1)
        short = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
        yield self._out(whole + locator + short)

    def _out(self, body: bytes) -> bytes:
        self._offset += len(body)
        return body


def _blocks(chunk: bytes) -> bytes:
    """Stored blocks of DEFLATE (RFC 1951 section 3.2.4), none of them the last; zlib copies five times as slowly."""
    view = memoryview(chunk)
    pieces: list[bytes | memoryview] = []
    for start in range(0, len(view), _BLOCK):
        part = view[start : start + _BLOCK]
        pieces += [struct.pack("<B2H", 0, len(part), len(part) ^ 0xFFFF), part]
    return b"".join(pieces)


def _listed(made: _Written) -> bytes:
    """A file's line in the directory. The first file is small and lies at the beginning: it has no further fields."""
    if made.method == _STORED:
        fixed = (20, 20, made.flags, made.method, 0, _EPOCH, made.crc, *_sizes(made), 0, 0, 0, 0, 0, made.offset)
        return struct.pack("<4s6H3I5H2I", b"PK\1\2", *fixed) + made.name
    extra = struct.pack("<2H3Q", 1, 24, made.size, made.packed, made.offset)
    sizes = (0xFFFFFFFF, 0xFFFFFFFF, len(made.name), len(extra), 0, 0, 0, 0, 0xFFFFFFFF)
    fixed = (45, 45, made.flags, made.method, 0, _EPOCH, made.crc, *sizes)
    return struct.pack("<4s6H3I5H2I", b"PK\1\2", *fixed) + made.name + extra


def _sizes(made: _Written) -> tuple[int, int, int]:
    return made.packed, made.size, len(made.name)
