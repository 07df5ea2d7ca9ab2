"""The ways out, against real servers on this machine: what is proof, what is tried again, what is refused."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import hashlib
import socket
import ssl
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller
from answer_samples import AT
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import FixedClock
from comity.delivery import make_seal_file
from comity.delivery.channels import Enclosed, Outgoing
from comity.delivery.channels.api import ApiOutbound, Callback, signature
from comity.delivery.channels.email import EmailOutbound, Relay, Security
from comity.delivery.channels.paper import PaperOutbound
from comity.delivery.errors import InvalidRecipient, NotDelivered, UnsafeSetting

ENTRY = "0123456789abcdef0123456789abcdef"
OUTGOING = Outgoing(
    entry=ENTRY,
    recipient="tco@bka.example",
    subject="Annex II on your order ST35-2026-004711",
    text="Attached is Annex II.\n",
    filename="annex-2",
    pdf=b"%PDF-1.7 sealed",
    json=b'{"form":"annex-2"}',
    at=AT,
    in_reply_to="<order-1@bka.example>",
)


class Inbox:
    """An SMTP server's other half: keeps what it takes, answers as told."""

    def __init__(self) -> None:
        self.taken: list[email.message.EmailMessage] = []
        self.to_recipient = "250 OK"
        self.to_data = "250 2.0.0 Ok: queued as 4ZxYw1"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 -- aiosmtpd's name
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 -- aiosmtpd's name
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.to_data


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def relay(inbox):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    yield Relay("127.0.0.1", port, "orders@board.example", Security.NONE, seconds=5)
    server.stop()


def test_a_package_goes_with_its_letter_byte_for_byte(relay, inbox):
    body = bytes(range(256)) * 300
    EmailOutbound(relay).send(dataclasses.replace(OUTGOING, enclosed=(Enclosed("p.asice.age", body),)))
    (message,) = inbox.taken
    found = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
    assert (list(found), found["p.asice.age"]) == (["annex-2.pdf", "annex-2.json", "p.asice.age"], body)


def test_the_reply_to_the_data_is_the_proof(relay, inbox):
    proof = EmailOutbound(relay).send(OUTGOING)
    assert proof.delivered
    assert proof.said == "250 2.0.0 Ok: queued as 4ZxYw1"
    (message,) = inbox.taken
    assert message["Message-ID"] == f"<{ENTRY}.{hashlib.sha256(OUTGOING.pdf).hexdigest()[:16]}@board.example>"
    assert message["In-Reply-To"] == message["References"] == "<order-1@bka.example>"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["Date"] == "Mon, 23 Nov 2026 02:41:07 +0100"
    parts = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert parts == {"annex-2.pdf": OUTGOING.pdf, "annex-2.json": OUTGOING.json}


def test_a_repetition_carries_the_same_identifier(relay, inbox):
    for _ in range(2):
        EmailOutbound(relay).send(OUTGOING)
    assert len({message["Message-ID"] for message in inbox.taken}) == 1


@pytest.mark.parametrize(
    ("recipient_reply", "data_reply", "retry"),
    [
        ("450 busy", "250 OK", True),
        ("550 no such user", "250 OK", False),
        ("250 OK", "451 try later", True),
        ("250 OK", "552 too big", False),
    ],
)
def test_a_refusal_says_whether_to_try_again(relay, inbox, recipient_reply, data_reply, retry):
    inbox.to_recipient, inbox.to_data = recipient_reply, data_reply
    with pytest.raises(NotDelivered) as failure:
        EmailOutbound(relay).send(OUTGOING)
    assert failure.value.retry is retry
    assert not failure.value.uncertain
    assert (recipient_reply if recipient_reply[0] != "2" else data_reply) in str(failure.value)


def test_an_absent_relay_is_tried_again():
    with pytest.raises(NotDelivered) as failure:
        EmailOutbound(Relay("127.0.0.1", 9, "orders@board.example", Security.NONE)).send(OUTGOING)
    assert failure.value.retry


class Scripted:
    """A server of one connection that says its lines, one for each line or message it reads, then hangs up."""

    def __init__(self, *replies: bytes) -> None:
        self._replies = replies
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(10)
        self._socket.close()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 relay\r\n")
            for reply in self._replies:
                line = lines.readline()
                if reply == b"":  # the message: read it whole, then hang up without a word
                    while line not in {b".\r\n", b""}:
                        line = lines.readline()
                    return
                if reply.startswith(b"whole:"):
                    while line != b".\r\n":
                        line = lines.readline()
                connection.sendall(reply.removeprefix(b"whole:") + b"\r\n")


def scripted_relay(server: Scripted) -> EmailOutbound:
    return EmailOutbound(Relay("127.0.0.1", server.port, "orders@board.example", Security.NONE, seconds=5))


def test_taken_but_reported_lost_is_uncertain_and_tried_again():
    with Scripted(b"250 relay", b"250 ok", b"250 ok", b"354 go", b"") as server, pytest.raises(NotDelivered) as failure:
        scripted_relay(server).send(OUTGOING)
    assert failure.value.retry
    assert failure.value.uncertain


def test_what_comes_after_the_250_changes_nothing():
    with Scripted(b"250 relay", b"250 ok", b"250 ok", b"354 go", b"whole:250 queued as 7") as server:
        assert scripted_relay(server).send(OUTGOING).said == "250 queued as 7"


def test_a_relay_that_talks_nonsense_is_tried_again():
    with Scripted(b"\xff\xfe nonsense") as server, pytest.raises(NotDelivered) as failure:
        scripted_relay(server).send(OUTGOING)
    assert failure.value.retry


def test_a_relay_without_tls_gets_nothing(relay, inbox):
    with pytest.raises(NotDelivered) as failure:
        EmailOutbound(replace(relay, security=Security.STARTTLS)).send(OUTGOING)
    assert not failure.value.retry
    assert inbox.taken == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "bka",
        "a@b\r\nBcc: x@y",
        "a b@c.example",
        "<a@b.example>",
        "a@b.example,c@d.example",
        "a@b.example ",
        "@x",
        "ä@b",
    ],
)
def test_what_is_no_address_gets_nothing(relay, inbox, address):
    with pytest.raises(InvalidRecipient):
        EmailOutbound(relay).send(replace(OUTGOING, recipient=address))
    assert inbox.taken == []


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_header_can_be_smuggled_in(subject, thread):
    relay = Relay("127.0.0.1", 25, "orders@board.example", Security.NONE)
    message = EmailOutbound(relay)._message(
        replace(OUTGOING, subject="Order\r\nBcc: evil@x.example\n" + subject, in_reply_to="<a@b>\r\nBcc: x@y" + thread)
    )
    parsed = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert set(parsed.keys()) == {
        *("Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type")
    }


@pytest.mark.parametrize(
    ("text", "security"),
    [("127.0.0.1:2525", "none"), ("relay.example:465", "tls"), ("relay.example:587", "starttls"), ("[::1]:25", "none")],
)
def test_relays_are_given_as_host_and_port(text, security):
    assert Relay.parse(text, "orders@board.example").security == security


@pytest.mark.parametrize("text", ["relay.example", ":25", "relay.example:", "relay.example:x", "relay.example:²"])
def test_unusable_relays_are_refused(text):
    with pytest.raises(UnsafeSetting):
        Relay.parse(text, "orders@board.example")


def test_no_relay_elsewhere_without_tls_and_no_password_shown():
    with pytest.raises(UnsafeSetting):
        Relay("relay.example", 25, "orders@board.example", Security.NONE)
    with pytest.raises(UnsafeSetting):
        Relay("127.0.0.1", 25, "no address", Security.NONE)
    assert "hunter2" not in repr(Relay("r.example", 587, "a@b.example", user="u", password="hunter2"))


class Client(BaseHTTPRequestHandler):
    """An authority's system that wants to be told."""

    calls: list[tuple[dict[str, str], bytes]]
    status = 200

    def do_POST(self) -> None:
        self.calls.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr(Client, "calls", [], raising=False)
    server = HTTPServer(("127.0.0.1", 0), Client)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Callback(f"http://127.0.0.1:{server.server_port}/answers", b"s" * 32)
    server.shutdown()
    thread.join()
    server.server_close()


def test_over_the_api_nothing_leaves_but_a_signed_call(client):
    proof = ApiOutbound(lambda _: client, FixedClock(AT)).send(replace(OUTGOING, recipient="bka-client"))
    assert not proof.delivered
    assert proof.said == "kept for bka-client to fetch; told: 200"
    ((headers, body),) = Client.calls
    assert body == b'{"answer":"%s"}' % ENTRY.encode()
    sent = {name.lower(): value for name, value in headers.items()}
    assert sent["webhook-id"] == ENTRY
    assert sent["webhook-signature"] == signature(client.secret, ENTRY, sent["webhook-timestamp"], body)


@pytest.mark.parametrize("status", [302, 500])
def test_a_call_that_fails_is_no_failure_and_follows_nothing(client, monkeypatch, status):
    monkeypatch.setattr(Client, "status", status)
    proof = ApiOutbound(lambda _: client, FixedClock(AT)).send(OUTGOING)
    assert proof.said.endswith(f"told: {status}")
    assert len(Client.calls) == 1
    nowhere = Callback("http://127.0.0.1:9/", b"s" * 32)
    assert "not told" in ApiOutbound(lambda _: nowhere, FixedClock(AT)).send(OUTGOING).said
    assert "no call asked for" in ApiOutbound(lambda _: None, FixedClock(AT)).send(OUTGOING).said


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("http://client.example/", b"s" * 32),
        ("https://u:p@client.example/", b"s" * 32),
        ("https://client.example/", b"short"),
        ("file:///etc/passwd", b"s" * 32),
    ],
)
def test_unsafe_callbacks_are_refused(url, secret):
    with pytest.raises(UnsafeSetting):
        Callback(url, secret)


def test_paper_waits_for_a_person():
    proof = PaperOutbound().send(replace(OUTGOING, recipient="BKA\n65173 Wiesbaden"))
    assert not proof.delivered
    assert proof.said == "to be printed and sent to BKA 65173 Wiesbaden"


@pytest.fixture
def untrusted_relay(inbox, tmp_path):
    """A relay that offers TLS with a certificate that nobody signed."""
    make_seal_file(tmp_path / "relay.pem", legal_name="relay", country="FR", at=AT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "relay.pem")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port, tls_context=context)
    server.start()
    yield Relay("127.0.0.1", port, "orders@board.example", Security.STARTTLS, seconds=5)
    server.stop()


def test_a_relay_with_an_untrusted_certificate_gets_nothing(untrusted_relay, inbox):
    with pytest.raises(NotDelivered, match="TLS cannot be trusted") as failure:
        EmailOutbound(untrusted_relay).send(OUTGOING)
    assert not failure.value.retry
    assert inbox.taken == []


def test_tls_at_once_is_not_spoken_to_a_relay_without_it(relay, inbox):
    with pytest.raises(NotDelivered):
        EmailOutbound(replace(relay, security=Security.TLS)).send(OUTGOING)
    assert inbox.taken == []


def test_a_relay_that_knows_no_log_in_gets_nothing(relay, inbox):
    with pytest.raises(NotDelivered) as failure:
        EmailOutbound(replace(relay, user="u", password="p")).send(OUTGOING)
    assert not failure.value.retry
    assert inbox.taken == []
