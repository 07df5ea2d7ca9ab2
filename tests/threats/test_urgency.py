"""Forged urgency: each way in which emergency demands were forged, tried on the rules that judge them."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import Category
from comity.decision.errors import EmergencyBarred, RestWaits, SamePersonTwice, SupervisorNotCalled
from comity.decision.urgency import Call, Decoys, Limits, check_release, decoy
from comity.delivery.letters import Letter, statement
from support.grants import user
from support.urgency import AT, CALLED, LIMITS, LONG_AGO, OFFICER, RECEIVED, STATEMENT, SUPERVISOR, codes, verdict

TWO = ("p1", "p2")
FIRST = [Category.SUBSCRIBER]


def refused(found, *, why: str) -> None:
    with pytest.raises(EmergencyBarred, match=why):
        check_release(found, TWO, FIRST, LIMITS, at=AT)


def test_a_real_mailbox_with_a_perfect_text_releases_nothing() -> None:
    """The mailbox is genuine, the text is good, the number to ring stands in the mail: it was held by nobody before."""
    its_own = Call(CALLED, RECEIVED.plus(timedelta(minutes=2)), confirmed=True)
    refused(
        verdict(sender={"mailbox_only": True, "calls": (its_own, replace(its_own, supervisor=True))}),
        why="mailbox_only",
    )
    refused(verdict(sender={"calls": (its_own, replace(its_own, supervisor=True))}), why="unverified")


def test_the_first_demand_of_an_agency_is_never_released_as_an_emergency() -> None:
    refused(verdict(sender={"earlier_demands": 0}), why="first_demand")


def test_an_accomplice_who_answers_for_the_officer_is_not_his_supervisor() -> None:
    with pytest.raises(SupervisorNotCalled):
        check_release(verdict(sender={"calls": (OFFICER, OFFICER)}), TWO, FIRST, LIMITS, at=AT)


def test_who_was_called_and_knew_nothing_is_not_outvoted() -> None:
    calls = (OFFICER, SUPERVISOR, replace(OFFICER, at=AT, confirmed=False))
    refused(verdict(sender={"calls": calls}), why="denied")


def test_one_insider_cannot_release_alone() -> None:
    with pytest.raises(SamePersonTwice):
        check_release(verdict(), ("p1", "p1"), FIRST, LIMITS, at=AT)


def test_location_and_content_wait_while_subscriber_data_are_looked_at() -> None:
    found = verdict(claim={"categories": frozenset(Category)})
    assert found.first == (Category.SUBSCRIBER,)
    with pytest.raises(RestWaits):
        check_release(found, TWO, [Category.CONTENT], LIMITS, at=AT)


def test_a_taken_over_account_shows_its_device_its_hour_and_its_rate() -> None:
    night = Instant.parse("2026-11-24T03:13:00+01:00")
    found = verdict(
        claim={"received_at": night},
        sender={"new_device": True, "officer_times": tuple(night.plus(timedelta(minutes=-10 - n)) for n in range(10))},
        at=night.plus(timedelta(minutes=5)),
    )
    assert set(codes(found.signs)) == {"officer_rate", "new_device"}
    first_night = verdict(claim={"received_at": night}, sender={"new_device": True}, at=night)
    assert set(codes(first_night.signs)) == {"odd_hour", "new_device"}


def test_a_flood_of_emergencies_runs_into_its_budgets() -> None:
    refused(verdict(past={"officer_emergencies": (AT,) * LIMITS.officer.most}), why="officer_budget")
    refused(verdict(past={"authority_emergencies": (AT,) * LIMITS.authority.most}), why="authority_budget")
    assert verdict(past={"officer_emergencies": (AT,) * (LIMITS.officer.most - 1)}).bars == ()
    assert verdict(past={"officer_emergencies": (AT.plus(-LIMITS.officer.within),) * 99}).bars == ()


def test_a_template_bought_for_money_is_recognised_in_the_next_case() -> None:
    found = verdict(
        claim={"documents": frozenset({"template"})}, past={"documents": {"template": ("an-earlier-case",)}}
    )
    assert codes(found.signs) == ["reused_document"]


@pytest.mark.parametrize("domain", ["po1ice.example", "police.example.attacker.test", "роlice.example", "police.test"])
def test_a_look_alike_domain_is_named_beside_what_it_imitates(domain: str) -> None:
    (sign,) = verdict(sender={"domain": domain}).signs
    assert (sign.code, sign.seen["known"]) == ("lookalike", "police.example")


def test_a_decoy_betrays_who_guesses_or_bought_a_list() -> None:
    salt = secrets.token_bytes(16)
    trap = user("@nobody.at.all:board.example")
    decoys = Decoys(salt, frozenset({decoy(trap.value, salt)}))
    refused(verdict(claim={"identifiers": (user("@anna:board.example"), trap)}, decoys=decoys), why="decoy")
    assert verdict(claim={"identifiers": (user("@anna:board.example"),)}, decoys=decoys).bars == ()
    assert trap.value not in repr(decoys)


@pytest.mark.parametrize("field", ["danger", "why_now", "why_no_court"])
def test_who_does_not_say_who_is_in_danger_gets_nothing(field: str) -> None:
    refused(verdict(claim={"statement": replace(STATEMENT, **{field: "see attachment"})}), why="no_")


def test_after_a_release_without_paper_the_next_one_is_refused() -> None:
    refused(verdict(past={"written_overdue": True}), why="written_overdue")
    refused(verdict(past={"doubtful": True}), why="doubtful_before")


def test_no_setting_of_the_provider_lifts_a_bar_or_the_second_person() -> None:
    loose = Limits(first=frozenset(Category), rest_after=timedelta(0), call_is_fresh=timedelta(days=9999))
    found = verdict(sender={"earlier_demands": 0}, limits=loose)
    with pytest.raises(EmergencyBarred):
        check_release(found, TWO, FIRST, loose, at=AT)
    with pytest.raises(SamePersonTwice):
        check_release(verdict(limits=loose), ("p1", "p1"), FIRST, loose, at=AT)


def test_whether_an_account_exists_is_not_read_from_the_answer() -> None:
    for letter in (Letter.ACKNOWLEDGEMENT, Letter.NO_DATA, Letter.PARTIAL, Letter.COVER):
        for language in ("en", "fr", "de"):
            words = set(statement(letter, language).casefold().split())
            assert not words & {"account", "accounts", "compte", "konto", "unknown", "inconnu", "unbekannt"}


def test_calls_of_another_time_vouch_for_nothing() -> None:
    old = replace(OFFICER, at=LONG_AGO)
    refused(verdict(sender={"calls": (old, replace(SUPERVISOR, at=LONG_AGO))}), why="unverified")
