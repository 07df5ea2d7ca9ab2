from __future__ import annotations

import hashlib
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.intake.errors import MailboxFailed, UnusableMailbox
from comity.intake.mailbox import KEPT_MARK, Mailbox, MailboxReader, Place, internal_date
from support import dovecot, orders


@pytest.fixture(scope="module")
def mailserver() -> Iterator[dovecot.Dovecot]:
    home = Path(tempfile.mkdtemp(prefix="comity-imap-", dir="/tmp"))
    running = dovecot.make(home)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def imap(mailserver: dovecot.Dovecot) -> dovecot.Dovecot:
    """The server with an empty mailbox."""
    with mailserver.client() as client:
        if int(client.select("INBOX")[1][0]):
            client.store("1:*", "+FLAGS", "\\Deleted")
            client.expunge()
        client.delete("Kept")
        client.delete("Other")
    return mailserver


def box_of(server: dovecot.Dovecot, **changes) -> Mailbox:
    url = f"imaps://{dovecot.USER}@127.0.0.1:{server.tls}/INBOX"
    return replace(Mailbox.parse(url, dovecot.PASSWORD, ca_file=str(server.ca)), **changes)


class Keeping:
    """What `docket.filing.keep` does, on this test's database."""

    def __init__(self, front) -> None:
        self.front = front
        self.fail_on = b"\0no such bytes"

    def __call__(self, message, place: Place) -> str:
        from comity.intake import service, store

        if self.fail_on in message.body:
            raise OSError("the disk is full")
        with self.front.work("system:mail") as work:
            kept = service.keep(work, message, self.front.means)
            store.taken_from(kept, place.mailbox, place.uidvalidity, place.uid)
        return kept.id


def reader(front, server, keep=None, **changes) -> MailboxReader:
    from comity.intake import store

    return MailboxReader(box_of(server, **changes), keep or Keeping(front), store.taken_before, front.clock)


def received() -> list:
    from comity.intake.models import Message

    return list(Message.objects.order_by("received_at", "identifier"))


def letter(number: int) -> bytes:
    return orders.mail(None, message_id=f"<letter-{number}@authority.example>", X_Number=str(number))


def test_a_message_is_kept_byte_for_byte_marked_and_taken_once(front, imap):
    body = orders.mail(orders.as_fields_pdf(orders.order()))
    imap.deliver(body)
    assert reader(front, imap).look() == 1
    (row,) = received()
    assert row.digest == hashlib.sha256(body).hexdigest()
    assert row.identifier == "<order-1@authority.example>"
    assert front.stored(row.case_id.hex, row.digest) == body
    assert KEPT_MARK in imap.marks()[0]
    assert reader(front, imap).look() == 0
    assert received()[0].times_received == 1


def test_the_hour_counts_from_the_acceptance_by_the_mailbox_s_server(front, imap):
    imap.deliver(orders.mail(orders.as_fields_pdf(orders.order())), '"23-Nov-2026 01:40:05 +0100"')
    reader(front, imap).look()
    from comity.intake import service, store

    (row,) = received()
    with front.work() as work:
        loading = service.load(work, store.by_id(row.id.hex), front.means)
    message = loading.message()
    times = front.receive(message).document.times
    assert times.transport_received_at == Instant.parse("2026-11-23T01:40:05+01:00")
    assert message.fetched_at == front.clock.now()
    assert times.sent_at == Instant.parse("2026-11-23T02:12:30+01:00")
    assert times.acknowledged_at is None


def test_a_server_whose_clock_runs_ahead_gives_us_no_more_time(front, imap):
    imap.deliver(letter(1), '"23-Nov-2026 09:00:00 +0000"')
    reader(front, imap).look()
    assert Instant(received()[0].received_at) == front.clock.now()


def test_killed_between_keeping_and_marking_it_is_not_taken_again(front, imap):
    imap.deliver(letter(1))
    keep = Keeping(front)

    class Killed(BaseException):
        pass

    def killed(message, place):
        keep(message, place)
        raise Killed

    with pytest.raises(Killed):
        reader(front, imap, killed).look()
    assert KEPT_MARK not in imap.marks()[0]
    assert reader(front, imap).look() == 0
    assert KEPT_MARK in imap.marks()[0]
    assert [row.times_received for row in received()] == [1]


def test_killed_before_keeping_it_is_taken_at_the_next_look(front, imap):
    imap.deliver(letter(1))

    class Killed(BaseException):
        pass

    def killed(_message, _place):
        raise Killed

    with pytest.raises(Killed):
        reader(front, imap, killed).look()
    assert received() == []
    assert reader(front, imap).look() == 1


def test_what_could_not_be_kept_stays_and_holds_up_nothing_behind_it(front, imap):
    for number in range(3):
        imap.deliver(letter(number))
    keep = Keeping(front)
    keep.fail_on = b"X-Number: 1"
    with pytest.raises(MailboxFailed):
        reader(front, imap, keep).look()
    assert [row.identifier[8] for row in received()] == ["0", "2"]
    assert [KEPT_MARK in marks for marks in imap.marks()] == [True, False, True]
    assert reader(front, imap).look() == 1
    assert len(received()) == 3


def test_after_the_mailbox_s_numbers_were_forgotten_nothing_is_a_new_message(front, imap):
    for number in range(3):
        imap.deliver(letter(number))
    reader(front, imap).look()
    imap.forget_the_numbers()
    imap.deliver(letter(7))
    reader(front, imap).look()
    assert [row.identifier[8] for row in received()] == ["0", "1", "2", "7"]


def test_a_mailbox_made_anew_with_other_messages_under_the_old_numbers_loses_none(front, imap):
    with imap.client() as client:
        client.create("Other")
    imap.deliver(letter(1), folder="Other")
    other = {"folder": "Other"}
    reader(front, imap, **other).look()
    with imap.client() as client:
        client.delete("Other")
        time.sleep(1.1)  # the new UIDVALIDITY counts seconds
        client.create("Other")
    imap.deliver(letter(2), folder="Other")
    assert reader(front, imap, **other).look() == 1
    assert len(received()) == 2


def test_the_same_message_delivered_twice_is_one_message(front, imap):
    imap.deliver(letter(1))
    imap.deliver(letter(1))
    reader(front, imap).look()
    assert [row.times_received for row in received()] == [2]


def test_messages_are_moved_where_a_folder_for_them_is_named(front, imap):
    with imap.client() as client:
        client.create("Kept")
    imap.deliver(letter(1))
    assert reader(front, imap, kept_folder="Kept").look() == 1
    assert (imap.marks(), len(imap.marks("Kept"))) == ([], 1)


def test_where_moving_fails_the_message_is_kept_all_the_same_and_not_taken_again(front, imap):
    imap.deliver(letter(1))
    for _look in range(2):
        with pytest.raises(MailboxFailed):
            reader(front, imap, kept_folder="Not there").look()
    assert [row.times_received for row in received()] == [1]


def test_of_a_message_larger_than_is_read_the_beginning_is_kept_and_the_whole_stays(front, imap):
    imap.deliver(letter(1) + b"x" * 50_000)
    assert reader(front, imap, bytes=10_000, kept_folder="Kept").look() == 1
    assert received()[0].size == 10_000
    assert "\\Flagged" in imap.marks()[0]


def test_a_server_killed_in_the_middle_loses_nothing(front, imap):
    for number in range(5):
        imap.deliver(letter(number))
    keep = Keeping(front)
    count = 0

    def kill(message, place):
        nonlocal count
        count += 1
        keep(message, place)
        if count == 2:
            imap.stop(signal.SIGKILL)

    with pytest.raises(MailboxFailed):
        reader(front, imap, kill).look()
    imap.start()
    reader(front, imap).look()
    assert sorted(row.identifier[8] for row in received()) == ["0", "1", "2", "3", "4"]
    assert {row.times_received for row in received()} == {1}


def test_a_server_that_nobody_vouches_for_gets_no_password(front, imap):
    distrusting = replace(box_of(imap), context=__import__("ssl").create_default_context())
    from comity.intake import store

    with pytest.raises(MailboxFailed, match="SSLCertVerificationError"):
        MailboxReader(distrusting, Keeping(front), store.taken_before, front.clock).look()


def test_starttls_comes_before_the_password(front, imap):
    imap.deliver(letter(1))
    assert reader(front, imap, tls=False, port=imap.plain, host="localhost").look() == 1


def test_a_wrong_password_is_a_failure_and_no_crash(front, imap):
    with pytest.raises(MailboxFailed):
        reader(front, imap, password="wrong").look()


def test_it_looks_again_until_told_to_stop(front, imap):
    stop = threading.Event()
    from django.db import connections

    running = threading.Thread(target=reader(front, imap).run, args=(stop, 0.2, connections.close_all))
    running.start()
    try:
        for number in range(2):
            imap.deliver(letter(number))
            until = time.monotonic() + 60
            while len(received()) <= number and time.monotonic() < until:
                time.sleep(0.1)
        assert len(received()) == 2
    finally:
        stop.set()
        running.join(60)
    assert not running.is_alive()


def test_the_database_itself_forgets_no_taking(front, imap):
    import django.db

    imap.deliver(letter(1))
    reader(front, imap).look()
    with pytest.raises(django.db.DatabaseError), front.work(), django.db.connection.cursor() as cursor:
        cursor.execute("DELETE FROM intake_taken")


@pytest.mark.parametrize(
    "url", ["", "http://a@b", "imaps://host/INBOX", "imaps://a:secret@host/INBOX", "imaps://a@host:port", "imaps://"]
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(UnusableMailbox):
        Mailbox.parse(url, "x")


def test_an_address_names_server_user_and_folder():
    box = Mailbox.parse("imaps://orders%40board.example@mail.board.example/Orders%2FNew", "x")
    assert (box.host, box.port, box.user, box.folder, box.tls) == (
        "mail.board.example", 993, "orders@board.example", "Orders/New", True
    )  # fmt: skip
    assert "secret" not in repr(Mailbox.parse("imap://a@b", "secret"))


@given(st.binary(max_size=200))
def test_whatever_stands_for_a_date_is_an_instant_or_none(facts):
    assert internal_date(b'INTERNALDATE "' + facts) is None or isinstance(internal_date(facts), Instant | None)


def test_dates_of_servers_are_read_with_their_offset():
    at = internal_date(b'1 (UID 3 INTERNALDATE " 3-Nov-2026 02:12:40 +0130" BODY[]<0> {3}')
    assert at == Instant.parse("2026-11-03T02:12:40+01:30")
    assert internal_date(b'INTERNALDATE "31-Feb-2026 02:12:40 +0130"') is None
