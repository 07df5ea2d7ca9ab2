"""Commands of the provider's staff about threats to life. Each checks the duty and opens one unit of work."""

from __future__ import annotations

from uuid import UUID

from comity.casefile import audit
from comity.casefile.documents import Json
from comity.casefile.documents.answer import FormReply
from comity.casefile.documents.decision import Person
from comity.casefile.documents.threat import Ground, Origin
from comity.docket import people
from comity.docket import store as cases
from comity.docket.errors import NothingSaid
from comity.docket.incidents import store as incidents
from comity.docket.parts import Parts
from comity.docket.reviews import store as reviews
from comity.docket.threats import reading, rules, service, store
from comity.docket.threats.errors import NoSuchThreat, UnusableForm
from comity.docket.threats.views import Proposed, ThreatPage, ThreatView
from comity.law.recipients import recipients
from comity.registry.duties import Duty


class ThreatDesk:
    """Threats to life: raised by whoever sees one, told by a named person's decision, looked at by a second."""

    parts: Parts

    def threats(self, viewer: str) -> ThreatPage:
        """The page of threats."""
        people.member_with(viewer, Duty.READ)
        return reading.page(self.parts)

    def threat(self, number: int, viewer: str) -> ThreatView:
        """Everything on a threat's page."""
        member = people.member_with(viewer, Duty.DECIDE)
        return reading.view(store.by_number(number), self.parts, member)

    def raise_threat(self, viewer: str, *, origin: str, number: int, because: str) -> int:
        """Say that there is a threat to life in an incident, a review or a case; gives the threat's number."""
        person = people.signer(viewer, Duty.DECIDE)
        _something(because)
        kind = Origin(origin)
        file = _file(kind, number)
        with self.parts.work(f"staff:{viewer}") as work:
            return service.raise_threat(work, kind, file, number, person, because).number

    def propose_threat(self, viewer: str, number: int, said: Json) -> Proposed:
        """What would go out, and to whom, if this person decided so now; nothing is entered."""
        person = people.signer(viewer, Duty.DECIDE)
        return self._proposed(viewer, number, person, said)

    def decide_threat(self, viewer: str, number: int, said: Json) -> None:
        """Decide: the forms are entered, and each is brought to its recipient once that is proven."""
        person = people.signer(viewer, Duty.DECIDE)
        proposed = self._proposed(viewer, number, person, said)
        with self.parts.work(f"staff:{viewer}") as work:
            service.decide(work, number, person, (proposed.fields, proposed.told), self.parts)

    def no_threat(self, viewer: str, number: int, because: str) -> None:
        """Say that nobody is to be told, and why."""
        person = people.signer(viewer, Duty.DECIDE)
        _something(because)
        with self.parts.work(f"staff:{viewer}") as work:
            service.no_threat(work, number, person, because, self.parts)

    def confirm_threat(self, viewer: str, number: int, because: str) -> None:
        """Say, as a second person, that one looked at what was decided."""
        person = people.signer(viewer, Duty.APPROVE_DECISION)
        _something(because)
        with self.parts.work(f"staff:{viewer}") as work:
            service.confirm(work, number, person, because)

    def bring_threat(self, viewer: str, recipient: str, how: str) -> None:
        """Say how one brought the form to a recipient; that is the proof."""
        people.signer(viewer, Duty.DECIDE)
        _something(how)
        with self.parts.work(f"staff:{viewer}") as work:
            service.bring(work, _identifier(recipient), how, self.parts)

    def threat_paper(self, viewer: str, number: int, recipient: str) -> bytes:
        """The sealed form that goes to a recipient; that it was opened is entered first."""
        people.member_with(viewer, Duty.DECIDE)
        row, held = store.by_number(number), store.recipient(_identifier(recipient))
        if held is None or held.threat != row.id:
            raise NoSuchThreat
        reply = audit.find(held.reply.hex, FormReply)
        with self.parts.work(f"staff:{viewer}") as work:
            chunks = self.parts.vault.open(work, row.id.hex, reply.document.pdf, purpose="reading what is told")
        return b"".join(chunks)

    def _proposed(self, viewer: str, number: int, person: Person, said: Json) -> Proposed:
        del person  # named so that nobody calls this without one
        row, now, provider = store.by_number(number), self.parts.clock.now(), self.parts.provider
        rules.check_open(row.state)
        grounds = [Ground(one.lower()) for one in said.get("grounds", ()) if one in ("IMMINENT", "SUSPICION")]
        if not grounds:
            raise UnusableForm("Say under which duty authorities are told.")
        states = rules.read_states(str(said.get("states", "")))
        routes = rules.routes(grounds, states, now)
        everybody = rules.told(routes, states, provider.home_state, recipients(), self.parts.threat_contacts)
        own = {
            "hsp_name": provider.legal_name,
            "home_member_state": provider.home_state,
            "our_reference": f"T-{row.number}",
            "authorised_person": people.name_of(f"staff:{viewer}"),
            "contact_email": self.parts.contact_email,
            "decided_at": now.z(),
            "known_at": reading.line(row).known_at.z(),
            "states": list(states),
            "told": [to.name or f"{to.tell.value.replace('_', ' ')} {to.state}".strip() for to in everybody],
            "content_locations": rules.read_locations(str(said.get("content_locations", ""))),
        }
        return Proposed(rules.checked({**said, **own}), everybody)


def _file(kind: Origin, number: int) -> UUID:
    """The file in which it was seen; raises that room's own refusal where there is none."""
    if kind is Origin.INCIDENT:
        return incidents.by_number(number).id
    return reviews.by_number(number).id if kind is Origin.REVIEW else cases.by_number(number).id


def _something(words: str) -> None:
    if not words.strip():
        raise NothingSaid


def _identifier(text: str) -> str:
    if len(text) != 32 or not set(text) <= set("0123456789abcdef"):
        raise NoSuchThreat
    return text
