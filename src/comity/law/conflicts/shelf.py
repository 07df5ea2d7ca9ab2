"""The conflict's files, read once, compiled by the law of a moment, and kept."""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from importlib.resources.abc import Traversable

from pydantic import ValidationError

from comity.law.conflicts.model import Facts, Laws, Matrix, MatrixRow, RouteDefinition
from comity.law.errors import BrokenLawError
from comity.law.evaluator import CompiledTable
from comity.law.library import read_yaml
from comity.law.model import Row, Table

FOLDER = resources.files("comity.law.conflicts")


@dataclass(frozen=True, eq=False)
class State:
    """The conflict of laws as it stands from one day on."""

    matrix: Mapping[str, CompiledTable]
    """By instrument."""
    laws: Mapping[str, CompiledTable]
    persons: Mapping[str, CompiledTable]


@dataclass(frozen=True, eq=False)
class Shelf:
    """All of it."""

    facts: Facts
    matrix: Matrix
    laws: Laws
    persons: Laws
    rows: Mapping[str, MatrixRow]
    routes: Mapping[str, RouteDefinition]
    days: tuple[date, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table."""
        return (*self.matrix.tables, *self.laws.tables, *self.persons.tables)

    def at(self, moment: datetime) -> State:
        """The law in force at a moment (UTC)."""
        i = bisect_right(self.days, moment.date())
        return _state(self, self.days[i - 1] if i else date.min)


@functools.cache
def shelf() -> Shelf:
    """The shelf of this house. Raises ``BrokenLawError``."""
    return load(FOLDER)


@functools.cache
def labels() -> Mapping[str, str]:
    """What each fact asks, in words."""
    return {name: fact.label for name, fact in shelf().facts.facts.items()}


def load(folder: Traversable) -> Shelf:
    """Read a folder; raises ``BrokenLawError`` naming file and field."""
    files = {f"{name}.yaml": (folder / f"{name}.yaml").read_bytes() for name in ("facts", "matrix", "laws", "persons")}
    try:
        facts = Facts.model_validate(read_yaml(files, "facts.yaml"))
        matrix = Matrix.model_validate(read_yaml(files, "matrix.yaml"))
        laws = Laws.model_validate(read_yaml(files, "laws.yaml"))
        persons = Laws.model_validate(read_yaml(files, "persons.yaml"))
    except ValidationError as error:
        first = error.errors()[0]
        message = f"conflicts: {error.title}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise BrokenLawError(message) from error
    days = {facts.in_force_from}
    every: list[Row] = [row for table in (*matrix.tables, *laws.tables, *persons.tables) for row in table.rows]
    for row in every:
        days.update(day for day in (row.in_force_from, row.in_force_to) if day is not None)
    return Shelf(
        facts=facts,
        matrix=matrix,
        laws=laws,
        persons=persons,
        rows={row.id: row for table in matrix.tables for row in table.rows},
        routes={route.id: route for route in facts.routes},
        days=tuple(sorted(days)),
    )


@functools.cache
def _state(held: Shelf, day: date) -> State:
    def made(table: Table) -> CompiledTable:
        return CompiledTable(table, held.facts.facts, day, held.facts.in_force_from, cautious=True)

    return State(
        matrix={table.id.replace("_", "-"): made(table) for table in held.matrix.tables},
        laws={table.id: made(table) for table in held.laws.tables},
        persons={table.id: made(table) for table in held.persons.tables},
    )
