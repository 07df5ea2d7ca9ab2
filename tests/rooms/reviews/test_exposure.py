"""How long somebody looked, counted whatever happens, and when nothing is shown any more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.docket.care import Care
from comity.docket.reviews import exposure
from comity.docket.reviews.exposure import Exposure, Refusal

CARE = Care(
    run=timedelta(minutes=6), pause=timedelta(minutes=10), day=timedelta(minutes=20), longest_look=timedelta(minutes=2)
)
START = Instant.parse("2026-11-23T08:00:00Z")
DAY = date(2026, 11, 23)


def at(minutes: float) -> Instant:
    return START.plus(timedelta(minutes=minutes))


def looked(state: Exposure, begins: float, minutes: float) -> Exposure:
    begun, refusal = exposure.begun(state, "c1", at(begins), CARE)
    assert refusal is None
    return exposure.ended(begun, at(begins + minutes), CARE)


def test_what_is_looked_at_is_known_only_while_it_is() -> None:
    begun, _refusal = exposure.begun(Exposure(DAY), "c1", at(0), CARE)
    assert (begun.looking(at(1), CARE), begun.left(at(1), CARE), begun.looks) == ("c1", 60, 1)
    assert (begun.looking(at(2), CARE), begun.left(at(2), CARE)) == ("", 0)
    over = exposure.ended(begun, at(1), CARE)
    assert (over.case, over.looking(at(1), CARE), over.left(at(1), CARE), over.seconds) == ("", "", 0, 60.0)


def test_a_look_that_nobody_ended_counts_as_long_as_one_may_last() -> None:
    begun, _refusal = exposure.begun(Exposure(DAY), "c1", at(0), CARE)
    assert exposure.ended(begun, at(60), CARE).seconds == 120.0
    assert exposure.ended(begun, at(60), CARE).ended_at == at(2)
    again, _refusal = exposure.begun(begun, "c2", at(60), CARE)
    assert (again.seconds, again.case, again.looks) == (120.0, "c2", 2)


def test_a_clock_that_went_back_takes_nothing_away() -> None:
    begun, _refusal = exposure.begun(Exposure(DAY, seconds=50), "c1", at(5), CARE)
    assert exposure.ended(begun, at(0), CARE).seconds == 50


def test_whoever_does_not_look_ends_nothing() -> None:
    assert exposure.ended(Exposure(DAY), at(0), CARE) == Exposure(DAY)


def test_after_so_much_a_pause_is_imposed_and_then_it_goes_on() -> None:
    state = Exposure(DAY)
    for n in range(3):
        state = looked(state, 3 * n, 2)
    state, refusal = exposure.begun(state, "c1", at(9), CARE)
    assert (refusal, state.pause_until, state.case) == (Refusal.PAUSE, at(19), "")
    state, refusal = exposure.begun(state, "c1", at(18.9), CARE)
    assert refusal is Refusal.PAUSE
    state, refusal = exposure.begun(state, "c1", at(19), CARE)
    assert (refusal, state.run, state.pause_until) == (None, 0.0, None)


def test_a_pause_of_ones_own_counts_as_one() -> None:
    state = Exposure(DAY)
    for n in range(3):
        state = looked(state, 15 * n, 2)
    assert exposure.begun(state, "c1", at(45), CARE)[1] is None


def test_a_day_has_an_end() -> None:
    state = Exposure(DAY, seconds=20 * 60)
    assert exposure.begun(state, "c1", at(60), CARE)[1] is Refusal.DAY
    tomorrow = exposure.of_day(state, date(2026, 11, 24))
    assert exposure.begun(tomorrow, "c1", at(24 * 60), CARE)[1] is None


def test_midnight_ends_no_pause_and_no_look() -> None:
    state = Exposure(DAY, seconds=7, run=9, looks=3, began_at=at(0), case="c1", pause_until=at(5))
    again = exposure.of_day(state, DAY)
    assert again == state
    next_day = exposure.of_day(state, date(2026, 11, 24))
    assert (next_day.seconds, next_day.looks) == (0.0, 0)
    assert (next_day.run, next_day.case, next_day.pause_until) == (9, "c1", at(5))


@given(st.lists(st.tuples(st.sampled_from(("look", "away")), st.floats(0.01, 30)), max_size=120))
def test_nobody_ever_looks_longer_than_the_day_allows(steps: list[tuple[str, float]]) -> None:
    """Whatever is pressed when: the day's end is passed by one look at most, and no run by more."""
    state, minute = Exposure(DAY), 0.0
    for step, length in steps:
        minute += length
        if step == "look":
            state, _refusal = exposure.begun(state, "c1", at(minute), CARE)
        else:
            state = exposure.ended(state, at(minute), CARE)
        assert state.seconds < (CARE.day + CARE.longest_look).total_seconds()
        assert state.run < (CARE.run + CARE.longest_look).total_seconds()
        assert bool(state.case) is (state.began_at is not None)


def test_what_is_not_said_is_limited_all_the_same() -> None:
    care = Care()
    assert timedelta(0) < care.longest_look < care.run < care.day
    with pytest.raises(AttributeError):
        care.run = timedelta(days=9)  # type: ignore[misc]
