"""Hashes made to order, and the plain answer to every search: compare everything with everything."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Words64 = npt.NDArray[np.uint64]
Found = set[tuple[int, int, int]]


def hashes(rng: np.random.Generator, count: int) -> Words64:
    return rng.integers(0, 1 << 64, (count, 4), dtype=np.uint64)


def flipped(row: Words64, bits: Any) -> Words64:
    """A hash in which the bits with these numbers differ (bit i: bit i mod 64 of word i // 64)."""
    changed = row.copy()
    for bit in bits:
        changed[int(bit) >> 6] ^= np.uint64(1 << (int(bit) & 63))
    return changed


def distances(queries: Words64, rows: Words64) -> npt.NDArray[Any]:
    return np.bitwise_count(queries[:, None, :] ^ rows[None]).sum(axis=2, dtype=np.int64)


def expected(queries: Words64, rows: Words64, radius: int) -> Found:
    far = distances(queries, rows)
    query, row = np.nonzero(far <= radius)
    return set(zip(query.tolist(), row.tolist(), far[query, row].tolist(), strict=True))


def as_set(query: Any, number: Any, distance: Any) -> Found:
    """The same shape from an answer, which must say nothing twice."""
    found = list(zip(query.tolist(), number.tolist(), distance.tolist(), strict=True))
    assert len(found) == len(set(found)), "a match was reported twice"
    return set(found)
