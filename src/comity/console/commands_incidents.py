"""What the console needs from the docket about incidents."""

from __future__ import annotations

from typing import Protocol

from comity.casefile.clock import Instant
from comity.docket.incidents.views import IncidentPage, IncidentView


class Incidents(Protocol):
    """Live events: declared by one person, confirmed by another, ended by a person or by the clock."""

    def incidents(self, viewer: str) -> IncidentPage:
        """The page of incidents."""
        ...

    def incident(self, number: int, viewer: str) -> IncidentView:
        """Everything on an incident's page."""
        ...

    def declare_incident(self, viewer: str, *, kind: str, title: str, because: str, ends_at: Instant) -> int:
        """Declare an incident; gives its number."""
        ...

    def confirm_incident(self, viewer: str, number: int, because: str) -> None:
        """Agree, as a second person."""
        ...

    def extend_incident(self, viewer: str, number: int, *, because: str, ends_at: Instant) -> None:
        """Give an incident another end."""
        ...

    def close_incident(self, viewer: str, number: int, because: str) -> None:
        """Close an incident before its time."""
        ...

    def list_incident_signal(self, viewer: str, number: int, *, kind: str, signal: str, because: str) -> None:
        """List a signal in the incident's bank."""
        ...

    def list_incident_review(self, viewer: str, number: int, *, review: int, because: str) -> None:
        """List the signal of what a review is about in the incident's bank."""
        ...

    def list_incident_item(self, viewer: str, number: int, *, address: str, because: str) -> int:
        """List what an item of the platform is compared by; gives how many signals that is."""
        ...

    def drop_incident_signal(self, viewer: str, number: int, *, item: int, because: str) -> None:
        """Take a signal off the incident's bank."""
        ...

    def hand_off(self, viewer: str, number: int) -> str:
        """Make the report of an incident, sealed; gives its entry."""
        ...

    def hand_off_paper(self, viewer: str, number: int, entry: str, form: str) -> bytes:
        """A report as it was entered: ``pdf`` or ``json``."""
        ...
