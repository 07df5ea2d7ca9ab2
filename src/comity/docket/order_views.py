"""What an authority's machine brings and may see: plain frozen values for the API door."""

from __future__ import annotations

from dataclasses import dataclass, field

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment
from comity.casefile.documents.demand import Fault


@dataclass(frozen=True)
class Message:
    """One call that brings something: its bytes as they came, and who brought them by a valid token."""

    authority: str
    client: str
    body: bytes = field(repr=False)
    media_type: str
    """``application/json`` or ``application/pdf``."""
    idempotency_key: str
    """As the client gave it; without one, the digest of the body, so that an exact repetition is still recognised."""
    received: Instant
    """When the last byte was here: the hour of Article 3(3) counts from this instant."""
    sent: Instant | None
    """The client's claim, from its ``Date`` header."""
    peer: str
    """Network address of the caller; for fairness, never for trust."""


@dataclass(frozen=True)
class OrderClock:
    """One deadline of a case with its state: running, suspended, met, missed, cancelled."""

    id: str
    duty: str
    due_at: Instant | None
    state: str
    citations: tuple[str, ...]
    computation: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """One address of the order and what became of it."""

    url: str
    state: str
    disabled_at: Instant | None
    restored_at: Instant | None


@dataclass(frozen=True)
class OrderView:
    """A case as the authority whose order it is may see it."""

    reference: str
    """Our identifier of the case, the ``{ref}`` in every address."""
    order_reference: str
    """The authority's own reference number, as far as it could be read."""
    received_at: Instant
    status: str
    duplicate_of: str | None = None
    """The case that this one repeats, if it is one of the same authority."""
    faults: tuple[Fault, ...] = ()
    """What is wrong with the message itself."""
    assessment: Assessment | None = None
    """Findings, deadlines and the proposed answer, once assessed."""
    clocks: tuple[OrderClock, ...] = ()
    items: tuple[Item, ...] = ()
    forms: tuple[str, ...] = ()
    """Answers that can be fetched: ``annex-2``, ``annex-3``."""


@dataclass(frozen=True)
class AnswerFile:
    """One legal form, ready to be handed over."""

    form: str
    media_type: str
    content: bytes = field(repr=False)
    prepared_at: Instant
    entry: str
    """The entry of the form in the log."""
