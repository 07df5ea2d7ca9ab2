"""A verdict under one law, weighed with every other: findings, routes and unknown facts of both, and one answer."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import replace

from comity.casefile.documents.assessment import Answer, Deadline, Lawful, Proposal, Route, Unknown
from comity.law.conflicts.picture import Picture, Way
from comity.law.evaluator import strongest
from comity.law.verdicts import Verdict

_KEPT = 4096
_ORDER = (Answer.EXECUTE, Answer.NEEDS_PERSON, Answer.NOT_EXECUTABLE)


@functools.lru_cache(maxsize=_KEPT)
def weigh(alone: Verdict, picture: Picture) -> Verdict:
    """The verdict of both; neither can make the other milder."""
    return replace(
        alone,
        answer=max(alone.answer, picture.answer, key=_ORDER.index),
        proposed=strongest([alone.proposed, picture.proposed]) or Proposal.COMPLY,
        findings=(*alone.findings, *picture.findings),
        by_id={**alone.by_id, **picture.rulings},
        unknown=(*alone.unknown, *_unknown(picture, alone.answer)),
        routes=(*alone.routes, *(route for way in picture.ways for route in _routes(way))),
    )


def _routes(way: Way) -> Iterator[tuple[Route, tuple[str, ...]]]:
    """The routes as outsiders read them (``comply.subscriber``, ``object_art17.content``), without their dates."""
    lawful = Lawful.UNDETERMINED if way.route is None else Lawful.YES
    cited, name = way.finding.citations, way.wanted.name
    for word in way.possible:
        row = next((row for row in way.rows if row.says == word), None)
        yield Route(route=f"{word}.{name}", lawful=lawful, citations=cited), row.periods if row else ()
    for other in way.not_taken:
        yield Route(route=f"{other.route}.{name}", lawful=Lawful.NO, citations=cited), ()


def clock(way: Way, deadlines: Mapping[str, Deadline]) -> Deadline | None:
    """The deadline by which the way is to be taken, where one runs."""
    return next((deadlines[period] for row in way.rows for period in row.periods if period in deadlines), None)


def _unknown(picture: Picture, alone: Answer) -> Iterator[Unknown]:
    """Each unknown fact of the other laws, with ``answer`` where some value of it would change the answer of both."""
    now = max(alone, picture.answer, key=_ORDER.index)
    for fact, changed in picture.pivots.items():
        answers = {max(alone, answer, key=_ORDER.index) for answer in picture.swings[fact]}
        yield Unknown(fact=fact, would_change=(*changed, "answer") if answers - {now} else changed)
