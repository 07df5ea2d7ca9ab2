"""Annexes II and III: which form answers what, what must stand in them, and how hostile text is shown."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from answer_samples import AT, DONE, GONE, MEASURED, NOT_FOUND, WHO, typeset, who
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.delivery.errors import MissingField, NothingToAnswer, NotTypeset, UnknownForm
from comity.delivery.forms import FormDefinition, page, printable, printable_url, time
from comity.delivery.rules import Ground, UrlOutcome, UrlResult, answers, checked
from comity.delivery.typesetting import Typesetter
from comity.delivery.words import ENGLISH


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def text_of(pdf: bytes) -> str:
    return "\n".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_one_annex_2_for_each_measure_and_one_annex_3_for_the_rest():
    forms = answers(who(), [DONE, GONE, NOT_FOUND, DONE], AT)
    assert [form.form for form in forms] == ["annex-2", "annex-2", "annex-3"]
    assert [form.fields.get("measure") for form in forms] == ["REMOVED", "DISABLED_ALL_MS", None]
    assert all(len(form.fields["addresses"]) == 4 for form in forms)
    assert [row["answered_by"] for row in forms[0].fields["addresses"]] == ["annex-2", "annex-2", "annex-3", "annex-2"]


def test_the_time_of_a_measure_is_that_of_its_last_address():
    later = UrlResult("https://board.example/p/3", UrlOutcome.DISABLED_ALL_MS, Instant.parse("2026-11-23T01:14:00Z"))
    (form,) = answers(who(), [DONE, later, DONE], AT)
    assert form.fields["measure_at"] == "2026-11-23T01:14:00Z"


def test_annex_3_carries_the_union_of_reasons_once_each():
    other = UrlResult(
        "https://x.example", UrlOutcome.NOT_EXECUTED, None, (Ground.MANIFEST_ERRORS,), "Not our host.", "Which host?"
    )
    (form,) = answers(who(), [NOT_FOUND, other, NOT_FOUND], AT)
    assert form.fields["reason"] == ["MANIFEST_ERRORS", "INSUFFICIENT_INFORMATION"]
    assert form.fields["explanation"].count("No content") == 1
    assert form.fields["contact"] == "orders@board.example"
    assert "contact_email" not in form.fields
    assert form.fields["signature"] == "Electronic seal of Example Board SAS (PAdES)"


@pytest.mark.parametrize("key", sorted(set(WHO) - {"hsp_name", "main_establishment_ms"}))
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_no_form_without_a_mandatory_field(key, empty):
    empty = None if key == "order_received_at" else empty
    for result in (DONE, NOT_FOUND):
        expected = "contact" if key == "contact_email" and result is NOT_FOUND else key
        with pytest.raises(MissingField, match=f": {expected}, 2021/784 Annex I") as failure:
            answers(who(**{key: empty}), [result], AT)
        assert failure.value.key == expected


def test_a_provider_or_its_representative_must_be_named():
    with pytest.raises(MissingField, match="hsp_name or legal_representative_name"):
        answers(who(hsp_name=None), [DONE], AT)
    with pytest.raises(MissingField, match="main_establishment_ms or representative_ms"):
        answers(who(main_establishment_ms=None), [DONE], AT)
    representative = who(
        hsp_name=None, main_establishment_ms=None, legal_representative_name="Repr GmbH", representative_ms="DE"
    )
    (form,) = answers(representative, [DONE], AT)
    assert form.fields["representative_ms"] == "DE"
    with pytest.raises(MissingField, match="signature"):
        answers(who(hsp_name=None), [NOT_FOUND], AT)


@pytest.mark.parametrize(
    ("result", "key"),
    [
        (UrlResult("u", UrlOutcome.REMOVED), "measure_at"),
        (UrlResult("u", UrlOutcome.NOT_EXECUTED, explanation="x"), "reason"),
        (UrlResult("u", UrlOutcome.NOT_EXECUTED, None, (Ground.IMPOSSIBILITY,)), "explanation"),
        (
            UrlResult("u", UrlOutcome.NOT_EXECUTED, None, (Ground.MANIFEST_ERRORS,), "x"),
            "errors_and_needed_clarification",
        ),
    ],
)
def test_an_outcome_without_its_time_or_reason_makes_no_form(result, key):
    with pytest.raises(MissingField) as failure:
        answers(who(), [result], AT)
    assert failure.value.key == key


def test_one_address_without_time_or_reason_spoils_its_group():
    with pytest.raises(MissingField, match="measure_at"):
        answers(who(), [GONE, UrlResult("u", UrlOutcome.REMOVED)], AT)
    with pytest.raises(MissingField, match="reason"):
        answers(who(), [NOT_FOUND, UrlResult("u", UrlOutcome.NOT_EXECUTED)], AT)


def test_impossibility_needs_no_clarification_and_no_address_no_form():
    result = UrlResult("u", UrlOutcome.NOT_EXECUTED, None, (Ground.IMPOSSIBILITY,), "The data centre burned.")
    assert answers(who(), [result], AT)[0].fields["errors_and_needed_clarification"] == ""
    with pytest.raises(NothingToAnswer):
        answers(who(), [], AT)


def test_what_was_checked_stays_as_it_is():
    (form,) = answers(who(), [DONE], AT)
    assert checked(form) is form


@pytest.mark.parametrize("form", ["annex-2", "annex-3"])
def test_every_required_field_of_the_definition_is_filled(form):
    filled = next(one for one in answers(who(), [DONE, NOT_FOUND], AT) if one.form == form)
    for section in FormDefinition.of(form).sections:
        for field in section.fields:
            if field.required == "yes":
                assert filled.fields[field.key], field.key


def test_annex_2_shows_labels_values_boxes_and_addresses(typesetter):
    (filled,) = answers(who(), [DONE], AT)
    shown = text_of(typeset(typesetter, filled))
    for part in (
        "Annex II",
        "Bundeskriminalamt, Referat ST 35",
        "2026-11-23 02:13:04 +01:00 (01:13:04 UTC)",
        "☒ Access to the content was disabled in all Member States",
        "☐ The content was removed",
        "https://board.example/p/1",
        "Page 1 of 1",
        "not compared with the annex as printed in the Official Journal",
        "Anna Keller",
    ):
        assert part.upper() in shown.upper(), part


def test_the_pdf_is_archivable_accessible_and_the_same_each_time(typesetter):
    (filled,) = answers(who(), [NOT_FOUND], AT)
    pdf = typeset(typesetter, filled)
    assert pdf == typeset(Typesetter(), filled)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    xmp = root["/Metadata"].get_object().get_data()
    assert b"<pdfaid:part>2" in xmp
    assert b"<pdfuaid:part>1" in xmp


@pytest.mark.parametrize("language", ["fr", "de", "xx"])
def test_other_languages(typesetter, language):
    (filled,) = answers(who(), [DONE], AT)
    shown = text_of(typeset(typesetter, filled, language))
    assert {"fr": "Page 1 sur 1", "de": "Seite 1 von 1", "xx": "Page 1 of 1"}[language] in shown


@pytest.mark.parametrize("language", ["fr", "de"])
@pytest.mark.parametrize("result", [DONE, GONE, NOT_FOUND])
def test_an_annex_in_another_language_leaves_no_label_in_english(typesetter, language, result):
    (filled,) = answers(who(), [result], AT)
    shown = " ".join(text_of(typeset(typesetter, filled, language)).split())
    definition = FormDefinition.of(filled.form)
    fields = [field for section in definition.sections for field in section.fields]
    for one in (*definition.sections, *fields, *(option for field in fields for option in field.options)):
        assert language in one.labels, one.label
        assert one.label == one.named(language) or not re.search(rf"\b{re.escape(one.label)}\b", shown)


HOSTILE = '#import "x"; #read("/etc/passwd") $ \\ * _ ` <b> @a = - + / [ ] {{n}} \u202egnp.exe \x00 \U0001f4a3 مرحبا'


def test_hostile_text_is_shown_and_does_nothing(typesetter):
    (filled,) = answers(who(issuer=HOSTILE), [UrlResult(HOSTILE, UrlOutcome.REMOVED, MEASURED)], AT)
    shown = text_of(typeset(typesetter, filled))
    assert '#import "x"; #read("/etc/passwd") $' in shown
    assert "<U+202E>gnp.exe" in shown
    assert "root:" not in shown


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_at_all_is_typeset(issuer, url):
    typesetter = Typesetter()
    (filled,) = answers(who(issuer="I " + issuer), [UrlResult(url, UrlOutcome.REMOVED, MEASURED)], AT)
    assert typeset(typesetter, filled).startswith(b"%PDF-")


@given(st.text())
def test_printable_text_loses_nothing_visible(text):
    shown = printable(text)
    assert printable(shown) == shown
    assert len(shown) >= len(text)
    assert printable_url(text).isascii()


def test_every_character_let_through_has_a_glyph(typesetter):
    marks = [chr(mark) for mark in range(0x20, 0x3000) if printable(chr(mark)) == chr(mark)]
    assert {"é", "ő", "ș", "ж", "ω", "ł", "€"} <= set(marks)
    (filled,) = answers(who(issuer=" ".join(marks)), [DONE], AT)
    assert typeset(typesetter, filled)  # PDF/A-2a refuses a character without a glyph


def test_two_hundred_long_addresses(typesetter):
    results = [
        UrlResult(f"https://board.example/p/{number}?" + "q" * 300, UrlOutcome.REMOVED, MEASURED)
        for number in range(200)
    ]
    (filled,) = answers(who(), results, AT)
    reader = pypdf.PdfReader(io.BytesIO(typeset(typesetter, filled)))
    assert len(reader.pages) > 10
    assert f"Page {len(reader.pages)} of {len(reader.pages)}" in reader.pages[-1].extract_text()


def test_an_unknown_form_is_refused():
    with pytest.raises(UnknownForm):
        FormDefinition.of("annex-9")
    with pytest.raises(UnknownForm):
        FormDefinition.of("annex-2", "no-law")


def test_a_template_that_cannot_be_typeset_is_a_failure_of_its_own(typesetter, monkeypatch):
    (filled,) = answers(who(), [DONE], AT)
    monkeypatch.setattr(typesetter, "_template", b"#panic()")
    with pytest.raises(NotTypeset):
        typeset(typesetter, filled)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-23T01:13:00Z", "2026-11-23 01:13:00 UTC"),
        ("2026-11-23T02:13:00.75+05:30", "2026-11-23 02:13:00 +05:30 (20:43:00 UTC)"),
        ("yesterday\u202e", "yesterday<U+202E>"),
    ],
)
def test_times_are_shown_as_written_and_in_utc(text, shown):
    assert time(text) == shown


def test_a_confirmed_label_carries_no_mark():
    definition = FormDefinition.of("annex-2")
    certain = [
        section.model_copy(
            update={"fields": tuple(f.model_copy(update={"certainty": "official"}) for f in section.fields)}
        )
        for section in definition.sections
    ]
    (filled,) = answers(who(), [DONE], AT)
    confirmed = definition.model_copy(update={"sections": tuple(certain)})
    assert page(confirmed, filled.fields, ENGLISH, reference="x")["notes"] == [ENGLISH.seal]
    assert len(page(definition, filled.fields, ENGLISH, reference="x")["notes"]) == 2
