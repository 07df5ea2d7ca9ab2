"""From a judgement of the law room to what an answer says: the boxes, the sentences, the questions. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from comity.casefile.documents.assessment import Outcome
from comity.delivery.checking import ASKS
from comity.delivery.user_answers import Grounds
from comity.law import instrument
from comity.law.assessing import Judgement
from comity.law.conflicts import section_e
from comity.law.parts import Part, parts


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
    by_part = [(why, part.reasons) for part in parts(judgement) for why in whys(part)]
    ways = judgement.picture.ways if judgement.picture else ()
    return Grounds(
        preserved=preserved,
        reasons=judgement.reasons,
        why=_once(why for why, boxes in ruled if boxes),
        remarks=remarks,
        questions=_once(why for why, boxes in [*ruled, *by_part] if ASKS.intersection(boxes)),
        section_e=next((found for way in ways if (found := section_e(way))), {}),
    )


def whys(part: Part) -> tuple[str, ...]:
    """What stands against one identifier with one category, in the findings' sentences."""
    return tuple(finding.why for finding in part.findings if finding.outcome is not Outcome.HOLDS)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
