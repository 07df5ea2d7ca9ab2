"""Decision tables over facts of three values: holds, fails, undetermined; with why, why not, and what would change it.

A table's facts have few values, so a ruling depends on few combinations: each is worked out once, kept, and looked up
from then on. An unknown fact is not guessed: every value that it might have is tried, and only where all lead to the
same outcome does the law speak; otherwise the outcome is *undetermined* and the facts that would decide it are its
pivots.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from comity.casefile.documents.assessment import Answer, Certainty, Finding, Outcome, Proposal
from comity.law.model import FactDefinition, Row, Scalar, Table

Value = Scalar | None
Key = tuple[Value, ...]

_WEIGHT = {None: 0, Answer.EXECUTE: 0, Answer.NEEDS_PERSON: 1, Answer.NOT_EXECUTABLE: 2}
_DOUBT = (Certainty.OFFICIAL, Certainty.SECONDARY, Certainty.UNCONFIRMED)
_URGENCY = tuple(Proposal[name] for name in ("COMPLY", "COMPLY_IN_PART", "CLARIFY", "REFER", "OBJECT", "REFUSE"))


def shown(value: Value) -> str:
    """A fact's value for people."""
    if isinstance(value, str):
        return value
    return {None: "unknown", True: "yes", False: "no"}[value]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A row that did not decide, and for which fact."""

    row: str
    fact: str
    value: Value
    needs: tuple[Scalar, ...]

    def __str__(self) -> str:
        """For people: ``SA1: channel.sender_verified is no, the row needs yes``."""
        return f"{self.row}: {self.fact} is {shown(self.value)}, the row needs {' or '.join(map(shown, self.needs))}"


@dataclass(frozen=True, slots=True)
class Ruling:
    """The table's answer to one combination of facts, explained."""

    finding: Finding
    rows: tuple[str, ...]
    because: tuple[tuple[str, Value], ...]
    passed_over: tuple[PassedOver, ...]
    pivots: tuple[str, ...]
    """Unknown facts that could change the outcome."""
    gate: Answer | None
    proposes: Proposal
    swings: Mapping[str, Mapping[Scalar, int]]
    """For each pivot and each of its values, the weight that this table would then have."""

    weight: int
    """0 lets the order pass, 1 asks for a person, 2 bars it."""
    says: str | None
    """The word of the rows that decided, where they have one."""
    possible: tuple[str, ...]
    """Every row that could still decide; where some decided, those."""


class CompiledTable:
    """One table by the law of one moment. ``rule`` never raises: what no row decides is undetermined."""

    def __init__(
        self,
        table: Table,
        facts: Mapping[str, FactDefinition],
        moment: date,
        in_force_from: date,
        *,
        cautious: bool = False,
    ) -> None:
        self.table = table
        self._cautious = cautious
        self.rows = tuple(row for row in table.rows if _in_force(row, moment, in_force_from))
        self.facts = tuple(dict.fromkeys(fact for row in table.rows for fact in row.when))
        self._labels = {fact: facts[fact].label for fact in self.facts}
        self._domains = tuple(facts[fact].values for fact in self.facts)
        self._told_apart = tuple(self._classes(fact, facts[fact].values) for fact in self.facts)
        self._conditions = tuple((row, self._condition(row)) for row in self.rows)
        self._rulings: dict[Key, Ruling] = {}

    def _condition(self, row: Row) -> tuple[tuple[int, tuple[Scalar, ...]], ...]:
        return tuple((self.facts.index(fact), needed(wanted)) for fact, wanted in row.when.items())

    def _classes(self, fact: str, values: Sequence[Scalar]) -> tuple[Scalar, ...]:
        """One value of each kind: values that the same rows want are one to this table."""
        asking = [needed(row.when[fact]) for row in self.rows if fact in row.when]
        kinds = {tuple(value in wanted for wanted in asking): value for value in reversed(values)}
        return tuple(value for value in values if value in kinds.values())

    def combinations(self) -> Iterator[Key]:
        """Every combination of known values that some row tells apart from another."""
        return itertools.product(*self._told_apart)

    def matching(self, key: Key) -> list[Row]:
        """The rows whose conditions all hold for a combination of known values."""
        return [row for row, conditions in self._conditions if all(key[i] in wanted for i, wanted in conditions)]

    def gate(self, row: Row) -> Answer | None:
        """The answer that a row forces; where the law is read with caution, what is unconfirmed takes a person."""
        found = self.table.gate(row)
        wary = self._cautious and self.table.kind == "finding" and row.certainty is Certainty.UNCONFIRMED
        return Answer.NEEDS_PERSON if found is None and wary else found

    def effect(self, row: Row) -> tuple[Outcome, str | None, Answer | None]:
        """What a row comes to: two rows that match the same facts must come to the same."""
        return row.outcome, row.says, self.gate(row)

    def rule(self, facts: Mapping[str, Value]) -> Ruling:
        """The ruling on these facts; a fact that is absent is unknown."""
        return self._ruling(tuple([facts.get(fact) for fact in self.facts]))  # a list first: this is the hot path

    def _ruling(self, key: Key) -> Ruling:
        found = self._rulings.get(key)
        if found is None:
            found = self._rulings[key] = self._work_out(key)
        return found

    def _work_out(self, key: Key) -> Ruling:
        """Try every value that the unknown facts may have."""
        matches = {full: next(iter(self.matching(full)), None) for full in self._completions(key)}
        rows = tuple({row.id: row for row in matches.values() if row is not None}.values())
        outcomes = {(row.outcome, row.says) if row else (Outcome.UNDETERMINED, None) for row in matches.values()}
        outcome, says = next(iter(outcomes)) if len(outcomes) == 1 else (Outcome.UNDETERMINED, None)
        pivots = self._pivots(key, matches)
        because = tuple((fact, value) for fact, value in zip(self.facts, key, strict=True) if value is not None)
        decided = rows if len(outcomes) == 1 else ()
        gates = {self.gate(row) if row else Answer.NEEDS_PERSON for row in matches.values()}
        # Where the rows that remain possible differ in what they force, nobody knows whether the order is barred: a
        # person looks. Where all of them force the same (a mere note, say), the unknown fact cannot change the answer.
        gate = next(iter(gates)) if len(gates) == 1 else Answer.NEEDS_PERSON
        return Ruling(
            finding=self._finding(outcome, rows, pivots),
            rows=tuple(row.id for row in decided),
            because=because,
            passed_over=self._passed_over(key, decided),
            pivots=tuple(pivots),
            gate=None if self.table.kind == "route" else gate,
            proposes=strongest(row.proposes or self.table.proposes for row in decided) or Proposal.CLARIFY,
            swings=pivots,
            weight=0 if self.table.kind == "route" else _WEIGHT[gate],
            says=says,
            possible=tuple(row.id for row in rows),
        )

    def _completions(self, key: Key) -> Iterator[Key]:
        return itertools.product(*((v,) if v is not None else d for v, d in zip(key, self._told_apart, strict=True)))

    def _pivots(self, key: Key, matches: Mapping[Key, Row | None]) -> dict[str, dict[Scalar, int]]:
        """Unknown facts of which one value leads to another outcome than another value, all else being the same."""
        found: dict[str, dict[Scalar, int]] = {}
        for i, fact in enumerate(self.facts):
            if key[i] is not None:
                continue
            groups: dict[Key, set[object]] = {}
            for full, row in matches.items():
                effect = self.effect(row) if row else None
                groups.setdefault((*full[:i], *full[i + 1 :]), set()).add(effect)
            if any(len(group) > 1 for group in groups.values()):
                found[fact] = {value: self._weight_if(key, i, value) for value in self._domains[i]}
        return found

    def _weight_if(self, key: Key, i: int, value: Scalar) -> int:
        if self.table.kind == "route":
            return 0
        return self._ruling((*key[:i], value, *key[i + 1 :])).weight

    def _finding(self, outcome: Outcome, rows: Sequence[Row], pivots: Mapping[str, object]) -> Finding:
        if outcome is Outcome.UNDETERMINED and pivots:
            why = "Not known: " + "; ".join(self._labels[fact] for fact in pivots) + "."
        elif rows:
            why = " ".join(dict.fromkeys(row.why for row in rows))
        else:
            why = "No row of this table is in force at the order's moment, or none decides these facts."
        cited = rows or self.table.rows
        return Finding(
            id=self.table.id,
            question=self.table.question,
            outcome=outcome,
            citations=tuple(dict.fromkeys(citation for row in cited for citation in row.citations)),
            why=why,
            certainty=least_certain(row.certainty for row in cited),
        )

    def _passed_over(self, key: Key, decided: Sequence[Row]) -> tuple[PassedOver, ...]:
        found = []
        for row, conditions in self._conditions:
            if row in decided:
                continue
            failing = [(i, wanted) for i, wanted in conditions if key[i] not in wanted]
            known = [(i, wanted) for i, wanted in failing if key[i] is not None]
            for i, wanted in (known or failing)[:1]:
                found.append(PassedOver(row.id, self.facts[i], key[i], wanted))
        return tuple(found)


def needed(wanted: Scalar | Sequence[Scalar]) -> tuple[Scalar, ...]:
    """The values with which a condition holds."""
    return (wanted,) if isinstance(wanted, bool | str) else tuple(wanted)


def least_certain(certainties: Iterable[Certainty]) -> Certainty:
    """The weakest of them: a finding is no surer than the row it rests on."""
    return max(certainties, key=_DOUBT.index)


def strongest(proposals: Iterable[Proposal]) -> Proposal | None:
    """The proposal that goes furthest, or ``None`` where there is none."""
    return max(proposals, key=_URGENCY.index, default=None)


def _in_force(row: Row, moment: date, in_force_from: date) -> bool:
    return (row.in_force_from or in_force_from) <= moment < (row.in_force_to or date.max)
