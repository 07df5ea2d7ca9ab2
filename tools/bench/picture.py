"""Bars as one SVG that reads on light and on dark paper. Each group has its own scale; a line shows the aim."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

_WIDTH, _LABEL, _ROW, _GAP = 760, 190, 24, 22
_STYLE = """
text{font:14px system-ui,sans-serif;fill:#1b1b1b}.title{font-weight:600}.ours{fill:#1a5fb4}.peer{fill:#9a9996}
.aim{stroke:#b3261e;stroke-width:2}
@media (prefers-color-scheme:dark){text{fill:#eee}.ours{fill:#78aeed}.peer{fill:#77767b}.aim{stroke:#ff8a80}}
"""


@dataclass(frozen=True)
class Bar:
    """One figure with its name; a peer's is drawn in grey."""

    name: str
    value: float
    ours: bool = True


@dataclass(frozen=True)
class Group:
    """Bars that are compared with one another."""

    title: str
    bars: Sequence[Bar]
    aim: float | None = None


def draw(groups: Sequence[Group]) -> str:
    """The picture, its own text alternative inside."""
    parts, top = [], 8
    groups = [replace(one, bars=[bar for bar in one.bars if not math.isnan(bar.value)]) for one in groups]
    for group in groups:
        parts.append(f'<text class="title" x="8" y="{top + 16}">{escape(group.title)}</text>')
        parts += _bars(group, top + _ROW)
        top += _ROW * (len(group.bars) + 1) + _GAP
    title = "; ".join(f"{g.title}: {', '.join(f'{b.name} {_short(b.value)}' for b in g.bars)}" for g in groups)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" role="img">'
    return "\n".join([head, f"<title>{escape(title)}</title>", f"<style>{_STYLE}</style>", *parts, "</svg>", ""])


def _bars(group: Group, top: int) -> list[str]:
    room = _WIDTH - _LABEL - 90
    scale = room / max(group.aim or 0, *(bar.value for bar in group.bars))
    lines = []
    for row, bar in enumerate(group.bars):
        y, long = top + row * _ROW, max(1.0, bar.value * scale)
        lines.append(f'<text x="{_LABEL - 8}" y="{y + 16}" text-anchor="end">{escape(bar.name)}</text>')
        kind = "ours" if bar.ours else "peer"
        lines.append(f'<rect class="{kind}" x="{_LABEL}" y="{y + 3}" width="{long:.1f}" height="{_ROW - 6}"/>')
        lines.append(f'<text x="{_LABEL + long + 8:.1f}" y="{y + 16}">{_short(bar.value)}</text>')
    if group.aim:
        x, end = _LABEL + group.aim * scale, top + _ROW * len(group.bars)
        lines.append(f'<line class="aim" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{end}"/>')
    return lines


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"
