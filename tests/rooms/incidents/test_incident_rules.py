"""What may be declared, how long it lasts, who may confirm it, how fast exchanges are fetched. Every branch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.docket.incident_types import ours
from comity.docket.incidents import rules
from comity.docket.incidents.errors import AlreadyConfirmed, IncidentOver, SamePerson, UnusableIncident

NOW = Instant.parse("2026-11-23T01:13:00Z")
LATER = NOW.plus(timedelta(hours=6))
LAST = Instant.parse("9999-12-31T23:00:00Z")


def test_what_a_person_says_is_kept_as_it_counts() -> None:
    said = rules.declared(ours(), "bombing", "  Attack\non the  market ", " many uploads ", LATER, NOW)
    assert (said.type.id, said.title, said.because) == ("bombing", "Attack on the market", "many uploads")
    assert said.ends_at == LATER


@pytest.mark.parametrize(
    ("kind", "title", "because", "ends_at", "now"),
    [
        ("fireworks", "Attack", "why", LATER, NOW),
        ("", "Attack", "why", LATER, NOW),
        ("bombing", "  ", "why", LATER, NOW),
        ("bombing", "x" * 121, "why", LATER, NOW),
        ("bombing", "an\x00attack", "why", LATER, NOW),
        ("bombing", "Attack", " \n ", LATER, NOW),
        ("bombing", "Attack", "w" * 8001, LATER, NOW),
        ("bombing", "Attack", "why", NOW, NOW),
        ("bombing", "Attack", "why", NOW.plus(timedelta(minutes=14)), NOW),
        ("bombing", "Attack", "why", NOW.plus(timedelta(days=3, seconds=1)), NOW),
        ("bombing", "Attack", "why", LAST, LAST),
    ],
)
def test_what_cannot_be_declared(kind: str, title: str, because: str, ends_at: Instant, now: Instant) -> None:
    with pytest.raises(UnusableIncident):
        rules.declared(ours(), kind, title, because, ends_at, now)


@given(st.integers(0, 10 * 24 * 60))
def test_an_end_is_neither_too_soon_nor_too_far(minutes: int) -> None:
    end = NOW.plus(timedelta(minutes=minutes))
    if 15 <= minutes <= 3 * 24 * 60:
        assert rules.end(ours(), end, NOW) == end
    else:
        with pytest.raises(UnusableIncident):
            rules.end(ours(), end, NOW)


def test_only_what_lasts_changes() -> None:
    rules.check_lasts("lasts")
    for over in ("closed", "ended", ""):
        with pytest.raises(IncidentOver):
            rules.check_lasts(over)


def test_a_second_person_is_another_and_only_one() -> None:
    rules.check_second("mia", "", "ben")
    with pytest.raises(SamePerson):
        rules.check_second("mia", "", "mia")
    with pytest.raises(AlreadyConfirmed):
        rules.check_second("mia", "ben", "carla")


@pytest.mark.parametrize(("lasting", "pace"), [([], None), ([30], 30), ([60, 10, 30], 10)])
def test_the_fastest_that_lasts_sets_the_pace(lasting: list[int], pace: int | None) -> None:
    assert rules.pace(lasting) == pace


def test_it_ends_at_its_end_and_once() -> None:
    assert rules.is_due("lasts", NOW, NOW)
    assert not rules.is_due("lasts", LATER, NOW)
    assert not rules.is_due("closed", NOW, LATER)


@pytest.mark.parametrize(
    ("confirmed", "now", "standing"),
    [(True, LATER, "confirmed"), (False, NOW, "awaited"), (False, LATER, "unconfirmed")],
)
def test_without_a_second_person_it_is_shown_as_unconfirmed(confirmed: bool, now: Instant, standing: str) -> None:
    assert rules.standing(confirmed=confirmed, confirm_by=LATER, now=now) == standing
