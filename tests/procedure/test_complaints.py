"""Playbooks of complaints: by the link of a notice alone, with reasons, within two weeks, never against an order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from comity.registry.errors import NotYourDutyError
from comity.transparency.errors import LinkNotUsable, NoSuchComplaint, OrderBinds, ReasonsNeeded

CLOCK = "complaint_outcome"


@pytest.fixture
def token(watch) -> str:
    """The link in the notice of an order that was carried out."""
    watch.rule()
    watch.order(watch.night.publish())
    return str(watch.bodies("notice")[0]["complaint_token"])


def _complain(watch, token: str, text: str = "It was a news report.") -> str:
    before = {line.complaint for line in watch.night.docket.complaints()}
    watch.night.docket.file_complaint(token, text, "fr")
    (new,) = {line.complaint for line in watch.night.docket.complaints()} - before
    return new


def _decide(watch, complaint: str, outcome: str = "reject", *, reasons: str = "It calls for violence.", by: str = ""):
    who = by or watch.staff.carla
    watch.night.docket.decide_complaint(who, complaint, outcome=outcome, reasons=reasons)
    watch.night.work_on()


@pytest.mark.parametrize("wrong", ["", "x", "A" * 43, "é" * 43, "\u0000", "A" * 100_000])
def test_a_wrong_link_opens_nothing_and_files_nothing(watch, token, wrong):
    assert watch.night.docket.complaint_form(wrong) is None
    with pytest.raises(LinkNotUsable):
        watch.night.docket.file_complaint(wrong, "x", "en")
    assert watch.night.docket.complaints() == ()


def test_the_links_secret_is_not_in_the_database_except_in_the_notice_itself(watch, token):
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(token_hash, 'escape') FROM transparency_notice")
        assert token not in str(cursor.fetchall())


def test_while_the_order_binds_a_complaint_is_rejected_or_referred_but_lifts_nothing(watch, token):
    complaint = _complain(watch, token)
    assert watch.night.docket.complaints()[0].may_reinstate is False
    with pytest.raises(OrderBinds):
        _decide(watch, complaint, "reinstate")
    assert (watch.status(), watch.clock(CLOCK)[0]) == ("in_effect", "running")
    _decide(watch, complaint, "refer", reasons="An order binds us.")
    assert (watch.status(), watch.clock(CLOCK)[0]) == ("in_effect", "met")


def test_an_outcome_needs_reasons_and_somebody_who_may_decide(watch, token):
    complaint = _complain(watch, token)
    with pytest.raises(ReasonsNeeded):
        _decide(watch, complaint, reasons="  ")
    for person in (watch.staff.dan, watch.staff.anna):
        with pytest.raises(NotYourDutyError):
            _decide(watch, complaint, by=person)
    assert watch.clock(CLOCK)[0] == "running"


def test_a_complaint_is_decided_once_and_its_outcome_told_once_however_often_the_job_runs(watch, token):
    complaint = _complain(watch, token)
    _decide(watch, complaint)
    with pytest.raises(NoSuchComplaint):
        _decide(watch, complaint)
    for _ in range(2):
        watch.night.jobs["tell_outcome"](case=watch.case().line.case, complaint=complaint)
    told = [one for one in watch.bodies("notice") if one["subject"] == "The outcome of your complaint"]
    assert len(told) == 1
    assert "It calls for violence." in told[0]["text"]


def test_two_complaints_keep_the_clock_running_until_both_are_answered(watch, token):
    first, second = _complain(watch, token), _complain(watch, token, "And another thing.")
    _decide(watch, first)
    assert watch.clock(CLOCK)[0] == "running"
    _decide(watch, second)
    assert watch.clock(CLOCK)[0] == "met"


def test_a_complaint_that_nobody_answers_within_two_weeks_is_shown_as_missed(watch, token):
    _complain(watch, token)
    due = watch.clock(CLOCK)[1]
    assert due == watch.night.clock.now().plus(timedelta(weeks=2))
    watch.later(weeks=2)
    assert watch.clock(CLOCK)[0] == "missed"


def test_an_open_complaint_keeps_what_was_preserved_and_its_outcome_lets_it_go(watch, token):
    watch.later(days=170)
    complaint = _complain(watch, token)
    watch.later(days=20)
    assert watch.status() == "in_effect"
    assert not any(exhibit.erased for exhibit in watch.case().exhibits)
    _decide(watch, complaint)
    assert watch.status() == "closed"
    assert all(exhibit.erased for exhibit in watch.case().exhibits)


def test_after_the_erasure_the_link_opens_nothing_any_more(watch, token):
    watch.later(days=190)
    assert watch.status() == "closed"
    assert watch.night.docket.complaint_form(token) is None
    with pytest.raises(LinkNotUsable):
        watch.night.docket.file_complaint(token, "Too late?", "en")


def test_a_complaint_that_is_right_about_what_stands_again_already_moves_nothing(watch, token):
    complaint = _complain(watch, token)
    watch.found_wrong()
    _decide(watch, complaint, "reinstate", reasons="You were right, and it stands again.")
    assert watch.status() == "reinstated"
    assert watch.night.docket.complaints()[0].state == "reinstate"
