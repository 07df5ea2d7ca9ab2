"""The search itself: every row within a radius of a hash, found through the words' tables or by comparing every row.

Arrays as kernels take them: ``hashes`` flat, four words of 64 bits a row, rows in the order of word 0; ``tables`` the
starts of all buckets, then the lists of rows of words 1, 2 …; ``plan`` as ``words.plan`` makes it; ``scratch`` room for
marks, starts and ends of buckets, then for candidates; ``found`` one column for each match: query, row, distance.

Memory is slow and the processor can wait for many lines at once, so each word is done in three sweeps: all buckets of
all words, then a word's candidates, each asked for before it is needed, then their distances. A match is reported
only in the first word that qualifies, so nothing has to be remembered of what was visited. Everything unsigned is of
64 bits: numba makes a floating-point number of a sum of signed and unsigned.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from comity.matching.index.compiled import kernel, popcount, prefetch

MARKS = 32
"""Slots at the beginning of ``scratch``: where each word's buckets end. No plan has more words."""
CANDIDATES = 4_096
"""Slots at its end: candidates whose distances are computed together."""
_ZERO, _ONE, _FOUR, _HALF = np.uint64(0), np.uint64(1), np.uint64(4), np.uint64(63)
_FIELDS, _HEAD = np.uint64(8), np.uint64(4)
_BATCH = np.uint64(CANDIDATES)
_MARKS = np.uint64(MARKS)


@kernel
def word(h: Any, limb: Any, shift: Any, mask: Any) -> Any:
    """Bits of a hash, a tuple of four words of 64: ``shift`` bits into ``limb``, perhaps running on into the next."""
    if limb == _ZERO:
        low, high = h[0], h[1]
    elif limb == _ONE:
        low, high = h[1], h[2]
    elif limb == np.uint64(2):
        low, high = h[2], h[3]
    else:
        low, high = h[3], h[3]
    return ((low >> shift) | ((high << (_HALF - shift)) << _ONE)) & mask


@kernel
def distance(hashes: Any, at: Any, h: Any) -> Any:
    """Bits in which the row that begins at ``at`` differs."""
    return (
        popcount(hashes[at] ^ h[0])
        + popcount(hashes[at + _ONE] ^ h[1])
        + popcount(hashes[at + np.uint64(2)] ^ h[2])
        + popcount(hashes[at + np.uint64(3)] ^ h[3])
    )


@kernel
def first_word(hashes: Any, at: Any, h: Any, plan: Any) -> Any:
    """The first word in which the row is as near as that word is searched."""
    difference = (
        hashes[at] ^ h[0],
        hashes[at + _ONE] ^ h[1],
        hashes[at + np.uint64(2)] ^ h[2],
        hashes[at + np.uint64(3)] ^ h[3],
    )
    for number in range(plan[0]):
        f = _HEAD + number * _FIELDS
        if popcount(word(difference, plan[f], plan[f + _ONE], plan[f + np.uint64(2)])) < plan[f + np.uint64(7)]:
            return number
    return plan[0]


@kernel
def gather(h: Any, tables: Any, plan: Any, scratch: Any) -> Any:
    """Note start and end of every bucket that is not empty; the number of rows in all of them."""
    starts, ends = _MARKS, _MARKS + plan[2] + _ONE
    noted, total = _ZERO, _ZERO
    for number in range(plan[0]):
        f = _HEAD + number * _FIELDS
        value = word(h, plan[f], plan[f + _ONE], plan[f + np.uint64(2)])
        table = plan[f + np.uint64(3)]
        flips = plan[f + np.uint64(5)]
        rows_at = plan[f + _FOUR]
        for flip in range(flips, flips + plan[f + np.uint64(6)]):
            prefetch(tables, table + (value ^ plan[flip]))
        for flip in range(flips, flips + plan[f + np.uint64(6)]):
            bucket = table + (value ^ plan[flip])
            start, end = tables[bucket], tables[bucket + _ONE]
            scratch[starts + noted] = start
            scratch[ends + noted] = end
            prefetch(tables, rows_at + np.uint64(start))
            noted += np.uint64(end > start)
            total += np.uint64(end - start)
        scratch[number] = noted
    return total


@kernel
def candidates(hashes: Any, tables: Any, plan: Any, scratch: Any, number: Any, bucket: Any) -> Any:
    """Write rows of a word's buckets from ``bucket`` on, as many as there is room for; how many, and what comes next.

    A bucket larger than the room is taken in pieces: its start moves on.
    """
    starts, ends = _MARKS, _MARKS + plan[2] + _ONE
    room = ends + plan[2] + _ONE
    rows_at = plan[_HEAD + number * _FIELDS + _FOUR]
    stop = np.uint64(scratch[number])
    taken = _ZERO
    while bucket < stop and taken < _BATCH:
        start, end = np.uint64(scratch[starts + bucket]), np.uint64(scratch[ends + bucket])
        if taken + (end - start) > _BATCH:
            end = start + (_BATCH - taken)
            scratch[starts + bucket] = np.uint32(end)
        else:
            bucket += _ONE
        for place in range(start, end):
            row = np.uint32(place) if number == _ZERO else tables[rows_at + place]
            scratch[room + taken] = row
            prefetch(hashes, np.uint64(row) * _FOUR)
            taken += _ONE
    return taken, bucket


@kernel
def through_tables(h: Any, hashes: Any, tables: Any, plan: Any, scratch: Any, found: Any, count: Any, most: Any) -> Any:  # noqa: PLR0913, PLR0917 -- arrays are passed one by one: boxing them costs more than the search
    """Report matches from column ``count`` on; the new count, or more than ``most`` when there was no more room."""
    room = _MARKS + np.uint64(2) * (plan[2] + _ONE)
    for number in range(plan[0]):
        bucket = _ZERO if number == _ZERO else np.uint64(scratch[number - _ONE])
        while bucket < np.uint64(scratch[number]):
            taken, bucket = candidates(hashes, tables, plan, scratch, number, bucket)
            for place in range(room, room + taken):
                at = np.uint64(scratch[place]) * _FOUR
                far = distance(hashes, at, h)
                if far <= plan[1] and first_word(hashes, at, h, plan) == number:
                    if count >= most:
                        return most + _ONE
                    found[1, count] = scratch[place]
                    found[2, count] = np.uint32(far)
                    count += _ONE
    return count


@kernel
def through_rows(h: Any, hashes: Any, radius: Any, found: Any, count: Any, most: Any) -> Any:
    """The same by comparing every row, in their order."""
    for row in range(np.uint64(hashes.shape[0]) // _FOUR):
        far = distance(hashes, row * _FOUR, h)
        if far <= radius:
            if count >= most:
                return most + _ONE
            found[1, count] = np.uint32(row)
            found[2, count] = np.uint32(far)
            count += _ONE
    return count


@kernel
def find(queries: Any, first: Any, hashes: Any, tables: Any, plan: Any, scratch: Any, found: Any, most: Any) -> Any:  # noqa: PLR0913, PLR0917 -- as above
    """Search for ``queries`` from ``first`` on; how many matches, and which query comes next.

    At most ``most`` matches of one query are reported; one more column, its row meaning nothing and its distance 256,
    says that there are others. Queries whose matches have no room are left for the next call.
    """
    count, room = _ZERO, np.uint64(found.shape[1])
    half = np.uint64(hashes.shape[0]) // np.uint64(8)
    for query in range(first, np.uint64(queries.shape[0])):
        h = (queries[query, 0], queries[query, 1], queries[query, 2], queries[query, 3])
        fits = min(most, room - count)
        limit = count + fits
        if plan[0] > _ZERO and gather(h, tables, plan, scratch) <= half:
            after = through_tables(h, hashes, tables, plan, scratch, found, count, limit)
        else:
            after = through_rows(h, hashes, plan[1], found, count, limit)
        if after > limit:
            if fits < most or limit >= room:
                return count, query
            found[2, limit] = np.uint32(256)
            after = limit + _ONE
        for column in range(count, after):
            found[0, column] = np.uint32(query)
        count = after
    return count, np.uint64(queries.shape[0])
