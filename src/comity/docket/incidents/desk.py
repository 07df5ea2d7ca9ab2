"""Commands of the provider's staff about incidents. Each checks the duty and opens one unit of work."""

from __future__ import annotations

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.incident import HandOff
from comity.docket import people
from comity.docket.incidents import items, reading, reporting, rules, service, store
from comity.docket.incidents.errors import NoSuchHandOff
from comity.docket.incidents.views import IncidentPage, IncidentView
from comity.docket.parts import Parts
from comity.docket.reviews import store as reviews
from comity.registry.duties import Duty


class IncidentDesk:
    """Incidents: one person declares (seconds count), another confirms, any of them closes and hands on."""

    parts: Parts

    def incidents(self, viewer: str) -> IncidentPage:
        """The page of incidents."""
        people.member_with(viewer, Duty.READ)
        return reading.page(self.parts)

    def incident(self, number: int, viewer: str) -> IncidentView:
        """Everything on an incident's page."""
        member = people.member_with(viewer, Duty.READ)
        return reading.view(store.by_number(number), self.parts, member)

    def declare_incident(self, viewer: str, *, kind: str, title: str, because: str, ends_at: Instant) -> int:
        """Declare an incident; gives its number."""
        person = people.signer(viewer, Duty.DECIDE)
        owner, types = people.name_of(f"staff:{viewer}"), self.parts.incident_types
        with self.parts.work(f"staff:{viewer}") as work:
            said = rules.declared(types, kind, title, because, ends_at, work.at)
            return service.declare(work, said, person, owner, types).number

    def confirm_incident(self, viewer: str, number: int, because: str) -> None:
        """Agree, as a second person."""
        person = people.signer(viewer, Duty.APPROVE_DECISION)
        with self.parts.work(f"staff:{viewer}") as work:
            service.confirm(work, number, person, because)

    def extend_incident(self, viewer: str, number: int, *, because: str, ends_at: Instant) -> None:
        """Give an incident another end."""
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            until = rules.end(self.parts.incident_types, ends_at, work.at)
            service.extend(work, number, person, because, until)

    def close_incident(self, viewer: str, number: int, because: str) -> None:
        """Close an incident before its time."""
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            service.close(work, number, person, because)

    def list_incident_signal(self, viewer: str, number: int, *, kind: str, signal: str, because: str) -> None:
        """List a signal in the incident's bank."""
        people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            service.list_signal(work, number, kind, signal, (people.name_of(f"staff:{viewer}"), because))

    def list_incident_review(self, viewer: str, number: int, *, review: int, because: str) -> None:
        """List the signal of what a review is about in the incident's bank."""
        people.signer(viewer, Duty.DECIDE)
        about = reviews.by_number(review)
        with self.parts.work(f"staff:{viewer}") as work:
            member = people.name_of(f"staff:{viewer}")
            service.list_signal(work, number, about.signal_type, about.signal, (member, because))

    def list_incident_item(self, viewer: str, number: int, *, address: str, because: str) -> int:
        """List what an item of the platform is compared by, named by its address; gives how many signals that is.

        The item is read before anything is written, and not while the incident is locked: a film takes its time.
        """
        people.signer(viewer, Duty.DECIDE)
        rules.check_lasts(store.by_number(number).state)
        said = people.name_of(f"staff:{viewer}"), rules.reason(because)
        item, signals = items.signals_of(address.strip(), self.parts)
        with self.parts.work(f"staff:{viewer}") as work:
            for kind, signal in signals:
                service.list_signal(work, number, kind, signal, said, note=f"of {item}")
        return len(signals)

    def drop_incident_signal(self, viewer: str, number: int, *, item: int, because: str) -> None:
        """Take a signal off the incident's bank."""
        people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            service.drop_signal(work, number, item, because)

    def hand_off(self, viewer: str, number: int) -> str:
        """Make the report of an incident, sealed and in custody; gives its entry. Nothing leaves the house."""
        person, member = people.signer(viewer, Duty.DECIDE), people.member_with(viewer, Duty.DECIDE)
        view = reading.view(store.by_number(number), self.parts, member)
        with self.parts.work(f"staff:{viewer}") as work:
            return reporting.make(work, store.by_number(number, locked=True), self.parts, person, view)

    def hand_off_paper(self, viewer: str, number: int, entry: str, form: str) -> bytes:
        """A report as it was entered: ``pdf`` or ``json``. That it was opened is entered first."""
        people.member_with(viewer, Duty.DECIDE)
        row = store.by_number(number)
        digests = {one: {"pdf": said.pdf, "json": said.json_digest} for one, said, _at in store.hand_offs(row.id)}
        digest = digests.get(entry, {}).get(form)
        if digest is None:
            raise NoSuchHandOff
        assert audit.find(entry, HandOff).case == row.id.hex  # it lies in this very file, and its leaf agrees
        with self.parts.work(f"staff:{viewer}") as work:
            chunks = self.parts.vault.open(work, row.id.hex, digest, purpose="reading a hand-off")
        return b"".join(chunks)
