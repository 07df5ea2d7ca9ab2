"""Every sentence of the two instruments of Regulation (EU) 2023/1543 can be read in French and German."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from comity.casefile.clock import Instant
from comity.law import speech
from comity.law.calendars import calendars
from comity.law.library import Instrument, instrument

IDENTIFIERS = ("eu-eevidence-production", "eu-eevidence-preservation")


def sentences(of: Instrument) -> Iterator[str]:
    yield of.title
    yield from (fact.label for fact in of.tables.facts.values())
    for table in of.tables.tables:
        yield table.question
        yield from (row.why for row in table.rows)
    yield from of.events.values()
    yield from (period.definition.duty for period in of.periods.values())


@pytest.mark.parametrize("language", speech.LANGUAGES)
@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_every_sentence_is_said(identifier: str, language: str) -> None:
    words = speech.words(identifier, language)
    assert [text for text in sentences(instrument(identifier)) if not words.knows(text)] == []


@pytest.mark.parametrize("language", speech.LANGUAGES)
@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_no_sentence_is_kept_that_the_law_no_longer_says(identifier: str, language: str) -> None:
    assert set(speech.own(identifier, language)) <= set(sentences(instrument(identifier)))


@pytest.mark.parametrize("language", speech.LANGUAGES)
@pytest.mark.parametrize("identifier", IDENTIFIERS)
@pytest.mark.parametrize("at", ["2026-09-01T07:30:00Z", "2026-09-02T07:30:00Z", "2026-11-01T07:30:00Z"])
def test_every_step_of_a_computation_is_said(identifier: str, language: str, at: str) -> None:
    words = speech.words(identifier, language)
    later = Instant.parse("2026-09-03T08:00:00Z"), Instant.parse("2026-09-04T08:00:00Z")
    for period in instrument(identifier).periods.values():
        rule = period.definition
        pauses = {pause.event: later[0] for pause in rule.paused_by} | {
            pause.until: later[1] for pause in rule.paused_by
        }
        for events in ({}, pauses):
            for calendar in (calendars()["FR"], None):
                found = period.deadline({rule.starts[0]: Instant.parse(at), **events}, calendar)
                assert [step for step in (found.computation if found else ()) if not words.knows(step)] == []
