"""E-mail through the provider's own relay (RFC 5321, RFC 5322); the relay's 250 with its queue identifier is the proof.

The Message-ID is made from the entry: sent twice after a crash, a reader and most servers see one message. Entries are
public, so it also carries a mark that only whoever received the form can know.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from typing import NoReturn

from comity.delivery.channels import Outgoing, Proof
from comity.delivery.errors import InvalidRecipient, NotDelivered, UnsafeSetting
from comity.delivery.rules import thread_mark

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII
)
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>", re.ASCII)
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
_OK = 250


class Security(StrEnum):
    """How the connection to the relay is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """Only to a relay on this machine."""


@dataclass(frozen=True)
class Relay:
    """The provider's relay and how we name ourselves to it."""

    host: str
    port: int
    sender: str
    """The address that answers come from; its domain is that of the Message-IDs."""
    security: Security = Security.STARTTLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    seconds: float = 20.0

    def __post_init__(self) -> None:
        """Refuse a relay elsewhere without TLS, and a sender that is no address."""
        if self.security is Security.NONE and self.host not in _LOCAL:
            raise UnsafeSetting("a relay on another machine is reached with TLS")
        if not _ADDRESS.fullmatch(self.sender):
            raise UnsafeSetting("the sender is not an e-mail address")

    @classmethod
    def parse(cls, host_and_port: str, sender: str) -> Relay:
        """From ``host:port``: TLS at once on 465, nothing on this machine, STARTTLS everywhere else."""
        host, _, port = host_and_port.rpartition(":")
        if not host or not port.isascii() or not port.isdecimal():
            raise UnsafeSetting("a relay is given as host:port")
        host = host.strip("[]")
        security = Security.TLS if port == "465" else Security.NONE if host in _LOCAL else Security.STARTTLS
        return cls(host, int(port), sender, security)


class EmailOutbound:
    """Sends answers through one relay."""

    carries = True

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def send(self, outgoing: Outgoing) -> Proof:
        """One message to one recipient; the reply to its data is the proof."""
        if not _ADDRESS.fullmatch(outgoing.recipient):
            raise InvalidRecipient
        message = self._message(outgoing)
        try:
            connection = self._connected()
            try:
                code, said = self._transmit(connection, outgoing.recipient, message.as_bytes(policy=SMTP))
            finally:
                # Without waiting for the reply to QUIT: after the 250 nothing may turn a delivery into a failure.
                connection.close()
        except (smtplib.SMTPException, OSError) as error:
            _failed(error)
        return Proof(delivered=True, said=f"{code} {_shown(said)}")

    def _connected(self) -> smtplib.SMTP:
        relay = self._relay
        name = relay.sender.partition("@")[2]
        if relay.security is Security.TLS:
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                relay.host, relay.port, name, timeout=relay.seconds, context=context
            )
        else:
            connection = smtplib.SMTP(relay.host, relay.port, name, timeout=relay.seconds)
        try:
            if relay.security is Security.STARTTLS:
                connection.starttls(context=ssl.create_default_context())
            if relay.user is not None:
                connection.login(relay.user, relay.password or "")
        except BaseException:
            connection.close()
            raise
        return connection

    def _transmit(self, connection: smtplib.SMTP, recipient: str, data: bytes) -> tuple[int, bytes]:
        connection.ehlo_or_helo_if_needed()
        for code, said in (connection.mail(self._relay.sender), connection.rcpt(recipient)):
            if code // 100 != 2:
                raise smtplib.SMTPResponseException(code, said)
        try:
            code, said = connection.data(data)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # The relay may have taken it and only its answer been lost: the next attempt carries the same Message-ID.
            raise NotDelivered("the connection broke before the relay's answer", retry=True, uncertain=True) from error
        if code != _OK:
            raise smtplib.SMTPResponseException(code, said)
        return code, said

    def _message(self, outgoing: Outgoing) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        mark = thread_mark(hashlib.sha256(outgoing.pdf).hexdigest())
        message["Message-ID"] = f"<{outgoing.entry}.{mark}@{self._relay.sender.partition('@')[2]}>"
        message["Date"] = format_datetime(outgoing.at.original)
        message["From"] = self._relay.sender
        message["To"] = outgoing.recipient
        message["Subject"] = _one_line(outgoing.subject)
        if outgoing.in_reply_to is not None and _MESSAGE_ID.fullmatch(outgoing.in_reply_to):
            message["In-Reply-To"] = outgoing.in_reply_to
            message["References"] = outgoing.in_reply_to
        message["Auto-Submitted"] = "auto-replied"  # RFC 3834: no machine answers this
        message.set_content(outgoing.text)
        message.add_attachment(outgoing.pdf, "application", "pdf", filename=f"{outgoing.filename}.pdf")
        message.add_attachment(outgoing.json, "application", "json", filename=f"{outgoing.filename}.json")
        for one in outgoing.enclosed:
            message.add_attachment(one.body, "application", "octet-stream", filename=one.name)
        return message


def _failed(error: Exception) -> NoReturn:
    """Say whether the same message may pass later: yes after 4xx and on broken connections, no after 5xx."""
    if isinstance(error, smtplib.SMTPResponseException):
        detail = f"{error.smtp_code} {_shown(error.smtp_error)}"
        raise NotDelivered(detail, retry=400 <= error.smtp_code < 500) from error
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        raise NotDelivered(f"the relay's TLS cannot be trusted: {type(error).__name__}", retry=False) from error
    raise NotDelivered(f"the relay is not reached: {type(error).__name__}", retry=True) from error


def _shown(said: bytes | str) -> str:
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    return _one_line(text)


def _one_line(text: str) -> str:
    return "".join(mark if mark.isprintable() else " " for mark in text)[:300]
