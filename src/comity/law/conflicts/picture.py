"""The picture of one demand: for each category the lawful route, every law's word on it, why not the others, and which
fact would change it.

A picture depends on few facts with few values, so it is worked out once for each combination met and looked up from
then on.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from comity.casefile.documents.assessment import Answer, Certainty, Finding, Outcome, Proposal
from comity.law.conflicts.model import MatrixRow, RouteDefinition
from comity.law.conflicts.reading import Wanted
from comity.law.conflicts.shelf import State, shelf
from comity.law.evaluator import CompiledTable, PassedOver, Ruling, Value, least_certain, needed, strongest

_SILENT = "silent"
_KEPT = 4096
"""Pictures kept at most, so that strangers cannot fill the memory with strange combinations."""
_WEIGHT = {Answer.EXECUTE: 0, Answer.NEEDS_PERSON: 1, Answer.NOT_EXECUTABLE: 2}
_ANSWERS = tuple(_WEIGHT)


@dataclass(frozen=True, slots=True)
class Said:
    """What one law says: ``must``, ``may``, ``must_not`` or ``open``; ``None`` where an unknown fact decides."""

    law: str
    stance: str | None
    finding: Finding


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A route that is not taken, by the row that comes nearest to it and the fact that rules it out."""

    route: str
    passed: PassedOver
    alone: bool
    """Whether this fact alone would open it."""


@dataclass(frozen=True, slots=True)
class Way:
    """The route for one category."""

    wanted: Wanted
    route: RouteDefinition | None
    """``None``: undetermined between ``possible``."""
    possible: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    ruling: Ruling
    finding: Finding
    laws: tuple[Said, ...]
    not_taken: tuple[NotTaken, ...]

    @property
    def gate(self) -> Answer:
        """What it means for the answer; a route that rests on what is unconfirmed takes a person."""
        if self.route is None:
            return Answer.NEEDS_PERSON
        wary = self.finding.certainty is Certainty.UNCONFIRMED and self.route.gate is Answer.EXECUTE
        return Answer.NEEDS_PERSON if wary else self.route.gate


@dataclass(frozen=True, eq=False)
class Picture:
    """All categories, and who is protected whatever the route."""

    ways: tuple[Way, ...]
    persons: Mapping[str, Ruling]
    answer: Answer
    proposed: Proposal
    pivots: Mapping[str, tuple[str, ...]]
    """Each unknown fact that matters, and the findings that it would change."""
    swings: Mapping[str, frozenset[Answer]]
    """For each of them, the answers that its values would lead to, all else as it is."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """One for each category, then one for each protection."""
        return (*(way.finding for way in self.ways), *(ruling.finding for ruling in self.persons.values()))

    @property
    def rulings(self) -> Mapping[str, Ruling]:
        """By finding."""
        return {**{way.finding.id: way.ruling for way in self.ways}, **self.persons}


def picture(instrument: str, facts: Mapping[str, Value], wanted: Sequence[Wanted], moment: datetime) -> Picture:
    """The picture of a demand under one instrument, by the law in force at ``moment`` (UTC).

    ``facts`` by the names of ``facts.yaml``, absent: unknown; ``wanted`` the categories demanded, each with its mode.
    """
    known = tuple(sorted((name, value) for name, value in facts.items() if value is not None))
    return _picture(shelf().at(moment), instrument, known, tuple(dict.fromkeys(wanted)))


@functools.lru_cache(maxsize=_KEPT)
def _picture(
    state: State, instrument: str, known: tuple[tuple[str, Value], ...], wanted: tuple[Wanted, ...]
) -> Picture:
    facts = {**dict(known), "demand.instrument": instrument}
    persons, ways, answer = _ruled(state, instrument, facts, wanted)
    pivots: dict[str, list[str]] = {}
    for finding, ruling in (*((way.finding.id, way.ruling) for way in ways), *persons.items()):
        for fact in ruling.pivots:
            pivots.setdefault(fact, []).append(finding)
    swings = {
        fact: frozenset(_ruled(state, instrument, {**facts, fact: value}, wanted)[2] for value in _values(fact))
        for fact in pivots
    }
    proposals = [ruling.proposes for ruling in persons.values() if ruling.weight]
    proposed = strongest([*proposals, _proposed(ways)]) or Proposal.COMPLY
    return Picture(ways, persons, answer, proposed, {fact: tuple(found) for fact, found in pivots.items()}, swings)


def _values(fact: str) -> tuple[Value, ...]:
    return shelf().facts.facts[fact].values


def _ruled(
    state: State, instrument: str, facts: Mapping[str, Value], wanted: Sequence[Wanted]
) -> tuple[Mapping[str, Ruling], tuple[Way, ...], Answer]:
    persons = {name: table.rule(facts) for name, table in state.persons.items()}
    ways = tuple(_way(state, instrument, facts, one, persons["sender"]) for one in wanted)
    if instrument in shelf().facts.judge_persons_themselves:
        persons = {}
    gate = _together([way.gate for way in ways])
    weight = max([_WEIGHT[gate], *(ruling.weight for ruling in persons.values())])
    return persons, ways, _ANSWERS[weight]


def _together(gates: Sequence[Answer]) -> Answer:
    """Each category is decided by itself: one that is barred bars the whole only where all are. A demand that names
    none takes a person.
    """
    if len(set(gates)) == 1:
        return gates[0]
    return Answer.NEEDS_PERSON


def _proposed(ways: Sequence[Way]) -> Proposal:
    """What is proposed for all categories together: the part that may be given is never held hostage by the rest."""
    proposals = {way.route.proposes if way.route else Proposal.CLARIFY for way in ways}
    if Proposal.COMPLY in proposals:
        return Proposal.COMPLY if len(proposals) == 1 else Proposal.COMPLY_IN_PART
    return strongest(proposals) or Proposal.CLARIFY


def _way(state: State, instrument: str, facts: Mapping[str, Value], one: Wanted, sender: Ruling) -> Way:
    asked = {**facts, "demand.category": one.category, "demand.mode": one.mode}
    table = state.matrix[instrument]
    ruling = table.rule(asked)
    held = sender.finding.outcome is Outcome.FAILS
    says = "hold" if held else ruling.says
    rows = () if held else tuple(shelf().rows[row] for row in ruling.possible)
    laws = tuple(_said(law, found.rule(asked)) for law, found in state.laws.items())
    spoken = tuple(said for said in laws if said.stance != _SILENT)
    decisive = sender if held else ruling
    return Way(
        wanted=one,
        route=shelf().routes[says] if says else None,
        possible=(says,) if says else tuple(dict.fromkeys(str(row.says) for row in rows)),
        rows=rows,
        ruling=decisive,
        finding=_finding(one, decisive, spoken, held=held),
        laws=spoken,
        not_taken=_held_back(table, ruling) if held else _not_taken(table, asked, ruling),
    )


def _said(law: str, ruling: Ruling) -> Said:
    return Said(law, ruling.says, ruling.finding)


def _finding(one: Wanted, ruling: Ruling, laws: Sequence[Said], *, held: bool) -> Finding:
    """The finding on a category: the row's, with the articles of every law that bars it."""
    bars = [citation for said in laws if said.stance == "must_not" for citation in said.finding.citations]
    found = ruling.finding
    return Finding(
        id=one.finding,
        question=shelf().facts.categories[one.category],
        outcome=Outcome.UNDETERMINED if held else found.outcome,
        citations=tuple(dict.fromkeys([*found.citations, *bars])),
        why=found.why,
        certainty=least_certain([found.certainty]),
    )


def _held_back(table: CompiledTable, ruling: Ruling) -> tuple[NotTaken, ...]:
    """The routes that would be open if the sender were who he says he is."""
    open_rows = {str(row.says): row.id for row in table.rows if row.id in ruling.possible}
    bar = {route: PassedOver(row, "channel.sender_verified", False, (True,)) for route, row in open_rows.items()}
    return tuple(NotTaken(route, passed, alone=True) for route, passed in bar.items() if route != "hold")


def _not_taken(table: CompiledTable, facts: Mapping[str, Value], ruling: Ruling) -> tuple[NotTaken, ...]:
    """For every other route, the nearest of its rows and what rules it out."""
    taken = {row.says for row in table.rows if row.id in ruling.possible}
    nearest: dict[str, tuple[int, PassedOver]] = {}
    for row in table.rows:
        failing = [
            PassedOver(row.id, fact, facts[fact], needed(wants))
            for fact, wants in row.when.items()
            if facts.get(fact) is not None and facts[fact] not in needed(wants)
        ]
        route = str(row.says)
        if row.says not in taken and (route not in nearest or len(failing) < nearest[route][0]):
            nearest[route] = len(failing), failing[0]
    return tuple(NotTaken(route, passed, count == 1) for route, (count, passed) in nearest.items())
