"""An assessment under one law, weighed with every other: findings, routes and unknown facts of both, and one answer."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from comity.casefile.documents.assessment import Answer, Assessment, Deadline, Lawful, Proposal, Route, Unknown
from comity.law.conflicts.model import MatrixRow
from comity.law.conflicts.picture import Picture, Way
from comity.law.evaluator import strongest

_KEPT = 4096
_ORDER = (Answer.EXECUTE, Answer.NEEDS_PERSON, Answer.NOT_EXECUTABLE)


@dataclass(frozen=True)
class Alone:
    """What an instrument says by itself."""

    assessment: Assessment
    deadlines: Mapping[str, Deadline]


def weigh(alone: Alone, picture: Picture) -> Assessment:
    """The assessment of both; neither can make the other milder."""
    found = alone.assessment
    return found.model_copy(
        update={
            "answer": max(found.answer, picture.answer, key=_ORDER.index),
            "proposed": strongest([found.proposed, picture.proposed]) or Proposal.COMPLY,
            "findings": (*found.findings, *picture.findings),
            "unknown": (*found.unknown, *_unknown(picture, found.answer)),
            "routes": (*found.routes, *[_dated(route, row, alone.deadlines) for route, row in _routes(picture)]),
        }
    )


@functools.lru_cache(maxsize=_KEPT)
def _routes(picture: Picture) -> tuple[tuple[Route, MatrixRow | None], ...]:
    """The routes as outsiders read them (``comply.subscriber``, ``object_art17.content``), without their dates."""
    return tuple(route for way in picture.ways for route in _of(way))


def _of(way: Way) -> Iterator[tuple[Route, MatrixRow | None]]:
    lawful = Lawful.UNDETERMINED if way.route is None else Lawful.YES
    cited, name = way.finding.citations, way.wanted.name
    for word in way.possible:
        row = next((row for row in way.rows if row.says == word), None)
        yield Route(route=f"{word}.{name}", lawful=lawful, citations=cited), row
    for other in way.not_taken:
        yield Route(route=f"{other.route}.{name}", lawful=Lawful.NO, citations=cited), None


def _dated(route: Route, row: MatrixRow | None, deadlines: Mapping[str, Deadline]) -> Route:
    due = next(_due(row, deadlines), None) if row is not None else None
    return route if due is None else route.model_copy(update={"due_at": due.due_at})


def clock(way: Way, deadlines: Mapping[str, Deadline]) -> Deadline | None:
    """The deadline by which the way is to be taken, where one runs."""
    return next((due for row in way.rows for due in _due(row, deadlines)), None)


def _due(row: MatrixRow, deadlines: Mapping[str, Deadline]) -> Iterator[Deadline]:
    return (deadlines[period] for period in row.periods if period in deadlines)


@functools.lru_cache(maxsize=_KEPT)
def _unknown(picture: Picture, alone: Answer) -> tuple[Unknown, ...]:
    """Each unknown fact of the other laws, with ``answer`` where some value of it would change the answer of both."""
    now = max(alone, picture.answer, key=_ORDER.index)
    found = []
    for fact, changed in picture.pivots.items():
        answers = {max(alone, answer, key=_ORDER.index) for answer in picture.swings[fact]}
        found.append(Unknown(fact=fact, would_change=(*changed, "answer") if answers - {now} else changed))
    return tuple(found)
