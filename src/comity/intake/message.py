"""What a channel accepted, before anybody looked into it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from comity.casefile.clock import Instant
from comity.casefile.documents.demand import ChannelKind


@dataclass(frozen=True)
class FromPortal:
    """What the portal knows about who filed, none of it from inside the form."""

    officer: str
    passkey: str
    confirmed: bool
    """Whether the sign-in came from a familiar device and network, or was confirmed a second time."""
    attached: bytes | None = field(default=None, repr=False)
    """The signed PDF beside the form."""
    signals: tuple[tuple[str, str], ...] = ()
    """Codes of ``faults`` and what was seen: nothing is refused for them, a person looks."""
    informed_at: Instant | None = None
    """When the authority informed us of procedures and deadlines (Article 3(2))."""


_IDENTIFIER = re.compile(rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?([^\r\n]{1,300})", re.IGNORECASE | re.MULTILINE)
_HEADERS = 64 * 1024


@dataclass(frozen=True)
class Incoming:
    """The bytes of one message and what the channel itself knows about them. No field comes from inside the bytes."""

    channel: ChannelKind
    identifier: str
    """What makes a repetition recognisable: Message-ID, the client's idempotency key, the number a person gave."""
    body: bytes
    received_at: Instant
    """Acceptance by our first server: the hour of Article 3(3) counts from here."""
    media_type: str = "application/octet-stream"
    name: str = "message"
    client: str | None = None
    """For the API: the client whose token was valid. Never taken from the body."""
    envelope_from: str | None = None
    """For e-mail: the reverse path of the SMTP dialogue (RFC 5321), empty for automatic replies."""
    fetched_at: Instant | None = None
    """For a mailbox that we look into: when we took the message from it; ``received_at`` is its server's instant."""
    peer: str = ""
    """Network address of who handed the message over; decides about turns, never about trust."""
    connection: str = ""
    """For machines: what the connection showed about its client, in words; a fact, never an authentication."""
    typed: dict[str, Any] | None = field(default=None, repr=False)
    """For paper: the form as a member of staff typed it."""
    typed_by: str | None = None
    portal: FromPortal | None = None
    """For the portal: who filed, and how sure that is."""
    case: str | None = None
    """The case's identifier where the caller already gave one away; otherwise a fresh one is made."""

    def facts(self) -> dict[str, Any]:
        """Everything but the bytes, to be kept beside them until they are read."""
        return {
            "media_type": self.media_type,
            "name": self.name,
            "client": self.client,
            "envelope_from": self.envelope_from,
            "peer": self.peer,
            "connection": self.connection,
            "fetched_at": str(self.fetched_at) if self.fetched_at else None,
            "typed": self.typed,
            "typed_by": self.typed_by,
        }


@dataclass(frozen=True)
class Part:
    """A file found inside a message, kept as an exhibit of its own."""

    name: str
    media_type: str
    body: bytes = field(repr=False)
    passed_on: bool = False
    """It came inside another message: who sent the outer one need not have made it."""


def identifier_in(mail: bytes) -> str:
    """The Message-ID that a mail names (RFC 5322 section 3.6.4), or nothing."""
    found = _IDENTIFIER.search(mail[:_HEADERS])
    return found[1].decode("utf-8", "replace").strip() if found else ""
