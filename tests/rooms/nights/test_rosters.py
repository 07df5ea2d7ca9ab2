"""Rosters: local time in, nobody forgotten out, on the two nights of the year that have another length too."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.casefile.documents.decision import Person
from comity.casefile.documents.night import Exchange, Roster, Shift
from comity.docket.nights import rosters
from comity.docket.nights.errors import UnreadableRoster

STAFF = {"Anna": "a" * 32, "Ben": "b" * 32, "Mia Müller": "c" * 32}
YEAR = datetime.fromisoformat("2026-01-01")
NAMES = {identifier: name for name, identifier in STAFF.items()}
ZONES = ("Europe/Paris", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


def at(text: str) -> Instant:
    return Instant.parse(text)


def roster(shifts: str, exchanges: str = "", zone: str = "Europe/Paris") -> Roster:
    return Roster(
        roster="r" * 32,
        name="First line",
        zone=zone,
        shifts=rosters.read_shifts(shifts, STAFF),
        exchanges=rosters.read_exchanges(exchanges, STAFF),
        by=Person(id="a" * 32, role="approver"),
    )


NIGHTS = "daily 20:00-08:00 Anna\ndaily 08:00-20:00 Ben"


def test_the_hand_over_belongs_to_who_comes():
    week = roster(NIGHTS)
    assert rosters.on_call(week, at("2026-11-23T07:59:59+01:00")) == (STAFF["Anna"],)
    assert rosters.on_call(week, at("2026-11-23T08:00:00+01:00")) == (STAFF["Ben"],)
    following = rosters.next_hand_over(week, at("2026-11-23T07:00:00+01:00"))
    assert (following.starts, following.people) == (at("2026-11-23T08:00:00+01:00"), (STAFF["Ben"],))


def test_the_night_in_which_clocks_go_back_is_one_hour_longer_and_has_no_hole():
    cut = rosters.watches(roster(NIGHTS), at("2026-10-24T20:00:00+02:00"), at("2026-10-25T08:00:00+01:00"))
    assert [watch.people for watch in cut] == [(STAFF["Anna"],)]
    assert cut[0].ends.since(cut[0].starts) == timedelta(hours=13)


def test_the_night_in_which_clocks_go_forward_is_one_hour_shorter_and_has_no_hole():
    cut = rosters.watches(roster(NIGHTS), at("2026-03-28T20:00:00+01:00"), at("2026-03-29T08:00:00+02:00"))
    assert [watch.people for watch in cut] == [(STAFF["Anna"],)]
    assert cut[0].ends.since(cut[0].starts) == timedelta(hours=11)


def test_a_hand_over_at_an_hour_that_does_not_exist_leaves_no_hole_and_no_doubt():
    week = roster("daily 20:00-02:30 Anna\ndaily 02:30-20:00 Ben")
    night = rosters.watches(week, at("2026-03-28T21:00:00+01:00"), at("2026-03-29T12:00:00+02:00"))
    assert [watch.people for watch in night] == [(STAFF["Anna"],), (STAFF["Ben"],)]
    assert night[0].ends == night[1].starts == at("2026-03-29T03:30:00+02:00")


def test_an_exception_stands_in_the_place_of_the_pattern_and_may_name_nobody():
    week = roster(
        NIGHTS, "2026-12-24 18:00 - 2026-12-25 10:00 Mia Müller: Christmas\n2026-12-26 00:00 - 2026-12-26 06:00 nobody"
    )
    assert rosters.on_call(week, at("2026-12-25T03:00:00+01:00")) == (STAFF["Mia Müller"],)
    assert rosters.on_call(week, at("2026-12-25T10:00:00+01:00")) == (STAFF["Ben"],)
    (gap,) = rosters.gaps([week], at("2026-12-20T00:00:00Z"), at("2026-12-31T00:00:00Z"))
    assert (gap.starts, gap.ends) == (at("2026-12-26T00:00:00+01:00"), at("2026-12-26T06:00:00+01:00"))


def test_a_second_roster_fills_the_gap_of_the_first():
    first, second = roster("mon-fri 18:00-08:00 Anna"), roster("daily 00:00-00:00 Ben")
    span = (at("2026-11-23T00:00:00Z"), at("2026-11-30T00:00:00Z"))
    assert rosters.gaps([first], *span)
    assert rosters.gaps([first, second], *span) == ()
    assert len(rosters.gaps([], *span)) == 1


@given(zone=st.sampled_from(ZONES), hours=st.sets(st.integers(0, 47), min_size=1, max_size=6), day=st.integers(0, 364))
def test_shifts_that_meet_in_local_time_meet_on_every_day_of_the_year(zone, hours, day):
    moments = [f"{half // 2:02}:{30 * (half % 2):02}" for half in sorted(hours)]
    pairs = zip(moments, [*moments[1:], moments[0]], strict=True)
    shifts = tuple(Shift(days=tuple(range(7)), starts=a, ends=b, people=(STAFF["Anna"],)) for a, b in pairs)
    week = Roster(roster="r", name="r", zone=zone, shifts=shifts, by=Person(id="a", role="legal"))
    since = at("2026-01-01T00:00:00Z").plus(timedelta(days=day))
    assert rosters.gaps([week], since, since.plus(timedelta(days=3))) == ()


@given(
    starts=st.datetimes(min_value=YEAR, max_value=datetime.fromisoformat("2026-12-31")),
    zone=st.sampled_from(ZONES),
    people=st.lists(st.sampled_from(sorted(STAFF.values())), unique=True, max_size=3),
)
def test_every_moment_lies_in_exactly_one_stretch(starts, zone, people):
    made = Exchange(
        starts=starts.isoformat(timespec="minutes"),
        ends=(starts + timedelta(hours=9)).isoformat(timespec="minutes"),
        people=tuple(people),
    )
    week = roster(NIGHTS, zone=zone).model_copy(update={"exchanges": (made,)})
    since = at("2026-01-01T00:00:00Z").plus(starts - datetime.fromisoformat("2026-01-02"))
    cut = rosters.watches(week, since, since.plus(timedelta(days=4)))
    assert cut[0].starts == since
    assert cut[-1].ends == since.plus(timedelta(days=4))
    assert all(a.ends == b.starts and a.starts < a.ends for a, b in pairwise(cut))
    assert all(set(a.people) != set(b.people) for a, b in pairwise(cut))


DAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
CLOCKS = st.times().map(lambda time: f"{time:%H:%M}")
PEOPLE = st.lists(st.sampled_from(sorted(STAFF.values())), unique=True, min_size=1, max_size=3).map(tuple)


@given(st.builds(Shift, days=DAYS, starts=CLOCKS, ends=CLOCKS, people=PEOPLE))
def test_what_is_written_is_read_back(shift):
    assert rosters.read_shifts(rosters.write_shift(shift, NAMES), STAFF) == (shift,)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_reason(text):
    for read in (rosters.read_shifts, rosters.read_exchanges):
        try:
            read(text, STAFF)
        except UnreadableRoster:
            continue


@pytest.mark.parametrize(
    "line",
    [
        "",
        "mon 18:00-08:00",
        "mon 25:00-08:00 Anna",
        "someday 18:00-08:00 Anna",
        "mon 18:00-08:00 Eve",
        "mon 18:00-08:00 nobody",
        "18:00-08:00 Anna",
    ],
)
def test_a_shift_that_nobody_could_follow_is_refused(line):
    if not line:
        assert rosters.read_shifts(line, STAFF) == ()
        return
    with pytest.raises(UnreadableRoster):
        rosters.read_shifts(line, STAFF)


@pytest.mark.parametrize("line", ["2026-02-30 10:00 - 2026-03-01 10:00 Anna", "tomorrow Anna", "2026-12-24 18:00 Ben"])
def test_an_exception_on_a_day_that_does_not_exist_is_refused(line):
    with pytest.raises(UnreadableRoster):
        rosters.read_exchanges(line, STAFF)


@pytest.mark.parametrize("zone", ["Mars/Base", "../../etc/passwd", "", "Europe/", "a" * 80, "Europe"])
def test_a_zone_that_nobody_knows_is_refused(zone):
    with pytest.raises(UnreadableRoster):
        rosters.zone_of(zone)


def test_an_exception_that_ends_before_it_begins_is_refused():
    with pytest.raises(UnreadableRoster):
        rosters.check(roster(NIGHTS, "2026-12-25 18:00 - 2026-12-24 10:00 Anna"))
