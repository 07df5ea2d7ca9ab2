"""Playbooks of emergency requests: each treated as if it were forged, none refused its ordinary way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comity.decision.errors import EmergencyBarred, RestWaits, SamePersonTwice, SupervisorNotCalled
from comity.decision.urgency import Decoys, Limits, decoy
from comity.decision.urgency.facts import Budget
from comity.docket.disclosures.breach import Told
from comity.docket.disclosures.desk import Answered
from comity.docket.disclosures.errors import NoBreach, OwnRelease, UnusableEnd
from comity.docket.order_views import Message
from comity.docket.views import RunningClock
from comity.registry.errors import NotYourDutyError
from support.asking import AMERICAN, Office

FIRST = frozenset({"1:SUBSCRIBER"})
REST = frozenset({"1:TRAFFIC"})
WHY = "A child is in danger (18 USC 2702(c)(4))."


@pytest.fixture
def office(night):
    return Office(night, profile=AMERICAN)


def ready(office: Office) -> Office:
    """Everything that a release takes: an earlier answer, a call, a supervisor."""
    office.pretend_answered()
    office.plead()
    office.call_back()
    office.call_supervisor()
    return office


def sign(office: Office, pieces: frozenset[str]) -> None:
    office.docket.answer_demand(office.case, office.staff.mia, Answered("comply_in_part", pieces, reasons=WHY))
    office.agree("carla")


def test_the_first_demand_of_an_agency_is_never_released_as_an_emergency(office):
    office.plead()
    office.call_back()
    office.call_supervisor()
    assert any("first demand" in one for one in office.page.bars)
    with pytest.raises(EmergencyBarred):
        sign(office, FIRST)
    assert office.page.collections == ()


def test_subscriber_data_leave_first_and_the_rest_an_hour_later(office):
    ready(office)
    assert office.page.bars == ()
    with pytest.raises(RestWaits):
        sign(office, FIRST | REST)
    office.docket.disagree_with_answer(office.case, office.staff.carla, "Not all at once.")
    sign(office, FIRST)
    office.let_go()
    assert office.status == "in_effect"
    assert {one.deadline.id for one in office.page.clocks} >= {"written_demand", "emergency_review"}

    office.docket.decide_rest(office.case, office.staff.mia, "The rest is needed.")
    office.docket.answer_demand(office.case, office.staff.mia, Answered("comply_in_part", REST, reasons=WHY))
    with pytest.raises(RestWaits):
        office.agree("carla")
    office.watch.later(minutes=61)
    office.agree("carla")
    office.let_go()
    assert (office.status, len(office.page.packages)) == ("in_effect", 2)


def test_without_the_supervisor_nothing_leaves(office):
    office.pretend_answered()
    office.plead()
    office.call_back()
    with pytest.raises(SupervisorNotCalled):
        sign(office, FIRST)
    office.docket.disagree_with_answer(office.case, office.staff.carla, "The supervisor was not called.")
    office.call_supervisor()
    office.docket.answer_demand(office.case, office.staff.ben, Answered("comply_in_part", FIRST, reasons=WHY))
    with pytest.raises(SamePersonTwice):
        office.agree("ben")
    assert office.page.collections == ()


def test_a_denial_is_not_outvoted_by_a_later_yes(office):
    office.pretend_answered()
    office.plead()
    office.call_back(confirmed=False)
    office.call_back()
    office.call_supervisor()
    with pytest.raises(EmergencyBarred):
        sign(office, FIRST)


def test_reasons_that_say_nothing_bar(office):
    office.pretend_answered()
    office.plead(why_now="urgent", why_no_court="see attached")
    office.call_back()
    office.call_supervisor()
    assert len(office.page.bars) == 2
    with pytest.raises(EmergencyBarred):
        sign(office, FIRST)


def test_a_decoy_shows_a_forgery_and_is_answered_like_any_other(night):
    salt = bytes(16)
    office = Office(night, profile=AMERICAN, decoys=Decoys(salt, frozenset({decoy("alice", salt)})))
    ready(office)
    with pytest.raises(EmergencyBarred):
        sign(office, FIRST)


def test_one_emergency_too_many_is_judged_as_none(night):
    office = Office(night, profile=AMERICAN, limits=Limits(authority=Budget(1, timedelta(hours=24))))
    office.pretend_answered()
    office.plead()
    ready(office)
    with pytest.raises(EmergencyBarred):
        sign(office, FIRST)


def test_who_released_does_not_review_and_a_doubtful_release_bars_the_next(office):
    ready(office)
    sign(office, FIRST)
    office.let_go()
    with pytest.raises(OwnRelease):
        office.docket.review_release(office.case, office.staff.carla, outcome="doubtful", reasons="No answer came.")
    office.docket.review_release(office.case, office.staff.ben, outcome="doubtful", reasons="No answer came.")
    assert office.clock("emergency_review") == "met"

    office.plead()
    office.call_back()
    office.call_supervisor()
    with pytest.raises(EmergencyBarred):
        sign(office, FIRST)


def forged(office: Office) -> None:
    """A release that a review found forged."""
    ready(office)
    sign(office, FIRST)
    office.let_go()
    office.docket.review_release(office.case, office.staff.ben, outcome="forged", reasons="Nobody there sent it.")


def breach(office: Office) -> RunningClock:
    (found,) = (one for one in office.page.clocks if one.deadline.id == "notify_breach")
    return found


@pytest.mark.parametrize("outcome", ["rightful", "doubtful"])
def test_a_release_that_is_not_found_forged_starts_no_clock_of_a_breach(office, outcome):
    ready(office)
    sign(office, FIRST)
    office.let_go()
    office.docket.review_release(office.case, office.staff.ben, outcome=outcome, reasons="We asked them.")
    assert office.page.breach is None
    assert "notify_breach" not in {one.deadline.id for one in office.page.clocks}
    with pytest.raises(NoBreach):
        office.docket.end_breach(office.case, office.staff.ben, Told("not_required", "It was all right."))


def test_a_forged_release_must_be_notified_within_72_hours_and_says_to_whom_it_was(office):
    forged(office)
    known, clock = office.docket.parts.clock.now(), breach(office)
    assert (clock.state, clock.due_at) == ("running", known.plus(timedelta(hours=72)))
    assert clock.deadline.citations == ("GDPR Art 33",)
    assert clock.deadline.computation[-1] == "Certainty of GDPR Art 33: official"
    assert (office.page.line.needs_person, office.page.breach.certainty) == (True, "official")
    assert office.page.line.due_at == clock.due_at
    office.watch.later(hours=20)
    told = Told("notified", "By its form, with reference 12.", "CNIL", known.plus(timedelta(hours=2)))
    office.docket.end_breach(office.case, office.staff.ben, told)
    assert (breach(office).state, office.page.breach.open) == ("met", False)
    assert office.page.line.needs_person is False
    with pytest.raises(NoBreach):
        office.docket.end_breach(office.case, office.staff.ben, told)
    office.docket.review_release(office.case, office.staff.ben, outcome="forged", reasons="Still.")
    assert len([one for one in office.page.clocks if one.deadline.id == "notify_breach"]) == 1
    office.night.verify_log()


def test_how_a_breach_may_not_end(office):
    forged(office)
    now = office.docket.parts.clock.now()
    wrong = [
        ("ben", Told("notified", "Told.", "", now)),
        ("ben", Told("notified", "Told.", "CNIL")),
        ("ben", Told("notified", "Told.", "CNIL", now.plus(timedelta(hours=1)))),
        ("ben", Told("notified", "Told.", "CNIL", now.plus(timedelta(days=-1)))),
        ("ben", Told("controller_told", "Told.")),
        ("ben", Told("not_required", "No.", "CNIL", now)),
        ("ben", Told("not_required", "  ")),
        ("carla", Told("not_required", "It is harmless.")),
    ]
    for who, told in wrong:
        with pytest.raises(UnusableEnd):
            office.docket.end_breach(office.case, getattr(office.staff, who), told)
    for who in ("mia", "dan"):
        with pytest.raises(NotYourDutyError):
            office.docket.end_breach(office.case, getattr(office.staff, who), Told("not_required", "It is harmless."))
    with pytest.raises(ValueError, match="not a valid"):
        office.docket.end_breach(office.case, office.staff.ben, Told("forgotten", "It is harmless.", "CNIL", now))
    assert (breach(office).state, office.page.breach.open) == ("running", True)
    office.docket.end_breach(office.case, office.staff.ben, Told("not_required", "Every value was invented."))
    assert breach(office).state == "met"


def test_no_jump_of_the_clock_and_no_withdrawal_ends_a_breach(office):
    forged(office)
    due = breach(office).due_at
    office.docket.withdraw(office.case, _withdrawal(office), reasons="It was not ours.")
    assert breach(office).state == "running"
    office.watch.later(days=400)
    office.night.work_on()
    assert (breach(office).state, breach(office).due_at, office.page.breach.open) == ("missed", due, True)
    assert office.status == "in_effect"
    office.docket.end_breach(office.case, office.staff.ben, Told("not_required", "Every value was invented."))
    assert (breach(office).state, office.page.breach.open) == ("missed", False)


def _withdrawal(office: Office) -> Message:
    now = office.docket.parts.clock.now()
    return Message(
        office.watch.authority, office.watch.client, b"{}", "application/json", "take-back", now, now, "192.0.2.7"
    )


def test_a_written_demand_that_does_not_come_bars_the_next(office):
    ready(office)
    sign(office, FIRST)
    office.let_go()
    office.watch.later(days=8)
    assert office.clock("written_demand") == "missed"
    office.plead()
    office.call_back()
    office.call_supervisor()
    with pytest.raises(EmergencyBarred):
        sign(office, FIRST)


def test_an_emergency_under_a_law_that_knows_orders_is_no_order_and_its_paper_is_due(office):
    office.pretend_answered()
    office.plead(instrument="us-sca", process="EMERGENCY")
    office.call_back()
    office.call_supervisor()
    sign(office, FIRST)
    office.let_go()
    assert {one.deadline.id for one in office.page.clocks} >= {"written_demand", "emergency_review"}
