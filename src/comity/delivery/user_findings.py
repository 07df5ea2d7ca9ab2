"""From a judgement of the law room to what an answer says: the table of identifiers, the boxes, the questions. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from comity.casefile.documents.assessment import Outcome
from comity.delivery.checking import ASKS
from comity.delivery.user_answers import Grounds, PartAnswer, PartOutcome, parts_answered
from comity.law import instrument
from comity.law.assessing import Judgement
from comity.law.conflicts import section_e
from comity.law.datatypes import Listed
from comity.law.parts import Part, parts

Pairs = Collection[tuple[str, str]]
"""Numbers of identifiers with categories in capitals."""


def named(judgement: Judgement) -> Mapping[str, str]:
    """The identifiers of a demand that can be read, by their number on the form."""
    lists = [value for value in judgement.reading.values.values() if isinstance(value, Listed)]
    return {one.id: one.value for found in lists for one in found.items}


def lines_of(judgement: Judgement, produced: Pairs, absent: Pairs = ()) -> tuple[PartAnswer, ...]:
    """Each identifier with each category that was asked, and what became of it.

    By the law's own ruling on the part where the instrument has one; elsewhere what is not produced is withheld for the
    reasons of the whole demand.
    """
    names, ruled = named(judgement), parts(judgement)
    if ruled:
        return parts_answered(ruled, names, produced, absent)
    asked = judgement.reading.values.get("categories")
    categories = [str(one) for one in asked] if isinstance(asked, list | tuple) else []
    return tuple(
        PartAnswer(number, value, category.upper(), _became((number, category.upper()), produced, absent))
        for number, value in names.items()
        for category in categories
    )


def grounds_of(judgement: Judgement, *, preserved: bool, remarks: str = "") -> Grounds:
    """What Annex III says of the certificate as a whole: the boxes of its findings, their sentences, what is asked for,
    and section E as far as the law room holds it.
    """
    known = instrument(judgement.assessment.instrument).reasons
    ruled = [
        (finding.why, [known[row] for row in judgement.rulings[finding.id].rows if row in known])
        for finding in judgement.assessment.findings
        if finding.outcome is not Outcome.HOLDS
    ]
    by_part = [(why, part.reasons) for part in parts(judgement) for why in _whys(part)]
    ways = judgement.picture.ways if judgement.picture else ()
    return Grounds(
        preserved=preserved,
        reasons=judgement.reasons,
        why=_once(why for why, boxes in ruled if boxes),
        remarks=remarks,
        questions=_once(why for why, boxes in [*ruled, *by_part] if ASKS.intersection(boxes)),
        section_e=next((found for way in ways if (found := section_e(way))), {}),
    )


def _became(place: tuple[str, str], produced: Pairs, absent: Pairs) -> PartOutcome:
    if place in produced:
        return PartOutcome.PRODUCED
    return PartOutcome.NOTHING_STORED if place in absent else PartOutcome.WITHHELD


def _whys(part: Part) -> Sequence[str]:
    return [finding.why for finding in part.findings if finding.outcome is not Outcome.HOLDS]


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
