"""Figures of the real house: what is counted, what is not, and that a secret case alone changes nothing."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.docket.nights import tally
from comity.docket.nights.errors import UnusableLoad
from comity.docket.nights.tally import Stated

MONDAY = Instant.parse("2026-11-23T01:13:00Z")


def _figures(nights) -> dict:
    found = nights.docket.workload(nights.watch.staff.mia)
    return {
        name: getattr(found, name) for name in ("grid", "shown", "met", "missed", "first_look", "decision", "samples")
    }


def test_what_came_is_counted_by_hour_and_by_whether_its_hour_was_met(nights):
    for number in range(5):
        url = nights.watch.night.publish()
        view = nights.watch.order(url)
        nights.watch.night.clock.set(nights.now.plus(timedelta(minutes=2)))
        nights.docket.opened(view.reference, nights.watch.staff.mia)
        nights.watch.night.clock.set(nights.now.plus(timedelta(minutes=3)))
        nights.watch.decide("comply", url, number=number + 1)
    found = _figures(nights)
    assert found["grid"][0][1] == 5
    assert found["shown"] == 5
    assert (found["met"], found["missed"]) == (5, None)
    assert (found["first_look"].half, found["decision"].half) == (2.0, 5.0)
    assert found["samples"] == 5
    forecast = nights.docket.forecast(nights.watch.staff.mia, Stated(2.0, 1.0, "own", 0.01, 1))
    assert forecast[-1].people == 1


def test_a_secret_case_alone_changes_no_figure(nights):
    before = _figures(nights)
    nights.order(nondisclosure=True, nondisclosure_decided_at="2026-11-23T02:10:00+01:00")
    nights.watch.later(hours=2)
    assert _figures(nights) == before
    nights.order(order_reference="ANOTHER-1")
    nights.watch.later(hours=2)
    assert _figures(nights) == before


def test_own_minutes_that_are_too_few_are_not_drawn_from(nights):
    with pytest.raises(UnusableLoad):
        nights.docket.forecast(nights.watch.staff.mia, Stated(2.0, 10.0, "own", 0.01, 1))


@given(st.lists(st.integers(0, 7 * 24 * 60 - 1), max_size=60), st.integers(0, 7 * 24 * 60 - 1))
def test_one_more_never_shows_by_itself(minutes, extra):
    moments = [MONDAY.plus(timedelta(minutes=minute)) for minute in minutes]
    late = MONDAY.plus(timedelta(minutes=extra))
    before, after = tally.hours(moments), tally.hours([*moments, late])
    same = sum(1 for one in moments if (one.utc.weekday(), one.utc.hour) == (late.utc.weekday(), late.utc.hour))
    assert (before == after) is (same + 1 < tally.LEAST)
    assert all(cell is None or cell >= tally.LEAST for day in after for cell in day)


@given(st.lists(st.floats(0, 1000), max_size=40))
def test_a_median_stands_for_enough_cases_or_for_none(minutes):
    found = tally.took(minutes)
    if len(minutes) < tally.ENOUGH:
        assert dataclasses.astuple(found) == (None, None)
    else:
        assert min(minutes) <= found.half <= found.nine_in_ten <= max(minutes)
        assert 2 * sum(1 for one in minutes if one <= found.half) >= len(minutes)
