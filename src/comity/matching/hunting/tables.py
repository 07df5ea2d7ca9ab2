"""Tables of the queries, for the kernels that compare many of them at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from comity.matching.catalogue.spelling import Words32, Words64
from comity.matching.hunting import kernels
from comity.matching.hunting.queries import Wanted
from comity.matching.index import words

T = TypeVar("T", bound=np.generic)

FEW = 150
"""Up to so many rows of queries, comparing each stored row with all of them is quicker than looking into tables."""
_CUTS = ((30_000, 16), (1 << 32, 14))
_MOST_ENTRIES = 1 << 28
_ENDLESS = 1 << 40


@dataclass(frozen=True, eq=False)
class Tables:
    """``plan`` is empty for signatures of texts."""

    plan: Words64
    starts: Words32
    entries: Words32


@dataclass(frozen=True, eq=False)
class Prepared:
    """Queries of one type with what the kernels take; arrays are not to be written, as mapped and shared ones are."""

    want: Wanted
    flat: Words64
    radii: Words64
    tables: Tables | None


def prepare(want: Wanted, few: int = FEW) -> Prepared:
    """Lay the queries out; with tables where there are more than ``few`` rows of them."""
    flat, radii = _fixed(want.rows.reshape(-1)), _fixed(want.radii)
    tables = None
    if len(radii) > few:
        tables = _of_places(want) if want.kind == "text_likeness" else _of_words(flat, radii)
    return Prepared(want, flat, radii, tables)


def _of_words(flat: Words64, radii: Words64) -> Tables | None:
    """By words of a hash; ``None`` where the farthest radius makes tables dearer than comparing everything."""
    cut = next(cut for most, cut in _CUTS if len(radii) <= most)
    farthest = int(radii.max())
    lists = [
        (sum(math.comb(width, bits) for bits in range(far + 1)), 1 << width)
        for width, far in zip(words.widths(cut), words.radii(cut, farthest), strict=True)
    ]
    if sum(count for count, _ in lists) * len(radii) > _MOST_ENTRIES or sum(count / of for count, of in lists) > 0.5:
        return None
    plan = words.plan(cut, _ENDLESS, farthest)
    starts = np.zeros(sum(words.table_sizes(cut)), dtype=np.uint32)
    entries = np.empty(int(kernels.count_entries(flat, plan, starts)), dtype=np.uint32)
    kernels.fill_entries(flat, plan, starts.copy(), entries)
    return Tables(_fixed(plan), _fixed(starts), _fixed(entries))


def _of_places(want: Wanted) -> Tables | None:
    """By places of a signature: where at most r differ, one of any r + 1 is equal."""
    values = want.rows.astype("<u8").view("<u2").reshape(len(want.rows), -1)
    places = int(want.radii.max()) + 1
    if places > values.shape[1]:
        return None
    starts, entries = [], []
    for place in range(places):
        column = values[:, place]
        counts = np.concatenate([[0], np.bincount(column, minlength=kernels.PLACES - 1)]).cumsum()
        starts.append(counts + place * len(column))
        entries.append(np.argsort(column, kind="stable"))
    return Tables(
        _fixed(np.empty(0, dtype=np.uint64)),
        _fixed(np.concatenate(starts).astype(np.uint32)),
        _fixed(np.concatenate(entries).astype(np.uint32)),
    )


def _fixed(array: npt.NDArray[T]) -> npt.NDArray[T]:
    fixed = np.array(array, order="C")
    fixed.setflags(write=False)
    return fixed
