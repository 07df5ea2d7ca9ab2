"""What this door asks of the docket. The composition root puts an object that fits into ``settings.COMITY_DOCKET``.

Failures are the docket's own (``comity.docket.errors``): ``NoSuchCase`` for a reference that is absent or not this
authority's, ``NotYourTurn`` when the case does not wait for this, ``NotAnswered`` before there is an answer,
``RoleMayNot`` for an authority without the role; their codes and messages go to the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from comity.casefile.clock import Clock, Instant
from comity.casefile.documents import Json
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


class Commands(Protocol):
    """The docket, as far as an officer's machine may reach it. Every method is safe to repeat."""

    @property
    def clock(self) -> Clock:
        """The clock by which calls are received and tokens expire."""

    def receive_order(self, message: Message) -> OrderView:
        """Keep the bytes, enter the demand, and say what is known at once. Nothing that arrives here is refused."""

    def order_status(self, authority: str, reference: str) -> OrderView:
        """The case, if it is this authority's."""

    def answer(self, authority: str, client: str, reference: str, *, form: str | None, pdf: bool) -> AnswerFile:
        """The newest answer (or the newest of one form), entering that this client fetched it: proof of delivery."""

    def clarify(self, reference: str, message: Message, *, changes: Json, grounds_ceased: bool, note: str) -> OrderView:
        """What the issuer sends after Annex III, or the news that grounds of impossibility ended: a new hour."""

    def scrutinise(self, reference: str, message: Message, *, infringement: bool, reasons: str) -> None:
        """The home authority's reasoned decision about an order (Article 4); the order may be another authority's."""

    def withdraw(self, reference: str, message: Message, *, reasons: str) -> OrderView:
        """The issuer withdraws its own order."""

    def inform(self, message: Message, *, reference: str | None, text: str) -> str:
        """The information of Article 3(2), or later news about an order; gives the identifier it was entered under."""

    def healthy(self) -> bool:
        """Whether orders can be received now."""
