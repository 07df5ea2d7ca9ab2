"""Acts upon officers and their keys: each change is entered in the unit of work it is given.

The way of an officer: *applied* (a stranger wrote something) → *proposed* (one of us found the authority) → a call to a
number held before → *approved* (another of us agreed) → *enrolled* (the officer registered a passkey with two codes).
The codes are halves of one key: one is shown to who agreed, the other to somebody else of us, who called the authority;
each spells theirs over the telephone. So nobody here ever holds enough to enrol a passkey of their own.
A new key is the same way again; it counts after a cooling period.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.audit import enter
from comity.casefile.clock import Instant
from comity.casefile.documents import Json, new_id
from comity.casefile.documents.record import RegistryChange
from comity.casefile.records import UnitOfWork
from comity.registry import officers_rules as rules
from comity.registry import officers_store as store
from comity.registry import service, store_staff
from comity.registry import store as register
from comity.registry.duties import Duty, TwoPeople, require_duty
from comity.registry.errors import NotReadyError, TooManyApplicationsError, UnusableProposalError, WrongStateError
from comity.registry.means import AuthorityState
from comity.registry.officers_means import (
    OFFICER,
    Application,
    CodePurpose,
    HeldCode,
    HeldOfficer,
    HeldPasskey,
    OfficerState,
)
from comity.registry.rules import COOLING, LONGEST_TEXT
from comity.registry.store import CallMade

MOST_OPEN = 500
"""Applications that may wait at a time: whoever floods us fills this table and nothing else."""


def apply(work: UnitOfWork, application: Application) -> str:
    """Write down that somebody asks for access; gives the identifier. ``TooManyApplicationsError`` when too many wait.

    Whoever asks then hears that nothing was written down: an application is never dropped in silence.
    """
    faults = rules.faults_of(application)
    if faults:
        raise UnusableProposalError(", ".join(faults))
    if store.count_open() >= MOST_OPEN:
        raise TooManyApplicationsError
    id_ = new_id()
    detail: Json = {"authority": application.authority, "name": application.name, "post": application.post}
    detail |= {"address": application.address.lower(), "language": application.language}
    store.insert(id_, application, at=work.at, entry=note(work, id_, "officer_applied", "", detail))
    return id_


def propose(work: UnitOfWork, *, by: str, officer: str, authority: str) -> None:
    """The first of us says for which authority this person asks; it must be confirmed already."""
    require_duty(store_staff.member(by), Duty.ENROL_CREDENTIAL)
    held = _in_state(officer, OfficerState.APPLIED, OfficerState.PROPOSED)
    agency = register.authority(authority)
    if agency.state is not AuthorityState.CONFIRMED:
        raise NotReadyError("The authority is not confirmed.")
    entry = note(work, held.id, "officer_proposed", by, {"authority": agency.id})
    store.update(held.id, entry=entry, state=OfficerState.PROPOSED, authority_id=agency.id, proposed_by_id=by)


def record_call(work: UnitOfWork, *, by: str, officer: str, made: CallMade) -> None:
    """Write down a call to the authority about this application, or about a sign-in that it must confirm."""
    held = _in_state(officer, OfficerState.PROPOSED, OfficerState.APPROVED, OfficerState.ENROLLED)
    assert held.authority is not None  # a proposal names it
    about = CallMade(made.number, made.spoken_to, made.outcome, held.id)
    service.record_call_back(work, by=by, authority=held.authority.id, made=about)


def approve(work: UnitOfWork, *, by: str, officer: str) -> str:
    """The second of us agrees; gives one half, shown this once, to be spelt at the number held beforehand.

    Raises ``NotReadyError`` before the call-back, ``SamePersonError`` for who proposed.
    """
    require_duty(store_staff.member(by), Duty.CONFIRM_CREDENTIAL)
    held = _in_state(officer, OfficerState.PROPOSED)
    assert held.proposed_by is not None and held.authority is not None  # noqa: PT018 -- a proposal has both
    TwoPeople(held.proposed_by, by)
    if held.authority.state is not AuthorityState.CONFIRMED:
        raise NotReadyError("The authority is not confirmed.")
    missing = rules.why_not_callable(held, tuple(register.call_backs(case=held.id)))
    if missing is not None:
        raise NotReadyError(missing)
    earlier = store.enrolled_before(held.authority.id, held.address, but=held.id)
    detail: Json = {"succeeds": earlier.id if earlier else None}
    entry = note(work, held.id, "officer_approved", by, detail)
    store.update(
        held.id,
        entry=entry,
        state=OfficerState.APPROVED,
        confirmed_by_id=by,
        succeeds=earlier.id if earlier else None,
    )
    return give_code(work, OFFICER, held.id, CodePurpose.ENROL, by=by)


def give_half(work: UnitOfWork, *, by: str, officer: str) -> str:
    """The half that this member of staff spells to an officer whom two of us agreed on; an earlier one is void.

    Who agreed gets the first half again, who called the authority about this person the second; others get nothing.
    """
    held = _in_state(officer, OfficerState.APPROVED)
    if by == held.confirmed_by:
        require_duty(store_staff.member(by), Duty.CONFIRM_CREDENTIAL)
        return give_code(work, OFFICER, held.id, CodePurpose.ENROL, by=by)
    require_duty(store_staff.member(by), Duty.RECORD_CALL_BACK)
    calls = tuple(register.call_backs(case=held.id))
    own = tuple(call for call in calls if call.called_by == by)
    if not own:
        raise NotReadyError("Who spells the second half must have called the authority about this application.")
    missing = rules.why_not_callable(held, calls) or rules.why_not_callable(held, own)
    if missing is not None:
        raise NotReadyError(missing)
    return give_code(work, OFFICER, held.id, CodePurpose.SECOND, by=by)


def refuse(work: UnitOfWork, *, by: str, officer: str, because: str) -> None:
    """Put an application away. The person hears nothing from us."""
    require_duty(store_staff.member(by), Duty.ENROL_CREDENTIAL)
    held = _in_state(officer, OfficerState.APPLIED, OfficerState.PROPOSED, OfficerState.APPROVED)
    entry = note(work, held.id, "officer_refused", by, {"because": _reason(because)})
    store.update(held.id, entry=entry, state=OfficerState.REFUSED)


def suspend(work: UnitOfWork, *, by: str, officer: str, because: str) -> None:
    """Stop trusting an officer at once, by one person; only a new enrolment leads back."""
    require_duty(store_staff.member(by), Duty.SUSPEND_AUTHORITY)
    held = _in_state(officer, OfficerState.ENROLLED)
    entry = note(work, held.id, "officer_suspended", by, {"because": _reason(because)})
    store.update(held.id, entry=entry, state=OfficerState.SUSPENDED)
    store.end_passkeys(OFFICER, held.id, at=work.at, entry=entry)


def confirm_sign_in(work: UnitOfWork, *, by: str, officer: str) -> str:
    """A code that confirms a sign-in on a new device, told only in a call to a number held beforehand."""
    require_duty(store_staff.member(by), Duty.RECORD_CALL_BACK)
    held = _in_state(officer, OfficerState.ENROLLED)
    calls = [call for call in register.call_backs(case=held.id) if work.at.since(call.called_at) <= rules.STEP_UP_LIVES]
    missing = rules.why_not_callable(held, tuple(calls)) if calls else "Nobody called the authority just now."
    if missing is not None:
        raise NotReadyError(missing)
    return give_code(work, OFFICER, held.id, CodePurpose.STEP_UP, by=by)


def give_code(work: UnitOfWork, kind: str, holder: str, purpose: CodePurpose, *, by: str) -> str:
    """Make a one-time code for a holder; only its mark is kept."""
    code = rules.new_code()
    until = work.at.plus(rules.STEP_UP_LIVES if purpose is CodePurpose.STEP_UP else rules.CODE_LIVES)
    entry = note(work, holder, f"{kind}_code_given", by, {"purpose": purpose, "until": str(until)})
    new = HeldCode(new_id(), kind, holder, purpose, until)
    store.insert_code(new, rules.mark_of(code), by=by, entry=entry)
    return code


def good_code(code: str, purpose: CodePurpose, at: Instant) -> HeldCode | None:
    """The code, if it is good for this now."""
    found = store.good_code(rules.mark_of(code), at)
    return found if found is not None and found.purpose is purpose else None


def good_halves(one: str, other: str, at: Instant) -> HeldCode | None:
    """The first of two codes that open an enrolment together, in whichever order they were typed."""
    # Both are looked up in any case: a wrong half costs what two right ones cost.
    found = [store.good_code(rules.mark_of(text), at) for text in (one, other)]
    by_purpose = {code.purpose: code for code in found if code is not None}
    first, second = by_purpose.get(CodePurpose.ENROL), by_purpose.get(CodePurpose.SECOND)
    if first is None or second is None or (first.kind, first.holder) != (second.kind, second.holder):
        return None
    return first


def both_halves(work: UnitOfWork, kind: str, code: str) -> tuple[HeldCode, HeldCode]:
    """Both halves behind an enrolment of this kind, locked; ``NotReadyError`` when either is not good any more."""
    first = store.code(code, work.at)
    if first is None or first.kind != kind or first.purpose is not CodePurpose.ENROL:
        raise NotReadyError("The one-time code is not good any more.")
    second = store.open_code(kind, first.holder, CodePurpose.SECOND, work.at)
    if second is None:
        raise NotReadyError("The second half of the one-time code is not good any more.")
    return first, second


@dataclass(frozen=True)
class NewPasskey:
    """A credential as its authenticator registered it, verified by the door."""

    credential: bytes
    key: bytes
    counter: int


def register_officer(work: UnitOfWork, *, code: str, new: NewPasskey) -> HeldPasskey:
    """Bind a passkey to the officer whose one-time codes these are (``code`` names the first); that is the enrolment.

    Where the person had a key before, even one that was ended, it counts after the cooling period, in which an old key
    still does: whoever is the true owner sees it and has a day to object.
    """
    halves = both_halves(work, OFFICER, code)
    held = _in_state(halves[0].holder, OfficerState.APPROVED)
    assert held.authority is not None  # two people agreed on it
    disowned = rules.why_not_callable(held, tuple(register.call_backs(case=held.id)))
    if disowned is not None:
        raise NotReadyError(disowned)
    # Asked again: somebody else may have been enrolled under this address since the two agreed.
    earlier = store.enrolled_before(held.authority.id, held.address, but=held.id)
    starts = work.at.plus(COOLING) if earlier else work.at
    passkey = bind(work, OFFICER, held.id, new, active_from=starts)
    entry = note(work, held.id, "officer_enrolled", "", {"active_from": str(starts)})
    for half in halves:
        store.spend_code(half.id, entry=entry)
    store.update(held.id, entry=entry, state=OfficerState.ENROLLED, succeeds=earlier.id if earlier else None)
    if earlier is not None:
        ended = note(work, earlier.id, "officer_succeeded", "", {"by": held.id, "at": str(starts)})
        store.end_passkeys(OFFICER, earlier.id, at=starts, entry=ended)
    return passkey


def bind(work: UnitOfWork, kind: str, holder: str, new: NewPasskey, *, active_from: Instant) -> HeldPasskey:
    """Write a passkey down for a holder of any kind."""
    if store.passkey(new.credential) is not None:
        raise UnusableProposalError("This passkey is registered already.")
    passkey = HeldPasskey(new_id(), kind, holder, new.credential, new.key, new.counter, work.at, active_from, None)
    detail: Json = {"passkey": passkey.id, "active_from": str(active_from), "digest": rules.digest_of(passkey)}
    entry = note(work, holder, f"{kind}_passkey", "", detail)
    store.insert_passkey(passkey, entry=entry)
    return passkey


def signed_in(work: UnitOfWork, passkey: HeldPasskey, *, counter: int, detail: Json) -> bool:
    """Enter that a passkey was used, and what was new about it; no, and an entry too, when its counter fell back.

    A counter that did not grow means that two authenticators hold the same key (WebAuthn section 6.1.1).
    """
    if counter <= passkey.counter and (counter or passkey.counter):
        note(work, passkey.holder, f"{passkey.kind}_passkey_copied", "", detail)
        return False
    entry = note(work, passkey.holder, f"{passkey.kind}_signed_in", "", detail)
    store.move_counter(passkey.id, counter, entry=entry)
    return True


def note(work: UnitOfWork, subject: str, change: str, by: str, detail: Json) -> str:
    """Enter a change about an officer or another holder; gives the entry."""
    return enter(work, subject, RegistryChange(subject=subject, change=change, by=by, detail=detail)).entry


def _in_state(officer: str, *states: OfficerState) -> HeldOfficer:
    held = store.officer(officer, lock=True)
    if held.state not in states:
        raise WrongStateError(f"The officer is {held.state}.")
    return held


def _reason(text: str) -> str:
    kept = " ".join(text.split())[:LONGEST_TEXT]
    if not kept:
        raise UnusableProposalError("A text is required here.")
    return kept
