"""When somebody may be told, and what may come of a complaint."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.casefile.documents.answer import ComplaintOutcome
from comity.transparency import rules

NOW = Instant.parse("2026-11-23T01:13:00Z")


@given(st.none() | st.integers(-100, 100), st.integers(-100, 100))
def test_a_secret_is_one_until_its_end_and_not_at_its_end(until, at):
    end = None if until is None else NOW.plus(timedelta(seconds=until))
    assert rules.is_secret(end, NOW.plus(timedelta(seconds=at))) is (until is not None and at < until)


@pytest.mark.parametrize("form", [{}, {"nondisclosure": False}, {"nondisclosure": None}, {"nondisclosure_until": None}])
def test_an_order_that_does_not_ask_for_silence_is_no_secret(form):
    assert rules.asks_for_silence(form) is False


@pytest.mark.parametrize("said", [True, "yes", "no", "perhaps", 1, 0.5, [], {}, ""])
def test_whatever_else_stands_there_counts_as_asking_for_silence(said):
    assert rules.asks_for_silence({"nondisclosure": said}) is True


def test_an_end_of_silence_without_its_beginning_counts_too():
    assert rules.asks_for_silence({"nondisclosure": False, "nondisclosure_until": "2026-12-01"}) is True


@given(st.dictionaries(st.sampled_from(["nondisclosure_decided_at", "issued_at"]), st.text() | st.integers()))
def test_a_date_that_cannot_be_read_is_none_and_never_an_error(form):
    found = rules.decided_at(form)
    assert found is None or isinstance(found, Instant)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (
            {"nondisclosure_decided_at": "2026-11-20T10:00:00Z", "issued_at": "2026-11-21T10:00:00Z"},
            "2026-11-20T10:00:00Z",
        ),
        ({"nondisclosure_decided_at": "last week", "issued_at": "2026-11-21T10:00:00Z"}, "2026-11-21T10:00:00Z"),
        ({"issued_at": "2026-11-21T10:00:00Z"}, "2026-11-21T10:00:00Z"),
        ({}, None),
    ],
)
def test_silence_counts_from_its_own_date_else_from_the_orders(form: dict[str, Any], expected: str | None):
    found = rules.decided_at(form)
    assert (found.z() if found else None) == expected


def test_a_complaint_lifts_nothing_while_an_order_binds_and_refers_nowhere_when_none_does():
    bound, free = rules.outcomes_open(order_in_force=True), rules.outcomes_open(order_in_force=False)
    assert bound == {ComplaintOutcome.REFER, ComplaintOutcome.REJECT}
    assert free == {ComplaintOutcome.REINSTATE, ComplaintOutcome.REJECT}


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.none() | st.lists(st.text()), st.integers(2, 40))
def test_a_value_of_a_form_becomes_one_short_line_that_steers_nothing(value, most):
    line = rules.plain(value, most)
    assert len(line) <= most
    assert line == line.strip()
    assert not any(unicodedata.category(letter)[0] == "C" for letter in line)


def test_a_line_keeps_what_people_write():
    assert rules.plain("Tribunal  administratif\nde Test\u202e", 100) == "Tribunal administratif de Test"
    assert rules.plain("abcdef", 4) == "abc…"
    assert [rules.plain(odd) for odd in (None, True, [], {})] == [""] * 4


@pytest.mark.parametrize(
    ("redress", "body", "deadline"),
    [
        (None, "", ""),
        ("the court", "", ""),
        ({"body": "Tribunal\nde Test", "deadline": "soon"}, "Tribunal de Test", ""),
        ({"deadline": {"n": 2, "unit": "MONTHS", "from": "notification"}}, "", "2"),
    ],
)
def test_remedies_are_told_as_far_as_the_order_names_them(redress, body, deadline):
    told = rules.remedies({"redress": redress})
    assert told["redress_body"] == (body or rules.ENGLISH.courts)
    assert told["redress_deadline"].startswith(deadline)
    assert bool(told["redress_deadline"]) is bool(deadline)


@pytest.mark.parametrize(
    ("part", "line"),
    [
        (None, ""),
        ("issuer", ""),
        ({"name": "Office\u202e de test"}, "Office de test"),
        ({"name": {"street": "rue du Test", "no": "", "city": "Nanterre"}}, "rue du Test, Nanterre"),
        ({"name": ["a"]}, ""),
    ],
)
def test_one_field_is_one_line_or_nothing(part, line):
    assert rules.text({"issuer": part}, "issuer", "name") == line


@pytest.mark.parametrize(("until", "secret"), [(None, False), (0, False), (-1, False), (1, True)])
def test_at_its_end_a_secret_is_free(until, secret):
    end = None if until is None else NOW.plus(timedelta(seconds=until))
    assert rules.is_secret(end, NOW) is secret
