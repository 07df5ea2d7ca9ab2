"""Letters where the law prescribes no form: each states what it must, in three languages, and leaves entered."""

from __future__ import annotations

import io

import pypdf
import pytest
from answer_samples import AT
from hypothesis import given
from hypothesis import strategies as st
from user_samples import EPOC, GIVEN, MORE, NOTHING, PARTS, PLAIN, WHO

from comity.casefile.audit import find, prove
from comity.casefile.documents import new_id
from comity.casefile.documents.answer import FormReply
from comity.casefile.records import unit_of_work
from comity.delivery import MissingField, Recipient
from comity.delivery.channels import Proof
from comity.delivery.checking import definition_of
from comity.delivery.letters import Letter, letter_definition, statement
from comity.delivery.rules import reference_of
from comity.delivery.typesetting import Typesetter
from comity.delivery.user_answers import Said, annex_three, letter, objection_fields
from comity.delivery.user_words import LANGUAGES
from comity.law.conflicts import objecting

WITH_PARTS = {Letter.PARTIAL, Letter.NO_DATA, Letter.COVER}


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def said(kind: Letter, **more) -> Said:
    return Said("us-sca", parts=PARTS if kind in WITH_PARTS else (), more={**MORE[kind], **more})


def shown(typesetter, form) -> str:
    pdf = typesetter.typeset(
        definition_of(form.form),
        form.fields,
        at=AT,
        reference=reference_of(form.fields),
        language=form.fields["language"],
    )
    return " ".join("\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("kind", sorted(Letter))
def test_every_letter_is_typeset_in_every_language(typesetter, kind, language):
    text = shown(typesetter, letter(kind, WHO, said(kind), AT, language=language))
    definition = letter_definition(kind.form)
    title = definition.labels.get(language, definition.title)
    for part in (title, statement(kind, language), "PT-2026-1187", "Anna Keller", "2026-11-23"):
        assert part.replace(" ", "") in text.replace(" ", ""), part  # lines break at hyphens, too


@pytest.mark.parametrize("kind", sorted(Letter))
@pytest.mark.parametrize("language", ["fr", "de"])
def test_no_label_of_a_letter_is_left_in_english(kind, language):
    definition = letter_definition(kind.form)
    assert language in definition.labels
    assert statement(kind, language) != statement(kind, "en")
    for section in definition.sections:
        assert language in section.labels
        for field in section.fields:
            assert field.type == "rows" or language in field.labels, field.key
            assert all(language in option.labels for option in field.options)


@pytest.mark.parametrize(
    ("kind", "key"),
    [(kind, field.key) for kind in sorted(Letter) for field in letter_definition(kind.form).sections[1].fields
     if field.required == "yes" and field.key != "statement"],
)  # fmt: skip
def test_a_letter_that_lacks_what_its_kind_must_state_is_not_made(kind, key):
    full = said(kind)
    less = Said(
        full.instrument,
        parts=() if key == "parts" else full.parts,
        more={k: v for k, v in full.more.items() if k != key},
    )
    with pytest.raises(MissingField, match=key) as failure:
        letter(kind, WHO, less, AT, language="en")
    assert failure.value.key == key
    with pytest.raises(MissingField):
        letter(kind, WHO, Said("us-sca", parts=less.parts, more={**less.more, key: " "}), AT, language="fr")


def test_findings_come_before_what_a_person_wrote():
    why = "A subpoena is not enough for records beyond the list of subscriber data."
    form = letter(Letter.REFUSAL, WHO, Said("us-sca", (why,), (), MORE[Letter.REFUSAL]), AT, language="de")
    first, second = form.fields["explanation"].split("\n")
    assert first.startswith("Eine Subpoena")
    assert second == "We are no host of this service."


def test_a_law_that_nobody_knows_is_named_as_the_demand_named_it():
    form = letter(
        Letter.ACKNOWLEDGEMENT, WHO, Said("no-such-law", more=MORE[Letter.ACKNOWLEDGEMENT]), AT, language="fr"
    )
    assert form.fields["instrument_title"] == "no-such-law"


def test_an_objection_takes_section_e_without_what_is_unconfirmed():
    fields = objection_fields(objecting.prepared()["us_stored"])
    assert {"law_title", "law_provisions", "why_applicable", "why_conflicting"} <= set(fields)
    assert "consequences" not in fields
    form = letter(
        Letter.OBJECTION, WHO, Said("us-sca", more={**fields, "preservation": "PRESERVED"}), AT, language="fr"
    )
    assert "interdit" in form.fields["why_conflicting"]


@given(
    st.sampled_from(sorted(Letter)),
    st.dictionaries(st.text(max_size=8), st.text(max_size=8)),
    st.sampled_from(["en", "fr", "de"]),
)
def test_fields_that_a_letter_does_not_have_never_enter_it(kind, strange, language):
    form = letter(kind, WHO, said(kind, **strange), AT, language=language)
    known = {field.key for section in letter_definition(kind.form).sections for field in section.fields}
    assert set(form.fields) <= known | {"language", "head"}
    assert all(form.fields.values())


CASE = new_id()


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_a_letter_and_an_annex_go_the_way_of_every_answer(delivery, channel, vault, clock, sequencer, language):
    forms = (
        letter(Letter.PARTIAL, WHO, said(Letter.PARTIAL), clock.now(), language=language),
        annex_three(WHO, EPOC, PLAIN, [GIVEN, NOTHING], clock.now(), language=language),
    )
    channel.outcome = Proof(delivered=True, said="250 queued")
    for form in forms:
        with unit_of_work(clock.now(), "system:delivery") as work:
            entered = delivery.prepare(work, CASE, form, Recipient("email", "greffe@tj.example"))
        sequencer.step()
        assert delivery.deliver(prove(entered)) is not None
        reply = find(entered.entry, FormReply).document
        assert (reply.form, reply.fields["language"]) == (form.form, language)
    subjects = [sent.subject for sent in channel.sent]
    start = {"en": "Answer to your demand", "fr": "Réponse à votre demande", "de": "Antwort auf Ihr Ersuchen"}[language]
    assert subjects == [f"{start} PT-2026-1187"] * 2
    assert all("C-42" in sent.text and "orders@board.example" in sent.text for sent in channel.sent)
    assert all("Example Board SAS" in sent.text and "2023/1543" not in sent.text for sent in channel.sent)
    assert len(vault.exhibits(CASE)) == 2


def test_a_letter_with_a_field_missing_leaves_no_trace(delivery, vault, clock):
    form = letter(Letter.ACKNOWLEDGEMENT, WHO, said(Letter.ACKNOWLEDGEMENT), AT, language="en")
    del form.fields["signature"]
    with unit_of_work(clock.now(), "system:delivery") as work, pytest.raises(MissingField, match="signature"):
        delivery.prepare(work, CASE, form, Recipient("paper", "x"))
    assert vault.exhibits(CASE) == ()
