"""Legal lengths: elapsed time, months by the calendar, and days before which something is due."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant, InvalidPeriod, OutsideCalendar, Period
from comity.casefile.clock.calendars import elapsed, months_later, start_of_day_next_year

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(Instant)  # noqa: DTZ001
LENGTHS = st.sampled_from(["PT1H", "PT12H", "PT48H", "PT72H", "P2W", "P6W", "P3M", "P6M", "P12M", "P1Y"]).map(
    Period.parse
)


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("PT1H", "2026-11-21T02:13:00+01:00", "2026-11-21T02:13:00Z", "1 hour"),
        ("PT90M", "2026-11-21T00:00:00Z", "2026-11-21T01:30:00Z", "90 minutes"),
        ("P6W", "2026-11-21T01:00:00Z", "2027-01-02T01:00:00Z", "6 weeks"),
        ("P1DT12H", "2026-02-28T00:00:00Z", "2026-03-01T12:00:00Z", "1 day 12 hours"),
        ("P6M", "2026-08-28T23:59:00Z", "2027-02-28T23:59:00Z", "6 months"),
        ("P6M", "2026-08-29T00:00:00Z", "2027-03-01T00:00:00Z", "6 months"),
        ("P6M", "2027-08-29T10:00:00Z", "2028-02-29T10:00:00Z", "6 months"),
        ("P6M", "2027-08-31T10:00:00Z", "2028-03-01T00:00:00Z", "6 months"),
        ("P1M", "2026-12-31T10:00:00Z", "2027-01-31T10:00:00Z", "1 month"),
        ("P1Y", "2028-02-29T10:00:00Z", "2029-03-01T00:00:00Z", "12 months"),
        ("P1M", "2026-01-31T23:30:00-02:00", "2026-03-01T01:30:00Z", "1 month"),
    ],
)
def test_a_period_ends(text: str, start: str, end: str, words: str) -> None:
    period = Period.parse(text)
    assert period.after(Instant.parse(start)).z() == end
    assert period.words == words


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "1H", "P6", "PT0H", "P0M", "P1MT1H", "P-6M", "P1.5M", "PT1S", "p6m", "P6M ", "P٦M", "P99999Y"],
)
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(InvalidPeriod):
        Period.parse(text)


@given(st.text(max_size=20))
def test_any_text_is_a_length_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidPeriod):
        assert Period.parse(text).words


@given(MOMENTS, MOMENTS, LENGTHS)
def test_a_later_start_never_gives_an_earlier_end(one: Instant, other: Instant, period: Period) -> None:
    first, last = sorted((one, other))
    assert first < period.after(first) <= period.after(last)


@given(MOMENTS, st.integers(1, 24))
def test_months_never_end_later_than_the_last_moment_of_their_month(start: Instant, months: int) -> None:
    end = months_later(start, months)
    number = start.utc.year * 12 + start.utc.month - 1 + months
    last_moment = end.plus(timedelta(microseconds=-1)).utc
    assert last_moment.year * 12 + last_moment.month - 1 <= number
    assert end.since(start) >= timedelta(days=28 * months)


def test_warnings_come_before() -> None:
    assert Period.parse("PT15M").before(Instant.parse("2026-11-21T02:00:00Z")).z() == "2026-11-21T01:45:00Z"


def test_beyond_the_calendar_is_said() -> None:
    last = Instant.parse("9999-12-31T23:00:00Z")
    for beyond in (
        lambda: elapsed(last, timedelta(hours=1)),
        lambda: months_later(last, 1),
        lambda: start_of_day_next_year(last, 3, 1),
    ):
        with pytest.raises(OutsideCalendar):
            beyond()


def test_the_day_before_which_it_is_due() -> None:
    assert start_of_day_next_year(Instant.parse("2026-01-01T00:00:00Z"), 3, 1).z() == "2027-03-01T00:00:00Z"
    assert start_of_day_next_year(Instant.parse("2026-12-31T23:30:00-02:00"), 3, 1).z() == "2028-03-01T00:00:00Z"
