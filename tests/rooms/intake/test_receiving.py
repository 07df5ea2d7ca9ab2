from __future__ import annotations

import hashlib
from datetime import timedelta

import psycopg
import pytest

from comity.casefile.clock import Instant
from comity.casefile.documents.demand import Reading
from support import orders


def codes(demand) -> set[str]:
    return {item.code for item in demand.document.faults}


def signed(front, **changes) -> bytes:
    return orders.mail(orders.signed_pdf(orders.as_fields_pdf(orders.order(**changes)), front.seal))


def test_an_order_of_an_enrolled_client_is_entered_as_it_is(front):
    message = front.call(orders.order())
    demand = front.receive(message).document
    assert demand.form == orders.order()
    assert demand.reading is Reading.FORM
    assert demand.faults == ()
    assert demand.channel.sender_verified is True
    assert demand.channel.first_order_from_authority is True
    assert demand.sender.method == "oauth2"
    assert demand.sender.authority == front.authority
    assert demand.sender.reply_to == front.client
    assert demand.times.transport_received_at == front.clock.now()


def test_a_signed_order_by_mail_is_verified_by_its_seal(front):
    demand = front.receive(front.mail(signed(front))).document
    assert (demand.channel.sender_verified, demand.sender.method) == (True, "pades")
    assert demand.faults == ()
    assert demand.sender.reply_to == "orders@authority.example"
    assert demand.times.sent_at == Instant.parse("2026-11-23T02:12:30+01:00")


def test_a_signed_mail_is_verified_by_its_signature(front):
    document = orders.as_fields_pdf(orders.order())
    for place, message in enumerate(
        (orders.signed_mail(document, front.seal), orders.opaque_mail(document, front.seal))
    ):
        demand = front.receive(front.mail(message, identifier=f"<{place}>")).document
        assert (demand.channel.sender_verified, demand.sender.method) == (True, "cms")
        assert demand.times.acknowledged_at == front.clock.now()


def test_the_bytes_are_kept_as_they_came_and_so_is_the_document_inside(front):
    body = signed(front)
    entered = front.receive(front.mail(body))
    whole, inside = entered.document.raw
    assert whole == hashlib.sha256(body).hexdigest()
    assert front.stored(entered.case, whole) == body
    assert front.stored(entered.case, inside).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (orders.pdf_added_after, "signature_added_after"),
        (orders.pdf_flipped, "signature_broken"),
        (orders.pdf_part_signed, "signature_broken"),
        (lambda _seal: orders.as_fields_pdf(orders.order()), "signature_absent"),
        (lambda _seal: orders.pdf_with_picture(), "signature_image"),
        (
            lambda _seal: orders.signed_pdf(orders.as_fields_pdf(orders.order()), orders.Authority.named("Somebody")),
            "certificate_unknown",
        ),
    ],
)
def test_what_is_not_signed_by_the_seal_is_kept_and_not_verified(front, make, code):
    body = orders.mail(make(front.seal))
    entered = front.receive(front.mail(body))
    assert entered.document.channel.sender_verified is not True
    assert {code, "sender_not_verified"} <= codes(entered)
    assert front.stored(entered.case, entered.document.raw[0]) == body
    assert "2021/784 Art 3(5)" in next(f for f in entered.document.faults if f.code == code).message


def test_an_expired_certificate_is_named_with_its_end(front):
    body = signed(front)
    front.clock.set(Instant.parse("2028-02-01T00:00:00Z"))
    entered = front.receive(front.mail(body))
    assert "certificate_expired" in codes(entered)
    assert entered.document.channel.sender_verified is False


def test_a_mailbox_alone_proves_nothing_and_says_whom_to_call(front):
    entered = front.receive(front.mail(orders.mail(orders.as_fields_pdf(orders.order()))))
    assert entered.document.channel.sender_verified is None
    assert entered.document.sender.authority == front.authority
    assert "call back" in entered.document.sender.why


@pytest.mark.parametrize(
    "sender",
    [
        "orders@authority-example.com",
        "orders@authorlty.example",
        "x@" + "аuthority".encode("idna").decode() + ".example",
    ],
)
def test_a_domain_made_to_be_taken_for_the_authoritys_is_named(front, sender):
    body = orders.mail(orders.as_fields_pdf(orders.order()), sender=sender)
    entered = front.receive(front.mail(body, sender=sender))
    assert "sender_lookalike" in codes(entered)
    assert entered.document.channel.sender_verified is False
    assert entered.document.sender.reply_to is None


def test_a_verified_sender_who_names_another_authority_is_not_believed(front):
    for place, changes in enumerate(({"issuing_member_state": "DE"}, {"issuer__name": "Bundestestamt"})):
        entered = front.receive(front.call(orders.order(**changes), identifier=f"k{place}"))
        assert "sender_is_another_authority" in codes(entered)
        assert entered.document.channel.sender_verified is False


def test_an_unknown_client_is_not_believed(front):
    entered = front.receive(front.call(orders.order(), client="nobody"))
    assert entered.document.channel.sender_verified is False


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://board.example@evil.example/posts/1", "url_user_info"),
        ("https://b0ard.example/posts/1", "url_lookalike"),
        ("https://board.example.evil.example/posts/1", "url_lookalike"),
        ("https://xn--bord-0qa.example/posts/1", "url_lookalike"),
        ("https://bоard.example/posts/1", "url_lookalike"),
        ("https://xn--80ak6aa92e.com/", "url_punycode"),
        ("https://other.example/posts/1", "url_other_host"),
        ("https://127.0.0.1/admin", "url_unreadable"),
        ("file:///etc/passwd", "url_unreadable"),
        ("https://board.example\\@evil.example/", "url_unreadable"),
        ("javascript:alert(1)", "url_unreadable"),
        ("board.example/posts/1", "url_unreadable"),
    ],
)
def test_an_address_that_is_not_ours_is_named_exactly(front, url, code):
    form = orders.order(content_locations=[{"url": orders.URL}, {"url": url}])
    entered = front.receive(front.call(form))
    assert [(f.code, f.field) for f in entered.document.faults] == [(code, "content_locations[1].url")]


def test_an_order_for_another_provider_is_named(front):
    entered = front.receive(front.call(orders.order(addressee="Other Forum GmbH")))
    assert codes(entered) == {"addressee_other"}


@pytest.mark.parametrize(
    "addressee", ["EXAMPLE BOARD S.A.S.", ["Example Board", "c/o Somebody"], {"name": "Example Board SAS"}]
)
def test_our_name_is_ours_in_any_spelling(front, addressee):
    assert front.receive(front.call(orders.order(addressee=addressee))).document.faults == ()


def test_the_same_message_twice_is_one_demand_and_a_note(front):
    message = front.mail(signed(front))
    first = front.receive(message)
    second = front.receive(message)
    assert (second.entry, second.case) == (first.entry, first.case)
    from comity.casefile.audit import entries_of
    from comity.casefile.documents.record import CustodyEvent

    rows = entries_of(first.case)
    assert [row.kind for row in rows].count("demand") == 1
    events = [CustodyEvent.from_canonical(row.body).event for row in rows if row.kind == "custody"]
    assert "received_again" in events


def test_other_bytes_under_the_same_identifier_are_another_message(front):
    first = front.receive(front.call(orders.order()))
    second = front.receive(
        front.call(orders.order(order_reference="OTHER", content_locations=[{"url": orders.URL + "9"}]))
    )
    assert second.case != first.case
    assert second.document.duplicate_of is None
    assert "identifier_reused" in codes(second)


def test_the_same_order_again_is_a_repetition(front):
    first = front.receive(front.call(orders.order()))
    second = front.receive(front.call(orders.order(additional_reasons="Sent again."), identifier="key-2"))
    assert second.document.duplicate_of == first.case
    assert {"reference_repeated", "object_repeated"} <= codes(second)


def test_a_correction_under_the_same_reference_is_no_repetition(front):
    front.receive(front.call(orders.order()))
    form = orders.order(content_locations=[{"url": "https://board.example/posts/2002"}])
    second = front.receive(front.call(form, identifier="key-2"))
    assert second.document.duplicate_of is None
    assert "reference_repeated" in codes(second)


def test_another_reference_for_the_same_address_is_an_order_of_its_own(front):
    front.receive(front.call(orders.order()))
    second = front.receive(front.call(orders.order(order_reference="NEW-1"), identifier="key-2"))
    assert second.document.duplicate_of is None
    assert codes(second) == {"object_repeated"}


def test_who_guesses_a_reference_cannot_make_the_real_order_a_copy(front):
    guessed = orders.mail(
        orders.as_fields_pdf(orders.order()), sender="x@junk.example", message_id="<guess@junk.example>"
    )
    front.receive(front.mail(guessed, identifier="<guess@junk.example>", sender="x@junk.example"))
    real = front.receive(front.mail(signed(front)))
    assert real.document.duplicate_of is None
    assert real.document.channel.sender_verified is True
    assert codes(real) == set()


def test_what_cannot_be_read_is_a_demand_for_a_person(front):
    for place, body in enumerate((b"\x00\xff\xfe", b"", b"{" * 9999, orders.as_json(orders.order())[:99])):
        entered = front.receive(front.call(body, identifier=f"bad-{place}"))
        assert entered.document.reading is Reading.NONE
        assert entered.document.form == {}
        assert entered.document.faults
        assert front.stored(entered.case, entered.document.raw[0]) == body


def test_a_paper_order_is_typed_by_somebody_and_verified_by_nobody(front):
    from comity.casefile.documents.demand import ChannelKind
    from comity.intake.message import Incoming

    message = Incoming(
        ChannelKind.PAPER, "letter 7", b"%PDF scan", front.clock.now(), "application/pdf", "scan.pdf",
        typed=orders.order(), typed_by="Anna",
    )  # fmt: skip
    demand = front.receive(message).document
    assert demand.form == orders.order()
    assert demand.channel.sender_verified is None
    assert "Anna" in demand.sender.why
    assert "signature_absent" not in {item.code for item in demand.faults}


def test_what_is_kept_is_there_before_it_is_read(front):
    from comity.intake import service, store

    message = front.mail(signed(front))
    with front.work() as work:
        kept = service.keep(work, message, front.means)
    assert store.waiting(enrolled_only=True) == [kept.id]
    with front.work() as work:
        loading = service.load(work, store.by_id(kept.id), front.means)
    again = loading.message()
    assert (again.body, again.received_at, again.envelope_from) == (
        message.body,
        message.received_at,
        message.envelope_from,
    )
    read = service.examine(again, front.means)
    with front.work() as work:
        entered = service.receive(work, again, front.means, read, kept)
    assert entered.case == kept.case
    assert store.waiting(enrolled_only=False) == []


def test_an_answer_by_a_machine_is_set_aside(front):
    from comity.intake import service, store

    message = front.mail(orders.mail(None, Auto_Submitted="auto-replied"), sender="")
    read = service.examine(message, front.means)
    assert read.automatic
    assert not read.form
    with front.work() as work:
        kept = service.keep(work, message, front.means)
        service.set_aside(work, kept, "an answer by a machine")
    assert store.by_id(kept.id).state == "set_aside"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM intake_message",
        "UPDATE intake_message SET received_at = received_at + interval '1 hour'",
        "UPDATE intake_message SET state = 'set_aside'",
        "TRUNCATE intake_message CASCADE",
    ],
)
def test_the_database_does_not_forget_what_was_received(front, connect, statement):
    from comity.casefile.records.roles import Role

    front.receive(front.call(orders.order()))
    with pytest.raises(psycopg.Error):
        connect(Role.APP).execute(statement)


def test_junk_never_comes_before_the_enrolled_and_takes_turns_with_itself(front):
    from comity.intake import service, store

    def kept(number: int, sender: str, peer: str) -> str:
        body = orders.mail(None, sender=sender, message_id=f"<{number}@x>")
        front.clock.advance(timedelta(seconds=1))
        with front.work() as work:
            return service.keep(work, front.mail(body, f"<{number}@x>", sender, peer), front.means).id

    flood = [kept(number, "a@junk.example", "198.51.100.1") for number in range(5)]
    other = kept(10, "b@else.example", "198.51.100.2")
    order = kept(11, "orders@authority.example", "192.0.2.1")
    assert store.waiting(enrolled_only=False)[:3] == [order, flood[0], other]
    assert store.waiting(enrolled_only=True) == [order]


def test_one_place_for_strangers_and_the_enrolled_between_them(front):
    from comity.intake import desk, service, store

    def kept(number: int, sender: str) -> str:
        front.clock.advance(timedelta(seconds=1))
        message = front.mail(orders.mail(None, message_id=f"<{number}>"), f"<{number}>", sender)
        with front.work() as work:
            return service.keep(work, message, front.means).id

    junk = [kept(number, "a@junk.example") for number in range(3)]
    seen: list[str] = []
    late: list[str] = []

    def read_one(id_: str) -> None:
        seen.append(id_)
        if id_ == junk[0]:
            late.append(kept(50, "orders@authority.example"))
        with front.work() as work:
            service.set_aside(work, store.by_id(id_), "no order")

    assert desk.read_in_turn(read_one) == 4
    assert seen == [junk[0], late[0], junk[1], junk[2]]


def test_while_the_strangers_place_is_taken_others_read_the_enrolled_only(front):
    import threading

    from django.db import connections

    from comity.intake import desk, service, store

    def kept(number: int, sender: str) -> str:
        front.clock.advance(timedelta(seconds=1))
        message = front.mail(orders.mail(None, message_id=f"<{number}>"), f"<{number}>", sender)
        with front.work() as work:
            return service.keep(work, message, front.means).id

    junk = [kept(number, "a@junk.example") for number in range(2)]
    reading, go_on, seen = threading.Event(), threading.Event(), []

    def set_aside(id_: str) -> None:
        with front.work() as work:
            service.set_aside(work, store.by_id(id_), "no order")
        seen.append(id_)

    def slowly(id_: str) -> None:
        reading.set()
        go_on.wait(20)
        set_aside(id_)

    def strangers() -> None:
        try:
            desk.read_in_turn(slowly)
        finally:
            connections.close_all()

    thread = threading.Thread(target=strangers)
    thread.start()
    reading.wait(20)
    order = kept(9, "orders@authority.example")
    assert desk.read_in_turn(set_aside) == 1
    assert seen == [order]
    go_on.set()
    thread.join()
    assert seen == [order, *junk]


def test_an_unknown_message_was_not_kept(front):
    from comity.intake import store
    from comity.intake.errors import NotKept

    with pytest.raises(NotKept):
        store.by_id("0" * 32)


def test_the_mail_that_began_a_case_is_known_for_the_answer(front):
    from comity.intake import store

    by_mail = front.receive(front.mail(signed(front)))
    by_api = front.receive(front.call(orders.order()))
    assert store.message_identifier(by_mail.case) == "<order-1@authority.example>"
    assert store.message_identifier(by_api.case) is None


def test_a_reader_that_fails_frees_the_message_for_another(front):
    from comity.intake import desk, service, store

    with front.work() as work:
        kept = service.keep(work, front.mail(orders.mail(None)), front.means)

    def fail(_id: str) -> None:
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        desk.read_in_turn(fail)
    assert store.claim(kept.id)
    store.unclaim(kept.id)
    assert store.waiting(enrolled_only=True) == [kept.id]
