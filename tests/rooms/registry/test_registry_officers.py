"""The rules about officers, every branch of them: who is authenticated, what a code is worth, what is noticed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant

NOW = Instant.parse("2026-11-23T11:00:00Z")


def authority(state: str = "confirmed") -> Any:
    from comity.registry.means import AuthorityRole, AuthorityState, HeldAuthority

    roles = frozenset({AuthorityRole.ISSUES})
    return HeldAuthority(
        "a" * 32, "Office", "FR", roles, AuthorityState(state), ("office.example",), "o@office.example"
    )


def officer(state: str = "enrolled", **changes: Any) -> Any:
    from comity.registry.officers_means import HeldOfficer, OfficerState

    known: dict[str, Any] = {
        "id": "b" * 32,
        "authority": authority(),
        "claimed_authority": "Office",
        "name": "Alix",
        "post": "commissaire",
        "address": "alix@office.example",
        "language": "en",
        "state": OfficerState(state),
        "applied_at": NOW,
        "proposed_by": None,
        "confirmed_by": None,
        "succeeds": None,
    }
    return HeldOfficer(**(known | changes))


def passkey(**changes: Any) -> Any:
    from comity.registry.officers_means import HeldPasskey

    known: dict[str, Any] = {
        "id": "c" * 32,
        "kind": "officer",
        "holder": "b" * 32,
        "credential": b"1",
        "key": b"2",
        "counter": 0,
        "registered_at": NOW,
        "active_from": NOW,
        "ends_at": None,
    }
    return HeldPasskey(**(known | changes))


LATER = NOW.plus(timedelta(hours=1))


@pytest.mark.parametrize(
    ("held", "key", "confirmed", "why"),
    [
        ({}, {}, True, None),
        ({"state": "suspended"}, {}, True, "suspended"),
        ({"authority": None}, {}, True, "not enrolled"),
        ({"authority": "suspended"}, {}, True, "authority is suspended"),
        ({}, None, True, "No passkey"),
        ({}, {"holder": "d" * 32}, True, "No passkey"),
        ({}, {"ends_at": NOW}, True, "replaced or withdrawn"),
        ({}, {"active_from": LATER.plus(timedelta(hours=1))}, True, "cooling period"),
        ({}, {}, False, "not confirmed a second time"),
    ],
)
def test_an_officer_is_authenticated_only_when_everything_holds(held: Any, key: Any, confirmed: bool, why: str) -> None:
    from comity.registry.officers_rules import authenticate
    from comity.registry.rules import AuthenticatedSender

    if isinstance(held.get("authority"), str):
        held = {"authority": authority(held["authority"])}
    judged = authenticate(
        officer(**held), passkey(**key) if key is not None else None, LATER, confirmed_device=confirmed
    )
    assert isinstance(judged, AuthenticatedSender) is (why is None)
    assert judged.method == "passkey"
    assert (why or "enrolled by call-back") in judged.why


def call(outcome: str = "verified", *, case: str = "b" * 32, since: Instant | None = None) -> Any:
    from comity.registry.means import CallOutcome, HeldCallBack

    before = NOW.plus(-timedelta(days=1))
    return HeldCallBack("e" * 32, authority(), "s" * 32, NOW, since or before, "desk", CallOutcome(outcome), case)


@pytest.mark.parametrize(
    ("calls", "why"),
    [
        ((), "Nobody"),
        (("other",), "Nobody"),
        (("disowned",), "disowned"),
        (("late",), "held before"),
        (("verified",), None),
    ],
)
def test_a_call_about_this_person_to_an_older_number(calls: tuple[str, ...], why: str | None) -> None:
    from comity.registry.officers_rules import why_not_callable

    made = {
        "other": call(case="f" * 32),
        "disowned": call("disowned"),
        "late": call(since=NOW),
        "verified": call(),
    }
    found = why_not_callable(officer("proposed"), tuple(made[name] for name in calls))
    assert (found is None) if why is None else (found is not None and why in found)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40), st.text(max_size=60))
def test_an_application_is_taken_or_its_fields_are_named(one: str, name: str, post: str, address: str) -> None:
    from comity.registry.officers_means import Application
    from comity.registry.officers_rules import faults_of

    faults = faults_of(Application(one, name, post, address))
    assert set(faults) <= {"authority", "name", "post", "address"}
    if not faults:
        assert "\0" not in one + name + post + address
        assert "@" in address


def test_a_code_is_the_same_however_it_is_spelt() -> None:
    from comity.registry.officers_rules import mark_of, new_code

    code = new_code()
    assert len(code) == 14
    assert mark_of(code) == mark_of(code.lower().replace("-", " ")) == mark_of(f" {code} ")
    assert mark_of(code) != mark_of(new_code())
    assert mark_of("é" * 200) == mark_of("")


@pytest.mark.parametrize(
    ("state", "earlier", "at", "found"),
    [
        ("FR", 0, NOW, ["officer_first_demand"]),
        ("FR", 1, NOW, []),
        ("FR", 9, NOW, []),
        ("FR", 10, NOW, ["officer_rate"]),
        ("FR", 1, Instant.parse("2026-11-23T01:13:00Z"), ["officer_hour"]),
        ("FI", 1, Instant.parse("2026-11-23T20:30:00Z"), ["officer_hour"]),
        ("PT", 1, Instant.parse("2026-11-23T20:30:00Z"), []),
        ("XX", 1, Instant.parse("2026-11-23T01:13:00Z"), []),
    ],
)
def test_rate_hour_and_first_demand_are_noticed(state: str, earlier: int, at: Instant, found: list[str]) -> None:
    from comity.registry.officers_signals import signals

    before = tuple(at.plus(-timedelta(minutes=number + 1)) for number in range(earlier))
    by_day = tuple(one.plus(-timedelta(hours=12)) for one in before) if found == ["officer_hour"] else before
    assert [code for code, _ in signals(state, by_day, at)] == found


def test_an_officer_who_filed_at_night_before_is_not_asked_about_it_again() -> None:
    from comity.registry.officers_signals import signals

    night = Instant.parse("2026-11-23T01:13:00Z")
    assert [code for code, _ in signals("FR", (night.plus(-timedelta(hours=12)),), night)] == ["officer_hour"]
    assert signals("FR", (night.plus(-timedelta(days=9)),), night) == ()


def test_what_the_portal_notices_is_what_intake_can_say() -> None:
    from comity.intake.faults import FAULTS

    assert {"officer_first_demand", "officer_rate", "officer_hour", "form_differs_document"} <= FAULTS.keys()
