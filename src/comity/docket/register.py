"""Commands about authorities and staff, passed on to the registry in a unit of work each."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json
from comity.docket import people
from comity.docket.cases import CaseDesk
from comity.registry import importing, register_file, rules, service, store, store_credentials, store_staff
from comity.registry.duties import Duty, duties_of
from comity.registry.means import (
    AuthorityProposal,
    AuthorityState,
    CallOutcome,
    HeldAuthority,
    HeldCallBack,
    HeldCredential,
    NumberFound,
    Source,
    SourceKind,
)
from comity.registry.store import CallMade


@dataclass(frozen=True)
class MemberView:
    """The member of staff who is looking."""

    id: str
    name: str
    roles: frozenset[str]
    duties: frozenset[str]


@dataclass(frozen=True)
class StaffLine:
    """One line of the staff page."""

    id: str
    name: str
    roles: tuple[str, ...]
    state: str
    added_by: str | None
    confirmed_by: str | None


@dataclass(frozen=True)
class ApproverLine:
    """One person's agreement."""

    name: str
    at: Instant


@dataclass(frozen=True)
class AuthorityPage:
    """Everything on an authority's page."""

    held: HeldAuthority
    approvals: tuple[ApproverLine, ...]
    missing: tuple[str, ...]
    credentials: tuple[HeldCredential, ...]
    call_backs: tuple[HeldCallBack, ...]
    may: tuple[str, ...]


@dataclass(frozen=True)
class ImportReport:
    """What a register file brought."""

    proposed: tuple[str, ...]
    refused: tuple[str, ...]


_MAY = {
    "confirm": Duty.CONFIRM_AUTHORITY,
    "suspend": Duty.SUSPEND_AUTHORITY,
    "call_back": Duty.RECORD_CALL_BACK,
    "enrol_certificate": Duty.ENROL_CREDENTIAL,
    "confirm_certificate": Duty.CONFIRM_CREDENTIAL,
}


class RegisterDesk(CaseDesk):
    """Authorities and staff."""

    def member(self, user: int) -> MemberView | None:
        """The active member of staff behind a log-in, or nobody."""
        found = store_staff.member_of_user(user)
        if found is None:
            return None
        duties = frozenset(duty.value for duty in duties_of(found))
        return MemberView(found.id, found.name, frozenset(role.value for role in found.roles), duties)

    def staff(self) -> tuple[StaffLine, ...]:
        """Everybody who works here."""
        held = store_staff.everybody()
        names = {person.member.id: person.member.name for person in held}
        return tuple(
            StaffLine(
                person.member.id,
                person.member.name,
                tuple(sorted(role.value for role in person.member.roles)),
                person.state,
                names.get(person.added_by or ""),
                names.get(person.confirmed_by or ""),
            )
            for person in held
        )

    def authorities(self) -> tuple[HeldAuthority, ...]:
        """Every authority that the registry holds."""
        return tuple(sorted(store.authorities(), key=lambda held: (held.member_state, held.name)))

    def authority(self, authority: str, viewer: str) -> AuthorityPage:
        """One authority with everything held about it."""
        member = people.member_with(viewer, Duty.READ)
        held = store.authority(authority)
        facts = store.confirmation_facts(held)
        return AuthorityPage(
            held=held,
            approvals=tuple(ApproverLine(people.name_of(f"staff:{who}"), at) for who, at in store.approvals_of(held)),
            missing=_missing(facts) if held.state is AuthorityState.PROPOSED else (),
            credentials=tuple(store_credentials.of_authority(held.id)),
            call_backs=tuple(store.call_backs(authority_id=held.id)),
            may=tuple(word for word, duty in _MAY.items() if duty in duties_of(member)),
        )

    def propose_authority(self, viewer: str, *, fields: Json) -> str:
        """Propose an authority; ``fields`` as the console's form gives them."""
        with self.parts.work(f"staff:{viewer}") as work:
            return service.propose_authority(work, by=viewer, proposal=_proposal(fields, viewer, work.at))

    def confirm_authority(self, viewer: str, authority: str) -> None:
        """Agree to an authority as it stands now."""
        with self.parts.work(f"staff:{viewer}") as work:
            service.confirm_authority(work, by=viewer, authority=authority)

    def suspend_authority(self, viewer: str, authority: str, because: str) -> None:
        """Stop trusting it at once."""
        with self.parts.work(f"staff:{viewer}") as work:
            service.suspend_authority(work, by=viewer, authority=authority, because=because)

    def enrol_certificate(self, viewer: str, authority: str, *, pem: bytes, label: str) -> None:
        """Propose a certificate."""
        with self.parts.work(f"staff:{viewer}") as work:
            service.enrol_certificate(work, by=viewer, authority=authority, certificate=pem, label=label)

    def enrol_encryption_key(self, viewer: str, authority: str, *, key: bytes, label: str) -> str:
        """Propose a public key to which packages for this authority are encrypted; gives the credential."""
        with self.parts.work(f"staff:{viewer}") as work:
            return service.enrol_encryption_key(work, by=viewer, authority=authority, key=key, label=label)

    def enrol_client(self, viewer: str, authority: str, *, label: str) -> service.EnrolledClient:
        """Propose an API client; its secret is shown this once, to be told over the telephone."""
        with self.parts.work(f"staff:{viewer}") as work:
            return service.enrol_client(work, by=viewer, authority=authority, label=label)

    def confirm_certificate(self, viewer: str, credential: str) -> None:
        """Agree to a certificate or client that somebody else proposed."""
        with self.parts.work(f"staff:{viewer}") as work:
            service.confirm_credential(work, by=viewer, credential=credential)

    def record_call_back(self, viewer: str, authority: str, *, number: str, spoken_to: str, outcome: str) -> None:
        """Record a call for the enrolment of an authority."""
        held = store.authority(authority)
        chosen = next((one.id for one in held.numbers if number in (one.id, one.number)), number)
        made = CallMade(chosen, spoken_to, CallOutcome(outcome))
        with self.parts.work(f"staff:{viewer}") as work:
            service.record_call_back(work, by=viewer, authority=authority, made=made)

    def import_register(self, viewer: str, *, body: bytes, source: str) -> ImportReport:
        """Read a register file; every new authority in it becomes a proposal."""
        kind = "application/json" if body.lstrip()[:1] in (b"{", b"[") else "text/csv"
        with self.parts.work(f"staff:{viewer}") as work:
            by = register_file.ReadBy(viewer, source, work.at)
            done = importing.import_register(work, by=viewer, register=register_file.read_register(body, kind, by))
        proposed = tuple(store.authority(one).name for one in done.proposed)
        left = tuple(f"{item.reference}: {item.change}, left as it is" for item in done.found if item.change != "new")
        return ImportReport(proposed, left)


def _missing(facts: rules.ConfirmationFacts) -> tuple[str, ...]:
    """What still stands between a proposal and a confirmed authority, in words."""
    steps = (
        (any(rules.independent(found) for found in facts.numbers), "two independent sources for a call-back number"),
        (facts.verified_calls > 0, "a call-back on a number held beforehand"),
        (len(facts.approved_by) > 1, f"{2 - min(2, len(facts.approved_by))} more of our people to agree"),
    )
    return tuple(words for done, words in steps if not done)


def _proposal(fields: Json, viewer: str, at: Instant) -> AuthorityProposal:
    sources = tuple(
        Source(SourceKind(fields[f"{which}_source"]), fields[f"{which}_place"], viewer, at)
        for which in ("first", "second")
    )
    return AuthorityProposal(
        name=fields["name"],
        member_state=fields["member_state"],
        roles=frozenset(fields["roles"]),
        mail_domains=tuple(fields["mail_domains"].lower().replace(",", " ").split()),
        numbers=(NumberFound("".join(fields["number"].split()), sources),),
        feedback_contact=fields["feedback_contact"],
    )
