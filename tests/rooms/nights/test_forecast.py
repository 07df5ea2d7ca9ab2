"""The forecast against the formulas that exist, and against loads that nobody could carry."""

from __future__ import annotations

import math
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.docket.nights import forecast
from comity.docket.nights.errors import UnusableLoad
from comity.docket.nights.forecast import Load


def erlang_c(people: int, offered: float) -> float:
    """Chance of waiting in M/M/c (Erlang 1917), by the stable recursion over Erlang B."""
    blocked = 1.0
    for busy in range(1, people + 1):
        blocked = offered * blocked / (busy + offered * blocked)
    return blocked / (1 - offered / people * (1 - blocked))


def late_in_mmc(people: int, arrivals: float, minutes: float, limit: float) -> float:
    """Chance that waiting and service together take longer than ``limit`` in M/M/c (closed form)."""
    service, rate = 60 / minutes, arrivals
    waits, spare = erlang_c(people, rate / service), people * service - rate
    t = limit / 60
    if math.isclose(spare, service):
        return math.exp(-service * t) * (1 + waits * service * t)
    return math.exp(-service * t) + waits * service / (spare - service) * (
        math.exp(-service * t) - math.exp(-spare * t)
    )


@pytest.mark.parametrize(
    ("people", "arrivals", "minutes"),
    [(1, 3.0, 10.0), (2, 6.0, 12.0), (3, 10.0, 14.0), (5, 40.0, 6.0), (8, 30.0, 12.0)],
)
def test_waiting_agrees_with_erlang_s_formula(people, arrivals, minutes):
    found = forecast.simulate(Load(arrivals, minutes), people, seed=1, cases=200_000)
    expected = erlang_c(people, arrivals * minutes / 60)
    assert found.waits == pytest.approx(expected, rel=0.03, abs=0.003)
    assert found.busy == pytest.approx(arrivals * minutes / 60 / people, rel=0.02)


@pytest.mark.parametrize(("people", "arrivals", "minutes"), [(1, 2.0, 15.0), (2, 6.0, 14.0), (3, 10.0, 14.0)])
def test_the_missed_hour_agrees_with_the_formula(people, arrivals, minutes):
    """Within twice its own interval: the batches' interval is one of 95 %, and the seed is one of many."""
    found = forecast.simulate(Load(arrivals, minutes), people, seed=1, cases=200_000)
    expected = late_in_mmc(people, arrivals, minutes, forecast.HOUR - forecast.MACHINE_MINUTES)
    half = found.missed_at_most - found.missed
    assert abs(found.missed - expected) < 2 * half
    assert half < 0.1 * expected


def test_the_same_seed_gives_the_same_forecast_and_another_another():
    load = Load(6.0, 12.0)
    assert forecast.simulate(load, 2, seed=7) == forecast.simulate(load, 2, seed=7)
    assert forecast.simulate(load, 2, seed=7) != forecast.simulate(load, 2, seed=8)


def test_the_generator_is_splitmix64():
    """First numbers of SplitMix64 for seed 1234567, from the reference implementation (public domain, Vigna 2015)."""
    words = (6457827717110365317, 3203168211198807973, 9817491932198370423)
    assert list(islice(forecast.stream(1234567), 3)) == [((word >> 11) + 0.5) / (1 << 53) for word in words]


def test_steady_minutes_need_no_more_people_than_varied_ones():
    varied, steady = (
        forecast.people_for(Load(6.0, 12.0, shape), 0.01, seed=1)[-1].people for shape in ("varied", "steady")
    )
    assert steady <= varied


def test_own_minutes_are_drawn_from_our_own_cases():
    found = forecast.simulate(Load(6.0, 99.0, "own", (5.0, 5.0, 20.0)), 2, seed=1)
    assert found.busy == pytest.approx(6 * 10 / 60 / 2, rel=0.05)


def test_the_answer_is_the_first_that_is_surely_below_the_bound():
    found = forecast.people_for(Load(10.0, 14.0), 0.02, seed=3)
    assert [one.people for one in found] == list(range(3, 3 + len(found)))
    assert all(one.missed_at_most > 0.02 for one in found[:-1])
    assert found[-1].missed <= found[-1].missed_at_most <= 0.02
    more = forecast.people_for(Load(10.0, 14.0), 0.0225, seed=3)
    assert more[-1].people <= found[-1].people


@settings(max_examples=15, deadline=None)
@given(arrivals=st.floats(0.1, 30), minutes=st.floats(1, 8), seed=st.integers(0, 2**31))
def test_more_people_never_miss_more(arrivals, minutes, seed):
    load = Load(arrivals, minutes)
    least = max(1, math.ceil(load.people))
    runs = [forecast.simulate(load, least + more, seed=seed, cases=4000) for more in (0, 1, 4)]
    assert runs[0].missed >= runs[1].missed >= runs[2].missed
    assert all(0 <= run.missed <= run.missed_at_most <= 1 for run in runs)


@pytest.mark.parametrize(
    ("load", "bound"),
    [
        (Load(0.0, 10.0), 0.01),
        (Load(5.0, -1.0), 0.01),
        (Load(math.inf, 10.0), 0.01),
        (Load(math.nan, 10.0), 0.01),
        (Load(5.0, 10.0, "own"), 0.01),
        (Load(5.0, 10.0, "own", (-1.0,)), 0.01),
        (Load(5.0, 10.0, "other"), 0.01),
        (Load(5.0, 10.0), 0.0),
        (Load(5.0, 10.0), 1.0),
        (Load(5.0, 90.0), 0.01),
        (Load(900.0, 30.0, "steady"), 0.01),
    ],
)
def test_what_nobody_can_carry_or_state_is_refused(load, bound):
    with pytest.raises(UnusableLoad):
        forecast.people_for(load, bound, seed=1)


def test_nobody_carries_nothing():
    with pytest.raises(UnusableLoad):
        forecast.simulate(Load(5.0, 10.0), 0, seed=1)
