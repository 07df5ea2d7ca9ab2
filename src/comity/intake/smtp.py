"""The mail receiver: a small SMTP server (RFC 5321) that accepts mail for the contact point and nothing else.

A message is on disk and in custody before the sender is told *250*. What fails before that is answered *4xx*, so the
sending server keeps it and comes again. Nothing is read here, nothing is ever relayed, no answer is made by itself.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from comity.casefile.clock import Clock
from comity.casefile.documents.demand import ChannelKind
from comity.intake.mail import domain_of
from comity.intake.message import Incoming, identifier_in
from comity.intake.shares import Share, Shares, network_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MailSettings:
    """How the receiver listens and how much it takes."""

    host: str = "127.0.0.1"
    port: int = 8425
    recipients: tuple[str, ...] = ()
    """Addresses of the contact point (Article 15(1)); mail to any other is refused."""
    name: str = "comity"
    bytes: int = 25 * 1024 * 1024
    seconds: float = 120.0
    connections: int = 200
    """Open at once; one network may hold ``connections_each`` of them."""
    connections_each: int = 20
    strangers: Share = field(default_factory=lambda: Share(at_once=20, a_minute=10))
    enrolled: Share = field(default_factory=lambda: Share(at_once=600, a_minute=600))
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    require_tls: bool = False


Keep = Callable[[Incoming], object]
"""Called in a thread of its own; when it returns, the message is durable."""
Enrolled = Callable[[str], bool]
"""Whether a mail domain is an enrolled authority's own."""


class MailReceiver:
    """Start it, stop it; it runs in threads of its own."""

    def __init__(self, settings: MailSettings, keep: Keep, enrolled: Enrolled, clock: Clock) -> None:
        """Take what to do with a message, who is enrolled, and the clock that tells the instant of receipt."""
        self._settings = settings
        self._desk = _Desk(settings, keep, enrolled, clock)
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._run, name="comity-mail", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on, useful where the settings say 0."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server else 0

    def start(self) -> None:
        """Listen; returns once connections are accepted, raises ``OSError`` where the address cannot be used."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    def stop(self) -> None:
        """Stop listening, finish what is being kept, hang up."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result()
        self._desk.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _listen(self) -> None:
        settings = self._settings
        self._server = await self._loop.create_server(self._connection, settings.host, settings.port)

    async def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
        await self._desk.finished()
        conversations = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for conversation in conversations:
            conversation.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)

    def _connection(self) -> SMTP:
        settings = self._settings
        return _Server(
            self._desk,
            data_size_limit=settings.bytes,
            hostname=settings.name,
            ident="Comity",
            timeout=settings.seconds,
            tls_context=settings.tls,
            decode_data=False,
            enable_SMTPUTF8=True,
            loop=self._loop,
        )


class _Desk:
    """The handler that aiosmtpd calls: one for all connections."""

    def __init__(self, settings: MailSettings, keep: Keep, enrolled: Enrolled, clock: Clock) -> None:
        self.settings = settings
        self._keep = keep
        self._enrolled = enrolled
        self._clock = clock
        self._shares = {False: Shares(settings.strangers), True: Shares(settings.enrolled)}
        # Two staffs: strangers who fill theirs do not take a thread from the enrolled.
        self._threads = {
            known: ThreadPoolExecutor(2, f"comity-mail-{'enrolled' if known else 'strangers'}")
            for known in (False, True)
        }
        self._recipients = frozenset(address.lower() for address in settings.recipients)
        self.open: Counter[str] = Counter()
        self._keeping: set[asyncio.Future[object]] = set()

    async def finished(self) -> None:
        """Wait until nothing is between having been sent and being kept."""
        await asyncio.gather(*self._keeping, return_exceptions=True)

    def close(self) -> None:
        """Wait for messages that are being kept."""
        for staff in self._threads.values():
            staff.shutdown(wait=True)

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str | None, options: list[str]
    ) -> str:
        """Who sends. The share is taken here, before a byte of the message costs anything."""
        if self.settings.require_tls and session.ssl is None:
            return "530 5.7.0 Must issue a STARTTLS command first"
        sender = _sender(address)
        known = await self._known(sender)
        peer = network_of(_peer(session))
        share = f"{peer}|{domain_of(sender)}" if known else peer
        if not self._shares[known].take(share):
            return "450 4.7.1 Too many messages from you at present; please send this one again later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """For whom: the contact point, in any spelling of case; nobody else."""
        if address.lower() not in self._recipients:
            return "550 5.1.1 No such address here"
        if len(envelope.rcpt_tos) >= 10:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        """The message: kept durably, then acknowledged."""
        at = self._clock.now()
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        sender = _sender(envelope.mail_from)
        message = Incoming(
            channel=ChannelKind.EMAIL,
            identifier=identifier_in(content),
            body=content,
            received_at=at,
            media_type="message/rfc822",
            name="message.eml",
            envelope_from=sender,
            peer=network_of(_peer(session)),
        )
        known = await self._known(sender)
        keeping = asyncio.get_running_loop().run_in_executor(self._threads[known], self._keep, message)
        self._keeping.add(keeping)
        try:
            kept = await keeping
        except Exception as error:  # noqa: BLE001 -- whatever fails, the sender must keep the message
            _log.error("a message could not be kept: %s", type(error).__name__)
            return "451 4.3.0 Could not be kept; please send it again"
        finally:
            self._keeping.discard(keeping)
        return f"250 2.6.0 Received at {at.z()}, kept as {kept}"

    async def _known(self, sender: str) -> bool:
        domain = domain_of(sender)
        if not domain:
            return False
        # Asked by the enrolled's staff: strangers' messages being kept must not delay the question who is one.
        return await asyncio.get_running_loop().run_in_executor(self._threads[True], self._asked, domain)

    def _asked(self, domain: str) -> bool:
        try:
            return self._enrolled(domain)
        except Exception as error:  # noqa: BLE001 -- a registry that does not answer makes everyone a stranger
            _log.error("the registry did not answer: %s", type(error).__name__)
            return False


class _Server(SMTP):
    """One connection, counted by the network that it comes from."""

    def __init__(self, desk: _Desk, **options: Any) -> None:
        super().__init__(desk, **options)
        self._desk = desk
        self._network: str | None = None

    def connection_made(self, transport: Any) -> None:
        """Refuse what is too many before a dialogue begins (RFC 5321 section 3.8: 421)."""
        peer = transport.get_extra_info("peername")
        network = network_of(str(peer[0]) if peer else "")
        settings, open_ = self._desk.settings, self._desk.open
        if self._network is None and (
            open_[network] >= settings.connections_each or open_.total() >= settings.connections
        ):
            transport.write(b"421 4.7.0 Too many connections; please come again later\r\n")
            transport.close()
            return
        if self._network is None:
            self._network = network
            open_[network] += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Give the place back."""
        if self._network is not None:
            self._desk.open[self._network] -= 1
            if self._desk.open[self._network] <= 0:
                del self._desk.open[self._network]
            self._network = None
            super().connection_lost(error)


def _sender(reverse_path: str | None) -> str:
    """The reverse path; empty for ``<>``, which reports and answers by machines carry (RFC 5321 section 4.5.5)."""
    return "" if reverse_path in (None, "<>") else str(reverse_path)


def _peer(session: Session) -> str:
    return str(session.peer[0]) if session.peer else ""
