"""The matrix as a person reads it: cells that say the same, joined into lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.law.conflicts.cells import Cell
from comity.law.conflicts.shelf import shelf

_ALL = "any"
_YES_NO = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Line:
    """Places with one answer: the cells of every combination of these values."""

    instrument: str
    mode: str
    issuers: tuple[str, ...]
    homes: tuple[str, ...]
    categories: tuple[str, ...]
    emergencies: tuple[bool, ...]
    routes: tuple[str, ...]
    rows: tuple[str, ...]
    matrix: tuple[int, ...]
    hangs_on: tuple[str, ...]

    @property
    def route(self) -> str:
        """The route; more than one: undetermined between them."""
        return " or ".join(self.routes)

    @property
    def where(self) -> tuple[str, str, str, str]:
        """Issuing states, homes, categories and emergency in few words."""
        return (
            _short(self.issuers, "demand.issuer"),
            _short(self.homes, "provider.home"),
            _short(self.categories, "demand.category"),
            _ALL if len(self.emergencies) > 1 else _YES_NO[self.emergencies[0]],
        )

    @property
    def basis(self) -> str:
        """The rows behind it, and those of the source's matrix."""
        source = f"; 6.2: {', '.join(map(str, self.matrix))}" if self.matrix else ""
        return f"{', '.join(self.rows)}{source}"


def lines(found: Iterable[Cell]) -> list[Line]:
    """Cells joined as far as they say the same, in the order of the matrix; no cell is lost, none in two lines."""
    joined = [_line(cell) for cell in found]
    for axis in ("emergencies", "categories", "homes", "issuers"):
        joined = _joined(joined, axis)
    return joined


def _line(cell: Cell) -> Line:
    return Line(
        instrument=cell.instrument,
        mode=cell.mode,
        issuers=(cell.issuer,),
        homes=(cell.home,),
        categories=(cell.category,),
        emergencies=(cell.emergency,),
        routes=cell.routes,
        rows=cell.rows,
        matrix=cell.matrix,
        hangs_on=cell.hangs_on,
    )


def _joined(found: Sequence[Line], axis: str) -> list[Line]:
    """Lines that differ on one axis only, made one."""
    names: list[str] = [name for name in Line.__slots__ if name != axis]
    groups: dict[tuple[object, ...], list[Line]] = {}
    for line in found:
        groups.setdefault(tuple(getattr(line, name) for name in names), []).append(line)
    return [_one(group, axis) for group in groups.values()]


def _one(group: Sequence[Line], axis: str) -> Line:
    values = tuple(dict.fromkeys(value for line in group for value in getattr(line, axis)))
    fields = {name: getattr(group[0], name) for name in Line.__slots__}
    return Line(**{**fields, axis: values})


def _short(values: Sequence[str], fact: str) -> str:
    """``any``, ``all but DK``, or the values."""
    domain = [str(value) for value in shelf().facts.facts[fact].values]
    rest = [value for value in domain if value not in values]
    if not rest:
        return _ALL
    return f"all but {', '.join(rest)}" if 2 * len(rest) < len(values) else ", ".join(values)
