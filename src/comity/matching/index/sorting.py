"""Making the tables: rows sorted by word 0, then for each word its buckets by counting sort (compressed rows)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from comity.matching.index import words
from comity.matching.index.compiled import kernel
from comity.matching.index.kernels import word

Words64 = npt.NDArray[np.uint64]
Words32 = npt.NDArray[np.uint32]

THREADS = 2
"""Words are sorted side by side; more threads would want more memory."""
_ONE, _FOUR = np.uint64(1), np.uint64(4)


@kernel
def count_values(hashes: Any, limb: Any, shift: Any, mask: Any, values: Any, table: Any) -> None:
    """Write each row's word, and after each value how often it occurs."""
    for row in range(np.uint64(values.shape[0])):
        at = row * _FOUR
        h = (hashes[at], hashes[at + _ONE], hashes[at + np.uint64(2)], hashes[at + np.uint64(3)])
        value = word(h, limb, shift, mask)
        values[row] = np.uint32(value)
        table[value + _ONE] += np.uint32(1)


@kernel
def place_rows(values: Any, table: Any, rows: Any) -> None:
    """Turn counts into starts and list the rows of each bucket, in their order."""
    start = np.uint32(0)
    for value in range(np.uint64(table.shape[0])):
        start += table[value]
        table[value] = start
    for row in range(np.uint64(values.shape[0])):
        bucket = np.uint64(values[row])
        rows[table[bucket]] = np.uint32(row)
        table[bucket] += np.uint32(1)
    last = np.uint64(table.shape[0]) - _ONE
    for behind in range(last):
        table[last - behind] = table[last - behind - _ONE]
    table[0] = np.uint32(0)


@kernel
def take_rows(hashes: Any, rows: Any, taken: Any) -> None:
    """Copy whole rows in another order."""
    for place in range(np.uint64(rows.shape[0])):
        at, source = place * _FOUR, np.uint64(rows[place]) * _FOUR
        taken[at] = hashes[source]
        taken[at + _ONE] = hashes[source + _ONE]
        taken[at + np.uint64(2)] = hashes[source + np.uint64(2)]
        taken[at + np.uint64(3)] = hashes[source + np.uint64(3)]


def sorted_by(hashes: Words64, cut: int, number: int, table: Words32) -> Words32:
    """The rows in the order of one word; ``table``, all zero, gets the starts of its buckets."""
    width = words.widths(cut)[number]
    bit = sum(words.widths(cut)[:number])
    values = np.empty(len(hashes) // 4, dtype=np.uint32)
    rows = np.empty_like(values)
    count_values(hashes, np.uint64(bit >> 6), np.uint64(bit & 63), np.uint64((1 << width) - 1), values, table)
    place_rows(values, table, rows)
    return rows


def in_order(hashes: Words64, cut: int, table: Words32) -> tuple[Words64, Words32]:
    """Hashes in the order of word 0, and which row each was before."""
    rows = sorted_by(hashes, cut, 0, table)
    taken = np.empty_like(hashes)
    take_rows(hashes, rows, taken)
    return taken, rows


def sort_others(hashes: Words64, cut: int, give: Callable[[int, Words32, Words32], None]) -> None:
    """Sort by every word but 0; ``give`` gets a word's number, its table and its rows, from several threads."""

    def one(number: int) -> None:
        table = np.zeros(words.table_sizes(cut)[number], dtype=np.uint32)
        give(number, table, sorted_by(hashes, cut, number, table))

    with ThreadPoolExecutor(THREADS, thread_name_prefix="sorting") as pool:
        list(pool.map(one, range(1, cut)))
