"""From what a person released to one package for one authority, made once."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents.collection import DisclosurePackage
from comity.casefile.documents.disclosing import Release
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.docket.disclosures.judging import judged
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.execution.disclosure import packaging, store
from comity.execution.disclosure.certifying import Custodian
from comity.execution.disclosure.encrypting import KeyKind, Recipient, check
from comity.execution.disclosure.errors import DisclosureStopped, UnusableRecipient
from comity.execution.disclosure.models import CollectionRow, PackageState
from comity.registry import encryption
from comity.registry import store as register

NO_KEY = "no key is enrolled to which this authority can be encrypted"


@dataclass(frozen=True)
class Packed:
    """A package as its authority may fetch it."""

    package: str
    name: str
    size: int
    sha256: str
    pulled: bool
    available_until: Instant | None


def collections(decision: str) -> list[CollectionRow]:
    """The collections under one decision."""
    return list(CollectionRow.objects.filter(decision=decision).order_by("id"))


def keeps(row: Case) -> bool:
    """Whether the decision answered a demand that asks to keep only: then its hold lasts until the law's own end."""
    return row.decision is not None and audit.find(row.decision.hex, DisclosureDecision).document.keeps


def released(case: str) -> Entered[Release] | None:
    """What was let go last; nothing where it was sent back."""
    found = audit.entries_of(case, kind=Release.kind, newest=1)
    if not found:
        return None
    release = audit.find(found[-1].entry, Release)
    return release if release.document.parts else None


def made(case: str, decision: str) -> Entered[DisclosurePackage] | None:
    """The package that answers a decision."""
    for row in audit.entries_of(case, kind=DisclosurePackage.kind, newest=100):
        found = audit.find(row.entry, DisclosurePackage)
        if found.document.decision == decision:
            return found
    return None


def pack(row: Case, parts: Parts) -> str:
    """Pack what was released, unless it is packed; gives why that is impossible, or nothing."""
    case, release = row.id.hex, released(row.id.hex)
    if release is None:
        return "nothing was released"
    if made(case, release.document.decision) is not None:
        return ""
    recipient = key_of(row.authority, parts.clock.now())
    if recipient is None:
        return NO_KEY
    packing = _packing(parts)
    if packing is None:
        return "no seal is connected for packages"
    given = tuple(packaging.Part(one.collection, one.data, one.instead) for one in release.document.parts)
    held = register.authority(row.authority)
    addressee = packaging.Addressee(held.id, held.member_state, reference_of(row, parts), recipient)
    try:
        packaging.make(given, addressee, packing, parts.work, case=case, at=parts.clock.now())
    except DisclosureStopped as failure:
        return f"{failure.code}: {failure}"
    return ""


def reference_of(row: Case, parts: Parts) -> str:
    """The authority's own reference, or our number where it stated none."""
    return judged(row, parts).ask.request.reference or row.reference or f"C-{row.number}"


def key_of(authority: str, at: Instant) -> Recipient | None:
    """The key to which this authority is encrypted now: the newest that counts and can be used."""
    for held in encryption.keys_of(authority, at) if authority else ():
        recipient = Recipient(KeyKind(held.kind), held.key)
        try:
            check(recipient, at)
        except UnusableRecipient:
            continue
        return recipient
    return None


def hidden(row: Case, package: str) -> bool:
    """Whether a package's answer has not gone out yet: until then it does not exist for its authority."""
    if row.status not in (Status.PACKING.value, Status.EXECUTED.value) or row.decision is None:
        return False
    held = store.package(package)
    found = made(row.id.hex, row.decision.hex)
    return held is not None and found is not None and held.exhibit == found.document.exhibit


def packages(case: str) -> tuple[Packed, ...]:
    """What can be fetched."""
    return tuple(
        Packed(
            package=row.package.hex,
            name=row.name,
            size=row.size,
            sha256=row.exhibit,
            pulled=row.pulled,
            available_until=Instant(row.available_until) if row.available_until else None,
        )
        for row in store.packages(case)
        if row.state == PackageState.MADE.value
    )


def _packing(parts: Parts) -> packaging.Packing | None:
    means = parts.disclosing
    if means.sealer is None:
        return None
    custodian = Custodian(means.custodian, means.custodian_role, parts.provider.legal_name)
    return packaging.Packing(parts.vault, means.sealer, custodian, available=means.available)
