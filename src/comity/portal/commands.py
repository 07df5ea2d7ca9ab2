"""What the portal needs from the docket: one object, found at ``django.conf.settings.COMITY_DOCKET``.

Failures are exceptions with a ``code`` (stable) and a message (for people). Every command checks by itself whether this
person may give it: what the pages leave out is a courtesy, not a guard.
"""

from __future__ import annotations

from typing import Protocol

from comity.casefile.clock import Clock
from comity.casefile.documents import Json
from comity.docket.portal_views import Account, Enrolling
from comity.registry.officers_means import Application, HeldPasskey

__all__ = ["Account", "Accounts", "Application", "Commands", "Enrolling", "HeldPasskey"]


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

    def redeem(self, address: str, code: str) -> Enrolling | None:
        """The enrolment that this one-time code opens for this address, or nothing for every reason alike."""
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


class Commands(Accounts, Protocol):
    """Everything that the portal may ask of the docket."""
