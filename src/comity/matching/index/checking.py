"""Is a file what was written? XXH64 of its sections (for damage, not for malice), and tables that a search can trust.

XXH64 is Yann Collet's published non-cryptographic hash (xxHash specification 0.1.1, section "XXH64"), for lengths that
are a multiple of 32 bytes, seed 0. It runs at the speed of memory, so a whole index is checked whenever it is opened.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from comity.matching.index.compiled import kernel

_P1, _P2, _P3 = np.uint64(0x9E3779B185EBCA87), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)
_P4 = np.uint64(0x85EBCA77C2B2AE63)
_ONE, _FOUR, _EIGHT, _FULL = np.uint64(1), np.uint64(4), np.uint64(8), np.uint64(64)


@kernel
def turned(value: Any, by: Any) -> Any:
    """Rotate to the left."""
    return (value << by) | (value >> (_FULL - by))


@kernel
def one_round(lane: Any, data: Any) -> Any:
    """Mix eight bytes into a lane."""
    return turned(lane + data * _P2, np.uint64(31)) * _P1


@kernel
def merged(digest: Any, lane: Any) -> Any:
    """Mix a lane into the digest."""
    return (digest ^ one_round(np.uint64(0), lane)) * _P1 + _P4


@kernel
def xxh64(data: Any) -> Any:
    """XXH64 of words of 64 bits (little-endian), whose number is a multiple of four and not zero."""
    a, b, c, d = _P1 + _P2, _P2, np.uint64(0), np.uint64(0) - _P1
    length = np.uint64(data.shape[0])
    for at in range(np.uint64(0), length, _FOUR):
        a = one_round(a, data[at])
        b = one_round(b, data[at + _ONE])
        c = one_round(c, data[at + np.uint64(2)])
        d = one_round(d, data[at + np.uint64(3)])
    digest = turned(a, np.uint64(1)) + turned(b, np.uint64(7)) + turned(c, np.uint64(12)) + turned(d, np.uint64(18))
    digest = merged(merged(merged(merged(digest, a), b), c), d) + length * _EIGHT
    digest = (digest ^ (digest >> np.uint64(33))) * _P2
    digest = (digest ^ (digest >> np.uint64(29))) * _P3
    return digest ^ (digest >> np.uint64(32))


@kernel
def starts_hold(table: Any, rows: Any) -> Any:
    """Whether a table of starts begins at 0, never falls and ends at ``rows``."""
    falls = table[0] != np.uint32(0) or np.uint64(table[table.shape[0] - 1]) != rows
    for value in range(np.uint64(1), np.uint64(table.shape[0])):
        falls |= table[value] < table[value - _ONE]
    return not falls


@kernel
def rows_hold(listed: Any, rows: Any) -> Any:
    """Whether every listed row exists."""
    outside = False
    for place in range(np.uint64(listed.shape[0])):
        outside |= np.uint64(listed[place]) >= rows
    return not outside
