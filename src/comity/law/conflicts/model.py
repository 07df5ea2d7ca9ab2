"""The shape of the conflict's files."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from comity.casefile.documents.assessment import Answer, Proposal
from comity.law.model import FactDefinition, Row, Strict, Table, Text, Word


class MatrixRow(Row):
    """One row of the matrix: for these states, this category and this mode, this route."""

    matrix: tuple[Annotated[int, Field(ge=1, le=50)], ...] = ()
    """The rows of the source's matrix that it carries; none: what the source leaves open."""
    then: Text | None = None
    """What comes next when the route is contested."""
    periods: tuple[Word, ...] = ()
    """Periods of the instrument, of which the first that runs says until when the route is to be taken."""


class MatrixTable(Table):
    """The routes of one instrument; its identifier is the instrument's, with underscores."""

    rows: Annotated[tuple[MatrixRow, ...], Field(min_length=1)]


class RouteDefinition(Strict):
    """A route: its name for people, what it means for the answer, what is proposed."""

    id: Word
    label: Text
    answer: Literal["execute", "needs_person", "not_executable"]
    proposes: Proposal

    @property
    def gate(self) -> Answer:
        """What it means for the answer."""
        return Answer(self.answer)


class Rung(Strict):
    """One step of the ladder of people."""

    id: Word
    label: Text


class Facts(Strict):
    """``facts.yaml``."""

    version: date
    in_force_from: date
    facts: dict[Word, FactDefinition]
    categories: dict[str, Text]
    """For each category, the question that is asked about it."""
    sections: dict[str, str]
    """Fields that by being filled ask for a category, where a form has no list of them."""
    judge_persons_themselves: tuple[str, ...]
    """Instruments whose own tables judge who is protected."""
    routes: tuple[RouteDefinition, ...]
    ladder: tuple[Rung, ...]


class Matrix(Strict):
    """``matrix.yaml``."""

    tables: tuple[MatrixTable, ...]


class Laws(Strict):
    """``laws.yaml`` and ``persons.yaml``."""

    tables: tuple[Table, ...]
