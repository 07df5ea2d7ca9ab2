"""Playbooks of what comes last: telling what stands again, silence that lasts longer, erasing what is left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comity.casefile.clock import Instant
from comity.docket.errors import DocumentMissing, NoSuchCase, NotExtensible, NotYourTurn
from comity.registry.errors import NotYourDutyError
from support import orders

WEEK = timedelta(weeks=1)
HALF_A_YEAR = {"days": 185}


def _secret(watch, **changes) -> str:
    url = watch.night.publish()
    watch.rule()
    watch.order(url, nondisclosure=True, **changes)
    assert watch.status() == "in_effect"
    return url


# -- reinstated while secret --


def test_what_was_reinstated_in_secret_is_told_when_the_silence_ends_and_once(watch):
    url = _secret(watch)
    end = watch.case().secret_until
    watch.found_wrong()
    assert (watch.status(), watch.gone(url), watch.bodies("notice")) == ("reinstated", False, [])
    watch.night.pass_time(end.plus(timedelta(seconds=-1)))
    assert watch.bodies("notice") == []

    watch.night.pass_time(end)
    (notice,) = watch.bodies("notice")
    assert notice["urls"] == [url]
    assert "stands again" in notice["subject"]
    assert "no legal effect any more" in notice["text"]
    assert [one["state"] for one in watch.bodies("secrecy")] == ["begun", "kept", "told"]
    assert (watch.status(), watch.gone(url)) == ("reinstated", False)
    watch.later(weeks=1)
    assert len(watch.bodies("notice")) == 1


def test_a_wrong_clock_tells_nothing_about_what_was_reinstated_in_secret(watch):
    _secret(watch)
    watch.found_wrong()
    watch.night.raise_alarm("forward")
    watch.night.pass_time(watch.case().secret_until.plus(WEEK * 60))
    assert watch.bodies("notice") == []


@pytest.mark.parametrize("secret", [True, False])
def test_an_order_that_ended_before_its_notice_went_out_is_told_all_the_same(watch, secret):
    url = watch.night.publish()
    watch.rule()
    watch.night.board.faults({"kind": "notify", "times": 99, "how": "error"})
    watch.order(url, work=False, nondisclosure=secret)
    if secret:
        watch.night.docket.parts.delivery._ways.pop("api")  # the answer cannot be made: a person is called
    watch.night.work_on(rounds=1)
    if watch.status() == "in_effect":
        pytest.skip("the notice was quicker")
    watch.found_wrong_without_work()
    watch.night.board.faults()
    watch.night.work_on()
    assert (watch.status(), watch.gone(url)) == ("reinstated", False)
    if secret:
        assert watch.bodies("notice") == []
        watch.night.pass_time(watch.case().secret_until)
    assert len(watch.bodies("notice")) == 1


# -- silence that lasts longer --


def _extend(watch, view, body: bytes = b'{"decided": "now"}', **more):
    docket = watch.night.docket
    return docket.extend_silence(view.reference, watch.says(body, **more), decided_at=watch.night.clock.now())


def test_the_authority_extends_non_disclosure_once_and_says_it_twice_safely(watch):
    _secret(watch)
    view, end = watch.views[0], watch.case().secret_until
    watch.later(weeks=5)
    for _ in range(2):
        _extend(watch, view)
    longer = watch.case().secret_until
    assert end < longer <= end.plus(WEEK * 6)
    assert [one["state"] for one in watch.bodies("secrecy")].count("extended") == 1
    with pytest.raises(NotExtensible):
        _extend(watch, view, b'{"decided": "again"}')
    watch.night.pass_time(end)
    assert watch.bodies("notice") == []
    watch.night.pass_time(longer)
    assert len(watch.bodies("notice")) == 1


def test_nobody_extends_what_has_ended_was_never_secret_or_is_anothers(watch):
    watch.rule()
    told = watch.order(watch.night.publish())
    with pytest.raises(NotExtensible):
        _extend(watch, told)
    silent = watch.order(watch.night.publish(), nondisclosure=True)
    other = watch.night.enrol(watch.staff, orders.Authority.named("Parquet de test", "orders@parquet.example"))
    with pytest.raises(NoSuchCase):
        _extend(watch, silent, authority=other)
    future = watch.night.clock.now().plus(timedelta(hours=1))
    with pytest.raises(NotExtensible):
        watch.night.docket.extend_silence(silent.reference, watch.says(), decided_at=future)
    watch.night.pass_time(watch.case(2).secret_until)
    with pytest.raises(NotExtensible):
        _extend(watch, silent)


def test_staff_extend_only_with_the_decision_in_hand(watch):
    _secret(watch)
    case, now = watch.case().line.case, watch.night.clock.now()
    with pytest.raises(DocumentMissing):
        watch.night.docket.extend_nondisclosure(case, watch.staff.mia, decided_at=now, basis="they rang")


# -- the order ends: by its document --


def test_one_persons_word_ends_no_legal_effect(watch):
    url = watch.night.publish()
    watch.rule()
    watch.order(url)
    said = {"authority": "Arcom", "infringement": True, "reasons": "They told me."}
    case = watch.case().line.case
    with pytest.raises(DocumentMissing):
        watch.night.docket.scrutiny(case, watch.staff.mia, **said)
    assert (watch.gone(url), watch.bodies("scrutiny_decision")) == (True, [])

    watch.night.docket.scrutiny(case, watch.staff.mia, **said, document=b"%PDF-1.7 decision")
    watch.night.work_on()
    (entered,) = watch.bodies("scrutiny_decision")
    assert entered["raw"][0] in {one.digest for one in watch.case().exhibits}
    assert watch.gone(url) is False


def test_what_the_authority_itself_brought_stands_for_the_document_and_only_against_the_order(watch):
    url = watch.night.publish()
    watch.rule()
    view = watch.order(url)
    watch.withdraw(view)
    case, docket = watch.case().line.case, watch.night.docket
    with pytest.raises(DocumentMissing):
        docket.scrutiny(case, watch.staff.mia, authority="x", infringement=False, reasons="A slip.")
    docket.scrutiny(case, watch.staff.mia, authority="x", infringement=True, reasons="Withdrawn.")
    watch.night.work_on()
    assert (watch.status(), watch.gone(url)) == ("reinstated", False)


# -- a clarification that says who asks --


@pytest.mark.parametrize("changes", [{"issuer": {"name": "Bundeskriminalamt"}}, {"issuing_member_state": "DE"}])
def test_an_order_is_not_made_anothers_by_a_clarification(watch, changes):
    url = watch.night.publish()
    watch.rule()
    view = watch.order(url, grounds=[])
    watch.decide("clarify", reasons="No ground is ticked.")
    docket = watch.night.docket
    docket.clarify(
        view.reference, watch.says(), changes={"grounds": ["INCITES"], **changes}, grounds_ceased=False, note=""
    )
    watch.night.work_on()
    case = watch.case()
    assert (case.line.status, case.line.verified, watch.gone(url)) == ("waiting", False, False)
    assert "sender_is_another_authority" in [fault.code for fault in case.demand.faults]


def test_what_staff_type_in_gives_no_trust_and_what_the_sender_corrects_does(watch):
    watch.rule()
    view = watch.order(watch.night.publish(), grounds=[], issuer__name="Another office")
    assert watch.case().line.verified is False
    right = orders.order()["issuer"]
    for by_hand in (True, False):
        watch.night.docket.decide(
            view.reference, watch.staff.mia, answer="clarify", urls=(), reasons="Who are you, and no ground?"
        )
        if watch.status() == "second_person":
            watch.night.docket.approve(view.reference, watch.staff.ben)
        watch.night.work_on(rounds=6)
        docket = watch.night.docket
        if watch.status() == "declining":
            docket.confirm_reply(view.reference, watch.staff.mia, watch.case().replies[-1].entry, how="brought")
            watch.night.work_on(rounds=6)
        assert watch.status() == "clarifying"
        if by_hand:
            docket.clarified(
                view.reference,
                watch.staff.mia,
                received_at=watch.night.clock.now(),
                changes={"issuer": right},
                grounds_ceased=False,
                note="by mail",
            )
        else:
            changes = {"issuer": right, "grounds": ["INCITES"]}
            docket.clarify(view.reference, watch.says(), changes=changes, grounds_ceased=False, note="")
        watch.night.work_on(rounds=9)
        assert watch.case().line.verified is not by_hand


# -- erasing what is left --


def _dismissed(watch) -> None:
    watch.mail(watch.night.publish())
    watch.night.docket.dismiss(watch.case().line.case, watch.staff.mia, "A forgery.")
    watch.night.work_on()


def _refused(watch) -> None:
    watch.order(watch.night.publish())
    watch.decide("refuse", reasons="Impossible (Art 3(7)).")
    watch.approve(watch.staff.ben)


def _never_answered(watch) -> None:
    watch.order(watch.night.publish(), grounds=[])
    watch.decide("clarify", reasons="No ground is ticked.")


@pytest.mark.parametrize(
    ("lead", "status"), [(_dismissed, "dismissed"), (_refused, "refused"), (_never_answered, "clarifying")]
)
def test_what_came_in_vain_is_erased_after_the_providers_own_period_with_a_certificate(watch, lead, status):
    lead(watch)
    assert watch.status() == status
    (clock,) = [one for one in watch.case().clocks if one.deadline.id == "provider_retention"]
    assert (clock.state, clock.deadline.citations) == ("running", ())
    assert "no provision sets one" in clock.deadline.computation[0]
    watch.later(days=170)
    assert (watch.status(), [one.erased for one in watch.case().exhibits if one.erased]) == (status, [])

    watch.later(days=20)
    assert watch.status() == "closed"
    assert all(one.erased for one in watch.case().exhibits)
    (certificate,) = watch.bodies("erasure")
    assert (certificate["citations"], len(certificate["exhibits"])) == ([], len(watch.case().exhibits))
    assert "provider's own period" in certificate["because"]
    watch.night.verify_log()


def test_an_answer_in_time_keeps_what_was_asked_about(watch):
    _never_answered(watch)
    watch.later(days=100)
    docket, view = watch.night.docket, watch.views[0]
    docket.clarify(view.reference, watch.says(), changes={"grounds": ["INCITES"]}, grounds_ceased=False, note="")
    watch.night.work_on()
    assert watch.clock("provider_retention")[0] == "cancelled"
    watch.later(days=100)
    assert watch.status() == "waiting"
    assert not any(one.erased for one in watch.case().exhibits)


def test_a_hold_keeps_what_came_in_vain_until_somebody_of_rank_releases_it(watch):
    _dismissed(watch)
    case, digest = watch.case().line.case, watch.case().exhibits[0].digest
    docket = watch.night.docket
    docket.hold(case, watch.staff.mia, digest, because="proceedings about the forgery")
    watch.later(**HALF_A_YEAR)
    assert watch.status() == "dismissed"
    with pytest.raises(NotYourDutyError):
        docket.release(case, watch.staff.mia, digest, because="over")
    docket.release(case, watch.staff.ben, digest, because="over")
    watch.night.work_on(rounds=5)
    assert watch.status() == "closed"


def test_an_order_that_ended_before_its_answer_has_a_period_for_what_was_preserved(watch):
    url = watch.night.publish()
    watch.rule()
    watch.night.board.faults({"kind": "disable", "times": 99, "how": "error"})
    watch.order(url, work=False)
    watch.night.work_on(rounds=1)
    watch.found_wrong_without_work()
    watch.night.board.faults()
    watch.night.work_on()
    assert (watch.status(), watch.clock("preserve")[0]) == ("reinstated", "running")
    watch.later(**HALF_A_YEAR)
    assert watch.status() == "closed"
    assert all(one.erased for one in watch.case().exhibits)


def test_a_closed_case_takes_nothing_more(watch):
    _dismissed(watch)
    watch.later(**HALF_A_YEAR)
    assert isinstance(watch.night.clock.now(), Instant)
    with pytest.raises(NotYourTurn):
        watch.night.docket.clarified(
            watch.case().line.case,
            watch.staff.mia,
            received_at=watch.night.clock.now(),
            changes={},
            grounds_ceased=False,
            note="too late",
        )
