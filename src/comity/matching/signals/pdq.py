"""PDQ of a luminance picture, from its published definition: 256 bits, and how much there was to hash.

The definition (Meta, *The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm*, 2019): luminance;
twice a box filter along both axes, of 1/128 of the side each, rounded up; one pixel of each of 64 x 64 cells; the
16 x 16 coefficients of its cosine transform behind the constant one; a bit for each greater than their median.

Filter and choice of pixels are linear, and the same for every row: for each axis they fold into one matrix of 64 rows,
whose rows are two windows wide. The picture is read in bands. A hash is 32 bytes, big-endian as its text.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from comity.matching.errors import MissingLibraries

if TYPE_CHECKING:
    from numpy.typing import NDArray

try:
    import numpy as np
except ImportError as error:  # pragma: no cover -- an environment without the extra
    raise MissingLibraries.named("numpy") from error

Pixels: TypeAlias = "NDArray[np.integer[Any]] | NDArray[np.floating[Any]]"
"""Light from 0 to 255."""
SMALLEST_SIDE = 5
"""Pixels; the reference hashes nothing smaller."""
LEAST_QUALITY = 50
"""Of 100. Below it the reference's own users match nothing: such hashes lie close to each other by chance."""
_CELLS = 64
_GROUPS = (8, 4)
_SMALL = 1_024
"""Cells that are made at once along an axis: eight of up to so many pixels, four of more, as was measured."""
_LUMA = (0.299, 0.587, 0.114)
"""Red, green, blue (ITU-R BT.601)."""


@dataclass(frozen=True)
class Pdq:
    """A hash of 32 bytes and its quality (0: nothing to see; 100: much)."""

    hash: bytes
    quality: int

    @property
    def text(self) -> str:
        """64 hexadecimal digits."""
        return self.hash.hex()

    @property
    def featureless(self) -> bool:
        """Whether there is too little in the picture for its hash to mean anything."""
        return self.quality < LEAST_QUALITY


def pdq(pixels: Pixels) -> Pdq:
    """The hash of a picture: rows x columns of luminance, or rows x columns x (red, green, blue). Any real type."""
    cells = shrink(pixels)
    return Pdq(_bits(transform(cells)), _quality(cells))


def dihedral(pixels: Pixels) -> dict[str, Pdq]:
    """The hash as it is, and of the picture turned and mirrored in all eight ways.

    A turned or mirrored picture has the transform of the original with signs changed or transposed; so these cost
    nothing, and differ from the hash of the truly turned picture by the few bits that windows of even width decide.
    """
    cells = shrink(pixels)
    quality, found = _quality(cells), transform(cells)
    return {name: Pdq(_bits(turned), quality) for name, turned in _turned(found).items()}


def shrink(pixels: Pixels) -> NDArray[np.float32]:
    """The 64 x 64 cells of a picture, filtered; ``ValueError`` for a side below ``SMALLEST_SIDE``."""
    height, width = pixels.shape[:2]
    if min(height, width) < SMALLEST_SIDE:
        message = f"{width} x {height} pixels are too few to hash"
        raise ValueError(message)
    flat = pixels.reshape(height, -1)
    rows: Any = np.empty((_CELLS, flat.shape[1]), np.float32)
    for place, begin, end, weights in _axis(height):
        np.matmul(weights, flat[begin:end].astype(np.float32), out=rows[place : place + len(weights)])
    if pixels.ndim == 3:
        rows = rows.reshape(_CELLS, width, -1)[:, :, :3] @ np.array(_LUMA, np.float32)
    cells = np.empty((_CELLS, _CELLS), np.float32)
    for place, begin, end, weights in _axis(width):
        np.matmul(rows[:, begin:end], weights.T, out=cells[:, place : place + len(weights)])
    return cells


def transform(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """The 16 x 16 coefficients of the cosine transform behind the constant one."""
    cosines = _cosines()
    found: Any = cosines @ cells @ cosines.T
    return np.asarray(found, np.float32)


@functools.lru_cache(maxsize=256)
def _axis(side: int) -> tuple[tuple[int, int, int, NDArray[np.float32]], ...]:
    """The folded matrix of one axis in groups of rows: each one's first row, the pixels it needs, and its weights."""
    window = -(-side // (2 * _CELLS))
    whole = np.zeros((_CELLS, side))
    for cell in range(_CELLS):
        begin, end = _covered(int((cell + 0.5) * side / _CELLS), window, side)
        for pixel in range(begin, end):
            first, last = _covered(pixel, window, side)
            whole[cell, first:last] += 1.0 / ((last - first) * (end - begin))
    groups = []
    group = _GROUPS[side > _SMALL]
    for cell in range(0, _CELLS, group):
        weights = whole[cell : cell + group]
        used = np.flatnonzero(weights.any(axis=0))
        begin, end = int(used[0]), int(used[-1]) + 1
        groups.append((cell, begin, end, np.ascontiguousarray(weights[:, begin:end], np.float32)))
    return tuple(groups)


def _covered(pixel: int, window: int, side: int) -> tuple[int, int]:
    """The pixels that a window around one covers; one of even width reaches one further ahead than behind."""
    ahead = (window + 2) // 2
    return max(0, pixel - (window - ahead)), min(side, pixel + ahead)


@functools.lru_cache(maxsize=1)
def _cosines() -> NDArray[np.float32]:
    order, place = np.arange(1, 17)[:, None], np.arange(_CELLS)[None, :]
    cosines = np.sqrt(2.0 / _CELLS) * np.cos(np.pi / (2 * _CELLS) * order * (2 * place + 1))
    folded: NDArray[np.float32] = cosines.astype(np.float32)
    return folded


def _bits(coefficients: NDArray[np.float32]) -> bytes:
    """A bit for each coefficient above the lower median, the last coefficient first."""
    flat = coefficients.ravel()
    above = flat > np.partition(flat, 127)[127]
    return bytes(np.packbits(above[::-1]))


def _quality(cells: NDArray[np.float32]) -> int:
    """The published measure: differences between neighbouring cells in hundredths of the range, whole ones only."""
    steps = np.empty(2 * _CELLS * (_CELLS - 1), np.float32)
    down, across = steps.reshape(2, -1)
    np.subtract(cells[1:], cells[:-1], out=down.reshape(_CELLS - 1, _CELLS))
    np.subtract(cells[:, 1:], cells[:, :-1], out=across.reshape(_CELLS, _CELLS - 1))
    np.abs(steps, out=steps)
    steps *= np.float32(100)
    steps /= np.float32(255)
    return min(100, int(steps.astype(np.int32).sum()) // 90)


def _turned(found: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Mirroring changes the sign of every odd coefficient along an axis; they begin at one here, so at the first."""
    odd = np.where(np.arange(16) % 2 == 0, np.float32(-1), np.float32(1))
    columns, rows = found * odd[None, :], found * odd[:, None]
    both = rows * odd[None, :]
    return {
        "stored": found,
        "turned_90": columns.T,
        "turned_180": both,
        "turned_270": rows.T,
        "mirrored_rows": rows,
        "mirrored_columns": columns,
        "transposed": found.T,
        "transposed_otherwise": both.T,
    }
