"""Timelines, faults and refusals are shown in the reader's language; what was entered stays as it was."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from comity.casefile.documents.demand import Fault
from comity.docket.errors import NoSuchCase
from comity.docket.sayings import says
from comity.docket.spoken import fault, sentence_of
from comity.intake.faults import FAULTS
from comity.intake.faults import fault as found

_DECISION = {"grants": [{"measure": "disable"}], "standing_rule": "", "approvals": ["a", "b"], "answer": "comply"}


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Decided by 2 person(s): comply, 1 address(es)"),
        ("fr", "Décidé par 2 personne(s) : donner suite, 1 adresse(s)"),
        ("de", "Entschieden von 2 Person(en): Folge leisten, 1 Adresse(n)"),
    ],
)
def test_a_line_of_the_timeline_is_said_in_the_readers_language(language, line):
    with override(language):
        assert says("decision", _DECISION) == line


@pytest.mark.parametrize("language", ["fr", "de"])
def test_an_unknown_code_and_an_erased_document_are_still_said(language):
    with override(language):
        assert says("never_heard_of", {"a": 1}) == "never heard of"
        assert says("decision", {"grants": []}) != ""
        assert "erased" not in says("decision", {})


@pytest.mark.parametrize("language", ["fr", "de"])
@pytest.mark.parametrize("code", sorted(FAULTS))
def test_every_fault_is_said_with_its_detail_and_its_articles(language, code):
    entered = found(code, "exact_url", "what <b>was</b> seen")
    before = entered.message
    with override(language):
        shown = fault(entered)
    assert FAULTS[code][0] not in shown
    assert "(what <b>was</b> seen)" in shown  # a plain text, which templates escape
    assert not hasattr(shown, "__html__")
    assert shown.endswith(f"[{', '.join(entered.citations)}]")
    assert entered.message == before


def test_a_refusal_is_said_and_one_that_nobody_foresaw_is_marked_as_english():
    with override("fr"):
        assert sentence_of(str(NoSuchCase())) == "Ce dossier n’existe pas, ou vous ne pouvez pas le voir."
        assert sentence_of("Odd <script>.") == '<span lang="en">Odd &lt;script&gt;.</span>'
        assert sentence_of("") == ""
    with override("en"):
        assert sentence_of("Odd <script>.") == "Odd <script>."
        assert not hasattr(sentence_of("Odd <script>."), "__html__")


def test_what_is_wrong_in_a_field_is_said_with_its_name_and_its_article():
    entered = Fault(
        code="missing", field="authority.fax", message="authority.fax (Fax): is mandatory and empty [A I(F)]"
    )
    with override("fr"):
        assert fault(entered) == "authority.fax (Télécopie): est obligatoire et vide [A I(F)]"
    with override("en"):
        assert fault(entered) == entered.message
