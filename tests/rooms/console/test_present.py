"""Time and forms laid out for the eye."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.console import annex, present, words
from support.orders import order

NOW = Instant.parse("2026-11-23T01:13:00Z")
json = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("seconds", "said", "urgency"),
    [
        (3600, "1 h 0 min left", "soon"),
        (3601, "1 h 0 min left", "calm"),
        (2400, "40 min left", "soon"),
        (899, "14 min left", "hot"),
        (65, "1 min 05 s left", "hot"),
        (0, "0 min 00 s left", "hot"),
        (-1, "late by 0 min 01 s", "late"),
        (-7260, "late by 2 h 1 min", "late"),
        (100000, "1 d 3 h left", "calm"),
        (86400 * 12, "12 days left", "calm"),
    ],
)
def test_time_left_in_words(seconds: int, said: str, urgency: str) -> None:
    found = present.remaining(NOW.plus(timedelta(seconds=seconds)), NOW)
    assert (found.words, found.urgency) == (said, urgency)


@given(st.integers(-(10**8), 10**8))
def test_past_is_never_called_time_left(seconds: int) -> None:
    found = present.remaining(NOW.plus(timedelta(seconds=seconds)), NOW)
    assert (found.urgency == "late") == (seconds < 0)


@given(st.dictionaries(st.text(max_size=12), json, max_size=6))
def test_no_field_of_a_form_is_ever_dropped(form: dict[str, object]) -> None:
    shown = " ".join(line for section in annex.sections(form) for row in section.rows for line in row.lines)
    for value in present.flat(form).values():
        if isinstance(value, str) and value.strip():
            assert value in shown


def test_annex_rows_are_grouped_and_unknown_fields_come_last() -> None:
    laid = annex.sections(order(secret_extra="x"))
    assert [section.letter for section in laid] == ["A", "B", "C", "D", "E", "F", "G", "+"]
    redress = {row.label: row.lines for row in laid[6].rows}
    assert redress["Time allowed"] == ("2 · months · notification of the order",)
    assert laid[1].rows[0].lines == ("https://board.example/posts/1001 (Video in the first post)",)


def test_unknown_codes_are_shown_not_hidden() -> None:
    assert words.label("status", "brand_new") == "brand new"


@pytest.mark.parametrize("name", ["STATUS", "RULE"])
def test_every_status_of_the_procedure_has_its_word(name: str) -> None:
    from comity.docket.procedure import Status

    assert {status.value for status in Status} == set(words.STATUS)
