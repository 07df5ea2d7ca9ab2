"""What the overseers' pages need from the docket. It is all they can reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, cast

from django.conf import settings

from comity.docket.oversight_views import AccessLine, Opened, Overseeing, SeenCase, SeenLine, Summary
from comity.portal.door import PortalRequest
from comity.portal.sessions import FULL


class Oversight(Protocol):
    """Reading, and opening with a reason."""

    def oversee(self, acting: Overseeing) -> Summary:
        """The first page."""
        ...

    def oversee_cases(self, acting: Overseeing, *, before: int | None = None) -> tuple[SeenLine, ...]:
        """Every case, newest first."""
        ...

    def oversee_case(self, acting: Overseeing, case: str) -> SeenCase:
        """One of them."""
        ...

    def oversee_proof(self, acting: Overseeing, case: str, entry: str) -> bytes:
        """The ``.tlog-proof`` of an entry."""
        ...

    def oversee_open(self, acting: Overseeing, case: str, entry: str, reason: str) -> Opened:
        """A document, after its reason was entered."""
        ...

    def oversee_exhibit(self, acting: Overseeing, case: str, digest: str, reason: str) -> tuple[str, Iterator[bytes]]:
        """An exhibit, the same."""
        ...

    def oversee_accesses(self, acting: Overseeing) -> tuple[AccessLine, ...]:
        """What one's own body opened."""
        ...


def docket() -> Oversight:
    """The object that carries every command, as these pages see it."""
    return cast("Oversight", settings.COMITY_DOCKET)


def acting(request: PortalRequest) -> Overseeing:
    """The overseer behind a request that the gate let through."""
    account, session = request.account, request.signed_in
    return Overseeing(account.id, account.passkey, confirmed=session is not None and session.stage == FULL)
