"""An instant is a moment that exists, with the offset it was written in; everything else is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from comity.casefile.clock import FixedClock, Instant, InvalidInstant, WallClock
from comity.casefile.clock.instants import fixed_offset


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T02:13:00",
        "2026-11-23 02:13",
        "2026-02-30T02:13:00Z",
        "2026-11-23T25:13:00Z",
        "tomorrow",
        "",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-01:00",
        "２０２６-11-23T02:13:00Z",
        "2026-11-23T02:13:00+99:00",
    ],
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(InvalidInstant):
        Instant.parse(text)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(InvalidInstant):
        Instant(datetime(2026, 11, 23, 2, 13))  # noqa: DTZ001


def test_the_original_offset_is_kept_and_comparison_is_in_utc():
    paris, utc = Instant.parse("2026-11-23T02:13:00+01:00"), Instant.parse("2026-11-23T01:13:00Z")
    assert paris == utc
    assert hash(paris) == hash(utc)
    assert (str(paris), paris.z(), paris.offset_minutes) == (
        "2026-11-23T02:13:00+01:00",
        "2026-11-23T01:13:00Z",
        60,
    )
    assert paris != "2026-11-23T02:13:00+01:00"


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Paris")),  # the hour after it does not exist
        datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Paris")),  # nor does this one
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris")),  # this one comes twice
    ],
)
def test_an_hour_is_an_hour_in_a_night_when_the_clocks_change(start):
    instant = Instant(start)
    hour_later = instant.plus(timedelta(hours=1))
    assert hour_later.since(instant) == timedelta(hours=1)
    assert hour_later.offset_minutes == instant.offset_minutes


@given(st.datetimes(timezones=st.timezones().filter(lambda zone: zone is not None)))
def test_what_is_written_is_read_back(moment):
    offset = moment.utcoffset()
    if offset is None or offset.total_seconds() % 60 or not 2 < moment.year < 9998:
        return
    instant = Instant(moment)
    assert Instant.parse(str(instant)) == instant
    assert Instant.parse(instant.z()) == instant
    assert instant.plus(timedelta(hours=1)).since(instant) == timedelta(hours=1)


@given(st.text(max_size=40))
def test_the_parser_raises_nothing_but_its_own_failure(text):
    try:
        Instant.parse(text)
    except InvalidInstant:
        return


def test_a_fixed_clock_moves_only_when_told_and_the_wall_clock_moves_by_itself():
    clock = FixedClock(Instant.parse("2026-11-23T01:13:00Z"))
    assert clock.now() == clock.now()
    assert clock.advance(timedelta(minutes=5)).z() == "2026-11-23T01:18:00Z"
    clock.set(Instant.parse("2026-11-24T01:13:00Z"))
    assert clock.now().z() == "2026-11-24T01:13:00Z"
    assert WallClock().now() <= WallClock().now()


class Noted(BaseModel):
    at: Instant


def test_documents_read_an_instant_from_text_or_a_moment_and_write_it_as_it_was_written():
    written = "2026-11-23T02:13:00+01:00"
    moment = Instant.parse(written)
    assert Noted.model_validate({"at": written}).at == moment
    assert Noted.model_validate({"at": moment.original}).at == moment
    assert Noted(at=moment).model_dump(mode="json") == {"at": written}
    assert repr(moment) == f"Instant({written})"
    assert fixed_offset(60).utcoffset(None) == timedelta(hours=1)


@pytest.mark.parametrize("value", [1764000000, None, ["2026-11-23T02:13:00Z"], "now", True])
def test_what_is_no_time_is_refused_in_a_document(value):
    with pytest.raises(ValidationError):
        Noted.model_validate({"at": value})


def test_instants_are_ordered_by_when_they_were():
    assert Instant.parse("2026-11-23T02:13:00+01:00") < Instant.parse("2026-11-23T01:13:01Z")
    assert not Instant.parse("2026-11-23T01:13:00Z") < Instant.parse("2026-11-23T02:13:00+01:00")
