"""An answer does not tell an account that does not exist from one that has no such data."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.decision.urgency import Asked, Line, answered, leaves_at

ASKED = (
    Asked("1", "@anna:x.example", "SUBSCRIBER"),
    Asked("1", "@anna:x.example", "TRAFFIC"),
    Asked("2", "b", "TRAFFIC"),
)
AT = Instant.parse("2026-11-24T13:13:00Z")
QUARTER = timedelta(minutes=15)


def test_unknown_empty_and_out_of_period_give_one_answer():
    unknown = answered(ASKED, {})
    empty = answered(ASKED, {("1", "SUBSCRIBER"): 0, ("1", "TRAFFIC"): 0, ("2", "TRAFFIC"): 0})
    elsewhere = answered(ASKED, {("1", "CONTENT"): 12, ("9", "TRAFFIC"): 4})
    assert unknown == empty == elsewhere == tuple(Line(one, stored=False) for one in ASKED)


def test_what_is_stored_is_said_where_it_was_asked_and_in_its_order():
    found = answered((*ASKED, ASKED[0]), {("2", "TRAFFIC"): 3})
    assert [line.asked for line in found] == list(ASKED)
    assert [line.stored for line in found] == [False, False, True]


@given(
    st.lists(st.builds(Asked, st.sampled_from("123"), st.text(max_size=5), st.sampled_from(["TRAFFIC", "CONTENT"]))),
    st.dictionaries(st.tuples(st.sampled_from("1234"), st.sampled_from(["TRAFFIC", "CONTENT"])), st.integers(-1, 3)),
)
def test_the_lines_depend_on_what_was_asked_and_only_their_mark_on_what_was_found(asked, rows):
    found = answered(asked, rows)
    assert [line.asked for line in found] == [line.asked for line in answered(asked, {})]
    assert all(line.stored == (rows.get((line.asked.identifier, line.asked.category), 0) > 0) for line in found)


@given(st.integers(0, 900_000_000), st.integers(1, 86400))
def test_an_answer_leaves_on_a_step_and_soon(microseconds, seconds):
    step, ready = timedelta(seconds=seconds), AT.plus(timedelta(microseconds=microseconds))
    leaves = leaves_at(ready, step)
    assert timedelta(0) <= leaves.since(ready) < step
    assert leaves_at(leaves, step) == leaves


def test_fast_and_slow_searches_leave_together():
    assert leaves_at(AT) == leaves_at(AT.plus(timedelta(seconds=100))) == Instant.parse("2026-11-24T13:15:00Z")
    assert leaves_at(AT.plus(QUARTER)) == Instant.parse("2026-11-24T13:30:00Z")
