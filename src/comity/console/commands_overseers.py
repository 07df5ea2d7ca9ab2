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

    def propose_overseer(self, viewer: str, *, body: str, name: str, address: str, number: str) -> str:
        """Say that somebody shall see everything; another of us must agree."""
        ...

    def approve_overseer(self, viewer: str, overseer: str, number: str) -> str:
        """Agree as the second person, who found the same number; gives the first half of the code."""
        ...

    def call_overseer(self, viewer: str, overseer: str, *, spoken_to: str, outcome: str) -> None:
        """Record a call to the number held for an overseer."""
        ...

    def overseer_half(self, viewer: str, overseer: str) -> str:
        """This person's half of the code."""
        ...

    def confirm_overseer(self, viewer: str, overseer: str) -> str:
        """A code for a sign-in on a new device, after a call made minutes ago."""
        ...

    def suspend_overseer(self, viewer: str, overseer: str, because: str) -> None:
        """End an account at once."""
        ...

    def overseer_accesses(self, viewer: str) -> tuple[AccessLine, ...]:
        """What they opened and why, for administrators."""
        ...
