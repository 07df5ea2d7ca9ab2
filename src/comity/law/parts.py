"""An order for data, part by part: each identifier with each category, so that one part's fault holds up no other.

Instruments whose tables have the subject ``part`` say how; from these rulings come partial answers and the reasons that
Annex III of Regulation (EU) 2023/1543 gives for each identifier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Finding, Outcome
from comity.law.assessing import Judgement
from comity.law.datatypes import ADDRESSES, Identifier, Interval, Listed
from comity.law.evaluator import Value
from comity.law.library import instrument

_WORST = (Outcome.HOLDS, Outcome.UNDETERMINED, Outcome.FAILS)
_PLACE = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Part:
    """What the law says on one identifier and one category."""

    identifier: str
    """Its number on the form, or its place in the list, from 1."""
    category: str
    outcome: Outcome
    reasons: tuple[str, ...]
    """Boxes of the answering form."""
    findings: tuple[Finding, ...]


def parts(judgement: Judgement) -> tuple[Part, ...]:
    """Every part of the order, by identifier and category; none where the instrument knows none or none is named."""
    law = instrument(judgement.assessment.instrument)
    split = law.tables.parts
    if split is None:
        return ()
    values = judgement.reading.values
    asked = [category for category, key in split.categories.items() if values.get(key)]
    listed = values.get(split.identifiers)
    if not isinstance(listed, Listed):
        return ()
    whole = values.get(split.time)
    whole = whole if isinstance(whole, Interval) else None
    named = [(one.id, _reads(one, whole), _time(one.interval or whole, judgement.received)) for one in listed.items]
    faulty = (_PLACE.match(fault.where) for fault in listed.faults)
    named += [(str(int(place[1]) + 1), "faulty", "not_stated") for place in faulty if place]
    return tuple(
        _part(
            judgement, identifier, category, {"part.identifier": reads, "part.period": time, "part.category": category}
        )
        for identifier, reads, time in named
        for category in asked
    )


def _part(judgement: Judgement, identifier: str, category: str, facts: dict[str, Value]) -> Part:
    law = instrument(judgement.assessment.instrument)
    known = {**judgement.facts, **facts}
    rulings = [table.rule(known) for table in law.at(judgement.moment.utc).findings["part"]]
    reasons = (law.reasons[row] for ruling in rulings for row in ruling.rows if row in law.reasons)
    return Part(
        identifier=identifier,
        category=category,
        outcome=max((ruling.finding.outcome for ruling in rulings), key=_WORST.index),
        reasons=tuple(dict.fromkeys(reasons)),
        findings=tuple(ruling.finding for ruling in rulings),
    )


def _reads(one: Identifier, whole: Interval | None) -> str:
    if one.trick is not None:
        return "ambiguous"
    return "untimed" if one.type in ADDRESSES and one.interval is None and whole is None else "sound"


def _time(asked: Interval | None, received: Instant) -> str:
    if asked is None:
        return "not_stated"
    if asked.start is not None and asked.start > received:
        return "after_receipt"
    return "partly_after" if asked.end is not None and asked.end > received else "before_receipt"
