"""What the console needs from the docket about threats to life."""

from __future__ import annotations

from typing import Protocol

from comity.casefile.documents import Json
from comity.docket.threats.views import Proposed, ThreatPage, ThreatView


class Threats(Protocol):
    """Threats to life: raised, told by a named person's decision, looked at by a second."""

    def threats(self, viewer: str) -> ThreatPage:
        """The page of threats."""
        ...

    def threat(self, number: int, viewer: str) -> ThreatView:
        """Everything on a threat's page."""
        ...

    def raise_threat(self, viewer: str, *, origin: str, number: int, because: str) -> int:
        """Say that there is a threat to life in an incident, a review or a case; gives the threat's number."""
        ...

    def propose_threat(self, viewer: str, number: int, said: Json) -> Proposed:
        """What would go out, and to whom; nothing is entered."""
        ...

    def decide_threat(self, viewer: str, number: int, said: Json) -> None:
        """Decide: everybody whom the provisions name is told."""
        ...

    def no_threat(self, viewer: str, number: int, because: str) -> None:
        """Say that nobody is to be told, and why."""
        ...

    def confirm_threat(self, viewer: str, number: int, because: str) -> None:
        """Say, as a second person, that one looked."""
        ...

    def bring_threat(self, viewer: str, recipient: str, how: str) -> None:
        """Say how one brought the form to a recipient."""
        ...

    def threat_paper(self, viewer: str, number: int, recipient: str) -> bytes:
        """The sealed form that goes to a recipient."""
        ...
