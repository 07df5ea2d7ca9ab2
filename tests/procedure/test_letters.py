"""Playbooks of mail about what we sent: reports, answers by machines, replies to our annexes."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from comity.delivery.channels import Outgoing, Proof
from support import letters, orders

HOUR = "remove_or_disable"


class Relay:
    """A way out for e-mail that takes everything and keeps what it took."""

    carries = True

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> Proof:
        self.taken.append(outgoing)
        return Proof(delivered=True, said="250 queued")


@pytest.fixture
def relay(watch, monkeypatch) -> Relay:
    relay = Relay()
    monkeypatch.setitem(watch.night.parts.delivery._ways, "email", relay)
    return relay


def identifier(outgoing) -> str:
    """The Message-ID that this form went out with."""
    return f"<{outgoing.entry}.{hashlib.sha256(outgoing.pdf).hexdigest()[:16]}@board.example>"


def asked(watch, relay) -> str:
    """A signed order by mail without grounds, and Annex III that asks for them; gives our message's identifier."""
    watch.mail(watch.night.publish(), sign=True, grounds=[])
    watch.decide("clarify", reasons="The order ticks no ground (Article 3(4)(b)).")
    assert watch.status() == "clarifying"
    watch.later(minutes=20)
    return identifier(relay.taken[-1])


def answered(watch, relay) -> str:
    url = watch.night.publish()
    watch.mail(url, sign=True)
    watch.decide("comply", url)
    watch.later(minutes=20)
    return identifier(relay.taken[-1])


def comes(watch, body: bytes, sender: str = "orders@authority.example") -> None:
    watch.night.mail(body, sender)
    watch.night.work_on()


def reply(
    watch, ours: str, *, form=None, text: str = "", signer=None, at=None, sender=letters.FROM, header="In-Reply-To"
) -> bytes:
    """A reply in our thread, signed where a signer is given."""
    watch.filed += 1
    content = orders.as_fields_pdf(form) if form is not None else None
    headers = {header.replace("-", "_"): ours}
    whole = orders.mail(content, sender, f"<reply-{watch.filed}@authority.example>", **headers)
    if text:
        whole = letters.text_mail(text.encode(), message_id=f"<reply-{watch.filed}@authority.example>", **headers)
    if signer is None:
        return whole
    head, _, body = whole.partition(b"\r\n\r\n")
    lines = orders._unfolded(head)
    outer = [line for line in lines if not line.lower().startswith((b"content-", b"mime-version"))]
    part = b"\r\n".join(line for line in lines if line.lower().startswith(b"content-")) + b"\r\n\r\n" + body
    claimed = (at or watch.night.clock.now()).utc.isoformat()
    return orders.assemble_signed(b"\r\n".join(outer), part, orders.detached_signature(part, signer, claimed))


def completed(watch, **changes):
    """The order of the case as the authority completes it."""
    return {**watch.case().demand.form, "grounds": ["INCITES"], **changes}


def numbers(watch) -> int:
    return len(watch.night.docket.page(tab="all", search="", cursor=None, viewer=watch.staff.mia).lines)


def calls(watch, number: int = 1) -> list[str]:
    return [one["because"] for one in watch.bodies("case_note", number) if one["event"] == "person called"]


def test_a_signed_reply_to_annex_iii_is_the_clarification_and_a_new_hour_begins(watch, relay):
    ours = asked(watch, relay)
    watch.rule()
    came = watch.night.clock.now()
    body = reply(watch, ours, form=completed(watch), signer=watch.signer)
    comes(watch, body)
    watch.later(minutes=1)
    assert numbers(watch) == 1
    assert watch.case().demand.form["grounds"] == ["INCITES"]
    (news,) = watch.bodies("clarification")
    assert (news["restarts"], list(news["changes"])) == ("clarification_received_at", ["grounds"])
    assert watch.status() == "in_effect"
    assert watch.clock(HOUR)[1] == came.plus(timedelta(hours=1))
    # Byte for byte in the file of the case.
    assert any(row.size == len(body) for row in watch.case().exhibits)


def test_signed_words_that_name_the_order_are_a_clarification_too(watch, relay):
    ours = asked(watch, relay)
    words = "About your C-1: the ground is incitement, see Section B."
    comes(watch, reply(watch, ours, text=words, signer=watch.signer, header="References"))
    assert "incitement" in watch.bodies("clarification")[0]["changes"]["note"]
    assert (watch.status(), watch.clock(HOUR)[0]) == ("waiting", "running")


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ({}, "mailbox proves nobody"),
        ({"signer": "stranger"}, "no such credential"),
        ({"signer": "authority", "text": "Here is what you asked for."}, "does not name the order"),
        ({"signer": "authority", "text": "About C-1.", "early": True}, "not signed after we asked"),
        ({"signer": "authority", "text": "About C-11 and XC-1."}, "does not name the order"),
    ],
)
def test_a_reply_that_is_not_surely_the_authority_s_answer_is_put_before_a_person(watch, relay, made, why):
    ours = asked(watch, relay)
    came = watch.night.clock.now()
    signer = {"authority": watch.signer, "stranger": orders.Authority.named("Somebody"), None: None}[made.get("signer")]
    early = came.plus(timedelta(hours=-2)) if made.get("early") else None
    form = None if "text" in made else completed(watch)
    comes(watch, reply(watch, ours, form=form, text=made.get("text", ""), signer=signer, at=early))
    assert (numbers(watch), watch.status(), watch.bodies("clarification")) == (1, "clarifying", [])
    assert why in calls(watch)[-1]
    assert watch.case().line.needs_person
    assert watch.case().line.due_at == came.plus(timedelta(hours=1))
    assert watch.clock(HOUR)[0] == "suspended"


def test_another_authority_cannot_answer_for_the_one_that_was_asked(watch, relay):
    ours = asked(watch, relay)
    now = watch.night.clock.now()
    watch.night.clock.set(now.plus(timedelta(days=-9)))
    other = orders.Authority.named("Another office", "orders@other.example")
    watch.night.enrol(watch.staff, other)
    watch.night.clock.set(now)
    comes(watch, reply(watch, ours, text="About C-1: all clear.", signer=other))
    assert watch.status() == "clarifying"
    assert "another authority" in calls(watch)[-1]


def test_a_reply_that_carries_another_order_is_another_order(watch, relay):
    ours = asked(watch, relay)
    form = orders.order(order_reference="OTHER-1", content_locations=[{"url": watch.night.publish()}])
    comes(watch, reply(watch, ours, form=form, signer=watch.signer))
    assert (numbers(watch), watch.status(1), watch.status(2)) == (2, "clarifying", "waiting")


def test_the_same_signed_words_are_not_taken_twice(watch, relay):
    ours = asked(watch, relay)
    body = reply(watch, ours, text="About C-1: ground is incitement.", signer=watch.signer)
    comes(watch, body)
    comes(watch, body.replace(b"<reply-", b"<again-"))
    assert len(watch.bodies("clarification")) == 1
    assert "nothing was asked" in calls(watch)[-1]


def test_a_thread_that_is_not_ours_is_no_thread(watch, relay):
    entry = asked(watch, relay)[1:33]  # the public log shows it to everybody
    mark = "0" * 16
    for ours in (f"<{entry}@board.example>", f"<{entry}.{mark}@board.example>", f"<{watch.case().line.case}.{mark}@x>"):
        comes(watch, reply(watch, ours, form=orders.order(order_reference=ours[:12]), signer=watch.signer))
    assert numbers(watch) == 4


def test_a_bounce_makes_the_delivery_known_as_failed_and_it_is_sent_where_the_register_says(watch, relay, monkeypatch):
    from comity.docket import letters as room

    ours = answered(watch, relay)
    first = relay.taken[-1]
    held = room.register.authority(watch.authority)
    monkeypatch.setattr(
        room.register,
        "authority",
        lambda _id: type(held)(**{**vars(held), "feedback_contact": "duty@authority.example"}),
    )
    comes(watch, letters.bounce(ours), sender="")
    again = relay.taken[-1]
    assert (again.recipient, again.pdf) == ("duty@authority.example", first.pdf)
    assert again.entry != first.entry
    assert [one["delivered"] for one in watch.bodies("receipt")] == [True, False, True]
    assert "5.1.1" in watch.bodies("receipt")[1]["proof"]
    assert "did not reach" in calls(watch)[-1]
    assert numbers(watch) == 1

    comes(watch, letters.bounce(ours).replace(b"bounce-1", b"bounce-2"), sender="")
    assert len(relay.taken) == 2
    assert len(calls(watch)) == 1


def test_where_the_register_holds_no_other_way_a_person_finds_one(watch, relay):
    ours = asked(watch, relay)
    comes(watch, letters.bounce(ours), sender="")
    assert len(relay.taken) == 1
    assert "find one" in calls(watch)[-1]
    assert watch.case().line.needs_person
    assert watch.case().replies[0].delivered_at is None


def test_an_annex_iii_that_did_not_arrive_stopped_no_hour_and_a_person_is_called(watch, relay):
    watch.mail(watch.night.publish(), sign=True, grounds=[])
    first_end = watch.clock(HOUR)[1]
    watch.decide("clarify", reasons="The order ticks no ground (Article 3(4)(b)).")
    assert (watch.status(), watch.clock(HOUR)) == ("clarifying", ("suspended", None))
    ours = identifier(relay.taken[-1])
    watch.later(minutes=20)

    comes(watch, letters.bounce(ours), sender="")
    assert (watch.status(), watch.clock(HOUR)) == ("clarifying", ("running", first_end))
    line = watch.case().line
    assert (line.needs_person, line.due_at) == (True, first_end)
    assert "has run on since receipt" in calls(watch)[-1]
    watch.later(minutes=60)
    assert watch.clock(HOUR) == ("missed", first_end)
    watch.night.verify_log()


def test_an_annex_iii_that_did_not_arrive_and_was_brought_in_time_stops_the_hour_again(watch, relay):
    ours = asked(watch, relay)
    comes(watch, letters.bounce(ours), sender="")
    assert watch.clock(HOUR)[0] == "running"
    case, docket = watch.case().line.case, watch.night.docket
    docket.confirm_reply(case, watch.staff.mia, watch.case().replies[-1].entry, how="by courier")
    watch.night.work_on(rounds=5)
    line = watch.case().line
    assert (watch.clock(HOUR), line.needs_person, line.due_at) == (("suspended", None), False, None)
    brought = watch.night.clock.now()

    watch.later(minutes=30)
    came = watch.night.clock.now()
    assert came > brought
    changes = {"grounds": ["INCITES"]}
    docket.clarified(case, watch.staff.mia, received_at=came, changes=changes, grounds_ceased=False, note="by phone")
    watch.night.work_on(rounds=5)
    assert watch.clock(HOUR) == ("running", came.plus(timedelta(hours=1)))
    (_, demand) = watch.bodies("demand")
    assert demand["events"]["clarification_requested_at"] == [str(brought)]


def test_an_annex_iii_that_is_brought_after_the_hour_undoes_nothing_of_what_was_missed(watch, relay):
    ours = asked(watch, relay)
    comes(watch, letters.bounce(ours), sender="")
    watch.later(hours=2)
    missed = watch.clock(HOUR)
    case, docket = watch.case().line.case, watch.night.docket
    docket.confirm_reply(case, watch.staff.mia, watch.case().replies[-1].entry, how="by courier")
    docket.clarified(
        case,
        watch.staff.mia,
        received_at=watch.night.clock.now(),
        changes={"grounds": ["INCITES"]},
        grounds_ceased=False,
        note="by phone",
    )
    watch.night.work_on(rounds=5)
    assert (missed[0], watch.clock(HOUR)) == ("missed", missed)


def test_an_annex_iii_that_goes_where_the_register_says_stops_the_hour_again_by_itself(watch, relay, monkeypatch):
    from comity.docket import letters as room

    ours = asked(watch, relay)
    held = room.register.authority(watch.authority)
    elsewhere = type(held)(**{**vars(held), "feedback_contact": "duty@authority.example"})
    monkeypatch.setattr(room.register, "authority", lambda _id: elsewhere)
    comes(watch, letters.bounce(ours), sender="")
    assert relay.taken[-1].recipient == "duty@authority.example"
    assert watch.clock(HOUR) == ("suspended", None)
    assert [one["change"] for one in watch.bodies("deadline") if one["deadline"] == HOUR][-3:] == [
        "suspended",
        "restarted",
        "suspended",
    ]


def test_a_bounce_of_annex_ii_moves_no_clock(watch, relay):
    ours = answered(watch, relay)
    before = watch.clock(HOUR)
    comes(watch, letters.bounce(ours), sender="")
    assert (watch.clock(HOUR), before[0]) == (before, "met")


def test_a_bounce_that_returns_our_own_annex_is_no_order(watch, relay):
    ours = answered(watch, relay)
    sent = relay.taken[-1]
    returned = orders.mail(sent.pdf, "orders@board.example", ours)
    comes(watch, letters.bounce(ours, returned=returned), sender="")
    assert numbers(watch) == 1
    assert watch.case().replies[0].delivered_at is None


@pytest.mark.parametrize(
    "report",
    [
        {"action": "delayed"},
        {"action": "delivered"},
        {"recipient": "somebody@else.example"},
        {"action": "exploded"},
    ],
)
def test_a_report_that_is_no_failure_of_ours_changes_nothing_and_is_in_the_file(watch, relay, report):
    ours = answered(watch, relay)
    comes(watch, letters.bounce(ours, **report), sender="")
    assert watch.case().replies[0].delivered_at is not None
    assert calls(watch) == []
    assert [one["event"] for one in watch.bodies("case_note")].count("letter") == 1


def test_an_answer_by_a_machine_is_in_the_file_and_answered_with_nothing(watch, relay):
    ours = asked(watch, relay)
    away = letters.text_mail(b"I am away until Monday.", In_Reply_To=ours, Auto_Submitted="auto-replied")
    before = len(relay.taken)
    for number in range(3):
        comes(watch, away.replace(b"<text-1", f"<text-{number}".encode()))
    watch.later(hours=5)
    assert (len(relay.taken), numbers(watch), watch.status()) == (before, 1, "clarifying")
    assert [one["event"] for one in watch.bodies("case_note")].count("letter") == 3
    assert calls(watch) == []


def test_an_order_scanned_by_a_machine_that_calls_itself_automatic_is_not_put_aside(watch, relay):
    scan = orders.pdf_with_pages(1)
    body = orders.mail(scan, Precedence="bulk", Auto_Submitted="auto-generated")
    comes(watch, body)
    assert watch.status() == "waiting"
    assert json.dumps(watch.bodies("demand")).count("pdf_no_text") == 1


def test_a_letter_that_comes_later_keeps_nothing_longer_than_the_case(watch, relay):
    ours = answered(watch, relay)
    watch.later(days=20)
    comes(watch, reply(watch, ours, text="Thank you."))
    watch.night.docket.answer_thread(watch.case().line.case, watch.staff.mia, "You are welcome, Mr Martin.")
    assert watch.bodies("message")
    watch.later(days=190)
    watch.night.work_on(rounds=5)
    assert watch.status() == "closed"
    assert all(one.erased for one in watch.case().exhibits)
    assert watch.night.docket.thread(watch.case().line.case, watch.staff.mia) == ()


def test_a_letter_about_a_closed_case_is_none_of_it(watch, relay):
    ours = answered(watch, relay)
    watch.later(days=200)
    watch.night.work_on(rounds=5)
    assert watch.status() == "closed"
    held = len(watch.case().exhibits)
    comes(watch, reply(watch, ours, text="Once more."))
    assert (len(watch.case().exhibits), watch.case().line.needs_person, numbers(watch)) == (held, False, 2)
