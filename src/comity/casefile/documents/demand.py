"""What arrived: who says so, over which channel, when, and what the form contains."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document, Json, Value


class ChannelKind(StrEnum):
    """The ways a demand can arrive."""

    API = "api"
    EMAIL = "email"
    PORTAL = "portal"
    PERCI = "perci"
    PAPER = "paper"
    HI1 = "hi1"


class Channel(Value):
    """Facts about the way in that the form itself cannot show; ``None`` is unknown, never *yes*."""

    kind: ChannelKind
    sender_verified: bool | None = None
    authority_in_register: bool | None = None
    first_order_from_authority: bool | None = None


class ReceiptTimes(Value):
    """The four instants of receipt. The hour of Article 3(3) counts from ``transport_received_at``."""

    sent_at: Instant | None
    """The sender's claim."""
    transport_received_at: Instant
    """Acceptance by our first server; never overwritten."""
    acknowledged_at: Instant | None = None
    """When we confirmed receipt to the sender."""
    opened_at: Instant | None = None
    """When the first person of ours opened it."""


class Sender(Value):
    """Who the message claims to come from and how far that was verified."""

    authority: str | None
    """Identifier of the enrolled authority, or ``None`` when it matches none."""
    officer: str | None
    method: str
    """How it was tried: ``oauth2``, ``pades``, ``cms``, ``call_back``, ``none``."""
    why: str
    """What was verified or what failed, for a person."""
    reply_to: str | None = None
    """Where an answer on the same channel goes: an address for e-mail, a client for the API."""


class Reading(StrEnum):
    """How far the form could be read."""

    FORM = "form"
    """Fields of a machine-readable form or JSON."""
    LAYOUT = "layout"
    """Labels and values found in free layout; a person compares."""
    NONE = "none"
    """Nothing could be read by machine; a person transcribes."""


class Hint(Value):
    """What the way of a mail suggests about its sender. Never a proof, and nothing decides by it."""

    method: str
    """``dkim``, ``spf`` or ``dmarc``."""
    result: str
    """In the words of RFC 8601 section 2.7: ``pass``, ``fail``, ``none``, ``temperror`` …"""
    domain: str
    said_by: str
    """``us``, or the name of the provider's own relay."""
    why: str


class Demand(Document):
    """What an authority asks, under one instrument, as received."""

    kind: ClassVar[str] = "demand"

    case: str
    instrument: str
    channel: Channel
    sender: Sender
    times: ReceiptTimes
    raw: tuple[str, ...]
    """SHA-256 (hexadecimal) of each exhibit that holds the bytes as they arrived, whole message first."""
    reading: Reading
    form: Json
    """The fields as read, keys of the instrument's form; unknown extra fields are kept here too."""
    faults: tuple[Fault, ...] = ()
    hints: tuple[Hint, ...] = ()
    duplicate_of: str | None = None
    """The case whose demand this one repeats, if it does."""
    events: dict[str, tuple[Instant, ...]] = Field(default_factory=dict)
    """What happened since, by the law room's names, that moves a clock: Annex III sent, clarification received."""
    typed_by: str | None = None
    """Who of our staff typed in what it says, or a part of it; nobody where every word is the sender's own."""


class Fault(Value):
    """Something wrong with the message itself, found while reading it."""

    code: str
    field: str
    message: str
    """Names field, rule and article, for a person."""
    citations: tuple[str, ...] = ()


class Clarification(Document):
    """What the authority sent after we asked, or the news that grounds of impossibility ended: the hour restarts."""

    kind: ClassVar[str] = "clarification"

    case: str
    received_at: Instant
    restarts: str
    """``clarification_received_at`` (Article 3(8)) or ``grounds_ceased_at`` (Article 3(7))."""
    changes: Json
    """Fields of the form that the authority corrected or completed."""
    raw: tuple[str, ...]
    typed_by: str | None = None
    """Who of our staff typed it in, where it came over no channel of ours."""
    typed_at: Instant | None = None
    """When that was: the hour counts from ``received_at`` all the same."""


Demand.model_rebuild()
