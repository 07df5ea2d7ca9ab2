"""Playbooks of answers: back on the channel the order came by, once, and never lost when that channel fails."""

from __future__ import annotations

import pytest

from comity.delivery import NotDelivered
from comity.delivery.channels import Outgoing, Proof
from comity.docket.errors import NoSuchCase, NotAnswered
from support import orders


class Mailbox:
    """A way out for e-mail that fails as often as it is told to, and keeps what it took."""

    carries = True

    def __init__(self, failures: int, *, retry: bool) -> None:
        self.failures, self.retry = failures, retry
        self.taken: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> Proof:
        """Fail, or take it."""
        if self.failures:
            self.failures -= 1
            raise NotDelivered("552 mailbox full", retry=self.retry)
        self.taken.append(outgoing)
        return Proof(delivered=True, said="250 queued as 4711")


@pytest.fixture
def by_mail(watch, monkeypatch):
    """Let mail go out through a mailbox that fails; gives the mailbox."""

    def given(failures: int, *, retry: bool) -> Mailbox:
        mailbox = Mailbox(failures, retry=retry)
        monkeypatch.setitem(watch.night.parts.delivery._ways, "email", mailbox)
        return mailbox

    return given


def _signed_order(watch, **changes) -> str:
    url = watch.night.publish()
    watch.mail(url, sign=True, **changes)
    return url


def test_an_order_by_mail_is_answered_by_mail_in_its_thread_and_once(watch, by_mail):
    mailbox = by_mail(0, retry=True)
    url = _signed_order(watch)
    watch.decide("comply", url)
    (sent,) = mailbox.taken
    assert (sent.recipient, sent.in_reply_to) == ("orders@authority.example", "<1@authority.example>")
    assert sent.pdf.startswith(b"%PDF-")
    assert watch.clock("feedback")[0] == "met"
    assert [one["proof"] for one in watch.bodies("receipt")] == ["250 queued as 4711"]


def test_a_mailbox_that_is_busy_is_tried_again_and_gets_one_answer(watch, by_mail):
    mailbox = by_mail(3, retry=True)
    url = _signed_order(watch)
    watch.decide("comply", url)
    assert (watch.status(), len(mailbox.taken), watch.case().line.needs_person) == ("in_effect", 1, False)
    assert [one["delivered"] for one in watch.bodies("receipt")] == [False, False, False, True]


@pytest.mark.parametrize("retry", [True, False])
def test_where_no_mail_gets_through_a_person_is_called_and_the_notice_does_not_wait(watch, by_mail, retry):
    by_mail(99, retry=retry)
    url = _signed_order(watch)
    watch.decide("comply", url)
    assert (watch.status(), watch.case().line.needs_person, watch.clock("feedback")[0]) == (
        "in_effect",
        True,
        "running",
    )
    assert len(watch.bodies("notice")) == 1

    reply = watch.case().replies[0]
    watch.night.docket.confirm_reply(watch.case().line.case, watch.staff.mia, reply.entry, how="by courier, signed for")
    watch.night.work_on()
    assert (watch.case().line.needs_person, watch.clock("feedback")[0]) == (False, "met")
    assert watch.case().replies[0].delivered_at is not None


def test_a_question_that_did_not_get_through_stops_no_hour(watch, by_mail):
    by_mail(99, retry=False)
    _signed_order(watch, grounds=[])
    watch.night.docket.decide(
        watch.case().line.case, watch.staff.mia, answer="clarify", urls=(), reasons="No ground is ticked."
    )
    watch.night.work_on(rounds=3)
    assert (watch.status(), watch.case().line.needs_person) == ("declining", True)
    assert watch.clock("remove_or_disable")[0] == "running"

    watch.night.docket.confirm_reply(
        watch.case().line.case, watch.staff.mia, watch.case().replies[0].entry, how="read out on the telephone"
    )
    watch.night.work_on(rounds=3)
    assert (watch.status(), watch.clock("remove_or_disable")[0]) == ("clarifying", "suspended")


def test_the_authoritys_own_client_fetches_its_answer_and_that_is_the_proof(watch):
    url = watch.night.publish()
    watch.rule()
    view = watch.order(url, work=False)
    docket = watch.night.docket
    with pytest.raises(NotAnswered):
        docket.answer(watch.authority, watch.client, view.reference, form=None, pdf=True)
    watch.night.work_on()
    assert watch.bodies("receipt") == []
    for _ in range(2):
        docket.answer(watch.authority, watch.client, view.reference, form="annex-2", pdf=False)
    assert [one["delivered"] for one in watch.bodies("receipt")] == [True]
    with pytest.raises(NotAnswered):
        docket.answer(watch.authority, watch.client, view.reference, form="annex-3", pdf=True)


def test_an_answer_of_one_case_is_not_read_or_confirmed_through_another(watch):
    first, second = watch.night.publish(), watch.night.publish()
    watch.rule()
    watch.order(first)
    watch.order(second)
    entry, other, docket = watch.case(1).replies[0].entry, watch.case(2).line.case, watch.night.docket
    with pytest.raises(NoSuchCase):
        docket.reply_pdf(other, watch.staff.mia, entry)
    with pytest.raises(NoSuchCase):
        docket.confirm_reply(other, watch.staff.mia, entry, how="x")


def test_a_paper_order_is_typed_in_called_back_carried_out_and_answered_on_paper(watch):
    url = watch.night.publish()
    form = orders.order(content_locations=[{"url": url}])
    number = watch.night.docket.file_paper(
        watch.staff.mia, form=form, scan=b"%PDF-1.4 scan", media_type="application/pdf",
        received_at=watch.night.clock.now(),
    )  # fmt: skip
    watch.night.work_on()
    assert (watch.status(number), watch.case(number).line.verified) == ("waiting", None)
    watch.call_back(number=number)
    watch.decide("comply", url, number=number, reasons="Confirmed by telephone.")
    if watch.status(number) == "second_person":
        watch.approve(watch.staff.ben, number)
    assert (watch.status(number), watch.gone(url), watch.forms(number)) == ("in_effect", True, ["annex-2"])
    assert watch.bodies("form_reply", number)[0]["channel"] == "paper"
    assert (watch.clock("feedback", number)[0], watch.case(number).line.needs_person) == ("running", True)

    _confirm(watch, number, "posted as registered letter RR 12")
    assert (watch.clock("feedback", number)[0], watch.case(number).line.needs_person) == ("met", False)


def _confirm(watch, number: int, how: str) -> None:
    case = watch.case(number)
    watch.night.docket.confirm_reply(case.line.case, watch.staff.mia, case.replies[-1].entry, how=how)
    watch.night.work_on(rounds=5)


def test_a_question_on_paper_stops_the_hour_only_when_a_person_says_that_it_went(watch):
    form = orders.order(content_locations=[{"url": watch.night.publish()}], grounds=[])
    number = watch.night.docket.file_paper(
        watch.staff.mia, form=form, scan=b"%PDF-1.4 scan", media_type="application/pdf",
        received_at=watch.night.clock.now(),
    )  # fmt: skip
    watch.night.work_on()
    case = watch.case(number).line.case
    watch.night.docket.decide(case, watch.staff.mia, answer="clarify", urls=(), reasons="No ground is ticked.")
    if watch.status(number) == "second_person":
        watch.night.docket.approve(case, watch.staff.ben)
    watch.night.work_on(rounds=4)
    assert (watch.status(number), watch.case(number).line.needs_person) == ("declining", True)
    assert (watch.clock("remove_or_disable", number)[0], watch.bodies("receipt", number)) == ("running", [])
    with pytest.raises(NoSuchCase):
        _confirm(watch, number, "  ")
    _confirm(watch, number, "handed to their courier")
    assert (watch.status(number), watch.clock("remove_or_disable", number)[0]) == ("clarifying", "suspended")
    assert watch.case(number).line.needs_person is False


def test_mail_without_a_relay_is_no_answer_before_a_person_brought_it(watch):
    url = _signed_order(watch)
    watch.decide("comply", url)
    assert (watch.status(), watch.clock("feedback")[0], watch.case().line.needs_person) == (
        "in_effect",
        "running",
        True,
    )
    _confirm(watch, 1, "sent by hand from the office")
    assert watch.clock("feedback")[0] == "met"


def test_nothing_is_sent_by_itself_to_an_authority_that_was_suspended(watch, by_mail):
    mailbox = by_mail(0, retry=True)
    url = _signed_order(watch)
    watch.night.docket.suspend_authority(watch.staff.mia, watch.authority, "mailbox taken over")
    watch.decide("comply", url)
    assert (watch.gone(url), mailbox.taken, watch.case().line.needs_person) == (True, [], True)
    assert watch.clock("feedback")[0] == "running"
