"""The comparing itself: for each stored row the nearest of the queries' rows that covers it.

Arrays as kernels take them: ``rows`` and ``queries`` flat, so many words of 64 bits a row; ``radii`` one for each
query; ``best`` and ``which``, for each row from ``first`` on, the distance and the number of the nearest query that
covers it, the first of equally near ones; ``best`` is ``NOTHING`` where none does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from comity.matching.index.compiled import kernel, popcount

NOTHING = np.uint32(0xFFFFFFFF)
_ZERO, _ONE, _TWO, _THREE, _FOUR = (np.uint64(number) for number in range(5))


@kernel
def compare_all(rows: Any, first: Any, last: Any, queries: Any, radii: Any, best: Any, which: Any) -> None:  # noqa: PLR0913, PLR0917 -- arrays are passed one by one: boxing them costs more
    """Rows of four words, against every query: best where there are few."""
    count: Any = np.uint64(radii.shape[0])
    nearest: Any
    number: Any
    for row in range(first, last):
        at, place = row * _FOUR, row - first
        a, b, c, d = rows[at], rows[at + _ONE], rows[at + _TWO], rows[at + _THREE]
        nearest, number = np.uint64(NOTHING), _ZERO
        for query in range(_ZERO, count):
            q = query * _FOUR
            far = popcount(a ^ queries[q]) + popcount(b ^ queries[q + _ONE])
            if far <= radii[query] and far < nearest:
                far += popcount(c ^ queries[q + _TWO]) + popcount(d ^ queries[q + _THREE])
                if far <= radii[query] and far < nearest:
                    nearest, number = far, query
        best[place], which[place] = np.uint32(nearest), np.uint32(number)


@kernel
def compare_places(rows: Any, first: Any, last: Any, queries: Any, radii: Any, best: Any, which: Any) -> None:  # noqa: PLR0913, PLR0917 -- as above
    """Rows of 32 words, which are signatures of texts: the distance is the number of places of 16 bits that differ."""
    count, width = np.uint64(radii.shape[0]), np.uint64(32)
    low = np.uint64(0x7FFF7FFF7FFF7FFF)
    nearest: Any
    number: Any
    for row in range(first, last):
        place = row - first
        nearest, number = np.uint64(NOTHING), _ZERO
        for query in range(_ZERO, count):
            far = _ZERO
            for word in range(_ZERO, width):
                x = rows[row * width + word] ^ queries[query * width + word]
                far += popcount((((x & low) + low) | x) & ~low)  # the highest bit of each place that is not zero
                if far > radii[query]:
                    break
            if far <= radii[query] and far < nearest:
                nearest, number = far, query
        best[place], which[place] = np.uint32(nearest), np.uint32(number)


@kernel
def shared_frames(rows: Any, first: Any, last: Any, queries: Any, radii: Any, owners: Any, counts: Any) -> None:  # noqa: PLR0913, PLR0917 -- as above
    """Of one stored film's frames, rows ``first`` to ``last``: how many each listed film has, into ``counts``.

    ``owners``, rising, says of which listed film each of the queries' rows is.
    """
    for row in range(first, last):
        at, query = row * _FOUR, _ZERO
        while query < np.uint64(radii.shape[0]):
            q = query * _FOUR
            far = popcount(rows[at] ^ queries[q]) + popcount(rows[at + _ONE] ^ queries[q + _ONE])
            if far <= radii[query]:
                far += popcount(rows[at + _TWO] ^ queries[q + _TWO]) + popcount(rows[at + _THREE] ^ queries[q + _THREE])
            owner = owners[query]
            if far <= radii[query]:
                counts[owner] += _ONE
                while query < np.uint64(radii.shape[0]) and owners[query] == owner:
                    query += _ONE
            else:
                query += _ONE
