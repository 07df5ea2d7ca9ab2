"""Every worked certificate is answered from its own judgement: by Annex III without a gap, or by a person."""

from __future__ import annotations

from typing import Any

import pytest
from answer_samples import AT
from user_samples import EPOC, EPOC_PR, WHO

from comity import law
from comity.delivery import MissingField
from comity.delivery.letters import Letter
from comity.delivery.user_answers import Grounds, PartOutcome, Said, annex_three, letter
from comity.delivery.user_findings import grounds_of, lines_of, named
from comity.law.parts import parts
from support.vectors import judge

PRODUCTION, PRESERVATION = "eu-eevidence-production", "eu-eevidence-preservation"
NATIONAL = ("eu-dsa-art10", "us-sca", "ie-2011", "emergency-voluntary")


def scenarios(*identifiers: str) -> list[Any]:
    return [
        pytest.param(identifier, vector, id=f"{identifier}: {vector['name']}")
        for identifier in identifiers
        for vector in law.instrument(identifier).vectors["scenarios"]
    ]


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize(("identifier", "vector"), scenarios(PRODUCTION, PRESERVATION))
def test_every_certificate_is_answered_without_a_gap(identifier: str, vector: dict[str, Any], language: str) -> None:
    judged = judge(identifier, vector)
    certificate = EPOC if judged.assessment.instrument == PRODUCTION else EPOC_PR
    grounds, lines = grounds_of(judged, preserved=True, remarks="Signed by hand."), lines_of(judged, ())
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


def test_what_was_produced_and_what_was_absent_is_said_of_each_part() -> None:
    judged = judge(PRODUCTION, {"set": {"F": {"a": ["USER_INFORMATION"], "b": ["IP"]}}})
    (number, value), *_ = named(judged).items()
    lines = lines_of(judged, {(number, "SUBSCRIBER")}, {(number, "USER_ID")})
    assert [(line.value, line.category, line.outcome) for line in lines if line.identifier == number] == [
        (value, "SUBSCRIBER", PartOutcome.PRODUCED),
        (value, "USER_ID", PartOutcome.NOTHING_STORED),
    ]
    assert len(lines) == len(parts(judged))


@pytest.mark.parametrize("identifier", NATIONAL)
def test_a_demand_without_parts_is_answered_by_identifier_and_category(identifier: str) -> None:
    judged = judge(identifier, {})
    names = named(judged)
    assert names
    withheld = lines_of(judged, ())
    assert {line.outcome for line in withheld} == {PartOutcome.WITHHELD}
    first = (withheld[0].identifier, withheld[0].category)
    assert lines_of(judged, {first})[0].outcome is PartOutcome.PRODUCED
    assert lines_of(judged, (), {first})[0].outcome is PartOutcome.NOTHING_STORED
    why = tuple(found.why for found in judged.assessment.findings)
    said = Said(identifier, why, withheld, {"explanation": "x"})
    assert letter(Letter.PARTIAL, WHO, said, AT, language="de").fields["parts"][0]["value"] == withheld[0].value


def test_a_demand_that_names_nothing_has_no_line() -> None:
    judged = judge("us-sca", {"drop": ["identifiers", "categories"]})
    assert lines_of(judged, ()) == ()
    assert grounds_of(judged, preserved=False).section_e == {}
    assert isinstance(grounds_of(judge("eu-tco", {}), preserved=False), Grounds)
