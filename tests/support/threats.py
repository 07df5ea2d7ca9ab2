"""Threats to life in few words, with a relay that takes, refuses, or loses its own answer."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from comity.delivery import NotDelivered
from comity.delivery.channels import Outgoing, Proof
from comity.docket.threat_contacts import ThreatContacts

if TYPE_CHECKING:
    from support.night import Night, Staff

CONTACTS = ThreatContacts({"DE": "threats@bka.example", "EUROPOL": "iru@europol.example", "HOME": "contact@fr.example"})
SAID: dict[str, Any] = {
    "grounds": ["IMMINENT"],
    "explanation": "A man announces that he will shoot at the station at noon.",
    "content_description": "A film of 40 seconds.",
    "content_locations": "https://board.example/posts/1\n\nhttps://board.example/posts/2",
    "published_at": "2026-11-23T02:00:00+01:00",
    "account": "ada",
    "states": "DE",
    "states_because": ["OFFENCE"],
}


class Relay:
    """A way out by e-mail that remembers what it took, each message once by its entry."""

    carries = True

    def __init__(self) -> None:
        self.taken: dict[str, Outgoing] = {}
        self.sent = 0
        self.trouble: list[Exception | str] = []
        """What goes wrong next: a failure, or ``lost``: taken, and the answer lost."""

    def send(self, outgoing: Outgoing) -> Proof:
        self.sent += 1
        trouble = self.trouble.pop(0) if self.trouble else None
        if isinstance(trouble, Exception):
            raise trouble
        self.taken[outgoing.entry] = outgoing
        if trouble == "lost":
            raise NotDelivered("the connection broke before the relay's answer", retry=True, uncertain=True)
        return Proof(delivered=True, said=f"250 queued as {self.sent}")

    def to(self) -> list[str]:
        return sorted(one.recipient for one in self.taken.values())


@dataclasses.dataclass
class Scene:
    """A night on which somebody sees a threat."""

    night: Night
    staff: Staff
    relay: Relay

    @classmethod
    def begin(cls, night: Night, contacts: ThreatContacts = CONTACTS) -> Scene:
        from comity.delivery import Delivery
        from comity.docket.desk import Docket
        from comity.docket.jobs import jobs

        relay, old = Relay(), night.parts
        seal, ways = old.delivery._seal, {**old.delivery._ways, "email": relay}
        delivery = Delivery(old.vault, seal, ways, night.clock)
        night.parts = dataclasses.replace(old, delivery=delivery, threat_contacts=contacts)
        night.docket, night.jobs = Docket(night.parts), jobs(night.parts)
        return cls(night, night.staff(), relay)

    @property
    def docket(self) -> Any:
        return self.night.docket

    def raised(self) -> int:
        """Mia declares an incident and sees a threat in it; gives the threat's number."""
        from datetime import timedelta

        ends_at = self.night.clock.now().plus(timedelta(hours=6))
        said = {"kind": "bombing", "title": "Attack", "because": "many uploads", "ends_at": ends_at}
        number = self.docket.declare_incident(self.staff.mia, **said)
        return int(
            self.docket.raise_threat(self.staff.mia, origin="incident", number=number, because="he names a place")
        )

    def decide(self, number: int = 1, *, work: bool = True, **more: Any) -> None:
        self.docket.decide_threat(self.staff.mia, number, {**SAID, **more})
        if work:
            self.night.work_on()

    def view(self, number: int = 1) -> Any:
        return self.docket.threat(number, self.staff.mia)

    def progress(self, number: int = 1) -> list[tuple[str, str]]:
        return [(one.tell, one.progress) for one in self.view(number).recipients]
