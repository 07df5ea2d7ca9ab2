"""Which of many texts are alike: a table of signatures, searched without comparing each with each.

The 128 places stand in 32 groups of four. Texts that agree in a whole group are compared place by place, the others
never. Two texts that have eight pairs of words in ten in common agree in no group once in twenty million times; of
those that have half of them in common, seven in eight are found. What is found is compared as any two signatures are.

A table is made once and never changed; it takes at most 512 bytes a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity.matching.errors import MissingLibraries
from comity.matching.signals.likeness import DISTANCE, PLACES

if TYPE_CHECKING:
    from numpy.typing import NDArray

try:
    import numba
    import numpy as np
except ImportError as error:  # pragma: no cover -- an environment without the extra
    raise MissingLibraries.named(error.name or "numba") from error

_GROUP = 4
_GROUPS = PLACES // _GROUP
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Alike:
    """Pairs found: the number of the text asked about, the number of the listed one, their distance from 0 to 1."""

    asked: NDArray[np.int64]
    listed: NDArray[np.int64]
    distance: NDArray[np.float64]


class TextTable:
    """Signatures (texts x 128), numbered as they are given."""

    def __init__(self, signatures: NDArray[np.uint16]) -> None:
        if signatures.ndim != 2 or signatures.shape[1] != PLACES or signatures.dtype != np.uint16:
            message = f"signatures are rows of {PLACES} words of two bytes"
            raise ValueError(message)
        self._signatures = np.ascontiguousarray(signatures)
        count = len(signatures)
        # One bucket for each text or a little fewer: 4 bytes of number and up to 4 of bucket in each of 32 groups.
        self._shift = 64 - max(1, count.bit_length() - 1)
        buckets = 1 << (64 - self._shift)
        self._starts = np.zeros((_GROUPS, buckets + 1), np.uint32)
        self._numbers = np.empty((_GROUPS, count), np.uint32)
        _build(self._signatures, self._shift, self._starts, self._numbers)

    def __len__(self) -> int:
        return len(self._signatures)

    @property
    def octets(self) -> int:
        """Memory that the table takes."""
        return self._signatures.nbytes + self._starts.nbytes + self._numbers.nbytes

    def alike(self, signatures: NDArray[np.uint16], distance: float = DISTANCE) -> Alike:
        """Every listed text within ``distance`` of each of ``signatures`` that agrees with it in a group."""
        least = PLACES - int(distance * PLACES)
        tables = (self._signatures, self._shift, self._starts, self._numbers)
        found = _search(np.ascontiguousarray(signatures), tables, least)
        return Alike(found[:, 0], found[:, 1], 1.0 - found[:, 2] / PLACES)


@numba.njit(nogil=True, inline="always")
def _bucket(signature: Any, group: Any, shift: Any) -> Any:
    key = np.uint64(0)
    for place in range(group * _GROUP, group * _GROUP + _GROUP):
        key = (key << np.uint64(16)) | np.uint64(signature[place])
    key = (key ^ (key >> np.uint64(31))) * _MULTIPLIER
    return (key ^ (key >> np.uint64(29))) * _MULTIPLIER >> np.uint64(shift)


@numba.njit(nogil=True)
def _build(signatures: Any, shift: Any, starts: Any, numbers: Any) -> None:
    """By counting: how many texts fall into each bucket, then each into its place."""
    count = signatures.shape[0]
    for group in range(_GROUPS):
        for number in range(count):
            starts[group, _bucket(signatures[number], group, shift) + np.uint64(1)] += np.uint32(1)
        for bucket in range(1, starts.shape[1]):
            starts[group, bucket] += starts[group, bucket - 1]
        after = starts[group].copy()
        for number in range(count):
            bucket = _bucket(signatures[number], group, shift)
            numbers[group, after[bucket]] = number
            after[bucket] += np.uint32(1)


@numba.njit(nogil=True)
def _search(asked: Any, tables: Any, least: Any) -> Any:
    signatures, shift, starts, numbers = tables
    found, count = np.empty((1024, 3), np.int64), 0
    for number in range(asked.shape[0]):
        if _of_nothing(asked[number]):
            continue
        for group in range(_GROUPS):
            bucket = _bucket(asked[number], group, shift)
            for place in range(starts[group, bucket], starts[group, bucket + np.uint64(1)]):
                listed = numbers[group, place]
                equal = _equal(asked[number], signatures[listed], group)
                if equal >= least:
                    if count == found.shape[0]:
                        grown = np.empty((2 * count, 3), np.int64)
                        grown[:count] = found
                        found = grown
                    found[count, 0], found[count, 1], found[count, 2] = number, listed, equal
                    count += 1
    return found[:count]


@numba.njit(nogil=True)
def _of_nothing(signature: Any) -> Any:
    """Whether it is the signature of a text without a pair of words: all such are equal, and like nothing."""
    common = signature[0]
    for place in range(1, PLACES):
        common &= signature[place]
    return common == 0xFFFF


@numba.njit(nogil=True)
def _equal(one: Any, other: Any, group: Any) -> Any:
    """Equal places, if this is the first group in which the two agree (so that a pair is reported once), else -1."""
    for place in range(group * _GROUP, group * _GROUP + _GROUP):
        if one[place] != other[place]:
            return -1
    equal, here = 0, 0
    for place in range(PLACES):
        if place % _GROUP == 0:
            here = 0
        if one[place] == other[place]:
            equal += 1
            here += 1
        if here == _GROUP and place < group * _GROUP:
            return -1
    return equal
