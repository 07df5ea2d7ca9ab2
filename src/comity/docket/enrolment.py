"""What staff do about officers: see who asks for access, call back, agree as the second person, confirm a sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.record import RegistryChange
from comity.docket import beside, people
from comity.docket.cases import CaseDesk
from comity.registry import officers, officers_rules, officers_store, store
from comity.registry.duties import Duty, Member, duties_of
from comity.registry.means import AuthorityState, CallOutcome, HeldAuthority, HeldCallBack
from comity.registry.officers_means import OFFICER, HeldOfficer, HeldPasskey, OfficerState
from comity.registry.store import CallMade

_MOST_SIGNS = 50


@dataclass(frozen=True)
class Sign:
    """Something that the portal saw of an officer: a sign-in, and what about it was new."""

    change: str
    at: Instant
    new: tuple[str, ...]


@dataclass(frozen=True)
class OfficerPage:
    """Everything about one officer that staff need to decide."""

    held: HeldOfficer
    passkeys: tuple[HeldPasskey, ...]
    call_backs: tuple[HeldCallBack, ...]
    missing: str | None
    """What must happen before the second person may agree."""
    authorities: tuple[HeldAuthority, ...]
    """Confirmed ones, to choose from; those that share the address's domain first."""
    signs: tuple[Sign, ...]
    same_person: HeldOfficer | None
    """Somebody with this address is or was enrolled: this would change the key."""
    may: tuple[str, ...]


class EnrolmentDesk(CaseDesk):
    """Officers, for the console."""

    def officers(self, viewer: str) -> tuple[HeldOfficer, ...]:
        """Everybody who waits for us, then the newest of all others; nobody whose application was erased."""
        people.member_with(viewer, Duty.READ)
        settled = tuple(state for state in OfficerState if state.value not in officers_store.OPEN)
        waiting = officers_store.officers(states=officers_store.OPEN, most=officers.MOST_OPEN)
        return tuple(one for one in (*waiting, *officers_store.officers(states=settled)) if one.address)

    def officer(self, officer: str, viewer: str) -> OfficerPage:
        """One officer."""
        member = people.member_with(viewer, Duty.READ)
        held = officers_store.officer(officer)
        calls = tuple(store.call_backs(case=held.id))
        missing = officers_rules.why_not_callable(held, calls) if held.state is OfficerState.PROPOSED else None
        return OfficerPage(
            held=held,
            passkeys=tuple(officers_store.passkeys(OFFICER, held.id)),
            call_backs=calls,
            missing=missing,
            authorities=_to_choose(held),
            signs=_signs(held.id),
            same_person=officers_store.enrolled_before(held.authority.id, held.address, but=held.id)
            if held.authority
            else None,
            may=_may(member, held, missing),
        )

    def propose_officer(self, viewer: str, officer: str, authority: str) -> None:
        """Say for which authority this person asks."""
        with self.parts.work(f"staff:{viewer}") as work:
            officers.propose(work, by=viewer, officer=officer, authority=authority)

    def call_officer(self, viewer: str, officer: str, *, number: str, spoken_to: str, outcome: str) -> None:
        """Record a call to the authority about this person; ``number`` is the identifier of one held beforehand."""
        with self.parts.work(f"staff:{viewer}") as work:
            made = CallMade(number, spoken_to, CallOutcome(outcome), officer)
            officers.record_call(work, by=viewer, officer=officer, made=made)

    def approve_officer(self, viewer: str, officer: str) -> str:
        """Agree as the second person; gives the first half of the code, shown this once."""
        with self.parts.work(f"staff:{viewer}") as work:
            return officers.approve(work, by=viewer, officer=officer)

    def officer_half(self, viewer: str, officer: str) -> str:
        """This person's half of the code that enrols an officer, shown this once; nobody gets both."""
        with self.parts.work(f"staff:{viewer}") as work:
            return officers.give_half(work, by=viewer, officer=officer)

    def refuse_officer(self, viewer: str, officer: str, because: str) -> None:
        """Put an application away."""
        with self.parts.work(f"staff:{viewer}") as work:
            officers.refuse(work, by=viewer, officer=officer, because=because)
            beside.keep_application(work, officer, self.parts)

    def suspend_officer(self, viewer: str, officer: str, because: str) -> None:
        """Stop trusting an officer at once."""
        with self.parts.work(f"staff:{viewer}") as work:
            officers.suspend(work, by=viewer, officer=officer, because=because)

    def confirm_sign_in(self, viewer: str, officer: str) -> str:
        """A code for a sign-in on a new device, told in a call made minutes ago; shown this once."""
        with self.parts.work(f"staff:{viewer}") as work:
            return officers.confirm_sign_in(work, by=viewer, officer=officer)


_COMMANDS: tuple[tuple[str, Duty, frozenset[OfficerState]], ...] = (
    ("propose", Duty.ENROL_CREDENTIAL, frozenset({OfficerState.APPLIED, OfficerState.PROPOSED})),
    (
        "call",
        Duty.RECORD_CALL_BACK,
        frozenset({OfficerState.PROPOSED, OfficerState.APPROVED, OfficerState.ENROLLED}),
    ),
    ("approve", Duty.CONFIRM_CREDENTIAL, frozenset({OfficerState.PROPOSED})),
    ("half", Duty.RECORD_CALL_BACK, frozenset({OfficerState.APPROVED})),
    (
        "refuse",
        Duty.ENROL_CREDENTIAL,
        frozenset({OfficerState.APPLIED, OfficerState.PROPOSED, OfficerState.APPROVED}),
    ),
    ("suspend", Duty.SUSPEND_AUTHORITY, frozenset({OfficerState.ENROLLED})),
    ("confirm", Duty.RECORD_CALL_BACK, frozenset({OfficerState.ENROLLED})),
)


def _may(member: Member, held: HeldOfficer, missing: str | None) -> tuple[str, ...]:
    duties = duties_of(member)
    open_now = [name for name, duty, states in _COMMANDS if duty in duties and held.state in states]
    barred = {"approve"} if missing is not None or held.proposed_by == member.id else set()
    return tuple(name for name in open_now if name not in barred)


def _to_choose(held: HeldOfficer) -> tuple[HeldAuthority, ...]:
    if held.state not in (OfficerState.APPLIED, OfficerState.PROPOSED):
        return ()
    domain = held.address.rpartition("@")[2]
    confirmed = [one for one in store.authorities() if one.state is AuthorityState.CONFIRMED]
    return tuple(sorted(confirmed, key=lambda one: domain not in one.mail_domains))


def _signs(officer: str) -> tuple[Sign, ...]:
    found: list[Sign] = []
    for one in reversed(audit.entries_of(officer)):
        if one.kind == RegistryChange.kind and one.body and len(found) < _MOST_SIGNS:
            change = RegistryChange.from_canonical(one.body)
            found.append(Sign(change.change, one.at, tuple(str(word) for word in change.detail.get("new", ()))))
    return tuple(found)
