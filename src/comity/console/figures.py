"""Figures as shapes with places: pure arithmetic. Templates draw them as SVG, so that no text becomes mark-up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

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
