"""An assessment under one law, weighed with every other: findings, routes and unknown facts of both, and one answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from comity.casefile.documents.assessment import Answer, Assessment, Deadline, Lawful, Proposal, Route, Unknown
from comity.law.conflicts.model import MatrixRow
from comity.law.conflicts.picture import Picture, Way
from comity.law.evaluator import strongest

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
            "unknown": (*found.unknown, *_unknown(found, picture)),
            "routes": (*found.routes, *(route for way in picture.ways for route in routes(way, alone.deadlines))),
        }
    )


def routes(way: Way, deadlines: Mapping[str, Deadline]) -> Iterator[Route]:
    """The routes of one category as outsiders read them: ``comply.subscriber``, ``object_art17.content``."""
    lawful = Lawful.UNDETERMINED if way.route is None else Lawful.YES
    for name in way.possible:
        due = next((due for row in way.rows if row.says == name for due in _due(row, deadlines)), None)
        yield Route(
            route=f"{name}.{way.wanted.name}",
            lawful=lawful,
            citations=way.finding.citations,
            due_at=due.due_at if due is not None else None,
        )
    for other in way.not_taken:
        yield Route(route=f"{other.route}.{way.wanted.name}", lawful=Lawful.NO, citations=way.finding.citations)


def clock(way: Way, deadlines: Mapping[str, Deadline]) -> Deadline | None:
    """The deadline by which the way is to be taken, where one runs."""
    return next((due for row in way.rows for due in _due(row, deadlines)), None)


def _due(row: MatrixRow, deadlines: Mapping[str, Deadline]) -> Iterator[Deadline]:
    return (deadlines[period] for period in row.periods if period in deadlines)


def _unknown(found: Assessment, picture: Picture) -> Iterator[Unknown]:
    """Each unknown fact of the other laws, with ``answer`` where some value of it would change the answer of both."""
    for fact, changed in picture.pivots.items():
        answers = {max(found.answer, answer, key=_ORDER.index) for answer in picture.swings[fact]}
        now = max(found.answer, picture.answer, key=_ORDER.index)
        yield Unknown(fact=fact, would_change=(*changed, "answer") if answers - {now} else changed)
