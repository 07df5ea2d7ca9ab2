"""What is looked for: signals with thresholds, checked, and laid out as the kernels take them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from comity.matching.catalogue.spelling import Words64, rows_of_signals
from comity.matching.errors import InvalidSignal
from comity.matching.hunting.errors import QueryUnusable
from comity.matching.signals import SignalType, type_named
from comity.matching.signals.likeness import PLACES
from comity.matching.signals.vpdq import FRAME_DISTANCE

_FARTHEST = {"pdq": 128.0, "vpdq": 99.999, "text_likeness": 0.9}
"""Thresholds from which on anything would be found; other types compare by equality."""
STORED = {"url_host": "url", "url_path": "url"}
"""Of what type stored content is where that is another one: rules cover addresses."""


@dataclass(frozen=True, slots=True)
class Query:
    """One signal to look for; ``threshold`` in the type's own unit, ``None`` for the type's default."""

    signal_type: str
    signal: str
    threshold: float | None = None


@dataclass(frozen=True, eq=False)
class Wanted:
    """All queries of one type. Rows rise by query; a film's query has a row for each frame that counts."""

    kind: str
    stored: str
    signals: tuple[str, ...]
    queries: npt.NDArray[np.uint64]
    """Their places among all queries, rising."""
    thresholds: npt.NDArray[np.float64]
    rows: Words64
    owners: npt.NDArray[np.uint64]
    """Of each row, the place of its query in ``queries``."""
    radii: npt.NDArray[np.uint64]
    """Of each row: how far a stored row may be from it, in bits, or in places of a text's signature."""


def wanted(queries: Sequence[Query]) -> list[Wanted]:
    """The queries by type. Raises ``UnknownSignalType``, ``QueryUnusable`` (with the place of the wrong one)."""
    if not queries:
        raise QueryUnusable("there is no signal")
    by_type: dict[str, list[tuple[int, str, float]]] = {}
    for place, query in enumerate(queries):
        kind = type_named(query.signal_type)
        by_type.setdefault(kind.name, []).append((place, _signal(kind, query, place), _threshold(kind, query, place)))
    return [_laid_out(kind, some) for kind, some in by_type.items()]


def _laid_out(kind: str, some: Sequence[tuple[int, str, float]]) -> Wanted:
    signals = tuple(signal for _, signal, _ in some)
    thresholds = np.array([threshold for _, _, threshold in some])
    found = rows_of_signals(kind, signals)
    owners = np.arange(len(some)) if found.owners is None else found.owners
    if kind == "vpdq":
        poor = np.setdiff1d(np.arange(len(some)), owners)
        if len(poor):
            raise QueryUnusable(f"signal {some[int(poor[0])][0]}: none of the film's frames counts")
    return Wanted(
        kind=kind,
        stored=STORED.get(kind, kind),
        signals=signals,
        queries=np.array([place for place, _, _ in some], dtype=np.uint64),
        thresholds=thresholds,
        rows=found.words,
        owners=owners.astype(np.uint64),
        radii=_radii(kind, thresholds)[owners].astype(np.uint64),
    )


def _radii(kind: str, thresholds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    if kind == "vpdq":
        return np.full(len(thresholds), FRAME_DISTANCE, dtype=np.float64)
    return np.floor(thresholds * PLACES if kind == "text_likeness" else thresholds)


def _signal(kind: SignalType, query: Query, place: int) -> str:
    try:
        return kind.normalise(query.signal)
    except InvalidSignal as wrong:
        raise QueryUnusable(f"signal {place}: {wrong}") from wrong


def _threshold(kind: SignalType, query: Query, place: int) -> float:
    threshold = kind.threshold if query.threshold is None else query.threshold
    farthest = _FARTHEST.get(kind.name, 0.0)
    if not (math.isfinite(threshold) and 0 <= threshold <= farthest):
        raise QueryUnusable(f"signal {place}: the threshold of {kind.name} is from 0 to {farthest:g}")
    return threshold
