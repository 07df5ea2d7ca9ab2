from __future__ import annotations

import smtplib
import ssl
import threading
import time
from contextlib import contextmanager

import pytest

from comity.casefile.clock import FixedClock
from comity.intake.message import Incoming
from comity.intake.shares import Share, Shares, network_of
from comity.intake.smtp import MailReceiver, MailSettings
from support import orders

TO = "orders@board.example"


@contextmanager
def receiving(clock: FixedClock, keep, **changes):
    settings = MailSettings(port=0, recipients=(TO,), seconds=10, **changes)
    receiver = MailReceiver(settings, keep, lambda domain: domain == "authority.example", clock)
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.stop()


def send(port: int, message: bytes, sender: str = "orders@authority.example", to: str = TO) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.sendmail(sender, [to], message)


def test_a_message_is_kept_byte_for_byte_with_its_instant_of_receipt(clock):
    kept: list[Incoming] = []
    message = orders.mail(orders.as_fields_pdf(orders.order()))
    with receiving(clock, kept.append) as receiver:
        send(receiver.port, message)
    (got,) = kept
    assert got.body == message
    assert got.received_at == clock.now()
    assert got.identifier == "<order-1@authority.example>"
    assert got.envelope_from == "orders@authority.example"


def test_what_could_not_be_kept_is_not_acknowledged(clock):
    def fail(_message: Incoming) -> None:
        raise OSError("the disk is full")

    with receiving(clock, fail) as receiver, pytest.raises(smtplib.SMTPDataError) as refused:
        send(receiver.port, orders.mail(None))
    assert refused.value.smtp_code == 451


def test_the_acknowledgement_comes_after_the_keeping(clock):
    done: list[str] = []

    def keep(_message: Incoming) -> str:
        time.sleep(0.2)
        done.append("kept")
        return "1"

    with receiving(clock, keep) as receiver:
        send(receiver.port, orders.mail(None))
        assert done == ["kept"]


def test_nothing_is_relayed(clock):
    with receiving(clock, list) as receiver, pytest.raises(smtplib.SMTPRecipientsRefused):
        send(receiver.port, orders.mail(None), to="somebody@else.example")


def test_a_message_that_is_too_large_is_refused(clock):
    kept: list[Incoming] = []
    with (
        receiving(clock, kept.append, bytes=10_000) as receiver,
        pytest.raises(smtplib.SMTPResponseException) as refused,
    ):
        send(receiver.port, b"Subject: large\r\n\r\n" + b"x" * 60 + b"\r\n" * 20_000)
    assert refused.value.smtp_code == 552
    assert kept == []


def test_a_report_without_a_sender_is_taken(clock):
    kept: list[Incoming] = []
    with receiving(clock, kept.append) as receiver:
        send(receiver.port, orders.mail(None), sender="")
    assert kept[0].envelope_from == ""


def test_a_sender_beyond_its_share_is_asked_to_come_again(clock):
    kept: list[Incoming] = []
    with receiving(clock, kept.append, strangers=Share(2, 0.001)) as receiver:
        for _ in range(2):
            send(receiver.port, orders.mail(None), sender="a@junk.example")
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            send(receiver.port, orders.mail(None), sender="b@other.example")
        assert refused.value.smtp_code == 450
        send(receiver.port, orders.mail(None))
    assert len(kept) == 3


def test_one_network_gets_so_many_connections(clock):
    with receiving(clock, list, connections_each=2) as receiver:
        first, second = smtplib.SMTP("127.0.0.1", receiver.port), smtplib.SMTP("127.0.0.1", receiver.port)
        with pytest.raises(smtplib.SMTPConnectError):
            smtplib.SMTP("127.0.0.1", receiver.port)
        first.quit()
        second.quit()
        time.sleep(0.1)
        smtplib.SMTP("127.0.0.1", receiver.port).quit()


def test_without_tls_nothing_is_taken_where_tls_is_required(clock, tmp_path):
    context = _context(tmp_path)
    kept: list[Incoming] = []
    with receiving(clock, kept.append, tls=context, require_tls=True) as receiver:
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            send(receiver.port, orders.mail(None))
        assert refused.value.smtp_code == 530
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        with smtplib.SMTP("127.0.0.1", receiver.port, timeout=10) as client:
            client.starttls(context=trusting)
            client.sendmail("orders@authority.example", [TO], orders.mail(None))
    assert len(kept) == 1


def test_strangers_who_fill_their_threads_do_not_delay_the_enrolled(clock):
    release = threading.Event()
    kept: list[str] = []

    def keep(message: Incoming) -> str:
        if message.envelope_from != "orders@authority.example":
            release.wait(10)
        kept.append(message.envelope_from or "")
        return "1"

    with receiving(clock, keep) as receiver:
        junk = [
            threading.Thread(target=send, args=(receiver.port, orders.mail(None), f"{place}@junk.example"))
            for place in range(8)
        ]
        for thread in junk:
            thread.start()
        time.sleep(0.3)
        began = time.monotonic()
        send(receiver.port, orders.mail(None))
        took = time.monotonic() - began
        assert kept == ["orders@authority.example"]
        assert took < 2
        release.set()
        for thread in junk:
            thread.join()
    assert len(kept) == 9


def test_a_share_refills_with_time():
    now = [0.0]
    shares = Shares(Share(at_once=2, a_minute=60), most=2, seconds=lambda: now[0])
    assert [shares.take("a") for _ in range(3)] == [True, True, False]
    now[0] = 1.0
    assert [shares.take("a") for _ in range(2)] == [True, False]
    assert shares.take("b")
    assert shares.take("c")
    assert shares.take("a"), "who is forgotten begins anew"


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("nonsense", "nonsense"),
    ],
)
def test_one_customer_is_one_sender(peer, network):
    assert network_of(peer) == network


def _context(folder) -> ssl.SSLContext:
    from cryptography.hazmat.primitives import serialization

    authority = orders.Authority.named("localhost")
    key = authority.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "tls.pem").write_bytes(key + authority.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem")
    return context
