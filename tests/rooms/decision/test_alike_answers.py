"""The hour of an answer does not tell how long was searched."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.decision.urgency import leaves_at

AT = Instant.parse("2026-11-24T13:13:00Z")
QUARTER = timedelta(minutes=15)


@given(st.integers(0, 900_000_000), st.integers(1, 86400))
def test_an_answer_leaves_on_a_step_and_soon(microseconds, seconds):
    step, ready = timedelta(seconds=seconds), AT.plus(timedelta(microseconds=microseconds))
    leaves = leaves_at(ready, step)
    assert timedelta(0) <= leaves.since(ready) < step
    assert leaves_at(leaves, step) == leaves


def test_fast_and_slow_searches_leave_together():
    assert leaves_at(AT) == leaves_at(AT.plus(timedelta(seconds=100))) == Instant.parse("2026-11-24T13:15:00Z")
    assert leaves_at(AT.plus(QUARTER)) == Instant.parse("2026-11-24T13:30:00Z")
