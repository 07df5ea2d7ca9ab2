"""Answers of several parts become one: each number once for a query, nearest first, no more than was wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from comity.matching.index.contents import NONE, Part
from comity.matching.index.table import EVERY

Words64 = npt.NDArray[np.uint64]


class Matches(NamedTuple):
    """Every number within the radius: by query, then nearest first, then by number; a row of three arrays for each."""

    query: Words64
    """Which of the hashes asked for, from 0."""
    number: Words64
    distance: Words64
    """Bits, of the nearest of the number's hashes."""
    capped: Words64
    """Queries, rising, that have more matches than were wanted: not every match, nor surely the nearest, is here."""


NO_MATCHES = Matches(NONE, NONE, NONE, NONE)
_Answer = tuple[Words64, Words64, Words64, Words64]


def search(parts: Sequence[Part], queries: Words64, radius: int, most: int | None) -> Matches:
    """Ask every part."""
    limit = EVERY if most is None else np.uint64(most)
    answers: list[_Answer] = []
    for part in parts:
        hits, numbers = part.find(queries, radius, limit)
        if len(hits.query) or len(hits.capped):
            answers.append((hits.query, numbers, hits.distance, hits.capped))  # type: ignore[arg-type]  # widened below
    if not answers:
        return NO_MATCHES
    return _in_order([np.concatenate(column).astype(np.uint64) for column in zip(*answers, strict=True)], most)


def joined(pieces: Sequence[Matches], firsts: Sequence[int]) -> Matches:
    """Answers to pieces of a batch, each with the number of its first query."""
    query = [piece.query + np.uint64(first) for piece, first in zip(pieces, firsts, strict=True)]
    capped = [piece.capped + np.uint64(first) for piece, first in zip(pieces, firsts, strict=True)]
    numbers, distances = [piece.number for piece in pieces], [piece.distance for piece in pieces]
    return Matches(*(np.concatenate(column) for column in (query, numbers, distances, capped)))


def _in_order(columns: list[Words64], most: int | None) -> Matches:
    query, number, distance, capped = columns
    if len(query) > 1:
        order = np.lexsort((distance, number, query))
        query, number, distance = query[order], number[order], distance[order]
        again = np.zeros(len(query), dtype=np.bool_)
        again[1:] = (query[1:] == query[:-1]) & (number[1:] == number[:-1])
        query, number, distance = query[~again], number[~again], distance[~again]
        order = np.lexsort((number, distance, query))
        query, number, distance = query[order], number[order], distance[order]
    if most is None:
        return Matches(query, number, distance, NONE)
    place = np.arange(len(query)) - np.searchsorted(query, query)
    wanted = place < most
    capped = np.union1d(capped, query[~wanted])
    return Matches(query[wanted], number[wanted], distance[wanted], capped)
