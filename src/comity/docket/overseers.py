"""Overseers' accounts: made by two of our staff, entered; and what administrators may see of their accesses."""

from __future__ import annotations

import hashlib

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.record import AccessEvent
from comity.docket import people
from comity.docket.accounts import AccountDesk
from comity.docket.oversight_views import AccessLine
from comity.docket.portal_views import Account
from comity.registry import officers_store, overseers
from comity.registry.duties import Duty
from comity.registry.errors import RegistryError
from comity.registry.means import CallOutcome
from comity.registry.officers import NewPasskey
from comity.registry.officers_means import HeldPasskey
from comity.registry.overseers import HeldOverseer, Proposed

OVERSIGHT = hashlib.sha256(b"what overseers opened in this house").hexdigest()[:32]
"""The file in which overseers' accesses lie, with their reasons: apart from the cases, whose pages staff read."""
_ACTOR = "system:portal"


class OverseerDesk(AccountDesk):
    """The portal's questions about overseers' accounts, and the commands of staff."""

    def bind_passkey(self, enrolling: str, kind: str, *, credential: bytes, key: bytes, counter: int) -> HeldPasskey:
        """Bind a verified passkey to the enrolment behind a one-time code."""
        if kind != overseers.KIND:
            return super().bind_passkey(enrolling, kind, credential=credential, key=key, counter=counter)
        with self.parts.work(_ACTOR) as work:
            return overseers.register(work, code=enrolling, new=NewPasskey(credential, key, counter))

    def account(self, kind: str, holder: str, passkey: str) -> Account | None:
        """The account behind a session, if it counts now."""
        if kind != overseers.KIND:
            return super().account(kind, holder, passkey)
        held = _counting(holder, passkey, self.parts.clock.now())
        if held is None:
            return None
        return Account(kind=kind, id=held.id, name=held.name, organisation=held.body, passkey=passkey)

    def _address_of(self, kind: str, holder: str) -> str:
        return overseers.address_of(holder) if kind == overseers.KIND else super()._address_of(kind, holder)

    def overseers(self, viewer: str) -> tuple[HeldOverseer, ...]:
        """Every overseer; all staff may know who watches."""
        people.member_with(viewer, Duty.READ)
        return tuple(overseers.everybody())

    def propose_overseer(self, viewer: str, *, body: str, name: str, address: str, number: str) -> str:
        """Say that a person of an outside body shall see everything; another of us must agree."""
        who = Proposed(body=body.strip(), name=name.strip(), address=address, number=number)
        with self.parts.work(f"staff:{viewer}") as work:
            return overseers.propose(work, by=viewer, who=who)

    def approve_overseer(self, viewer: str, overseer: str, number: str) -> str:
        """Agree as the second person, who found ``number`` too; gives the first half of the code, shown this once."""
        with self.parts.work(f"staff:{viewer}") as work:
            return overseers.approve(work, by=viewer, overseer_id=overseer, number=number)

    def call_overseer(self, viewer: str, overseer: str, *, spoken_to: str, outcome: str) -> None:
        """Record a call to the number held for an overseer."""
        with self.parts.work(f"staff:{viewer}") as work:
            made = CallOutcome(outcome)
            overseers.record_call(work, by=viewer, overseer_id=overseer, spoken_to=spoken_to, outcome=made)

    def overseer_half(self, viewer: str, overseer: str) -> str:
        """This person's half of the code that enrols an overseer, shown this once."""
        with self.parts.work(f"staff:{viewer}") as work:
            return overseers.give_half(work, by=viewer, overseer_id=overseer)

    def suspend_overseer(self, viewer: str, overseer: str, because: str) -> None:
        """End an account at once."""
        with self.parts.work(f"staff:{viewer}") as work:
            overseers.suspend(work, by=viewer, overseer_id=overseer, because=because)

    def confirm_overseer(self, viewer: str, overseer: str) -> str:
        """A code for a sign-in on a new device, told in a call made minutes ago; shown this once."""
        with self.parts.work(f"staff:{viewer}") as work:
            return overseers.confirm_sign_in(work, by=viewer, overseer_id=overseer)

    def overseer_accesses(self, viewer: str) -> tuple[AccessLine, ...]:
        """What overseers opened and why; for administrators alone, who carry no part in any case."""
        people.member_with(viewer, Duty.KEEP_STAFF)
        return accesses()


def accesses(*, body: str | None = None, case: str | None = None) -> tuple[AccessLine, ...]:
    """Every entered access, newest first; of one overseeing body, of one case."""
    held = {one.id: one for one in overseers.everybody()}
    found = []
    for row in reversed(audit.entries_of(OVERSIGHT)):
        if row.kind != AccessEvent.kind or row.body is None:
            continue
        said = AccessEvent.from_canonical(row.body)
        who = held.get(said.by)
        line = AccessLine(
            entry=row.entry,
            at=row.at,
            overseer=who.name if who else "",
            body=who.body if who else "",
            case=said.case,
            what=said.what,
            reason=said.purpose,
        )
        if body in (None, line.body) and case in (None, line.case):
            found.append(line)
    return tuple(found)


def _counting(holder: str, passkey: str, at: Instant) -> HeldOverseer | None:
    try:
        held = overseers.overseer(holder)
    except RegistryError:
        return None
    return held if overseers.counts(held, officers_store.passkey_by_id(passkey), at) else None


def reader(overseer: str, passkey: str, at: Instant) -> HeldOverseer | None:
    """The overseer who may read now."""
    return _counting(overseer, passkey, at)
