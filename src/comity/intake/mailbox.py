"""The provider's own mailbox, looked into by IMAP (RFC 9051): every message is kept here before it is marked there.

Nothing is lost: what could not be kept stays unmarked and is taken at the next look. Nothing is taken twice: each
taking is written down with the mailbox's UIDVALIDITY and the message's UID in the transaction that keeps it; and where
a server or a mailbox was made anew, so that its numbers mean nothing any more, the same bytes are recognised as the
same message. The marks on the server are for people to see; none is believed.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from comity.casefile.clock import Clock, Instant, InvalidInstant
from comity.casefile.documents.demand import ChannelKind
from comity.intake.errors import MailboxFailed, UnusableMailbox
from comity.intake.message import Incoming, identifier_in

KEPT_MARK = "$ComityKept"
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_INTERNAL_DATE = re.compile(rb'INTERNALDATE "([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)"')
_RETURN_PATH = re.compile(rb"\AReturn-Path:[ \t]*<([^\r\n<>]{0,320})>", re.IGNORECASE)
_LONGEST_PAUSE = 300.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mailbox:
    """Where the mailbox is and how it is reached."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: bool = True
    """TLS from the first byte; otherwise STARTTLS, which is only left out to a server on this machine."""
    context: ssl.SSLContext | None = field(default=None, repr=False)
    kept_folder: str | None = None
    """Where messages are moved once they are kept, if the server can move (RFC 6851); otherwise they are marked."""
    bytes: int = 26 * 1024 * 1024
    """A little more than is read: of a larger message the beginning is kept, and the whole stays where it is."""
    seconds: float = 30.0

    @classmethod
    def parse(cls, url: str, password: str, *, ca_file: str | None = None, kept_folder: str | None = None) -> Mailbox:
        """From ``imaps://user@host:993/INBOX`` or ``imap://…`` (STARTTLS); raises ``UnusableMailbox``."""
        try:
            parts = urlsplit(url)
            port = parts.port or (993 if parts.scheme == "imaps" else 143)
        except ValueError as error:
            raise UnusableMailbox("it is no address") from error
        if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username or parts.password:
            raise UnusableMailbox("it is not imaps://user@host/folder, without a password")
        context = ssl.create_default_context(cafile=ca_file)
        folder = unquote(parts.path.strip("/")) or "INBOX"
        user = unquote(parts.username)
        box = cls(parts.hostname, port, user, password, folder, parts.scheme == "imaps", context)
        return replace(box, kept_folder=kept_folder)

    @property
    def name(self) -> str:
        """What its messages' numbers belong to."""
        return f"{self.user}@{self.host}/{self.folder}"


@dataclass(frozen=True)
class Place:
    """Where a message lay: the numbers that the server gave it (RFC 9051 section 2.3.1.1)."""

    mailbox: str
    uidvalidity: int
    uid: int


Keep = Callable[[Incoming, Place], object]
"""When it returns, the message is durable, and written down as taken from this place."""
Taken = Callable[[str, int, Iterable[int]], frozenset[int]]
"""Of these UIDs of a mailbox and UIDVALIDITY, the ones taken before."""


class MailboxReader:
    """Looks into one mailbox, again and again."""

    def __init__(self, box: Mailbox, keep: Keep, taken: Taken, clock: Clock) -> None:
        """Take what to do with a message, what was taken before, and the clock that tells when we took it."""
        self._box = box
        self._keep = keep
        self._taken = taken
        self._clock = clock

    def run(self, stop: threading.Event, every: float, after: Callable[[], None] = lambda: None) -> None:
        """Look every so many seconds until told to stop, less often while it fails; ``after`` each look."""
        pause = every
        while not stop.is_set():
            try:
                self.look(stop)
                pause = every
            except MailboxFailed as failure:
                _log.warning("the mailbox cannot be read: %s", failure)
                pause = min(_LONGEST_PAUSE, pause * 2)
            finally:
                after()
            stop.wait(pause)

    def look(self, stop: threading.Event | None = None) -> int:
        """Take every message that was not taken before; gives how many. Raises ``MailboxFailed``, having kept some."""
        try:
            with self._connected() as server:
                return self._take_all(server, stop or threading.Event())
        except (imaplib.IMAP4.error, OSError, ssl.SSLError) as error:
            raise MailboxFailed(type(error).__name__) from error

    @contextmanager
    def _connected(self) -> Iterator[imaplib.IMAP4]:
        box = self._box
        if box.tls:
            server: imaplib.IMAP4 = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=box.context, timeout=box.seconds)
        else:
            server = imaplib.IMAP4(box.host, box.port, timeout=box.seconds)
        try:
            if not box.tls and ("STARTTLS" in server.capabilities or box.host not in _LOCAL):
                server.starttls(box.context)
            server.login(box.user, box.password)
            yield server
        finally:
            # Without a farewell that could hang: everything that matters was answered before.
            server.shutdown()

    def _take_all(self, server: imaplib.IMAP4, stop: threading.Event) -> int:
        _answered(server.select(_quoted(self._box.folder)))
        validity = _number(server.response("UIDVALIDITY")[1])
        marks = _marks(server.response("PERMANENTFLAGS")[1])
        listed = _answered(server.uid("SEARCH", "ALL"))
        found = [int(word) for word in (listed[0] or b"").split() if word.isdigit()]
        before = self._taken(self._box.name, validity, found)
        kept, failure = 0, None
        for uid in found:
            if stop.is_set():
                break
            if uid not in before:
                try:
                    whole = self._take(server, Place(self._box.name, validity, uid))
                except _NotKept as error:  # the messages behind this one must be taken all the same
                    failure = error
                    continue
                if whole is None:
                    continue
                kept += 1
                self._settle(server, uid, marks, whole=whole)
            else:
                self._settle(server, uid, marks, whole=True)
        if failure is not None:
            raise MailboxFailed("a message could not be kept") from failure
        return kept

    def _take(self, server: imaplib.IMAP4, place: Place) -> bool | None:
        """Keep one message; whether it was kept whole, or nothing where it is gone meanwhile."""
        size = self._box.bytes
        items = f"(INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{size}>)"
        body, facts = _fetched(_answered(server.uid("FETCH", str(place.uid), items)))
        if body is None:
            return None
        now = self._clock.now()
        accepted = internal_date(facts)
        message = Incoming(
            channel=ChannelKind.EMAIL,
            identifier=identifier_in(body),
            body=body,
            # A mailbox whose clock runs ahead must not give us more time than we have.
            received_at=accepted if accepted is not None and accepted < now else now,
            media_type="message/rfc822",
            name="message.eml",
            envelope_from=_return_path(body),
            fetched_at=now,
        )
        try:
            self._keep(message, place)
        except Exception as error:
            _log.error("a message could not be kept: %s", type(error).__name__)
            raise _NotKept from error
        return len(body) < size

    def _settle(self, server: imaplib.IMAP4, uid: int, marks: str, *, whole: bool) -> None:
        """Mark what is kept, or move it away; what fails here is done at the next look."""
        if whole and self._box.kept_folder and self._moves(server):
            _answered(server.uid("MOVE", str(uid), _quoted(self._box.kept_folder)))
        elif marks:
            _answered(server.uid("STORE", str(uid), "+FLAGS.SILENT", marks if whole else f"{marks[:-1]} \\Flagged)"))

    @staticmethod
    def _moves(server: imaplib.IMAP4) -> bool:
        """Asked after the log-in: before it servers say less."""
        said = _answered(server.capability())
        return any(b"MOVE" in line.upper().split() for line in said if isinstance(line, bytes))


class _NotKept(Exception):  # noqa: N818 -- names of failures in this house say what is wrong
    """A message stays where it is, to be taken at the next look."""


def internal_date(facts: bytes) -> Instant | None:
    """When the server accepted the message (RFC 9051 section 2.3.3), with its offset; nothing where it does not say."""
    match = _INTERNAL_DATE.search(facts)
    if match is None:
        return None
    day, month, year, time, hours, minutes = (part.decode("ascii") for part in match.groups())
    if month.title() not in _MONTHS:
        return None
    number = _MONTHS.index(month.title()) + 1
    try:
        return Instant.parse(f"{year}-{number:02}-{int(day):02}T{time}{hours}:{minutes}")
    except InvalidInstant:
        return None


def _fetched(data: list[Any]) -> tuple[bytes | None, bytes]:
    """The bytes of the message, and what else the server said about it."""
    body: bytes | None = None
    facts = b""
    for item in data:
        if isinstance(item, tuple) and len(item) == 2:
            facts += item[0]
            body = item[1]
        elif isinstance(item, bytes):
            facts += item
    return body, facts


def _answered(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data


def _number(data: list[Any]) -> int:
    value = data[0] if data else None
    if not isinstance(value, bytes) or not value.isdigit():
        raise imaplib.IMAP4.error("the server names no UIDVALIDITY")
    return int(value)


def _marks(data: list[Any]) -> str:
    """The marks that the server lets us set: ours where it takes any, and that it was seen."""
    allowed = data[0] if data and isinstance(data[0], bytes) else b""
    marks = [KEPT_MARK] if b"\\*" in allowed or KEPT_MARK.encode() in allowed else []
    marks += ["\\Seen"] if b"\\Seen" in allowed else []
    return f"({' '.join(marks)})" if marks else ""


def _return_path(body: bytes) -> str | None:
    """The reverse path that the delivering server wrote on top; a line further down is anybody's."""
    match = _RETURN_PATH.match(body)
    return match[1].decode("utf-8", "replace") if match else None


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
