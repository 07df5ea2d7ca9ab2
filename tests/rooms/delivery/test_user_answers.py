"""Annex III of Regulation (EU) 2023/1543: filled from findings in the authority's language, never with a gap."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdf
import pytest
from answer_samples import AT, who
from hypothesis import event, given
from hypothesis import strategies as st
from user_samples import EPOC, EPOC_PR, GIVEN, NO_THRESHOLD, NOT_GIVEN, NOTHING, PARTS, PLAIN, WHO

from comity.casefile.documents.assessment import Certainty, Finding, Outcome
from comity.delivery import MissingField
from comity.delivery.checking import EVIDENCE_3, complete, definition_of
from comity.delivery.errors import UnfittingReason, UnknownForm
from comity.delivery.rules import Filled, reference_of
from comity.delivery.typesetting import Typesetter
from comity.delivery.user_answers import Grounds, PartAnswer, PartOutcome, annex_three
from comity.delivery.user_words import language_for
from comity.law import instrument
from comity.law.conflicts import objecting

BOXES = tuple(
    option.value
    for field in instrument("eu-eevidence-production").forms["annex-3"].form.fields
    if field.key == "D.reasons"
    for option in field.options
)
ASKING = {"INCOMPLETE", "MANIFEST_ERROR", "INSUFFICIENT_INFO"}
SECTION_E = objecting.prepared()["us_stored"]


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def filled(answered=PARTS, grounds=PLAIN, certificate=EPOC, language="en", particulars=WHO) -> Filled:
    return annex_three(particulars, certificate, grounds, answered, AT, language=language)


def shown(typesetter, form: Filled) -> str:
    pdf = typesetter.typeset(
        definition_of(form.form),
        form.fields,
        at=AT,
        reference=reference_of(form.fields),
        language=form.fields["language"],
    )
    return " ".join("\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def finding(outcome: Outcome, why: str) -> Finding:
    return Finding(id="f", question="?", outcome=outcome, citations=("x",), why=why, certainty=Certainty.OFFICIAL)


def faults(form: Filled) -> list:
    """What the law's own reader finds wrong with a form that we filled."""
    read = (
        instrument("eu-eevidence-production")
        .forms["annex-3"]
        .read(form.fields, frozenset({"parts", "language", "head"}))
    )
    return [*read.faults, *read.beyond]


def test_reasons_stand_for_each_identifier_and_together_once():
    form = filled()
    assert form.form == EVIDENCE_3
    assert form.fields["D.reasons"] == ["OFFENCE_NOT_COVERED", "NOT_STORED"]
    assert form.fields["D.identifiers"] == ["1", "2"]
    assert form.fields["D.explanation"] == f"Marked by a person.\n{NO_THRESHOLD} (identifier 1, Traffic data)"
    assert [row["outcome"] for row in form.fields["parts"]] == ["PRODUCED", "WITHHELD", "NOTHING_STORED"]
    assert faults(form) == []


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_an_annex_says_the_findings_in_the_authority_s_language(typesetter, language):
    why = "No ground of the annex is needed here."
    known = "By its profile no law of a third country binds the provider."
    said = shown(typesetter, filled(grounds=Grounds(preserved=False, why=(known, why), remarks="x"), language=language))
    expected = {
        "en": ("ANNEX III", known, "Not produced", "The data are not preserved", "own words"),
        "fr": ("ANNEXE III", "D’après son profil", "Non produites", "Les données ne sont pas conservées", "traduits"),
        "de": (
            "ANHANG III",
            "Nach seinem Profil",
            "Nicht herausgegeben",
            "Die Daten sind nicht gesichert",
            "übersetzt",
        ),
    }[language]
    assert [part for part in expected if part not in said] == []
    assert why in said  # a sentence that no law knows stays as it is
    assert (known in said) == (language == "en")


@pytest.mark.parametrize(
    ("particulars", "key"),
    [
        ({"issuer": ""}, "B.issuing_authority"),
        ({"issuer_file_ref": " "}, "B.file_no_issuing"),
        ({"order_received_at": None}, "B.received_at"),
        ({"addressee": None}, "C.addressee"),
        ({"hsp_name": None}, "H.name"),
        ({"contact_email": ""}, "H.email"),
        ({"authorised_person": ""}, "H.authorised_person"),
    ],
)
def test_a_missing_field_is_named_by_its_key(particulars, key):
    with pytest.raises(MissingField, match=key) as failure:
        filled(particulars=who(**particulars))
    assert failure.value.key == key


def test_a_representative_may_answer_for_the_provider():
    form = filled(particulars=who(hsp_name=None, legal_representative_name="Repr GmbH"))
    assert form.fields["H.signature"] == "Electronic seal of Repr GmbH (PAdES)"


def test_no_annex_without_a_reason_or_an_explanation():
    with pytest.raises(MissingField, match=r"D\.reasons"):
        filled(answered=[GIVEN])
    with pytest.raises(MissingField, match=r"D\.explanation"):
        filled(answered=[NOTHING], grounds=Grounds(preserved=True))


@pytest.mark.parametrize("box", sorted(ASKING))
def test_who_finds_an_error_says_what_is_needed(box):
    with pytest.raises(MissingField, match=r"F\.information_required"):
        filled(grounds=replace(PLAIN, reasons=(box,)))
    form = filled(grounds=replace(PLAIN, reasons=(box,), questions=("Which account?", "Which time zone?")))
    assert form.fields["F.information_required"] == "Which account?\nWhich time zone?"


@pytest.mark.parametrize("key", ["E.title_of_law", "E.provisions", "E.nature", "E.why_applicable", "E.why_conflicting"])
def test_an_objection_without_all_of_section_e_is_none(key):
    against = replace(PLAIN, reasons=("THIRD_COUNTRY_CONFLICT",))
    assert faults(filled(grounds=replace(against, section_e=SECTION_E))) == []
    with pytest.raises(MissingField, match=key):
        filled(grounds=replace(against, section_e={name: text for name, text in SECTION_E.items() if name != key}))


def test_what_is_not_confirmed_is_said_to_no_authority():
    against = replace(PLAIN, reasons=("THIRD_COUNTRY_CONFLICT",), section_e=SECTION_E)
    assert "E.consequences" not in filled(grounds=against).fields
    written = {**SECTION_E, "E.consequences": "Civil liability, as our counsel advised on 24 November."}
    assert "counsel" in filled(grounds=replace(against, section_e=written)).fields["E.consequences"]


def test_a_box_that_the_certificate_does_not_have_is_refused():
    with pytest.raises(UnfittingReason, match="OFFENCE_NOT_COVERED"):
        filled(certificate=EPOC_PR)
    with pytest.raises(UnfittingReason, match="DISPROPORTIONATE"):
        filled(grounds=replace(PLAIN, reasons=("DISPROPORTIONATE",)))
    assert filled(answered=[NOTHING], certificate=EPOC_PR).fields["A.concerns"] == "EPOC_PR"


OUTCOMES = st.builds(
    PartAnswer,
    st.sampled_from("123"),
    st.text(min_size=1, max_size=40),
    st.sampled_from(["SUBSCRIBER", "user_id", "TRAFFIC", "LOCATION", "content"]),
    st.sampled_from(PartOutcome),
    st.lists(st.sampled_from(BOXES), min_size=1, max_size=3).map(tuple),
    st.lists(st.sampled_from([NO_THRESHOLD, "Something else."]), max_size=2).map(tuple),
)
GROUNDS = st.builds(
    Grounds,
    preserved=st.booleans(),
    reasons=st.lists(st.sampled_from(BOXES), max_size=2).map(tuple),
    why=st.lists(st.just("A finding."), max_size=1).map(tuple),
    remarks=st.sampled_from(["", " ", "By hand."]),
    questions=st.lists(st.sampled_from(["Which?", " "]), max_size=2).map(tuple),
    section_e=st.sampled_from([{}, SECTION_E]),
)


@given(
    answered=st.lists(OUTCOMES, max_size=5),
    grounds=GROUNDS,
    certificate=st.sampled_from([EPOC, EPOC_PR]),
    language=st.sampled_from(["en", "fr", "de-AT", "mt"]),
)
def test_every_combination_gives_a_form_without_a_gap_or_names_what_is_missing(
    answered, grounds, certificate, language
):
    try:
        form = filled(answered, grounds, certificate, language)
    except (MissingField, UnfittingReason):
        event("refused")
        return
    assert faults(form) == []
    assert complete(form) is form
    assert all(form.fields.values())
    reasons = set(form.fields["D.reasons"])
    assert reasons
    assert not reasons & ASKING or form.fields["F.information_required"]
    assert "THIRD_COUNTRY_CONFLICT" not in reasons or form.fields["E.title_of_law"]
    assert certificate is EPOC or "OFFENCE_NOT_COVERED" not in reasons


@pytest.mark.parametrize(
    ("state", "wanted", "language"),
    [
        ("FR", (), "fr"),
        ("AT", (), "de"),
        ("be", (), "fr"),
        ("MT", (), "en"),
        (None, (), "en"),
        ("FR", ("de-DE",), "de"),
        ("PL", ("pl", "fr"), "fr"),
        ("DE", ("pl",), "de"),
    ],
)
def test_an_authority_is_written_to_in_a_language_it_reads(state, wanted, language):
    assert language_for(state, wanted) == language


def test_hostile_identifiers_are_shown_and_do_nothing(typesetter):
    form = filled(answered=[replace(NOT_GIVEN, value="#panic() \u202egnp.exe <b>")])
    assert "#panic() <U+202E>gnp.exe <b>" in shown(typesetter, form)


def test_a_form_of_no_law_and_no_letter_is_refused():
    with pytest.raises(UnknownForm):
        complete(Filled("letter-love", {}))
    with pytest.raises(UnknownForm):
        definition_of("annex-9")
