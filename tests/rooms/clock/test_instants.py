"""Instants carry their offset, compare by moment, and are never read without a zone."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from comity.casefile.clock import FixedClock, Instant, InvalidInstant, WallClock
from comity.casefile.clock.instants import fixed_offset


class Holder(BaseModel):
    at: Instant


def test_an_instant_is_compared_in_utc_and_shown_as_written() -> None:
    paris, utc = Instant.parse("2026-11-21T02:13:00+01:00"), Instant.parse("2026-11-21 01:13:00z")
    assert paris == utc
    assert hash(paris) == hash(utc)
    assert str(paris) == "2026-11-21T02:13:00+01:00"
    assert repr(paris) == "Instant(2026-11-21T02:13:00+01:00)"
    assert paris.z() == str(utc) == "2026-11-21T01:13:00Z"
    assert (paris.offset_minutes, utc.offset_minutes) == (60, 0)
    assert paris.original.tzinfo == fixed_offset(60)
    assert paris < utc.plus(timedelta(seconds=1))
    assert paris != "2026-11-21T02:13:00+01:00"


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-21", "2026-11-21T02:13:00", "2026-11-21T25:00:00Z", "2026-02-30T00:00:00Z", "2026-11-21T02:13Z",
     "２026-11-21T02:13:00Z", "2026-11-21T02:13:00+25:00"],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(InvalidInstant):
        Instant.parse(text)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(InvalidInstant):
        Instant(datetime(2026, 11, 21))  # noqa: DTZ001 -- that is the point


@given(st.text(max_size=40))
def test_any_text_is_an_instant_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidInstant):
        assert Instant.parse(str(Instant.parse(text))) == Instant.parse(text)


def test_digits_beyond_the_microsecond_are_dropped() -> None:
    assert Instant.parse("2026-11-21T01:13:00.1234567Z").z() == "2026-11-21T01:13:00.123456Z"


def test_documents_carry_instants_as_text() -> None:
    held = Holder.model_validate({"at": "2026-11-21T02:13:00+01:00"})
    assert held.model_dump(mode="json") == {"at": "2026-11-21T02:13:00+01:00"}
    assert Holder(at=held.at) == Holder.model_validate({"at": datetime(2026, 11, 21, 1, 13, tzinfo=UTC)})
    for wrong in (5, "yesterday", None):
        with pytest.raises(ValidationError):
            Holder.model_validate({"at": wrong})


def test_clocks() -> None:
    before = datetime.now(UTC)
    assert before <= WallClock().now().utc <= datetime.now(UTC)
    clock = FixedClock(Instant.parse("2026-11-21T01:13:00Z"))
    assert clock.advance(timedelta(hours=1)) == clock.now() == Instant.parse("2026-11-21T02:13:00Z")
    clock.set(Instant.parse("2027-01-01T00:00:00Z"))
    assert clock.now().since(Instant.parse("2026-12-31T23:00:00Z")) == timedelta(hours=1)
