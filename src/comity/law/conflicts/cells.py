"""The whole matrix: instrument × category × issuing state × home law × emergency, every cell decided or openly not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.law.conflicts.shelf import State, shelf
from comity.law.evaluator import Ruling, Value

AXES = ("category", "issuer", "home", "emergency")
_FACTS = {
    "category": "demand.category",
    "issuer": "demand.issuer",
    "home": "provider.home",
    "emergency": "demand.emergency",
    "mode": "demand.mode",
}
_USUAL: Mapping[str, Value] = {
    "provider.in_union": True,
    "provider.us_reach": "none",
    "provider.home_law_bars": False,
    "provider.foreign_law_risk": False,
    "person.of": "other",
}
"""What the printed matrix takes for granted; another profile is asked for by name."""


@dataclass(frozen=True)
class Selection:
    """Which part of the matrix; ``None``: every value. ``assumed`` overrides what is taken for granted."""

    instrument: str | None = None
    category: str | None = None
    issuer: str | None = None
    home: str | None = None
    emergency: bool | None = None
    mode: str | None = None
    """``None``: that which the instrument usually asks for."""
    assumed: Mapping[str, Value] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its place, the route or the routes between which it hangs, rows, and facts that would decide."""

    instrument: str
    category: str
    issuer: str
    home: str
    emergency: bool
    mode: str
    routes: tuple[str, ...]
    rows: tuple[str, ...]
    matrix: tuple[int, ...]
    hangs_on: tuple[str, ...]
    citations: tuple[str, ...]
    certainty: str

    def as_row(self) -> dict[str, Any]:
        """The cell as JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in self._fields()}

    def _fields(self) -> Iterator[tuple[str, Any]]:
        return ((name, getattr(self, name)) for name in self.__slots__)


def usual_mode(instrument: str) -> str:
    """What an instrument usually asks for: a preservation order keeps, every other one gives what is stored."""
    return "PRESERVE" if instrument.endswith("-preservation") else "STORED"


def cells(selection: Selection, moment: datetime) -> Iterator[Cell]:
    """Every cell of a selection, by the law in force at ``moment`` (UTC)."""
    state = shelf().at(moment)
    for instrument in state.matrix:
        if selection.instrument in (None, instrument):
            yield from _of(instrument, selection, state)


def _of(instrument: str, selection: Selection, state: State) -> Iterator[Cell]:
    mode = selection.mode or usual_mode(instrument)
    domains = [_domain(axis, getattr(selection, axis)) for axis in AXES]
    assumed = {**_USUAL, **(selection.assumed or {})}
    for category, issuer, home, emergency in itertools.product(*domains):
        place = {"category": category, "issuer": issuer, "home": home, "emergency": emergency, "mode": mode}
        facts: dict[str, Any] = {**assumed, **{_FACTS[axis]: value for axis, value in place.items()}}
        facts["demand.instrument"] = instrument
        facts["demand.cross_border"] = issuer != home if issuer != "EU" else assumed.get("demand.cross_border")
        ruling = state.matrix[instrument].rule(facts)
        yield _cell(instrument, place, ruling)


def _domain(axis: str, chosen: object) -> tuple[Any, ...]:
    return shelf().facts.facts[_FACTS[axis]].values if chosen is None else (chosen,)


def _cell(instrument: str, place: Mapping[str, Any], ruling: Ruling) -> Cell:
    rows = [shelf().rows[row] for row in ruling.possible]
    return Cell(
        instrument=instrument,
        **place,
        routes=tuple(dict.fromkeys(str(row.says) for row in rows)),
        rows=ruling.possible,
        matrix=tuple(sorted({number for row in rows for number in row.matrix})),
        hangs_on=ruling.pivots,
        citations=ruling.finding.citations,
        certainty=ruling.finding.certainty.value,
    )
