"""Days and hours as the guidance on deadlines counts them: its worked examples, calendars, doubts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant, OutsideCalendar, Period
from comity.casefile.documents.assessment import Certainty
from comity.law.calendars import Calendar, calendars, easter, orthodox_easter
from comity.law.counting import end
from comity.law.model import PeriodDefinition
from comity.law.periods import CompiledPeriod
from comity.law.states import MEMBER_STATES

FR = calendars()["FR"]
TEN, EIGHT, FIVE = Period.parse("P10D"), Period.parse("PT8H"), Period.parse("P5D")
SURE = Calendar("FR", ZoneInfo("Europe/Paris"), FR.rules, Certainty.OFFICIAL)


def days(start: str, length: Period = TEN, calendar: Calendar | None = FR, counts: str = "days") -> str:
    return end(counts, length, Instant.parse(start), calendar, "by").due.z()


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-09-01T09:30:00+02:00", "2026-09-11T21:59:59Z"),  # Tuesday; day 10 is Friday 11 September
        ("2026-09-02T09:30:00+02:00", "2026-09-14T21:59:59Z"),  # day 10 is a Saturday: the Monday after
        ("2026-09-03T09:30:00+02:00", "2026-09-14T21:59:59Z"),  # day 10 is a Sunday
        ("2026-08-31T22:30:00Z", "2026-09-11T21:59:59Z"),  # already the first of September in Paris
        ("2026-10-20T10:00:00Z", "2026-10-30T22:59:59Z"),  # over the end of summer time
    ],
)
def test_ten_days_of_the_guidance(received: str, due: str) -> None:
    assert days(received) == due


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-09-04T17:10:00+02:00", "2026-09-05T00:00:00Z"),  # Friday 17:10, from 18:00: Saturday 02:00
        ("2026-09-04T23:10:00+02:00", "2026-09-05T06:00:00Z"),  # Friday 23:10: Saturday 08:00
        ("2026-09-04T18:00:00+02:00", "2026-09-05T01:00:00Z"),  # 18:00 exactly is the hour of receipt: 03:00
    ],
)
def test_eight_hours_of_the_guidance(received: str, due: str) -> None:
    found = end("full_hours", EIGHT, Instant.parse(received), FR, "by")
    assert found.due.z() == due
    assert found.certainty is Certainty.SECONDARY


def test_five_working_days() -> None:
    assert days("2026-09-02T09:30:00+02:00", FIVE, counts="working_days") == "2026-09-09T21:59:59Z"
    assert days("2026-12-22T09:30:00+01:00", FIVE, counts="working_days") == "2026-12-29T22:59:59Z"
    assert days("2026-12-22T09:30:00+01:00", FIVE, SURE, counts="working_days") == "2026-12-30T22:59:59Z"


def test_a_holiday_of_an_unconfirmed_list_moves_nothing_and_is_named() -> None:
    received = Instant.parse("2026-11-01T09:30:00+01:00")
    found = end("days", TEN, received, FR, "by")
    assert found.due.z() == "2026-11-11T22:59:59Z"
    assert found.certainty is Certainty.UNCONFIRMED
    assert "2026-11-11 is a public holiday in FR by an unconfirmed list; that moves nothing" in found.steps
    sure = end("days", TEN, received, SURE, "by")
    assert sure.due.z() == "2026-11-12T22:59:59Z"
    assert sure.certainty is Certainty.SECONDARY
    assert "2026-11-11 is no working day in FR; the period runs to the end of 2026-11-12" in sure.steps


def test_without_a_calendar_days_are_those_of_utc_and_that_is_said() -> None:
    found = end("days", TEN, Instant.parse("2026-09-02T09:30:00+02:00"), None, "by")
    assert found.due.z() == "2026-09-14T23:59:59Z"
    assert found.certainty is Certainty.UNCONFIRMED
    assert "Whose calendar counts is not known; days are counted in UTC" in found.steps


def test_elapsed_time_needs_no_calendar() -> None:
    found = end("elapsed", EIGHT, Instant.parse("2026-09-04T17:10:00+02:00"), None, "by")
    assert (found.due.z(), found.certainty) == ("2026-09-04T23:10:00Z", Certainty.OFFICIAL)


@pytest.mark.parametrize("counts", ["days", "working_days", "full_hours"])
def test_beyond_the_calendar_nothing_is_counted(counts: str) -> None:
    with pytest.raises(OutsideCalendar):
        end(counts, TEN, Instant.parse("9999-12-31T20:00:00Z"), FR, "by")


@given(
    st.integers(1787011200, 4102444800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(sorted(calendars())),
)
def test_no_counted_period_is_shorter_than_the_plain_one_or_ends_on_a_day_of_rest(at: datetime, state: str) -> None:
    received, calendar = Instant(at), calendars()[state]
    found = end("days", TEN, received, calendar, "by").due
    assert timedelta(days=9, hours=22) < found.since(received) < timedelta(days=13, hours=2)
    assert not calendar.is_rest(found.utc.astimezone(calendar.zone).date())
    hours = end("full_hours", EIGHT, received, calendar, "by").due
    assert timedelta(hours=8) < hours.since(received) <= timedelta(hours=9)


@pytest.mark.parametrize(
    ("year", "western", "eastern"),
    [
        (2024, (3, 31), (5, 5)),
        (2025, (4, 20), (4, 20)),
        (2026, (4, 5), (4, 12)),
        (2027, (3, 28), (5, 2)),
        (2038, (4, 25), (4, 25)),
    ],
)
def test_easter(year: int, western: tuple[int, int], eastern: tuple[int, int]) -> None:
    assert easter(year) == date(year, *western)
    assert orthodox_easter(year) == date(year, *eastern)


def test_every_bound_state_has_a_calendar_whose_list_says_how_sure_it_is() -> None:
    assert set(calendars()) == MEMBER_STATES - {"DK"}
    for calendar in calendars().values():
        assert calendar.certainty is Certainty.UNCONFIRMED
        assert not calendar.trusted
        assert calendar.is_holiday(date(2026, 12, 25))
        assert not calendar.is_rest(date(2026, 12, 25))
    assert calendars()["GR"].is_holiday(date(2026, 4, 10))
    assert FR.is_holiday(date(2026, 4, 6))


def test_a_period_of_days_that_begins_anew_is_counted_by_the_calendar_again() -> None:
    pause = {"event": "asked_at", "until": "answered_at", "citation": "C 1", "certainty": "official"}
    rule = PeriodDefinition.model_validate(
        {
            "id": "p", "duty": "Do it", "subject": "order", "starts": ("received_at",), "length": "P10D",
            "counts": "days", "paused_by": (pause,), "on_miss": "Late", "citations": ("C 1",), "certainty": "official",
        }
    )  # fmt: skip
    period = CompiledPeriod.of(rule, {"received_at": "receipt", "asked_at": "question", "answered_at": "answer"})
    events = {
        "received_at": "2026-09-01T07:30:00Z",
        "asked_at": "2026-09-02T07:00:00Z",
        "answered_at": "2026-09-16T07:00:00Z",
    }
    found = period.deadline({name: Instant.parse(at) for name, at in events.items()}, FR)
    assert found is not None
    assert found.due_at.z() == "2026-09-28T21:59:59Z"  # day 10 is Saturday 26 September
    assert "Begins anew with answer (C 1): 2026-09-16T07:00:00Z" in found.computation
