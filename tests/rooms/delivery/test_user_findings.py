"""Every worked certificate is answered from its own judgement: by Annex III without a gap, or by a person."""

from __future__ import annotations

from typing import Any

import pytest
from answer_samples import AT
from user_samples import EPOC, EPOC_PR, WHO

from comity import law
from comity.delivery import MissingField
from comity.delivery.user_answers import Grounds, PartAnswer, PartOutcome, annex_three
from comity.delivery.user_findings import grounds_of, whys
from comity.law.assessing import Judgement
from comity.law.parts import parts
from support.vectors import judge

PRODUCTION, PRESERVATION = "eu-eevidence-production", "eu-eevidence-preservation"
OTHER = "OTHER_LATE_OR_PARTIAL"


def scenarios(*identifiers: str) -> list[Any]:
    return [
        pytest.param(identifier, vector, id=f"{identifier}: {vector['name']}")
        for identifier in identifiers
        for vector in law.instrument(identifier).vectors["scenarios"]
    ]


def withheld(judged: Judgement) -> list[PartAnswer]:
    """Every part, as if nothing were given."""
    return [
        PartAnswer(
            one.identifier, one.identifier, one.category, PartOutcome.WITHHELD, one.reasons or (OTHER,), whys(one)
        )
        for one in parts(judged)
    ]


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize(("identifier", "vector"), scenarios(PRODUCTION, PRESERVATION))
def test_every_certificate_is_answered_without_a_gap(identifier: str, vector: dict[str, Any], language: str) -> None:
    judged = judge(identifier, vector)
    certificate = EPOC if judged.assessment.instrument == PRODUCTION else EPOC_PR
    grounds, lines = grounds_of(judged, preserved=True, remarks="Signed by hand."), withheld(judged)
    if not grounds.reasons and not lines:
        with pytest.raises(MissingField, match=r"D\.reasons"):
            annex_three(WHO, certificate, grounds, lines, AT, language=language)
        return
    ticked = {*grounds.reasons, *(reason for line in lines for reason in line.reasons)}
    if "THIRD_COUNTRY_CONFLICT" in ticked and not grounds.section_e:
        with pytest.raises(MissingField, match=r"E\."):
            annex_three(WHO, certificate, grounds, lines, AT, language=language)
        return
    fields = annex_three(WHO, certificate, grounds, lines, AT, language=language).fields
    assert set(fields["D.reasons"]) == ticked
    assert fields["D.explanation"].count("Signed by hand.") == 1
    read = law.instrument(PRODUCTION).forms["annex-3"].read(fields)
    assert read.faults == []


def test_a_part_is_said_with_its_own_sentences_and_what_holds_with_none() -> None:
    judged = judge(
        PRODUCTION, {"set": {"I.type": "PUBLIC_PROSECUTOR", "F": {"a": ["USER_INFORMATION"], "c": ["logs"]}}}
    )
    said = {part.category: whys(part) for part in parts(judged)}
    assert said["subscriber"] == ()
    assert said["traffic"]


def test_a_demand_that_names_nothing_has_no_objection() -> None:
    judged = judge("us-sca", {"drop": ["identifiers", "categories"]})
    assert grounds_of(judged, preserved=False).section_e == {}
    assert isinstance(grounds_of(judge("eu-tco", {}), preserved=False), Grounds)
