"""A notice says the same in every language: each fact once, each remedy, and nothing that is not there."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from django.template.loader import render_to_string

from comity.transparency import rules
from comity.transparency.words import ENGLISH, LANGUAGES, words_in

FACTS = {
    "urls": ("https://board.example/p/1",), "measured_at": "2026-11-21T01:20:00Z", "restored_at": "",
    "issuing_state": "DE", "issuer": "Amt", "reference": "R-7", "grounds": ("ground one",), "reasons": "because",
    "complaint_url": "https://public.example/complaint/t", "cross_border": True, "home_state": "FR",
    "home_contact": "home@example", "redress_body": "the court", "redress_deadline": "30 days", "redress_link": "https://law.example",
}  # fmt: skip


def _notice(language: str, **changed: object) -> str:
    return render_to_string(f"transparency/notice.{language}.txt", {**FACTS, **changed})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_stands_in_the_notice(language):
    text = _notice(language)
    for fact in FACTS.values():
        for word in fact if isinstance(fact, tuple) else (fact,):
            assert isinstance(word, bool) or word in text, word
    for number in ("9", "11", "48", "2021/784"):
        assert number in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_so_is_not_said(language):
    domestic = _notice(language, cross_border=False, reasons="", redress_deadline="", redress_link="")
    assert "48" not in domestic
    assert "home@example" not in domestic
    assert "because" not in domestic
    assert len(domestic.splitlines()) < len(_notice(language).splitlines())
    restored = _notice(language, restored_at="2027-01-03T00:00:00Z")
    assert "2027-01-03T00:00:00Z" in restored
    assert restored.count("\n") == _notice(language).count("\n") + 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", ["reinstate", "refer", "reject"])
def test_an_outcome_is_told_with_its_reasons(language, outcome):
    text = render_to_string(f"transparency/outcome.{language}.txt", {**FACTS, "outcome": outcome, "reasons": "we saw"})
    assert "we saw" in text
    assert ("the court" in text) is (outcome == "refer")


def test_every_language_uses_the_same_names_of_facts():
    names = {
        language: set(re.findall(r"\{\{ (\w+)", _source(language, kind)))
        for language in LANGUAGES
        for kind in ("notice", "outcome")
    }
    assert all(found == names["en"] for found in names.values())


def _source(language: str, kind: str) -> str:
    from django.template.loader import get_template

    return str(get_template(f"transparency/{kind}.{language}.txt").template.source)


@pytest.mark.parametrize(
    ("asked", "given"), [("fr-BE", "fr"), ("de", "de"), ("it", "en"), (None, "en"), ("", "en"), ("x", "en")]
)
def test_who_reads_another_language_gets_english(asked, given):
    assert words_in(asked).language == given


def test_no_language_lacks_a_word():
    for words in LANGUAGES.values():
        assert all(getattr(words, field.name) for field in fields(words) if field.name != "units")
        assert words is ENGLISH or set(words.units) == {"hours", "days", "weeks", "months"}


def test_a_time_limit_is_said_in_the_reader_s_words():
    form = {"redress": {"body": "", "deadline": {"n": 30, "unit": "days", "from": "receipt"}}}
    found = rules.remedies(form, LANGUAGES["de"])
    assert found["redress_deadline"] == "30 Tage ab: receipt"
    assert found["redress_body"].startswith("die Gerichte")
    assert rules.remedies(form)["redress_deadline"] == "30 days from receipt"
