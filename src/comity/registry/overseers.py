"""Overseers: made by two of our staff, enrolled by a passkey, suspended by one. Each change is an entry.

The way: *proposed* by an administrator → *approved* by another member of staff, who spells a one-time code over the
telephone → *enrolled* by the passkey that the code opens. The only reader and writer of its table.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.records import UnitOfWork
from comity.registry import officers, officers_rules, officers_store, store_staff
from comity.registry.duties import Duty, TwoPeople, require_duty
from comity.registry.errors import NotReadyError, UnknownAuthorityError, UnusableProposalError, WrongStateError
from comity.registry.models_overseers import Overseer
from comity.registry.officers import NewPasskey
from comity.registry.officers_means import Application, CodePurpose, HeldPasskey
from comity.registry.store import identifier

KIND = "overseer"
PROPOSED, APPROVED, ENROLLED, SUSPENDED = "proposed", "approved", "enrolled", "suspended"


@dataclass(frozen=True)
class HeldOverseer:
    """An overseer as held now, whatever the state."""

    id: str
    body: str
    name: str
    address: str
    state: str
    proposed_by: str
    confirmed_by: str | None


def overseer(id_: str, *, lock: bool = False) -> HeldOverseer:
    """An overseer in any state, the row locked until the transaction ends if asked."""
    rows = Overseer.objects.select_for_update() if lock else Overseer.objects
    row = rows.filter(pk=identifier(id_)).first()
    if row is None:
        raise UnknownAuthorityError(id_[:64])
    return _held(row)


def everybody() -> list[HeldOverseer]:
    """All of them by body and name."""
    return [_held(row) for row in Overseer.objects.order_by("body", "name", "id")]


def address_of(id_: str) -> str:
    """An overseer's e-mail address, or nothing; one question either way."""
    return Overseer.objects.filter(pk=identifier(id_)).values_list("address", flat=True).first() or ""


def propose(work: UnitOfWork, *, by: str, body: str, name: str, address: str) -> str:
    """The first of us says who should see everything; gives the identifier."""
    require_duty(store_staff.member(by), Duty.KEEP_STAFF)
    told = Application(body, name, body, address.strip().lower())
    faults = officers_rules.faults_of(told)
    if faults:
        raise UnusableProposalError(", ".join("body" if fault == "authority" else fault for fault in faults))
    id_ = new_id()
    detail = {"body": body, "name": name, "address": told.address}
    entry = officers.note(work, id_, "overseer_proposed", by, detail)
    Overseer.objects.create(
        id=UUID(hex=id_),
        body=body,
        name=name,
        address=told.address,
        state=PROPOSED,
        proposed_by_id=UUID(hex=by),
        entry=UUID(hex=entry),
    )
    return id_


def approve(work: UnitOfWork, *, by: str, overseer_id: str) -> str:
    """Another of us agrees; gives the one-time code, shown this once, to be spelt over the telephone."""
    require_duty(store_staff.member(by), Duty.CONFIRM_STAFF)
    held = _in_state(overseer_id, PROPOSED)
    TwoPeople(held.proposed_by, by)
    entry = officers.note(work, held.id, "overseer_approved", by, {})
    _update(held.id, entry, state=APPROVED, confirmed_by_id=UUID(hex=by))
    return officers.give_code(work, KIND, held.id, CodePurpose.ENROL, by=by)


def suspend(work: UnitOfWork, *, by: str, overseer_id: str, because: str) -> None:
    """Stop trusting an overseer's account at once; the entry says why, and the body will ask."""
    require_duty(store_staff.member(by), Duty.KEEP_STAFF)
    held = _in_state(overseer_id, PROPOSED, APPROVED, ENROLLED)
    why = " ".join(because.split())[:2000]
    if not why:
        raise UnusableProposalError("A text is required here.")
    entry = officers.note(work, held.id, "overseer_suspended", by, {"because": why})
    _update(held.id, entry, state=SUSPENDED)
    officers_store.end_passkeys(KIND, held.id, at=work.at, entry=entry)


def confirm_sign_in(work: UnitOfWork, *, by: str, overseer_id: str) -> str:
    """A code that confirms a sign-in on a new device, spelt over the telephone."""
    require_duty(store_staff.member(by), Duty.CONFIRM_STAFF)
    held = _in_state(overseer_id, ENROLLED)
    return officers.give_code(work, KIND, held.id, CodePurpose.STEP_UP, by=by)


def register(work: UnitOfWork, *, code: str, new: NewPasskey) -> HeldPasskey:
    """Bind a passkey to the overseer whose one-time code (its identifier) this is."""
    spent = officers_store.code(code, work.at)
    if spent is None or spent.kind != KIND or spent.purpose is not CodePurpose.ENROL:
        raise NotReadyError("The one-time code is not good any more.")
    held = _in_state(spent.holder, APPROVED)
    passkey = officers.bind(work, KIND, held.id, new, active_from=work.at)
    entry = officers.note(work, held.id, "overseer_enrolled", "", {})
    officers_store.spend_code(spent.id, entry=entry)
    _update(held.id, entry, state=ENROLLED)
    return passkey


def counts(held: HeldOverseer, passkey: HeldPasskey | None, at: Instant) -> bool:
    """Whether this overseer with this passkey may read at ``at``."""
    if held.state != ENROLLED or passkey is None or (passkey.kind, passkey.holder) != (KIND, held.id):
        return False
    return not at < passkey.active_from and (passkey.ends_at is None or at < passkey.ends_at)


def _in_state(id_: str, *states: str) -> HeldOverseer:
    held = overseer(id_, lock=True)
    if held.state not in states:
        raise WrongStateError(f"The overseer is {held.state}.")
    return held


def _update(id_: str, entry: str, **fields: object) -> None:
    Overseer.objects.filter(pk=UUID(hex=id_)).update(entry=UUID(hex=entry), **fields)


def _held(row: Overseer) -> HeldOverseer:
    confirmed = row.confirmed_by_id.hex if row.confirmed_by_id else None
    return HeldOverseer(row.id.hex, row.body, row.name, row.address, row.state, row.proposed_by_id.hex, confirmed)
