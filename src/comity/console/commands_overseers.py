"""What the console needs from the docket about overseers."""

from __future__ import annotations

from typing import Protocol

from comity.docket.oversight_views import AccessLine
from comity.registry.overseers import HeldOverseer


class Overseers(Protocol):
    """Who of an outside body sees everything here."""

    def overseers(self, viewer: str) -> tuple[HeldOverseer, ...]:
        """All of them."""
        ...

    def propose_overseer(self, viewer: str, *, body: str, name: str, address: str) -> str:
        """Say that somebody shall see everything; another of us must agree."""
        ...

    def approve_overseer(self, viewer: str, overseer: str) -> str:
        """Agree as the second person; gives the one-time code."""
        ...

    def confirm_overseer(self, viewer: str, overseer: str) -> str:
        """A code for a sign-in on a new device."""
        ...

    def suspend_overseer(self, viewer: str, overseer: str, because: str) -> None:
        """End an account at once."""
        ...

    def overseer_accesses(self, viewer: str) -> tuple[AccessLine, ...]:
        """What they opened and why, for administrators."""
        ...
