"""Distances as bars: pure arithmetic. A template draws them as SVG, and the same numbers stand in a table below."""

from __future__ import annotations

from dataclasses import dataclass

from comity.docket.hunts.views import Distances

HEIGHT, WIDTH, LEFT, TOP = 150, 560, 40, 14
_GAP = 3


@dataclass(frozen=True)
class Bar:
    """How many lie between two distances."""

    x: str
    y: str
    width: str
    height: str
    least: float
    most: float
    count: int


@dataclass(frozen=True)
class Drawn:
    """A histogram of one type of signal."""

    signal_type: str
    unit: str
    bars: tuple[Bar, ...]
    most: int
    """Of the highest bar."""
    widest: float
    found: int
    base: int = TOP + HEIGHT
    right: int = LEFT + WIDTH


def histogram(one: Distances) -> Drawn:
    """Bars as wide as each other, the highest as high as the figure."""
    highest = max((found.count for found in one.bins), default=0)
    step = WIDTH / max(1, len(one.bins))
    bars = tuple(
        Bar(
            x=f"{LEFT + place * step:.1f}",
            y=f"{TOP + HEIGHT - _high(found.count, highest):.1f}",
            width=f"{max(1.0, step - _GAP):.1f}",
            height=f"{_high(found.count, highest):.1f}",
            least=found.least,
            most=found.most,
            count=found.count,
        )
        for place, found in enumerate(one.bins)
    )
    return Drawn(one.signal_type, one.unit, bars, highest, one.most, sum(found.count for found in one.bins))


def _high(count: int, highest: int) -> float:
    """A bar that counts anything can be seen."""
    return max(2.0, HEIGHT * count / highest) if count else 0.0
