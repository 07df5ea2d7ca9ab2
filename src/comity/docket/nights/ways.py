"""Named adapters: push to a topic, a signed webhook, e-mail. Each sends the same four facts and nothing else.

A page holds the case's number, when its hour ends, a one-time link, and whether it is a drill. Where the other side can
recognise a repetition, it is told by what: the page's identifier is the webhook's ``Idempotency-Key``, the push's
``X-Sequence-ID`` (ntfy 2.16 or newer puts a repetition in the place of the first) and the mail's ``Message-ID``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext as _

from comity.delivery.channels.email import Relay, Security
from comity.docket.calling import Call, NotCalled

_SECONDS = 10.0
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


def title(call: Call) -> str:
    """The one line that a locked screen shows."""
    if call.drill:
        return _("DRILL: case C-%(number)d needs a person") % {"number": call.number}
    if call.incident:
        nobody = _("NOBODY ANSWERED: incident I-%(number)d needs people") % {"number": call.number}
        return nobody if call.loud else _("Incident I-%(number)d needs people") % {"number": call.number}
    if call.loud:
        return _("NOBODY ANSWERED: case C-%(number)d needs a person") % {"number": call.number}
    return _("Case C-%(number)d needs a person") % {"number": call.number}


def text(call: Call) -> str:
    """The few words under it."""
    if call.due_at is None:
        return _("No hour runs.")
    return _("The hour ends at %(time)s UTC.") % {"time": f"{call.due_at.utc:%H:%M}"}


class Push:
    """An ntfy-style server: one POST to ``<server>/<topic>`` with title, priority and click."""

    def __init__(self, server: str, token: str | None = None) -> None:
        self._server = _checked(server)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, call: Call) -> str:
        """Publish it; the server's status is what it said."""
        headers = {
            **self._headers,
            "X-Title": title(call),
            "X-Priority": "5" if call.loud or not call.drill else "4",
            "X-Tags": "test_tube" if call.drill else "rotating_light",
            "X-Click": call.link,
            "X-Sequence-ID": call.id,
            "Idempotency-Key": call.id,
        }
        return _post(f"{self._server}/{call.to}", text(call).encode(), headers)


class Webhook:
    """The provider's own paging service: JSON, signed with a shared secret over time and body."""

    def __init__(self, url: str, secret: bytes) -> None:
        self._url, self._secret = _checked(url), secret
        if len(secret) < 16:
            message = "the webhook's secret has at least sixteen bytes"
            raise ValueError(message)

    def call(self, call: Call) -> str:
        """Post it. ``Comity-Signature`` is ``v1=`` and HMAC-SHA-256 over the time, a full stop and the body."""
        body = json.dumps(
            {
                "page": call.id,
                "to": call.to,
                ("incident" if call.incident else "case"): f"{'I' if call.incident else 'C'}-{call.number}",
                "due_at": call.due_at.z() if call.due_at else None,
                "link": call.link,
                "loud": call.loud,
                "drill": call.drill,
                "title": title(call),
            },
            sort_keys=True,
        ).encode()
        moment = str(int(call.at.utc.timestamp()))
        return _post(
            self._url,
            body,
            {
                "Content-Type": "application/json",
                "Idempotency-Key": call.id,
                "Comity-Time": moment,
                "Comity-Signature": signature(self._secret, moment, body),
            },
        )


def signature(secret: bytes, moment: str, body: bytes) -> str:
    """What a receiver computes and compares before it believes a page."""
    return "v1=" + hmac.new(secret, moment.encode("ascii") + b"." + body, hashlib.sha256).hexdigest()


class Email:
    """Mail through the provider's relay."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def call(self, call: Call) -> str:
        """Hand it to the relay; its answer to the data is what it said."""
        relay = self._relay
        message = EmailMessage(policy=SMTP)
        message["Message-ID"] = f"<{call.id}@{relay.sender.partition('@')[2]}>"
        message["Date"] = format_datetime(call.at.original)
        message["From"], message["To"] = relay.sender, call.to
        message["Subject"] = title(call)
        message["X-Priority"] = "1"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers this
        message.set_content(f"{text(call)}\n\n{_('Answer')}: {call.link}\n")
        try:
            return self._send(message, call.to)
        except (smtplib.SMTPException, OSError) as error:
            code = f" {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else ""
            raise NotCalled(f"the relay did not take it ({type(error).__name__}{code})") from error

    def _send(self, message: EmailMessage, recipient: str) -> str:
        relay, context = self._relay, ssl.create_default_context()
        name = relay.sender.partition("@")[2]
        if relay.security is Security.TLS:
            line: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, name, timeout=_SECONDS, context=context)
        else:
            line = smtplib.SMTP(relay.host, relay.port, name, timeout=_SECONDS)
        try:
            if relay.security is Security.STARTTLS:
                line.starttls(context=context)
            line.ehlo_or_helo_if_needed()
            for code, said in (line.mail(relay.sender), line.rcpt(recipient), line.data(message.as_bytes())):
                if code // 100 != 2:
                    raise smtplib.SMTPResponseException(code, said)
        finally:
            line.close()
        return "250"


def _checked(url: str) -> str:
    """An address that the operator set: HTTPS, or this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        message = "pages leave this machine over HTTPS only"
        raise ValueError(message)
    return url.rstrip("/")


def _post(url: str, body: bytes, headers: dict[str, str]) -> str:
    """One exchange without redirections and proxies; the failure's text carries neither address nor secret.

    Only the status is read: whoever trickles a long answer holds up nobody's call.
    """
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    try:
        with (
            httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=sent) as answer,
        ):
            status = answer.status_code
    except httpx.HTTPError as error:
        raise NotCalled(f"no whole answer ({type(error).__name__})") from error
    if status not in {200, 201, 202, 204}:
        raise NotCalled(f"HTTP {status}")
    return f"HTTP {status}"
