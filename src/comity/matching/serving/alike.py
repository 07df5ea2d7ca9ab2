"""Texts that are alike one that is listed: a table made once, and those listed since, compared one by one."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from comity.matching.serving.listed import Item, Listed
from comity.matching.serving.places import LIKENESS
from comity.matching.signals import likeness
from comity.matching.signals.likeness import PLACES
from comity.matching.signals.nearby import TextTable

_LIVE = 4_096
"""So many listed since the table was made cost a search a millisecond; then it is made anew."""
Signatures = npt.NDArray[np.uint16]


class AlikeTexts:
    """Every signature in the file of what is listed, as one process holds it."""

    def __init__(self, listed: Listed) -> None:
        self._listed = listed
        self._lock = threading.Lock()
        self._seen = 0
        self._numbers: list[int] = []
        self._signatures: Signatures = np.empty((0, PLACES), np.uint16)
        self._table: TextTable | None = None
        self._based = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def near(self, signals: Sequence[str], threshold: float) -> list[list[tuple[int, float]]]:
        """Numbers and distances within ``threshold`` of each signal, nearest first; each number is asked for again."""
        with self._lock:
            self._follow()
            table, live, numbers = self._table, self._signatures[self._based :], self._numbers
            based = self._based
        asked = _read(signals)
        found: list[dict[int, float]] = [{} for _ in signals]
        if table is not None and len(asked):
            some = table.alike(asked, threshold)
            for query, row, far in zip(some.asked.tolist(), some.listed.tolist(), some.distance.tolist(), strict=True):
                _keep(found[query], numbers[row], far)
        if len(live):
            for query, one in enumerate(asked):
                distances = (live != one).sum(axis=1) / PLACES
                for row in np.flatnonzero(distances <= threshold).tolist():
                    _keep(found[query], numbers[based + row], float(distances[row]))
        listed = self._listed.get(sorted({number for some in found for number in some}))
        return [
            sorted(_standing(signal, some, listed, threshold), key=lambda one: (one[1], one[0]))
            for signal, some in zip(signals, found, strict=True)
        ]

    def _follow(self) -> None:
        new = self._listed.alike_after(self._seen)
        if not new:
            return
        self._numbers = [*self._numbers, *(number for _, number, _ in new)]
        self._signatures = np.concatenate([self._signatures, _read([signal for _, _, signal in new])])
        self._seen = new[-1][0]
        if len(self._numbers) - self._based >= _LIVE:
            self._table, self._based = TextTable(self._signatures), len(self._numbers)


def _keep(found: dict[int, float], number: int, far: float) -> None:
    found[number] = min(far, found.get(number, far))


def _standing(
    signal: str, found: dict[int, float], listed: dict[int, Item], threshold: float
) -> list[tuple[int, float]]:
    """What is listed still, by the signature that is listed now."""
    standing = []
    for number in found:
        written = listed[number].signals.get(LIKENESS) if number in listed else None
        if written is None:
            continue
        far = likeness.distance(signal, written)
        if far <= threshold:
            standing.append((number, far))
    return standing


def _read(signals: Sequence[str]) -> Signatures:
    together = bytes.fromhex("".join(signals))
    return np.frombuffer(together, dtype=">u2").astype(np.uint16).reshape(-1, PLACES)
