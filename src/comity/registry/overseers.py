"""Overseers: made by two of our staff, enrolled by a passkey, suspended by one. Each change is an entry.

The way: *proposed* by an administrator, with a telephone number of the body → *approved* by another member of staff,
who found the same number independently → *enrolled* by the passkey that two halves of a code open, each spelt at that
number by another one of us. A sign-in on a new device takes a call there. The only reader and writer of its tables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.records import UnitOfWork
from comity.registry import officers, officers_rules, officers_store, store_staff
from comity.registry.duties import Duty, TwoPeople, require_duty
from comity.registry.errors import NotReadyError, UnknownAuthorityError, UnusableProposalError, WrongStateError
from comity.registry.means import CallOutcome
from comity.registry.models_overseers import Overseer, OverseerCall
from comity.registry.officers import NewPasskey
from comity.registry.officers_means import Application, CodePurpose, HeldPasskey
from comity.registry.rules import E164
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
    number: str = ""
    """Where we call, or nothing for who was enrolled before numbers were held."""


@dataclass(frozen=True)
class OverseerCalled:
    """A call that one of us made to the number held for an overseer."""

    called_by: str
    called_at: Instant
    spoken_to: str
    outcome: CallOutcome


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


def calls(id_: str) -> tuple[OverseerCalled, ...]:
    """Calls about an overseer, newest first."""
    rows = OverseerCall.objects.filter(overseer_id=identifier(id_)).order_by("-called_at")
    return tuple(
        OverseerCalled(row.called_by_id.hex, Instant(row.called_at), row.spoken_to, CallOutcome(row.outcome))
        for row in rows
    )


@dataclass(frozen=True)
class Proposed:
    """Who should see everything, and where the body is called."""

    body: str
    name: str
    address: str
    number: str


def propose(work: UnitOfWork, *, by: str, who: Proposed) -> str:
    """The first of us says who should see everything; gives the identifier."""
    require_duty(store_staff.member(by), Duty.KEEP_STAFF)
    body, name, number = who.body, who.name, _dialled(who.number)
    told = Application(body, name, body, who.address.strip().lower())
    faults = ["body" if fault == "authority" else fault for fault in officers_rules.faults_of(told)]
    faults += [] if E164.fullmatch(number) else ["number"]
    if faults:
        raise UnusableProposalError(", ".join(faults))
    id_ = new_id()
    detail = {"body": body, "name": name, "address": told.address, "number": number}
    entry = officers.note(work, id_, "overseer_proposed", by, detail)
    Overseer.objects.create(
        id=UUID(hex=id_),
        body=body,
        name=name,
        address=told.address,
        number=number,
        state=PROPOSED,
        proposed_by_id=UUID(hex=by),
        entry=UUID(hex=entry),
    )
    return id_


def approve(work: UnitOfWork, *, by: str, overseer_id: str, number: str) -> str:
    """Another of us agrees; gives one half of the code, shown this once, to be spelt at the number.

    ``number`` is what this person found independently: another one than was proposed is refused.
    """
    require_duty(store_staff.member(by), Duty.CONFIRM_STAFF)
    held = _in_state(overseer_id, PROPOSED)
    TwoPeople(held.proposed_by, by)
    if not held.number or _dialled(number) != held.number:
        raise NotReadyError("The number that you found is not the one that was proposed.")
    entry = officers.note(work, held.id, "overseer_approved", by, {})
    _update(held.id, entry, state=APPROVED, confirmed_by_id=UUID(hex=by))
    return officers.give_code(work, KIND, held.id, CodePurpose.ENROL, by=by)


def record_call(work: UnitOfWork, *, by: str, overseer_id: str, spoken_to: str, outcome: CallOutcome) -> None:
    """Write down a call to the number held for an overseer, made at ``work.at``."""
    require_duty(store_staff.member(by), Duty.CONFIRM_STAFF)
    held = _in_state(overseer_id, APPROVED, ENROLLED)
    if not held.number:
        raise NotReadyError("No number is held for this overseer: suspend the account and propose it anew.")
    who = " ".join(spoken_to.split())[:300]
    if not who:
        raise UnusableProposalError("A text is required here.")
    detail = {"number": held.number, "outcome": outcome.value, "spoken_to": who}
    entry = officers.note(work, held.id, "overseer_called", by, detail)
    OverseerCall.objects.create(
        id=UUID(hex=new_id()),
        overseer_id=UUID(hex=held.id),
        called_by_id=UUID(hex=by),
        called_at=work.at.utc,
        spoken_to=who,
        outcome=outcome.value,
        entry=UUID(hex=entry),
    )


def give_half(work: UnitOfWork, *, by: str, overseer_id: str) -> str:
    """The half that this member of staff spells: the first for who agreed, the second for another one who called."""
    require_duty(store_staff.member(by), Duty.CONFIRM_STAFF)
    held = _in_state(overseer_id, APPROVED)
    if by == held.confirmed_by:
        return officers.give_code(work, KIND, held.id, CodePurpose.ENROL, by=by)
    _require_call(held.id, work.at, by=by)
    return officers.give_code(work, KIND, held.id, CodePurpose.SECOND, by=by)


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
    """A code that confirms a sign-in on a new device, told only in a call to the number held beforehand."""
    require_duty(store_staff.member(by), Duty.CONFIRM_STAFF)
    held = _in_state(overseer_id, ENROLLED)
    _require_call(held.id, work.at, within=officers_rules.STEP_UP_LIVES)
    return officers.give_code(work, KIND, held.id, CodePurpose.STEP_UP, by=by)


def register(work: UnitOfWork, *, code: str, new: NewPasskey) -> HeldPasskey:
    """Bind a passkey to the overseer whose one-time codes (the first one's identifier) these are."""
    halves = officers.both_halves(work, KIND, code)
    held = _in_state(halves[0].holder, APPROVED)
    _require_call(held.id, work.at)
    passkey = officers.bind(work, KIND, held.id, new, active_from=work.at)
    entry = officers.note(work, held.id, "overseer_enrolled", "", {})
    for half in halves:
        officers_store.spend_code(half.id, entry=entry)
    _update(held.id, entry, state=ENROLLED)
    return passkey


def counts(held: HeldOverseer, passkey: HeldPasskey | None, at: Instant) -> bool:
    """Whether this overseer with this passkey may read at ``at``."""
    if held.state != ENROLLED or passkey is None or (passkey.kind, passkey.holder) != (KIND, held.id):
        return False
    return not at < passkey.active_from and (passkey.ends_at is None or at < passkey.ends_at)


def _require_call(id_: str, at: Instant, *, by: str = "", within: timedelta | None = None) -> None:
    """The newest call verified it; and one of this person's, or one of these last minutes, did."""
    made = calls(id_)
    counted = [call for call in made if (not by or call.called_by == by)]
    counted = [call for call in counted if within is None or at.since(call.called_at) <= within]
    if not counted and within:
        raise NotReadyError("Nobody called the overseeing body just now.")
    if not counted:
        raise NotReadyError("Who spells the second half must call first.")
    if any(call.outcome is not CallOutcome.VERIFIED for call in (made[0], counted[0])):
        raise NotReadyError("The newest call did not confirm it.")


def _dialled(number: str) -> str:
    return re.sub(r"[\s().-]", "", number)[:20]


def _in_state(id_: str, *states: str) -> HeldOverseer:
    held = overseer(id_, lock=True)
    if held.state not in states:
        raise WrongStateError(f"The overseer is {held.state}.")
    return held


def _update(id_: str, entry: str, **fields: object) -> None:
    Overseer.objects.filter(pk=UUID(hex=id_)).update(entry=UUID(hex=entry), **fields)


def _held(row: Overseer) -> HeldOverseer:
    confirmed = row.confirmed_by_id.hex if row.confirmed_by_id else None
    return HeldOverseer(
        row.id.hex, row.body, row.name, row.address, row.state, row.proposed_by_id.hex, confirmed, row.number
    )
