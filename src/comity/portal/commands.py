"""What the portal needs from the docket: one object, found at ``django.conf.settings.COMITY_DOCKET``.

Failures are exceptions with a ``code`` (stable) and a message (for people). Every command checks by itself whether this
person may give it: what the pages leave out is a courtesy, not a guard.
"""

from __future__ import annotations

from typing import Protocol

from comity.casefile.clock import Clock, Instant
from comity.casefile.documents import Json
from comity.docket.disclosures.fetching import Fetched
from comity.docket.officer_demands import Wanted
from comity.docket.officer_orders import Filing
from comity.docket.order_views import AnswerFile
from comity.docket.portal_views import Account, Acting, Checked, Enrolling, OrderLine, OrderPage, Told
from comity.registry.errors import TooManyApplicationsError
from comity.registry.officers_means import Application, HeldPasskey

__all__ = ["Account", "Accounts", "Application", "Commands", "Enrolling", "HeldPasskey", "TooManyApplicationsError"]


class Accounts(Protocol):
    """People from outside and their keys, of every kind (``kinds``)."""

    @property
    def clock(self) -> Clock:
        """The clock by which sessions end."""
        ...

    def contact_point(self) -> Json:
        """The provider as known outside, with its contact point."""
        ...

    def apply_for_access(self, application: Application) -> None:
        """Somebody asks for access. Nothing comes back, whoever it is; staff call the number held beforehand."""
        ...

    def redeem(self, address: str, code: str, second: str) -> Enrolling | None:
        """The enrolment that two halves of a code open for this address, or nothing for every reason alike."""
        ...

    def bind_passkey(self, enrolling: str, kind: str, *, credential: bytes, key: bytes, counter: int) -> HeldPasskey:
        """Bind a verified passkey to the enrolment whose code (its identifier) this is."""
        ...

    def passkey(self, credential: bytes) -> HeldPasskey | None:
        """The passkey with this identifier."""
        ...

    def signed_in(self, passkey: HeldPasskey, *, counter: int, news: tuple[str, ...]) -> bool:
        """Enter that it was used; ``news`` says what had never been seen of this person (device, network).

        No, when its counter says that it was copied.
        """
        ...

    def account(self, kind: str, holder: str, passkey: str) -> Account | None:
        """The account behind a session, if it counts at this moment."""
        ...

    def step_up(self, kind: str, holder: str, code: str) -> bool:
        """Whether this one-time code confirms a sign-in of this person; it is spent by that."""
        ...


class Officers(Protocol):
    """What officers do. Orders of another authority do not exist for them."""

    def blank_order(self, acting: Acting) -> Json:
        """What is known before the officer writes anything."""
        ...

    def check_order(self, acting: Acting, form: Json) -> Checked:
        """Everything that would be found if this were filed now; nothing is kept."""
        ...

    def file_order(self, acting: Acting, order: Filing) -> tuple[str, bool]:
        """Enter an order; gives our reference and whether it had come before."""
        ...

    def my_orders(self, acting: Acting, *, search: str = "", before: int | None = None) -> tuple[OrderLine, ...]:
        """The orders of the officer's authority, newest first, fifty at a time."""
        ...

    def my_order(self, acting: Acting, reference: str) -> OrderPage:
        """One of them."""
        ...

    def my_answer(self, acting: Acting, reference: str, form: str) -> AnswerFile:
        """The sealed answer; fetching it is entered and is the proof of its delivery."""
        ...

    def my_proof(self, acting: Acting, reference: str, entry: str) -> bytes:
        """The ``.tlog-proof`` of an answer."""
        ...

    def clarify_order(self, acting: Acting, reference: str, *, changes: Json, grounds_ceased: bool, note: str) -> None:
        """Answer an Annex III: a new hour begins."""
        ...

    def withdraw_order(self, acting: Acting, reference: str, reasons: str) -> None:
        """Take one's own order back."""
        ...

    def lengthen_silence(self, acting: Acting, reference: str, *, decided_at: Instant, basis: str) -> None:
        """Extend non-disclosure once, before its end (Article 11(3))."""
        ...

    def write(self, acting: Acting, reference: str, text: str) -> None:
        """Write to the provider's staff about an order."""
        ...

    def inform_beforehand(self, acting: Acting, text: str) -> None:
        """The information of Article 3(2)."""
        ...

    def informed_beforehand(self, acting: Acting) -> tuple[Told, ...]:
        """What this authority told us beforehand, newest first."""
        ...


class Demands(Protocol):
    """What officers do about users, beside ``Officers``."""

    def laws_of(self, acting: Acting) -> frozenset[str]:
        """The instruments under which the officer's authority may file."""
        ...

    def blank_demand(self, acting: Acting, instrument: str) -> Json:
        """What is known before the officer writes anything, in the fields of this law's form."""
        ...

    def check_demand(self, acting: Acting, form: Json) -> Checked:
        """Everything that would be found if this were filed now; nothing is kept, and no account is looked up."""
        ...

    def my_manifest(self, acting: Acting, reference: str, package: str) -> Json:
        """The manifest of a package of this order."""
        ...

    def my_package(self, acting: Acting, reference: str, package: str, wanted: Wanted) -> Fetched:
        """A package of this order or a piece of it; which officer fetched which bytes is entered first."""
        ...


class Commands(Accounts, Officers, Demands, Protocol):
    """Everything that the portal may ask of the docket."""
