"""Every sentence of the law that a person may read can be read in French and German; English governs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import law
from comity.casefile.clock import Instant
from comity.law import speech
from comity.law.library import Instrument, instrument

LAW = instrument("eu-tco")
AT = Instant.parse("2026-11-21T01:13:00Z")


def sentences(of: Instrument) -> Iterator[str]:
    yield of.title
    for fact in of.tables.facts.values():
        yield fact.label
    for table in of.tables.tables:
        yield table.question
        yield from (row.why for row in table.rows)
    yield from of.events.values()
    for period in of.periods.values():
        yield period.definition.duty


def computations() -> Iterator[str]:
    for period in LAW.periods.values():
        starts = period.definition.starts
        found = period.deadline({starts[0]: AT}) if starts else None
        yield from found.computation if found else ()


@pytest.mark.parametrize("language", speech.LANGUAGES)
def test_every_sentence_of_the_instrument_is_said(language):
    words = speech.words("eu-tco", language)
    assert [text for text in sentences(LAW) if not words.knows(text)] == []


@pytest.mark.parametrize("language", speech.LANGUAGES)
def test_every_step_of_a_computation_is_said(language):
    words = speech.words("eu-tco", language)
    steps = list(computations())
    assert len(steps) > 30
    assert [text for text in steps if not words.knows(text)] == []


@pytest.mark.parametrize("language", speech.LANGUAGES)
def test_no_sentence_is_kept_that_the_law_no_longer_says(language):
    said = {*sentences(LAW), *(p.definition.on_miss for p in LAW.periods.values())}
    assert set(speech.own("eu-tco", language)) <= said


def test_sentences_that_were_joined_are_said_one_by_one():
    joined = "No URL is given. No type of terrorist content is ticked. Missing: grounds."
    assert (
        law.say(joined, "de")
        == "Es ist keine URL angegeben. Keine Art terroristischen Inhalts ist angekreuzt. Es fehlen: grounds."
    )


def test_an_unknown_names_its_facts_in_the_same_language():
    unknown = "Not known: whether reasons are given; what the order says on non-disclosure."
    assert (
        law.say(unknown, "fr") == "Inconnu : si des motifs sont donnés; ce que l’injonction dit de la non-divulgation."
    )


@pytest.mark.parametrize("language", ["en", "it", "", "fr-CA"])
def test_what_is_not_known_stays_english_and_is_never_lost(language):
    text = "No URL is given. Something nobody translated. And a rest"
    said = law.say(text, language)
    assert said.endswith("Something nobody translated. And a rest")
    assert said.startswith("Aucune URL" if language == "fr-CA" else "No URL")


@given(st.text(max_size=3000))
def test_any_text_is_said_quickly_and_keeps_its_words(text):
    said = law.say(text, "fr")
    assert text.split() == said.split() or said != text


def test_a_text_longer_than_any_sentence_of_the_law_stays_as_it_is():
    assert law.say("a" * 2001, "fr") == "a" * 2001
