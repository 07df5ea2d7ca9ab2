"""Whether the rows of officers and of passkeys say what was entered: a part of ``recount``. Reads only."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from comity.casefile import audit
from comity.casefile.audit.states import Fault
from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json
from comity.casefile.documents.record import ErasureCertificate, RegistryChange
from comity.registry import officers_rules, officers_store
from comity.registry.officers_means import HeldOfficer, HeldPasskey, OfficerState

_STATES = {
    "officer_applied": OfficerState.APPLIED,
    "officer_proposed": OfficerState.PROPOSED,
    "officer_approved": OfficerState.APPROVED,
    "officer_enrolled": OfficerState.ENROLLED,
    "officer_suspended": OfficerState.SUSPENDED,
    "officer_refused": OfficerState.REFUSED,
}


def recount_officers() -> Iterator[Fault]:
    """Each officer and each passkey whose row says something else than its entries."""
    for held in officers_store.officers(most=sys.maxsize):
        if not _officer(held):
            yield Fault("state", f"registry_officer {held.id}")
    for passkey in officers_store.every_passkey():
        if not _passkey(passkey):
            yield Fault("state", f"registry_passkey {passkey.id}")


def _officer(held: HeldOfficer) -> bool:
    if not held.address:
        return _forgotten(held)
    state, said = None, dict[str, object]()
    for change, detail in _changes(held.id):
        state = _STATES.get(change, state)
        said |= detail if change == "officer_applied" else {}
        said |= {"proposed": detail["authority"]} if change == "officer_proposed" else {}
    row = {"name": held.name, "post": held.post, "address": held.address}
    row |= {"proposed": held.authority.id} if held.authority else {}
    return held.state is state and all(said.get(name) == value for name, value in row.items())


def _forgotten(held: HeldOfficer) -> bool:
    """Whether a row without a name is that of an application that came to nothing, and a certificate says so."""
    rows = audit.entries_of(held.id)
    certified = any(one.kind == ErasureCertificate.kind for one in rows)
    left = any(one.kind == RegistryChange.kind and one.body for one in rows)
    return certified and not left and held.state in (OfficerState.REFUSED, OfficerState.WITHDRAWN) and not held.name


def _passkey(held: HeldPasskey) -> bool:
    """Whether its key is the entered one, counts from the entered instant on, and ended where its holder's keys did."""
    made, ends = list[Json](), False
    for change, detail in _changes(held.holder):
        made += [detail] if change == f"{held.kind}_passkey" and detail.get("passkey") == held.id else []
        ends = ends or change in (f"{held.kind}_suspended", f"{held.kind}_succeeded")
    if len(made) != 1 or made[0].get("digest") != officers_rules.digest_of(held):
        return False
    starts = Instant.parse(str(made[0]["active_from"]))
    return starts.utc == held.active_from.utc and (not ends or held.ends_at is not None)


def _changes(subject: str) -> Iterator[tuple[str, Json]]:
    for one in audit.entries_of(subject):
        if one.kind == RegistryChange.kind and one.body is not None:
            document = RegistryChange.from_canonical(one.body)
            yield document.change, document.detail
