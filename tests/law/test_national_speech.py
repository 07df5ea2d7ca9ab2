"""Every sentence of the laws on data of users, and of their conflict, can be read in French and German."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from comity.casefile.clock import Instant
from comity.law import conflicts, speech
from comity.law.conflicts import objecting
from comity.law.library import Instrument, instrument

LAWS = (
    "budapest-2", "de-stpo", "emergency-voluntary", "eu-dsa-art10", "eu-dsa-art9", "fr-csi", "fr-judicial", "gdpr-48",
    "ie-2011", "uk-ipa-cd", "us-cloud-agreements", "us-sca",
)  # fmt: skip
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


def of_conflicts() -> Iterator[str]:
    held = conflicts.shelf()
    yield from conflicts.labels().values()
    yield from held.facts.categories.values()
    yield from (route.label for route in held.facts.routes)
    for table in held.tables:
        yield table.question
        yield from (row.why for row in table.rows)
    yield from (row.then for row in held.rows.values() if row.then)
    for fields in objecting.prepared().values():
        yield from (text for key, text in fields.items() if key != "E.nature")


@pytest.mark.parametrize("language", speech.LANGUAGES)
@pytest.mark.parametrize("name", LAWS)
def test_every_sentence_of_a_law_is_said_and_none_is_kept_that_it_no_longer_says(name: str, language: str) -> None:
    words, said = speech.words(name, language), set(sentences(instrument(name)))
    assert [text for text in said if not words.knows(text)] == []
    assert set(speech.own(name, language)) <= said


@pytest.mark.parametrize("language", speech.LANGUAGES)
def test_every_sentence_of_the_conflict_of_laws_is_said(language: str) -> None:
    words = speech.words("us-sca", language)
    assert [text for text in of_conflicts() if not words.knows(text)] == []


@pytest.mark.parametrize("language", speech.LANGUAGES)
@pytest.mark.parametrize("name", LAWS)
def test_every_step_of_a_computation_is_said(name: str, language: str) -> None:
    words = speech.words(name, language)
    for period in instrument(name).periods.values():
        if period.definition.counts == "elapsed":
            found = period.deadline({period.definition.starts[0]: AT})
            assert found is not None
            assert [step for step in found.computation if not words.knows(step)] == []


def test_a_sentence_of_the_conflict_is_read_with_its_law() -> None:
    why = "Content is never reached by a power over connection data."
    assert speech.say(why, "de", "fr-csi") == "Inhalte erreicht eine Befugnis über Verbindungsdaten nie."
