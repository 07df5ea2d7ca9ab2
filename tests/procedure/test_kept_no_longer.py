"""What is kept beside the cases, and what lies in a case: both end, with a certificate, and take nothing afterwards."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from comity.casefile import audit
from comity.casefile.documents import lasting
from comity.casefile.documents.record import ErasureCertificate
from comity.casefile.records import deadlines
from comity.docket.errors import CaseClosed
from comity.docket.portal_views import Acting
from comity.docket.retention import INFORMATION
from comity.intake import store as received
from comity.intake.models import Message
from support import letters

MONTHS = {"days": 185}
AWAY = letters.text_mail(
    b"I am away until Monday.", message_id="<away-1@authority.example>", Auto_Submitted="auto-replied"
)


def _set_aside(watch, body: bytes = AWAY) -> str:
    """An answer by a machine; gives its file."""
    watch.night.mail(body, "orders@authority.example")
    watch.night.work_on()
    row = Message.objects.filter(state="set_aside").order_by("-received_at").first()
    assert row is not None
    return row.case_id.hex


def _certificates(file: str) -> list[ErasureCertificate]:
    rows = audit.entries_of(file, kind=ErasureCertificate.kind)
    return [ErasureCertificate.from_canonical(one.body) for one in rows if one.body]


def _with(watch, **retention: str) -> None:
    """The same house, whose provider set these periods."""
    provider = watch.night.parts.provider.model_copy(update={"retention": retention})
    watch.night.docket.parts = watch.night.parts = dataclasses.replace(watch.night.parts, provider=provider)
    from comity.docket.jobs import jobs

    watch.night.jobs = jobs(watch.night.parts)


# -- mail that was set aside --


def test_mail_that_was_set_aside_is_erased_when_the_provider_s_period_ends(watch):
    file = _set_aside(watch)
    (clock,) = deadlines.deadlines_of(file)
    assert (clock.name, clock.state.value, clock.citations) == ("provider_retention", "running", ())
    assert "provider's own period (retention, set_aside" in clock.computation[0]
    assert received.of_case(file).facts["peer"] == "192.0.2.8"
    watch.later(days=170)
    vault = watch.night.parts.vault
    assert [one.erased for one in vault.exhibits(file)] == [False]

    watch.later(days=20)
    assert [one.erased for one in vault.exhibits(file)] == [True]
    (certificate,) = _certificates(file)
    assert "provider's own period" in certificate.because
    assert (len(certificate.exhibits), certificate.citations) == (1, ())
    assert received.of_case(file).facts == {}
    watch.night.jobs["advance"](case=file)  # once more: nothing is left to do
    assert len(_certificates(file)) == 1
    watch.night.verify_log()


def test_the_provider_sets_the_period(watch):
    _with(watch, set_aside="P7D")
    file = _set_aside(watch)
    watch.later(days=8)
    assert [one.erased for one in watch.night.parts.vault.exhibits(file)] == [True]


def test_a_clock_that_jumped_erases_no_mail_until_somebody_looked(watch):
    file = _set_aside(watch)
    watch.night.raise_alarm("forward")
    watch.later(**MONTHS)
    assert [one.erased for one in watch.night.parts.vault.exhibits(file)] == [False]
    watch.night.settle_clock(watch.staff.carla)
    watch.night.jobs["advance"](case=file)
    assert [one.erased for one in watch.night.parts.vault.exhibits(file)] == [True]


def test_mail_that_came_again_after_its_erasure_is_the_same_and_keeps_nothing(watch):
    file = _set_aside(watch)
    watch.later(**MONTHS)
    watch.night.mail(AWAY, "orders@authority.example")
    watch.night.work_on()
    assert [one.erased for one in watch.night.parts.vault.exhibits(file)] == [True]
    assert received.of_case(file).times_received == 2


def test_a_letter_s_original_ends_by_its_own_period_and_its_copy_with_the_case(watch):
    watch.rule()
    watch.order(watch.night.publish())
    reply = watch.case().replies[-1]
    ours = f"<{reply.entry}.{reply.pdf[:16]}@board.example>"
    file = _set_aside(watch, AWAY.replace(b"Subject:", b"In-Reply-To: " + ours.encode() + b"\r\nSubject:"))
    assert [one["event"] for one in watch.bodies("case_note")] == ["letter"]
    said = [one.body for one in audit.entries_of(file) if one.body]
    assert not any(b"machine" in body for body in said)  # what it says stands in the case's file alone
    watch.later(days=190)
    watch.night.work_on(rounds=5)
    assert watch.status() == "closed"
    assert [one.erased for one in watch.night.parts.vault.exhibits(file)] == [True]
    assert watch.bodies("case_note") == [{}]


# -- what lies in a case --


def test_everything_of_a_closed_case_that_people_wrote_is_erased(watch):
    url = watch.night.publish()
    view = watch.order(url, grounds=[])
    watch.decide("clarify", reasons="No ground is ticked.")
    docket = watch.night.docket
    docket.clarify(view.reference, watch.says(), changes={"grounds": ["INCITES"]}, grounds_ceased=False, note="Smith")
    watch.night.work_on()
    docket.answer_thread(view.reference, watch.staff.mia, "Thank you, Mr Smith.")
    watch.decide("comply", url)
    watch.later(days=190)
    watch.night.work_on(rounds=5)
    assert watch.status() == "closed"
    for row in watch.entries():
        assert (row.body is None) == (row.kind in lasting.ERASED), row.kind
    assert {"clarification", "message", "notice"} <= {row.kind for row in watch.entries() if row.body is None}
    (certificate,) = _certificates(view.reference)
    assert set(certificate.documents) == {row.entry for row in watch.entries() if row.body is None}
    assert docket.threads_waiting(watch.staff.mia) == ()
    watch.night.verify_log()


def _closed(watch) -> str:
    watch.mail(watch.night.publish())
    case = watch.case().line.case
    watch.night.docket.dismiss(case, watch.staff.mia, "A forgery.")
    watch.later(**MONTHS)
    assert watch.status() == "closed"
    return case


def test_a_closed_case_takes_no_words_from_staff(watch):
    case, docket = _closed(watch), watch.night.docket
    before = len(watch.entries())
    digest = watch.case().exhibits[0].digest
    with pytest.raises(CaseClosed, match="closed"):
        docket.answer_thread(case, watch.staff.mia, "One more thing.")
    with pytest.raises(CaseClosed):
        docket.hold(case, watch.staff.mia, digest, because="proceedings of Mr Smith")
    assert len(watch.entries()) == before


def test_a_closed_case_takes_no_words_from_its_authority(watch):
    view = watch.order(watch.night.publish())
    watch.decide("refuse", reasons="Impossible (Art 3(7)).")
    watch.approve(watch.staff.ben)
    watch.later(**MONTHS)
    assert watch.status() == "closed"
    docket, before = watch.night.docket, len(watch.entries())
    with pytest.raises(CaseClosed):
        docket.inform(watch.says(b'{"text": "more"}'), reference=view.reference, text="more")
    with pytest.raises(CaseClosed):
        docket.withdraw(view.reference, watch.says(b'{"reasons": "x"}'), reasons="x")
    with pytest.raises(CaseClosed):
        docket.confirm_reply(view.reference, watch.staff.mia, watch.case().replies[-1].entry, how="by hand")
    assert len(watch.entries()) == before


# -- the information of Article 3(2) --


@pytest.fixture
def officer(watch, monkeypatch):
    """Somebody who acts for the authority, whatever the keys: what is tried here is what becomes of the words."""
    from comity.registry.officers_means import HeldOfficer, OfficerState
    from comity.registry.store import authority

    docket, now = watch.night.docket, watch.night.clock.now()
    held = HeldOfficer(
        "0f" * 16, authority(watch.authority), "x", "Ada Martin", "Captain", "ada@authority.example", "en",
        OfficerState.ENROLLED, now, None, None, None,
    )  # fmt: skip
    monkeypatch.setattr(type(docket), "_whole", lambda _self, _acting: (held, held.authority))
    return Acting("0f" * 16, watch.authority, "0e" * 16, confirmed=True)


def test_information_is_erased_piece_by_piece_and_that_it_came_stays_known(watch, officer):
    docket = watch.night.docket
    first = watch.night.clock.now()
    docket.inform_beforehand(officer, "We will send orders by day. Captain Martin.")
    watch.later(days=100)
    docket.inform_beforehand(officer, "And by night.")
    (clock,) = [one for one in deadlines.deadlines_of(watch.authority) if one.name == "provider_retention"]
    assert clock.due_at == INFORMATION.period(watch.night.parts).after(first)
    assert "no provision sets one" in clock.computation[0]
    watch.later(days=260)
    assert len(docket.informed_beforehand(officer)) == 2

    watch.later(days=10)
    assert [one.text for one in docket.informed_beforehand(officer)] == ["And by night."]
    assert docket._informed_at(watch.authority) == first
    watch.later(days=100)
    assert docket.informed_beforehand(officer) == ()
    assert [len(one.documents) for one in _certificates(watch.authority)] == [1, 1]
    watch.later(days=400)
    assert len(_certificates(watch.authority)) == 2
    watch.night.verify_log()


def test_an_officer_writes_nothing_into_a_closed_case(watch, officer):
    view = watch.order(watch.night.publish())
    docket = watch.night.docket
    docket.write(officer, view.reference, "Have you seen it?")
    watch.decide("refuse", reasons="Impossible (Art 3(7)).")
    watch.approve(watch.staff.ben)
    watch.later(**MONTHS)
    assert (watch.status(), docket.threads_waiting(watch.staff.mia)) == ("closed", ())
    before = len(watch.entries())
    with pytest.raises(CaseClosed, match="new order"):
        docket.write(officer, view.reference, "And now, Mr Smith?")
    assert len(watch.entries()) == before
    assert "write" not in docket.my_order(officer, view.reference).may
    watch.night.verify_log()


def test_information_by_machine_is_a_message_with_the_same_period(watch):
    file = watch.night.docket.inform(watch.says(b'{"text": "by day"}'), reference=None, text="by day")
    watch.later(days=200)
    assert [one.erased for one in watch.night.parts.vault.exhibits(file)] == [False]
    watch.later(days=200)
    assert [one.erased for one in watch.night.parts.vault.exhibits(file)] == [True]


def test_a_file_whose_period_was_cancelled_or_never_began_is_left_alone(watch):
    from comity.docket import beside

    file = _set_aside(watch)
    with watch.night.parts.work() as work:
        beside.settled(work, file, "somebody needs it")
    watch.later(**MONTHS)
    watch.night.jobs["advance"](case=file)
    watch.night.jobs["advance"](case="ab" * 16)
    assert [one.erased for one in watch.night.parts.vault.exhibits(file)] == [False]
    assert watch.night.clock.now().since(received.of_case(file).received_at) > timedelta(days=180)
