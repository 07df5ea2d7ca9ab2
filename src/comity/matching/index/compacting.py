"""Which parts become one segment, and what stands in it."""

from __future__ import annotations

import numpy as np

from comity.matching.index.contents import NONE, Part, Words64

_ALIKE = 4


def chosen(frozen: tuple[Part, ...], segments: tuple[Part, ...], *, whole: bool) -> tuple[Part, ...]:
    """Rows that were live, and every segment, or those no larger than four times what is already chosen.

    So each row is written again only a few times while an index grows, and there are never many segments.
    """
    if whole:
        return (*frozen, *segments)
    taken = list(frozen)
    rows = sum(part.table.rows for part in frozen)
    for part in sorted(segments, key=lambda part: part.table.rows):
        if part.table.rows > _ALIKE * rows:
            break
        taken.append(part)
        rows += part.table.rows
    return tuple(taken)


def settled(segments: tuple[Part, ...]) -> bool:
    """Whether nothing would be gained: one segment at most, and nothing removed from it."""
    return len(segments) <= 1 and not any(len(part.dead) for part in segments)


def merged(parts: tuple[Part, ...]) -> tuple[Words64, Words64]:
    """Numbers and hashes of all that was not removed."""
    standing = [part.standing() for part in parts]
    if not standing:
        return NONE, np.empty((0, 4), dtype=np.uint64)
    return np.concatenate([numbers for numbers, _ in standing]), np.concatenate([hashes for _, hashes in standing])
