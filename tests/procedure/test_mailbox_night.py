"""Playbook of the mailbox: an order lies there, `comity mail` takes it, and the house answers for it."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.casefile.clock import Instant
from comity.main.mail_means import letters_of, origins_of
from comity.main.mailing import looker, mailbox_of, receive
from comity.settings import Settings, UnusableSettings
from support import dovecot, orders


@pytest.fixture
def imap() -> Iterator[dovecot.Dovecot]:
    home = Path(tempfile.mkdtemp(prefix="comity-imap-", dir="/tmp"))
    server = dovecot.make(home)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def settings(imap: dovecot.Dovecot, **changes) -> Settings:
    password = imap.home / "password"
    password.write_text(dovecot.PASSWORD + "\n")
    password.chmod(0o600)
    given = {
        "imap_url": f"imaps://{dovecot.USER}@127.0.0.1:{imap.tls}/INBOX",
        "imap_password_file": password,
        "imap_ca_file": imap.ca,
        "imap_seconds": 1.0,
        "smtp_address": "127.0.0.1:0",
    }
    return Settings(**{**given, **changes})


def test_an_order_in_the_mailbox_is_taken_verified_and_answered_for(watch, imap):
    url = watch.night.publish()
    form = orders.order(content_locations=[{"url": url}])
    imap.deliver(
        orders.mail(orders.signed_pdf(orders.as_fields_pdf(form), watch.signer)), '"23-Nov-2026 02:12:40 +0100"'
    )
    stop = threading.Event()
    running = threading.Thread(target=receive, args=(settings(imap), watch.night.parts, stop))
    running.start()
    try:
        until = time.monotonic() + 90
        while not any("Comity" in marks for marks in imap.marks()) and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        stop.set()
        running.join(60)
    assert not running.is_alive()
    watch.night.work_on()
    case = watch.case()
    assert case.demand.channel.sender_verified is True
    assert case.demand.times.transport_received_at == Instant.parse("2026-11-23T01:12:40Z")
    assert watch.clock("remove_or_disable")[1] == Instant.parse("2026-11-23T02:12:40Z")
    watch.decide("comply", url)
    assert watch.gone(url) is True


def test_without_a_mailbox_nothing_looks(watch):
    assert looker(Settings(), watch.night.parts, threading.Event()) is None
    assert mailbox_of(Settings()) is None
    assert letters_of(Settings()) is None
    assert origins_of(Settings(mail_relay_name="mx.board.example")).resolver is None


@pytest.mark.parametrize(
    ("read", "given", "names"),
    [
        (mailbox_of, {"imap_url": "imaps://a@b"}, "IMAP_PASSWORD_FILE"),
        (letters_of, {"letters_program": "/nonexistent"}, "LETTERS_PROGRAM"),
        (origins_of, {"mail_resolver": "not an address"}, "MAIL_RESOLVER"),
        (origins_of, {"mail_resolver": "127.0.0.1:port"}, "MAIL_RESOLVER"),
    ],
)
def test_a_setting_that_is_given_in_part_or_wrong_is_named(read, given, names):
    with pytest.raises(UnusableSettings, match=names):
        read(Settings(**given))


def test_a_password_that_others_can_read_is_not_used(tmp_path):
    password = tmp_path / "password"
    password.write_text("secret\n")
    password.chmod(0o640)
    with pytest.raises(UnusableSettings, match="chmod 600"):
        mailbox_of(Settings(imap_url="imaps://a@b", imap_password_file=password))
    with pytest.raises(UnusableSettings, match="cannot be read"):
        mailbox_of(Settings(imap_url="imaps://a@b", imap_password_file=tmp_path / "absent"))


def test_a_resolver_is_given_by_its_address():
    assert origins_of(Settings(mail_resolver="127.0.0.1:5353")).resolver is not None
    assert origins_of(Settings(mail_resolver="::1")).resolver is not None
