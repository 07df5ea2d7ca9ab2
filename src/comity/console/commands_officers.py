"""What the console needs from the docket about officers and threads."""

from __future__ import annotations

from typing import Protocol

from comity.docket.enrolment import OfficerPage
from comity.docket.portal_views import Said
from comity.docket.thread import Waiting
from comity.registry.officers_means import HeldOfficer


class Officers(Protocol):
    """Who asks for access, who has it, and what they write."""

    def officers(self, viewer: str) -> tuple[HeldOfficer, ...]:
        """Every officer and everybody who asked, the newest first."""
        ...

    def officer(self, officer: str, viewer: str) -> OfficerPage:
        """One officer."""
        ...

    def propose_officer(self, viewer: str, officer: str, authority: str) -> None:
        """Say for which authority this person asks."""
        ...

    def call_officer(self, viewer: str, officer: str, *, number: str, spoken_to: str, outcome: str) -> None:
        """Record a call to the authority about this person."""
        ...

    def approve_officer(self, viewer: str, officer: str) -> str:
        """Agree as the second person; gives the first half of the code, shown this once."""
        ...

    def officer_half(self, viewer: str, officer: str) -> str:
        """This person's half of the code that enrols an officer, shown this once."""
        ...

    def refuse_officer(self, viewer: str, officer: str, because: str) -> None:
        """Put an application away."""
        ...

    def suspend_officer(self, viewer: str, officer: str, because: str) -> None:
        """Stop trusting an officer at once."""
        ...

    def confirm_sign_in(self, viewer: str, officer: str) -> str:
        """A code for a sign-in on a new device, after a call made minutes ago; shown this once."""
        ...

    def thread(self, case: str, viewer: str) -> tuple[Said, ...]:
        """What was written about a case, oldest first."""
        ...

    def threads_waiting(self, viewer: str) -> tuple[Waiting, ...]:
        """Threads that wait for us, longest first."""
        ...

    def answer_thread(self, case: str, viewer: str, text: str) -> None:
        """Write to the authority of a case."""
        ...
