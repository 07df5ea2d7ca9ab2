"""The only file, with ``staffing``, that acts: each change of the register is entered in the unit of work it is given.

``by`` is always the acting member of staff. What takes two people takes two calls by two people; the second one
refuses the first one, and so does the database.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from comity.casefile.audit import enter
from comity.casefile.documents import Json, new_id
from comity.casefile.documents.record import RegistryChange
from comity.casefile.records import UnitOfWork
from comity.registry import certificates, encryption, rules, store, store_credentials, store_staff
from comity.registry.certificates import Parsed
from comity.registry.duties import Duty, TwoPeople, require_duty
from comity.registry.errors import (
    AlreadyHeldError,
    NotReadyError,
    UnknownNumberError,
    UnusableCertificateError,
    UnusableProposalError,
    WrongStateError,
)
from comity.registry.means import (
    AuthorityProposal,
    AuthorityState,
    CredentialKind,
    HeldAuthority,
    HeldCredential,
)
from comity.registry.roles import OLD
from comity.registry.store import CallMade
from comity.registry.store_credentials import NewCredential


@dataclass(frozen=True)
class EnrolledClient:
    """A new API client. The secret is shown once, to be told to the officer at the number held beforehand."""

    credential: str
    client_id: str
    client_secret: str


def propose_authority(work: UnitOfWork, *, by: str, proposal: AuthorityProposal) -> str:
    """Write an authority down as proposed; gives its identifier. ``UnusableProposalError`` names every fault."""
    require_duty(store_staff.member(by), Duty.PROPOSE_AUTHORITY)
    _require_usable(proposal)
    id_ = new_id()
    entry = _enter(work, id_, "authority_proposed", by, _described(proposal))
    store.insert_authority(id_, proposal, by=by, at=work.at, entry=entry)
    return id_


def amend_authority(work: UnitOfWork, *, by: str, authority: str, proposal: AuthorityProposal) -> None:
    """Replace what is agreed on. The authority is proposed again: nothing automatic until two people confirm it anew.

    A number that stays keeps the day since which it is held, so the call-back goes to a number from before the change.
    """
    require_duty(store_staff.member(by), Duty.PROPOSE_AUTHORITY)
    _require_usable(proposal)
    held = store.authority(authority, lock=True)
    _require_state(held, AuthorityState.PROPOSED, AuthorityState.CONFIRMED, AuthorityState.SUSPENDED)
    entry = _enter(work, held.id, "authority_amended", by, _described(proposal))
    store.begin_round(held, proposal, by=by, at=work.at, entry=entry)


def confirm_authority(work: UnitOfWork, *, by: str, authority: str) -> TwoPeople | None:
    """Add one approval; the second, by another person, confirms the authority and gives the two people.

    Raises ``NotReadyError`` before a call-back and two independent sources, ``SamePersonError`` for a repetition.
    """
    require_duty(store_staff.member(by), Duty.CONFIRM_AUTHORITY)
    held = store.authority(authority, lock=True)
    _require_state(held, AuthorityState.PROPOSED)
    people = rules.agree(store.confirmation_facts(held), by)
    entry = _enter(work, held.id, "authority_confirmed" if people else "authority_approved", by, {"round": held.round})
    store.insert_approval(held, by=by, at=work.at, entry=entry)
    if people is not None:
        store.set_state(held.id, AuthorityState.CONFIRMED, entry=entry)
    return people


def suspend_authority(work: UnitOfWork, *, by: str, authority: str, because: str) -> None:
    """Stop everything automatic for an authority, at once, by one person. Only ``amend_authority`` leads back."""
    require_duty(store_staff.member(by), Duty.SUSPEND_AUTHORITY)
    held = store.authority(authority, lock=True)
    _require_state(held, AuthorityState.PROPOSED, AuthorityState.CONFIRMED)
    entry = _enter(work, held.id, "authority_suspended", by, {"because": _reason(because)})
    store.set_state(held.id, AuthorityState.SUSPENDED, entry=entry)


def withdraw_authority(work: UnitOfWork, *, by: str, authority: str, because: str) -> None:
    """End an authority's enrolment for good."""
    require_duty(store_staff.member(by), Duty.WITHDRAW_AUTHORITY)
    held = store.authority(authority, lock=True)
    _require_state(held, AuthorityState.PROPOSED, AuthorityState.CONFIRMED, AuthorityState.SUSPENDED)
    entry = _enter(work, held.id, "authority_withdrawn", by, {"because": _reason(because)})
    store.set_state(held.id, AuthorityState.WITHDRAWN, entry=entry)


def record_call_back(work: UnitOfWork, *, by: str, authority: str, made: CallMade) -> str:
    """Write down a call made at ``work.at``; gives its identifier. The number must be one held for this authority."""
    require_duty(store_staff.member(by), Duty.RECORD_CALL_BACK)
    held = store.authority(authority, lock=True)
    _require_state(held, AuthorityState.PROPOSED, AuthorityState.CONFIRMED, AuthorityState.SUSPENDED)
    called, owner = store.number(made.number)
    if owner != held.id:
        raise UnknownNumberError(called.number)
    made = replace(made, spoken_to=_reason(made.spoken_to))
    detail: Json = {"number": called.number, "outcome": made.outcome, "spoken_to": made.spoken_to}
    detail |= {"concerning": made.concerning, "round": held.round}
    entry = _enter(work, held.id, "called_back", by, detail)
    return store.insert_call_back(held, made, by=by, at=work.at, entry=entry)


def enrol_certificate(work: UnitOfWork, *, by: str, authority: str, certificate: bytes, label: str) -> str:
    """Enrol a signing or sealing certificate (PEM or DER) or an OpenPGP one; gives the credential's identifier.

    It counts once another person has confirmed it, having compared the fingerprint over the telephone.
    """
    return _enrol(work, by, authority, certificates.parse(certificate), label)


def enrol_encryption_key(work: UnitOfWork, *, by: str, authority: str, key: bytes, label: str) -> str:
    """Enrol a public key to which what this authority is given will be encrypted; gives the credential's identifier.

    It counts once another person has confirmed it, having compared the fingerprint over the telephone.
    """
    return _enrol(work, by, authority, encryption.parse(key), label)


def _enrol(work: UnitOfWork, by: str, authority: str, parsed: Parsed, label: str) -> str:
    held = _for_enrolment(by, authority)
    if parsed.not_after is not None and parsed.not_after < work.at:
        raise UnusableCertificateError(f"It expired {parsed.not_after.z()}.")
    new = NewCredential(
        id=new_id(),
        authority=held.id,
        kind=parsed.kind,
        mark=parsed.mark,
        label=_reason(label),
        certificate=parsed.data,
        not_before=parsed.not_before,
        not_after=parsed.not_after,
    )
    return _insert_credential(work, by, new)


def enrol_client(work: UnitOfWork, *, by: str, authority: str, label: str) -> EnrolledClient:
    """Enrol an OAuth2 client of the API for one authority; it opens nothing until another person has confirmed it."""
    held = _for_enrolment(by, authority)
    client_id, secret = store_credentials.new_client(_reason(label))
    new = NewCredential(new_id(), held.id, CredentialKind.CLIENT, client_id, _reason(label))
    return EnrolledClient(_insert_credential(work, by, new), client_id, secret)


def confirm_credential(work: UnitOfWork, *, by: str, credential: str) -> HeldCredential:
    """The second person confirms a credential. The first of its kind counts at once, any later one after cooling.

    Raises ``SamePersonError`` for who enrolled it and ``NotReadyError`` while the authority itself is not confirmed.
    """
    require_duty(store_staff.member(by), Duty.CONFIRM_CREDENTIAL)
    held = store_credentials.by_id(credential, lock=True)
    if held.confirmed_by is not None or held.withdrawn:
        raise WrongStateError("The credential was confirmed or withdrawn before.")
    TwoPeople(held.proposed_by, by)
    if store.authority(held.authority.id, lock=True).state is not AuthorityState.CONFIRMED:
        raise NotReadyError("The authority is not confirmed.")
    start = rules.active_from(work.at, others_held=store_credentials.others_confirmed(held))
    entry = _enter(work, held.authority.id, "credential_confirmed", by, {"mark": held.mark, "active_from": str(start)})
    store_credentials.confirm(held.id, by=by, active_from=start, entry=entry)
    return store_credentials.by_id(credential)


def withdraw_credential(work: UnitOfWork, *, by: str, credential: str, because: str) -> None:
    """End a credential at once, by one person, for good."""
    require_duty(store_staff.member(by), Duty.SUSPEND_AUTHORITY)
    held = store_credentials.by_id(credential, lock=True)
    if held.withdrawn:
        raise WrongStateError("The credential was withdrawn before.")
    detail: Json = {"mark": held.mark, "because": _reason(because)}
    entry = _enter(work, held.authority.id, "credential_withdrawn", by, detail)
    store_credentials.withdraw(held, entry=entry)


def note_demand(_work: UnitOfWork, *, authority: str, entry: str) -> None:
    """Count a demand of an authority by the demand's own entry, made in the same unit of work."""
    store.insert_filing(authority, entry)


def _for_enrolment(by: str, authority: str) -> HeldAuthority:
    require_duty(store_staff.member(by), Duty.ENROL_CREDENTIAL)
    held = store.authority(authority, lock=True)
    _require_state(held, AuthorityState.PROPOSED, AuthorityState.CONFIRMED)
    return held


def _insert_credential(work: UnitOfWork, by: str, new: NewCredential) -> str:
    if store_credentials.by_mark(new.kind, new.mark) is not None:
        raise AlreadyHeldError(f"{new.kind} {new.mark}")
    detail: Json = {"kind": new.kind, "mark": new.mark, "label": new.label}
    entry = _enter(work, new.authority, "credential_enrolled", by, detail)
    store_credentials.insert(new, by=by, entry=entry)
    return new.id


def _require_usable(proposal: AuthorityProposal) -> None:
    faults = rules.faults_of(proposal)
    if faults:
        raise UnusableProposalError("; ".join(faults))


def _require_state(held: HeldAuthority, *states: AuthorityState) -> None:
    if held.state not in states:
        raise WrongStateError(f"{held.name} is {held.state}.")


def _reason(text: str) -> str:
    kept = " ".join(text.split())[: rules.LONGEST_TEXT]
    if not kept:
        raise UnusableProposalError("A text is required here.")
    return kept


def _described(proposal: AuthorityProposal) -> Json:
    return {
        "name": proposal.name,
        "member_state": proposal.member_state,
        "roles": sorted(proposal.roles & OLD),
        "other_roles": sorted(proposal.roles - OLD),
        "mail_domains": list(proposal.mail_domains),
        "feedback_contact": proposal.feedback_contact,
        "register_reference": proposal.register_reference,
        "numbers": [
            {"number": found.number, "sources": store.stored_sources(found.sources)} for found in proposal.numbers
        ],
    }


def _enter(work: UnitOfWork, subject: str, change: str, by: str, detail: Json) -> str:
    return enter(work, subject, RegistryChange(subject=subject, change=change, by=by, detail=detail)).entry
