"""What this door asks of the docket. The composition root puts an object that fits into ``settings.COMITY_DOCKET``.

Failures are the docket's own (``comity.docket.errors``): ``NoSuchCase`` for a reference that is absent or not this
authority's, ``NotYourTurn`` when the case does not wait for this, ``NotAnswered`` before there is an answer,
``RoleMayNot`` for an authority without the role; their codes and messages go to the caller.
"""

from __future__ import annotations

from typing import Protocol

from comity.casefile.clock import Clock, Instant
from comity.casefile.documents import Json
from comity.docket.disclosures.fetching import Fetched
from comity.docket.disclosures.packing import Packed
from comity.docket.order_views import AnswerFile, Item, Message, OrderClock, OrderView

__all__ = ["AnswerFile", "Commands", "Item", "Message", "OrderClock", "OrderView"]


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

    def extend_silence(self, reference: str, message: Message, *, decided_at: Instant) -> OrderView:
        """The issuer extends non-disclosure, once, before its end (Article 11(3))."""

    def inform(self, message: Message, *, reference: str | None, text: str) -> str:
        """The information of Article 3(2), or later news about an order; gives the identifier it was entered under."""

    def packages_of(self, authority: str, reference: str) -> tuple[Packed, ...]:
        """What was packed for this authority in a case of its own and can be fetched now."""

    def package_manifest(self, authority: str, package: str) -> Json:
        """The manifest of a package of this authority's."""

    def fetch_package(self, authority: str, package: str, ranges: str | None, *, by: str) -> Fetched:
        """A package's bytes, or the piece that a Range header names; each fetching is entered."""

    def healthy(self) -> bool:
        """Whether orders can be received now."""
