"""Figures as shapes with places: pure arithmetic. Templates draw them as SVG, so that no text becomes mark-up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

_CELL = 24
_LEFT = 44
_TOP = 22
BAR_HEIGHT = 180
_BAR_WIDTH = 44
_LEAST = 0.0001
"""The least chance that a bar tells from none."""


@dataclass(frozen=True)
class Cell:
    """One hour of the week; ``number`` is nothing where too few came."""

    x: int
    y: int
    number: int | None
    opacity: str


@dataclass(frozen=True)
class Bar:
    """One number of people and its chance of a missed hour."""

    x: int
    y: float
    height: float
    people: int
    chance: float
    answer: bool


@dataclass(frozen=True)
class Part:
    """One part of a column; ``row`` says which, from 0."""

    x: float
    y: float
    width: float
    height: float
    row: int
    number: int


_AXIS = 576.0
"""So wide that the label under the last column still stands within the picture."""


def columns(rows: Sequence[Sequence[int]]) -> tuple[tuple[Part, ...], int]:
    """Numbers as columns of stacked parts, one column each, and the number that the highest column stands for."""
    most = max((sum(row) for row in rows), default=0) or 1
    step = _AXIS / max(1, len(rows))
    parts = []
    for place, row in enumerate(rows):
        above = 0.0
        for part, number in enumerate(row):
            height = BAR_HEIGHT * number / most
            above += height
            if number:
                x, y = _LEFT + place * step, _TOP + BAR_HEIGHT - above
                parts.append(Part(round(x, 1), round(y, 1), round(step * 0.8, 1), round(height, 1), part, number))
    return tuple(parts), most


def places(count: int, most: int = 8) -> tuple[tuple[int, float], ...]:
    """Which of so many columns carry a label, and how far right: at most ``most``, evenly spread."""
    step = _AXIS / max(1, count)
    every = max(1, -(-count // most))
    return tuple((place, round(_LEFT + place * step, 1)) for place in range(0, count, every))


def cells(grid: Sequence[Sequence[int | None]]) -> tuple[Cell, ...]:
    """The hours of the week, darker where more came."""
    most = max((number for day in grid for number in day if number), default=1)
    return tuple(
        Cell(
            x=_LEFT + hour * _CELL,
            y=_TOP + day * _CELL,
            number=number,
            opacity=f"{0.2 + 0.8 * (number or 0) / most:.2f}",
        )
        for day, row in enumerate(grid)
        for hour, number in enumerate(row)
    )


def bars(chances: Sequence[tuple[int, float]]) -> tuple[Bar, ...]:
    """Chances (0 to 1) by number of people, on a logarithmic scale; the last one is the answer."""
    return tuple(
        Bar(
            x=_LEFT + 20 + place * (_BAR_WIDTH + 14),
            y=round(_TOP + BAR_HEIGHT - _height(chance), 1),
            height=round(_height(chance), 1),
            people=people,
            chance=chance,
            answer=place == len(chances) - 1,
        )
        for place, (people, chance) in enumerate(chances)
    )


def line_at(chance: float) -> float:
    """How far down a chance lies."""
    return round(_TOP + BAR_HEIGHT - _height(chance), 1)


def _height(chance: float) -> float:
    scale = math.log10(1 / _LEAST)
    return max(1.0, BAR_HEIGHT * (1 - math.log10(1 / max(chance, _LEAST)) / scale))


_ROW = 46
_NAMES = 150
_WIDE = 400


class Judged(Protocol):
    """What decisions say of a bank."""

    @property
    def precision(self) -> float | None:
        """0 to 1."""
        ...

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Between what the precision lies."""
        ...

    @property
    def recall(self) -> float | None:
        """0 to 1."""
        ...

    @property
    def errs(self) -> bool:
        """Whether it is proposed to switch it off."""
        ...


@dataclass(frozen=True)
class Share:
    """Of one bank: the bar of its precision, between what that lies, and the bar of its recall."""

    name: str
    y: int
    precision: float
    low: float
    high: float
    recall: float
    errs: bool


def shares(banks: Sequence[tuple[str, Judged]]) -> tuple[Share, ...]:
    """A row a bank; lengths and places across in units of the picture."""
    return tuple(
        Share(
            name=name,
            y=place * _ROW + 8,
            precision=_across(one.precision),
            low=_NAMES + _across(one.bounds[0] if one.bounds else None),
            high=_NAMES + _across(one.bounds[1] if one.bounds else None),
            recall=_across(one.recall),
            errs=one.errs,
        )
        for place, (name, one) in enumerate(banks)
    )


def shares_height(drawn: Sequence[Share]) -> int:
    """How high the picture of so many rows is."""
    return len(drawn) * _ROW + 24


def _across(share: float | None) -> float:
    return round(_WIDE * (share or 0.0), 1)
