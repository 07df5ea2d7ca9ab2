"""How 256 bits are cut into words, and how far each word must be searched so that nothing within a radius is missed.

The general radius plan. Cut a hash into m words and write the radius as r = m·a + b with 0 ≤ b < m. Search the words
0..b at radius a and the others at radius a − 1. If two hashes differed by more than that in every word, they would
differ by at least (b + 1)(a + 1) + (m − b − 1)·a = r + 1 bits: so every pair within r is found by some word.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

BITS = 256
FIELDS = 8
"""Numbers for each word in a plan: limb, shift, mask, table, rows, first flip, flips, radius + 1."""
HEAD = 4
"""Numbers before them: how many words, radius, slots needed for buckets, unused."""
_SIZES = ((4_096, 0), (400_000, 16), (3_000_000, 13), (30_000_000, 11))
_DEAREST = 40_000
"""More buckets than this for one search are never worth it: then every row is compared."""

Words64 = npt.NDArray[np.uint64]


def best(rows: int) -> int:
    """Into how many words to cut hashes when there are so many rows; 0: no tables, every row is compared."""
    for most, words in _SIZES:
        if rows <= most:
            return words
    return 10


def widths(words: int) -> list[int]:
    """Bits of each word; the first ones are a bit wider when 256 cannot be divided evenly."""
    return [BITS // words + (number < BITS % words) for number in range(words)]


def radii(words: int, radius: int) -> list[int]:
    """The radius at which each word is searched; -1: it need not be."""
    a, b = divmod(radius, words)
    return [a if number <= b else a - 1 for number in range(words)]


def table_sizes(words: int) -> list[int]:
    """Entries of each word's table of bucket starts: one for each value and one for the end."""
    return [(1 << width) + 1 for width in widths(words)]


def tables_length(words: int, rows: int) -> int:
    """Entries of all tables and of all lists of rows; word 0 has no list, since rows lie in its order."""
    return sum(table_sizes(words)) + max(words - 1, 0) * rows


@lru_cache(maxsize=512)
def plan(words: int, rows: int, radius: int) -> Words64:
    """What the kernel needs for one radius, flat: head, fields of each word, flips of each width.

    Where tables do not help (none there, or too many buckets), the plan has no words: every row is compared.
    """
    searched = radii(words, radius) if words else []
    buckets = sum(_flips(width, far) for width, far in zip(widths(words), searched, strict=True)) if words else 0
    if not words or buckets > _DEAREST or buckets > max(rows, 1):
        return np.array([0, radius, 0, 0], dtype=np.uint64)
    return _laid_out(words, rows, radius, searched)


def _laid_out(words: int, rows: int, radius: int, searched: list[int]) -> Words64:
    flips: list[int] = []
    first: dict[int, int] = {}
    fields: list[int] = []
    bit, table, listed, buckets = 0, 0, sum(table_sizes(words)), 0
    flips_at = HEAD + words * FIELDS
    for number, (width, far) in enumerate(zip(widths(words), searched, strict=True)):
        if width not in first:
            first[width] = flips_at + len(flips)
            flips += _masks(width, max(searched))
        count = _flips(width, far)
        rows_at = listed + (number - 1) * rows if number else 0
        fields += [bit >> 6, bit & 63, (1 << width) - 1, table, rows_at, first[width], count, far + 1]
        bit, table, buckets = bit + width, table + (1 << width) + 1, buckets + count
    return np.array([words, radius, buckets, 0, *fields, *flips], dtype=np.uint64)


def _flips(width: int, radius: int) -> int:
    return sum(math.comb(width, bits) for bits in range(radius + 1))


@lru_cache(maxsize=64)
def _masks(width: int, radius: int) -> list[int]:
    """Every way of flipping at most ``radius`` of ``width`` bits, fewest first: a smaller radius is a beginning."""
    return [
        mask
        for bits in range(radius + 1)
        for mask in sorted(sum(1 << bit for bit in chosen) for chosen in combinations(range(width), bits))
    ]
