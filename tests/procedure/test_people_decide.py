"""Playbooks of decisions by people: who may, who may not, and what follows."""

from __future__ import annotations

import pytest

from comity.decision.errors import (
    BeyondTheDemand,
    NothingGranted,
    NotVerified,
    ReasonsMissing,
    SamePersonTwice,
)
from comity.docket.errors import NotYourTurn
from comity.registry.errors import NotYourDutyError


def test_an_unsigned_mail_waits_for_a_call_back_and_is_then_carried_out(watch):
    url = watch.night.publish()
    watch.rule()
    watch.mail(url)
    assert (watch.status(), watch.case().line.verified, watch.gone(url)) == ("waiting", None, False)
    received = watch.case().line.received_at

    watch.later(minutes=20)
    watch.call_back()
    # Who sent it is settled; that it is not signed is not, so that no rule speaks and clarification is proposed.
    assert (watch.status(), watch.case().line.verified, watch.gone(url)) == ("waiting", True, False)
    watch.decide("comply", url, reasons="Confirmed by telephone; the signature follows.")
    watch.approve(watch.staff.ben)

    assert (watch.status(), watch.gone(url)) == ("in_effect", True)
    assert watch.case().line.received_at == received
    assert watch.clock("remove_or_disable")[0] == "met"


def test_a_verified_mail_without_a_rule_is_decided_by_one_person(watch):
    url = watch.night.publish()
    watch.mail(url, sign=True)
    assert (watch.status(), watch.case().line.verified, watch.gone(url)) == ("waiting", True, False)

    watch.decide("comply", url)

    assert (watch.status(), watch.gone(url), watch.forms()) == ("in_effect", True, ["annex-2"])
    approvals = watch.bodies("decision")[0]["approvals"]
    assert [one["person"] for one in approvals] == [{"id": watch.staff.mia, "role": "moderator"}]


def test_nobody_complies_with_a_message_that_nobody_vouches_for(watch):
    url = watch.night.publish()
    watch.mail(url)
    with pytest.raises(NotVerified):
        watch.decide("comply", url)
    assert watch.gone(url) is False


def test_a_call_back_that_the_authority_disowns_verifies_nothing(watch):
    url = watch.night.publish()
    watch.mail(url)
    watch.call_back(confirmed=False)
    assert (watch.status(), watch.case().line.verified) == ("waiting", False)
    with pytest.raises(NotVerified):
        watch.decide("comply", url)


def test_a_number_that_the_register_does_not_hold_cannot_be_called(watch):
    watch.mail(watch.night.publish())
    with pytest.raises(NotYourTurn):
        watch.night.docket.authenticate(
            watch.case().line.case, watch.staff.mia, number="+33999", spoken_to="x", confirmed=True, note=""
        )


def test_an_answer_after_a_call_back_goes_where_the_register_says_and_not_where_the_message_says(watch):
    from support import orders

    url = watch.night.publish()
    pdf = orders.as_fields_pdf(orders.order(content_locations=[{"url": url}]))
    message = orders.mail(pdf, message_id="<h@authority.example>", Reply_To="thief@elsewhere.example")
    watch.night.mail(message, "orders@authority.example")
    watch.night.work_on()
    watch.call_back()
    watch.decide("clarify", reasons="The order is not signed.")
    assert [one["recipient"] for one in watch.bodies("form_reply")] == ["orders@authority.example"]


def test_a_call_to_an_authority_that_is_suspended_meanwhile_verifies_nothing(watch):
    url = watch.night.publish()
    watch.mail(url)
    watch.night.docket.suspend_authority(watch.staff.mia, watch.authority, "mailbox taken over")
    with pytest.raises(NotYourTurn, match="suspended"):
        watch.call_back()
    assert (watch.status(), watch.case().line.verified, watch.gone(url)) == ("waiting", None, False)


def test_a_decision_that_departs_from_the_proposal_waits_for_a_second_person(watch):
    url = watch.night.publish()
    watch.order(url)
    watch.decide("clarify", reasons="The address shows something else.")
    assert (watch.status(), watch.case().draft.answer) == ("second_person", "clarify")
    assert watch.gone(url) is False

    watch.approve(watch.staff.ben)

    assert (watch.status(), watch.forms(), watch.gone(url)) == ("clarifying", ["annex-3"], False)
    assert len(watch.bodies("decision")[0]["approvals"]) == 2


def test_the_same_person_cannot_be_the_second(watch):
    watch.order(watch.night.publish())
    watch.decide("clarify", by=watch.staff.ben, reasons="Not clear.")
    with pytest.raises(SamePersonTwice):
        watch.approve(watch.staff.ben)
    with pytest.raises(SamePersonTwice):
        watch.night.docket.disagree(watch.case().line.case, watch.staff.ben, "on second thoughts")
    assert watch.status() == "second_person"


def test_a_second_person_may_disagree_and_the_case_is_decided_anew(watch):
    url = watch.night.publish()
    watch.order(url)
    watch.decide("refuse", reasons="I do not like it.")
    watch.night.docket.disagree(watch.case().line.case, watch.staff.ben, "That is no ground.")
    assert (watch.status(), watch.case().draft) == ("waiting", None)
    watch.decide("comply", url)
    assert watch.status() == "in_effect"


def test_refusal_takes_two_people_and_ends_with_annex_iii(watch):
    url = watch.night.publish()
    watch.order(url)
    watch.decide("refuse", reasons="The order names no ground that Article 2(7) knows.")
    watch.approve(watch.staff.carla)
    assert (watch.status(), watch.forms(), watch.gone(url)) == ("refused", ["annex-3"], False)
    assert watch.clock("remove_or_disable")[0] == "cancelled"


@pytest.mark.parametrize("answer", ["clarify", "refuse", "object", "comply_in_part"])
def test_an_answer_other_than_the_proposal_needs_reasons(watch, answer):
    url = watch.night.publish()
    watch.order(url)
    with pytest.raises(ReasonsMissing):
        watch.decide(answer, url, reasons="  ")


def test_dismissal_is_not_an_answer_and_needs_a_reason(watch):
    url = watch.night.publish()
    watch.mail(url)
    case = watch.case().line.case
    with pytest.raises(ReasonsMissing):
        watch.night.docket.dismiss(case, watch.staff.mia, " ")
    watch.night.docket.dismiss(case, watch.staff.mia, "A forgery: the authority never heard of it.")
    watch.night.work_on()
    assert (watch.status(), watch.forms(), watch.gone(url)) == ("dismissed", [], False)
    running = [one.deadline.id for one in watch.case().clocks if one.state != "cancelled"]
    assert running == ["provider_retention"]


@pytest.mark.parametrize("who", ["dan", "anna"])
def test_neither_auditor_nor_registrar_decides(watch, who):
    url = watch.night.publish()
    watch.order(url)
    person, case = getattr(watch.staff, who), watch.case().line.case
    docket = watch.night.docket
    for attempt in (
        lambda: docket.decide(case, person, answer="comply", urls=(url,), reasons="x"),
        lambda: docket.dismiss(case, person, "x"),
        lambda: docket.approve(case, person),
        lambda: docket.scrutiny(case, person, authority="x", infringement=True, reasons="x"),
        lambda: docket.extend_nondisclosure(case, person, decided_at=watch.night.clock.now(), basis="x"),
        lambda: docket.exhibit(case, person, watch.case().exhibits[0].digest, "curiosity"),
    ):
        with pytest.raises(NotYourDutyError):
            attempt()
    assert docket.case(1, person).line.status == "waiting"


def test_an_address_beyond_the_demand_is_refused_and_so_is_an_empty_grant(watch):
    asked, other = watch.night.publish(), watch.night.publish()
    watch.order(asked)
    with pytest.raises(BeyondTheDemand):
        watch.decide("comply", asked, other)
    with pytest.raises(NothingGranted):
        watch.decide("comply")
    assert (watch.status(), watch.gone(asked), watch.gone(other)) == ("waiting", False, False)


def test_what_was_decided_cannot_be_decided_again(watch):
    url = watch.night.publish()
    watch.order(url)
    watch.decide("comply", url)
    with pytest.raises(NotYourTurn):
        watch.decide("comply", url)
    with pytest.raises(NotYourTurn):
        watch.approve(watch.staff.ben)
