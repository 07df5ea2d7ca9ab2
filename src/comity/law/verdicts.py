"""What all tables together say about one combination of facts: answer, proposal, what is unknown and what it would
change.

Orders differ in words and times but agree in facts: most are sound, or wrong in the same ways. So a verdict is worked
out once for each combination met and looked up from then on; it holds nothing of the order itself.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from comity.casefile.documents.assessment import Answer, Finding, Lawful, Outcome, Proposal, Route, Unknown
from comity.law.evaluator import CompiledTable, Key, Ruling, Value, least_certain, strongest
from comity.law.periods import CompiledPeriod

_ANSWERS = (Answer.EXECUTE, Answer.NEEDS_PERSON, Answer.NOT_EXECUTABLE)
_LAWFUL = {Outcome.HOLDS: Lawful.YES, Outcome.FAILS: Lawful.NO, Outcome.UNDETERMINED: Lawful.UNDETERMINED}
_BARRED = 2
_KEPT = 4096
"""Verdicts kept at most, so that strangers cannot fill the memory with strange combinations."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """The rulings of all tables on one subject for one combination of facts."""

    findings: tuple[Finding, ...]
    amiss: tuple[tuple[int, tuple[str, ...]], ...]
    """The findings that do not hold, by their place, with their facts: to them belongs what was wrong in the very
    order.
    """
    routes: tuple[tuple[Route, tuple[str, ...]], ...]
    """Each route without its date, and the periods of which the first that runs says until when it is open."""
    by_id: Mapping[str, Ruling]
    answer: Answer
    proposed: Proposal
    unknown: tuple[Unknown, ...]
    clocks: tuple[CompiledPeriod, ...]
    """The periods that orders start whose rulings are these."""

    @functools.cached_property
    def open_until(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """The routes that periods end, by their place."""
        return tuple((i, periods) for i, (_route, periods) in enumerate(self.routes) if periods)

    @functools.cached_property
    def undated(self) -> tuple[Route, ...]:
        """Every route, without its date."""
        return tuple(route for route, _periods in self.routes)


@dataclass(frozen=True, eq=False)
class Epoch:
    """The tables as they stand from one day until the law next changes, by subject."""

    findings: Mapping[str, tuple[CompiledTable, ...]]
    routes: Mapping[str, tuple[CompiledTable, ...]]
    clocks: tuple[CompiledPeriod, ...] = ()
    """The periods that the arrival of an order can start."""
    _verdicts: dict[Key, Verdict] = field(default_factory=dict)

    def verdict(self, facts: Mapping[str, Value]) -> Verdict:
        """The verdict on an order with these facts, given always in the same order of names."""
        key = tuple(facts.values())
        found = self._verdicts.get(key)
        if found is None:
            if len(self._verdicts) >= _KEPT:
                self._verdicts.clear()
            found = self._verdicts[key] = self._work_out(facts)
        return found

    def _work_out(self, facts: Mapping[str, Value]) -> Verdict:
        findings = {table.table.id: table.rule(facts) for table in self.findings["order"]}
        routes = {table.table.id: table.rule(facts) for table in self.routes.get("order", ())}
        weight = max(ruling.weight for ruling in findings.values())
        if weight == _BARRED:
            routes = {t.table.id: _barred(t, routes[t.table.id], findings) for t in self.routes.get("order", ())}
        pressing = [r for r in findings.values() if r.weight and r.finding.outcome is not Outcome.HOLDS]
        proposed = strongest(ruling.proposes for ruling in pressing) or Proposal.CLARIFY
        return Verdict(
            findings=tuple(ruling.finding for ruling in findings.values()),
            amiss=tuple(_amiss(findings.values())),
            routes=tuple(_route(table, routes[table.table.id]) for table in self.routes.get("order", ())),
            by_id={**findings, **routes},
            answer=_ANSWERS[weight],
            proposed=proposed if pressing else Proposal.COMPLY,
            unknown=_unknown(findings, routes, weight),
            clocks=tuple(period for period in self.clocks if _runs(period, {**findings, **routes})),
        )


def _barred(table: CompiledTable, ruling: Ruling, findings: Mapping[str, Ruling]) -> Ruling:
    """A route's ruling on an order that some finding bars: closed or opened by that, where its table says so."""
    if table.table.barred is None:
        return ruling
    bars = [found.finding for found in findings.values() if found.weight == _BARRED]
    outcome = Outcome.FAILS if table.table.barred == "closes" else Outcome.HOLDS
    finding = ruling.finding.model_copy(
        update={
            "outcome": outcome,
            "why": " ".join(bar.why for bar in bars),
            "citations": tuple(dict.fromkeys(citation for bar in bars for citation in bar.citations)),
            "certainty": least_certain(bar.certainty for bar in bars),
        }
    )
    return replace(ruling, finding=finding, rows=(), pivots=(), swings={})


def _amiss(rulings: Iterable[Ruling]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for i, ruling in enumerate(rulings):
        if ruling.finding.outcome is not Outcome.HOLDS:
            yield i, (*dict(ruling.because), *ruling.pivots)


def _runs(period: CompiledPeriod, rulings: Mapping[str, Ruling]) -> bool:
    """Whether what the tables say lets a period run."""
    wanted = period.definition.applies
    return not wanted or any(rulings[table].finding.outcome in outcomes for table, outcomes in wanted.items())


def _route(table: CompiledTable, ruling: Ruling) -> tuple[Route, tuple[str, ...]]:
    lawful = _LAWFUL[ruling.finding.outcome]
    route = Route(route=table.table.id, lawful=lawful, citations=ruling.finding.citations)
    period = None if lawful is Lawful.NO else table.table.period
    return route, () if period is None else (period,)


def _unknown(findings: Mapping[str, Ruling], routes: Mapping[str, Ruling], weight: int) -> tuple[Unknown, ...]:
    """Each unknown fact with what it could change; ``answer`` where it could change the answer by itself."""
    changes: dict[str, list[str]] = {}
    for identifier, ruling in (*findings.items(), *routes.items()):
        for fact in ruling.pivots:
            changes.setdefault(fact, []).append(identifier)
    rulings = tuple(findings.values())
    for fact, changed in changes.items():
        if _swings_answer(fact, rulings, weight):
            changed.append("answer")
    return tuple(Unknown(fact=fact, would_change=tuple(changed)) for fact, changed in changes.items())


def _swings_answer(fact: str, rulings: Sequence[Ruling], weight: int) -> bool:
    """Whether some value of this fact alone, all else as it is, would give another answer."""
    swayed = [ruling.swings[fact] for ruling in rulings if fact in ruling.swings]
    others = max((ruling.weight for ruling in rulings if fact not in ruling.swings), default=0)
    values = swayed[0] if swayed else ()
    return any(max(others, *(swing[value] for swing in swayed)) != weight for value in values)
