"""The comparing itself: for each stored row the nearest of the queries' rows that covers it.

Arrays as kernels take them: ``rows`` and ``queries`` flat, so many words of 64 bits a row; ``radii`` one for each
query; ``nearest``, for each row from ``first`` on, distance · 2³² + number of the nearest query that covers it (so the
first of equally near ones is the least), ``NOTHING`` where none does.

For many queries, tables of *them*: ``starts`` has for each word (``index.words.plan``) and each value of it where its
list in ``entries`` begins, which is of the queries whose word is as near to the value as that word is searched. So each
stored row looks once into each word's table. Rows are taken in blocks, word by word: a word's table stays near, and
lists are asked for before they are needed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from comity.matching.index.compiled import kernel, popcount, prefetch
from comity.matching.index.kernels import word
from comity.matching.index.words import FIELDS, HEAD

NOTHING = np.uint64(0xFFFFFFFFFFFFFFFF)
PLACES = 65_537
"""Starts in the table of one place of 16 bits."""
BLOCK = 2_048
"""Rows in a block: twice so many places of ``scratch``."""
_ZERO, _ONE, _TWO, _THREE, _FOUR = (np.uint64(number) for number in range(5))
_HEAD, _FIELDS, _BLOCK, _HALF = np.uint64(HEAD), np.uint64(FIELDS), np.uint64(BLOCK), np.uint64(32)
_SIGNATURE, _LOW = np.uint64(32), np.uint64(0x7FFF7FFF7FFF7FFF)


@kernel
def compare_all(rows: Any, first: Any, last: Any, queries: Any, radii: Any, nearest: Any) -> None:
    """Rows of four words, against every query: best where there are few."""
    best: Any
    for row in range(first, last):
        at, best = row * _FOUR, NOTHING
        a, b, c, d = rows[at], rows[at + _ONE], rows[at + _TWO], rows[at + _THREE]
        for query in range(np.uint64(radii.shape[0])):
            q = query * _FOUR
            far = popcount(a ^ queries[q]) + popcount(b ^ queries[q + _ONE])
            if far <= radii[query]:
                far += popcount(c ^ queries[q + _TWO]) + popcount(d ^ queries[q + _THREE])
                if far <= radii[query]:
                    best = min(best, (far << _HALF) | query)
        nearest[row - first] = best


@kernel
def places_apart(rows: Any, at: Any, queries: Any, q: Any, most: Any) -> Any:
    """In how many of their 128 places of 16 bits two signatures differ; some number above ``most`` if in more."""
    far: Any = _ZERO
    for number in range(_SIGNATURE):
        x = rows[at + number] ^ queries[q + number]
        far += popcount((((x & _LOW) + _LOW) | x) & ~_LOW)  # the highest bit of each place that is not zero
        if far > most:
            break
    return far


@kernel
def compare_places(rows: Any, first: Any, last: Any, queries: Any, radii: Any, nearest: Any) -> None:
    """Rows of 32 words, which are signatures of texts: the distance is the number of places that differ."""
    best: Any
    for row in range(first, last):
        best = NOTHING
        for query in range(np.uint64(radii.shape[0])):
            far = places_apart(rows, row * _SIGNATURE, queries, query * _SIGNATURE, radii[query])
            if far <= radii[query]:
                best = min(best, (far << _HALF) | query)
        nearest[row - first] = best


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


@kernel
def count_entries(queries: Any, plan: Any, starts: Any) -> Any:
    """Make ``starts``, which come as zeros, for all words; how many entries there are."""
    for query in range(np.uint64(queries.shape[0]) // _FOUR):
        q = query * _FOUR
        h = (queries[q], queries[q + _ONE], queries[q + _TWO], queries[q + _THREE])
        for number in range(plan[0]):
            f = _HEAD + number * _FIELDS
            value = word(h, plan[f], plan[f + _ONE], plan[f + _TWO])
            for flip in range(plan[f + np.uint64(5)], plan[f + np.uint64(5)] + plan[f + np.uint64(6)]):
                starts[plan[f + _THREE] + (value ^ plan[flip]) + _ONE] += np.uint32(1)
    total = _ZERO
    for number in range(plan[0]):
        f = _HEAD + number * _FIELDS
        for bucket in range(plan[f + _THREE], plan[f + _THREE] + plan[f + _TWO] + _TWO):
            total += np.uint64(starts[bucket])
            starts[bucket] = np.uint32(total)
    return total


@kernel
def fill_entries(queries: Any, plan: Any, room: Any, entries: Any) -> None:
    """Write ``entries``, in each list rising; ``room`` is a copy of ``starts``, used up."""
    for query in range(np.uint64(queries.shape[0]) // _FOUR):
        q = query * _FOUR
        h = (queries[q], queries[q + _ONE], queries[q + _TWO], queries[q + _THREE])
        for number in range(plan[0]):
            f = _HEAD + number * _FIELDS
            value = word(h, plan[f], plan[f + _ONE], plan[f + _TWO])
            for flip in range(plan[f + np.uint64(5)], plan[f + np.uint64(5)] + plan[f + np.uint64(6)]):
                bucket = plan[f + _THREE] + (value ^ plan[flip])
                entries[np.uint64(room[bucket])] = np.uint32(query)
                room[bucket] += np.uint32(1)


@kernel
def list_block(  # noqa: PLR0913, PLR0917 -- as above
    rows: Any,
    block: Any,
    end: Any,
    first: Any,
    plan: Any,
    f: Any,
    starts: Any,
    entries: Any,
    nearest: Any,
    scratch: Any,
) -> None:
    """Note where the list of each row of a block begins and ends, in the table of the word with fields at ``f``."""
    limb, shift, mask, table = plan[f], plan[f + _ONE], plan[f + _TWO], plan[f + _THREE]
    for row in range(block, end):
        at, place = row * _FOUR, row - block
        h = (rows[at], rows[at + _ONE], rows[at + _TWO], rows[at + _THREE])
        bucket = table + word(h, limb, shift, mask)
        begin = starts[bucket]
        prefetch(entries, np.uint64(begin))
        scratch[place] = begin
        # a row that is a query's own needs no other: lists rise, so it has the first of its equals
        scratch[_BLOCK + place] = begin if nearest[row - first] >> _HALF == _ZERO else starts[bucket + _ONE]


@kernel
def compare_block(  # noqa: PLR0913, PLR0917 -- as above
    rows: Any,
    block: Any,
    end: Any,
    first: Any,
    queries: Any,
    radii: Any,
    entries: Any,
    nearest: Any,
    scratch: Any,
) -> None:
    """Compare each row of a block with the queries in its list."""
    best: Any
    for row in range(block, end):
        at, place = row * _FOUR, row - block
        begin, stop = np.uint64(scratch[place]), np.uint64(scratch[_BLOCK + place])
        if begin < stop:
            best = nearest[row - first]
            a, b, c, d = rows[at], rows[at + _ONE], rows[at + _TWO], rows[at + _THREE]
            for slot in range(begin, stop):
                query = np.uint64(entries[slot])
                q = query * _FOUR
                far = popcount(a ^ queries[q]) + popcount(b ^ queries[q + _ONE])
                if far <= radii[query]:
                    far += popcount(c ^ queries[q + _TWO]) + popcount(d ^ queries[q + _THREE])
                    if far <= radii[query]:
                        best = min(best, (far << _HALF) | query)
            nearest[row - first] = best


@kernel
def compare_through(  # noqa: PLR0913, PLR0917 -- as above
    rows: Any,
    first: Any,
    last: Any,
    queries: Any,
    radii: Any,
    plan: Any,
    starts: Any,
    entries: Any,
    nearest: Any,
    scratch: Any,
) -> None:
    """The same as ``compare_all`` through tables: best where there are many queries."""
    for place in range(last - first):
        nearest[place] = NOTHING
    for block in range(first, last, _BLOCK):
        end = min(block + _BLOCK, last)
        for number in range(plan[0]):
            f = _HEAD + number * _FIELDS
            list_block(rows, block, end, first, plan, f, starts, entries, nearest, scratch)
            compare_block(rows, block, end, first, queries, radii, entries, nearest, scratch)


@kernel
def compare_places_through(  # noqa: PLR0913, PLR0917 -- as above
    rows: Any, first: Any, last: Any, queries: Any, radii: Any, starts: Any, entries: Any, nearest: Any
) -> None:
    """The same as ``compare_places`` through tables of so many places that one of them is equal in what is covered."""
    places = np.uint64(starts.shape[0]) // np.uint64(PLACES)
    best: Any
    for row in range(first, last):
        at, best = row * _SIGNATURE, NOTHING
        for place in range(places):
            value = (rows[at + place // _FOUR] >> (np.uint64(16) * (place % _FOUR))) & np.uint64(0xFFFF)
            bucket = place * np.uint64(PLACES) + value
            for slot in range(np.uint64(starts[bucket]), np.uint64(starts[bucket + _ONE])):
                query = np.uint64(entries[slot])
                far = places_apart(rows, at, queries, query * _SIGNATURE, radii[query])
                if far <= radii[query]:
                    best = min(best, (far << _HALF) | query)
        nearest[row - first] = best
