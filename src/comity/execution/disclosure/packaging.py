"""From collections in custody to one sealed, encrypted file for one authority, streamed from end to end.

What goes in: for each collection its data set, redacted or not, as JSON Lines, CSV and, where it is short enough, PDF;
the files that it names; the schema; the proof that its decision stands in the log; the certificate. What was redacted
is replaced wherever it is named, so that nothing leads back to the original. The package lies in custody under its own
number, and nothing but it leaves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.act import ActState
from comity.casefile.documents.collection import Collection, DisclosurePackage, PackedFile
from comity.casefile.evidence import Vault
from comity.execution.disclosure import certifying, container, dataset, encrypting, renderings, standing, store
from comity.execution.disclosure.beside import Sha512
from comity.execution.disclosure.container import Label, Payload, Sealer
from comity.execution.disclosure.encrypting import Recipient
from comity.execution.disclosure.errors import NoSuchCollection, NotPacked
from comity.execution.disclosure.models import CollectionState
from comity.execution.disclosure.service import Work

MOST_SENT = 25_600 * 1024
"""Bytes up to which a package is sent: 25 MB, which is 25 600 KB (Implementing Regulation (EU) 2025/1550)."""
SHORTEST, LONGEST = timedelta(days=10), timedelta(days=45)
"""For how long a larger one can be fetched (the same, annex 3.3.3)."""
MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Part:
    """One collection as it is given."""

    collection: str
    data: str
    """Digest of its data set, or of a redacted form of it."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Digest of a file → digest of the redacted form that is given in its place."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who the package is for."""

    authority: str
    state: str
    reference: str
    """The authority's own."""
    recipient: Recipient


@dataclass(frozen=True, slots=True)
class Packing:
    """By which means, joined by the composition root."""

    vault: Vault
    sealer: Sealer
    custodian: certifying.Custodian
    available: timedelta = timedelta(days=30)
    most_sent: int = MOST_SENT


@dataclass(frozen=True, slots=True)
class _Read:
    """A collection's data set, read once: its files, and how long it is."""

    number: int
    part: Part
    performed: Collection
    head: dataset.Head
    files: tuple[dataset.FileLine, ...]
    rows: int


def make(
    parts: tuple[Part, ...], addressee: Addressee, packing: Packing, work: Work, *, case: str, at: Instant
) -> Entered[DisclosurePackage]:
    """Pack, seal, encrypt, take into custody and enter. Raises ``NoSuchCollection``, ``NotPacked`` and others."""
    encrypting.check(addressee.recipient, at)
    _check(parts, packing)
    package, vault = new_id(), packing.vault
    opener = Opener(vault, work, f"packed for {addressee.authority}")
    read = [_read(number, part, case, opener) for number, part in enumerate(parts, start=1)]
    decision = _one_decision(read)
    label = Label(packing.custodian.provider, addressee.reference, package, at)

    def certificate(digests: bytes) -> Iterator[Payload]:
        yield _certificate(packing, addressee, _certified(addressee, read, digests), at)

    payload = _payloads(read, decision, opener, at)
    archive, stream = container.contain(label, payload, certificate, packing.sealer)
    name = f"{package}.asice{encrypting.SUFFIX[addressee.recipient.kind]}"
    with Sha512() as digest:
        body = digest.over(encrypting.encrypt(addressee.recipient, stream))
        staged = vault.stage(package, body, media_type=MEDIA_TYPE, name=name)
    with work() as unit:
        until = unit.at.plus(packing.available)
        exhibit = vault.admit(unit, staged, purpose=f"packed for {addressee.authority}")
        vault.hold(unit, package, exhibit.digest, because="availability (2025/1550 annex 3.3.3)", until=until)
        said = DisclosurePackage(
            case=case,
            decision=decision,
            collections=tuple(_entry(one.part.collection) for one in read),
            authority=addressee.authority,
            exhibit=exhibit.digest,
            file=PackedFile(name=name, size=staged.exhibit.size, sha512=digest.hexdigest()),
            contents=tuple(archive.files),
            encrypted_to=addressee.recipient.shown,
            pulled=staged.exhibit.size > packing.most_sent,
            available_until=until,
            at=unit.at,
        )
        store.add_package(said, package, (entered := audit.enter(unit, case, said)).entry)
        return entered


def _check(parts: tuple[Part, ...], packing: Packing) -> None:
    """Refuse what would be no package, or could not be fetched as long as the law says."""
    if not parts or not SHORTEST <= packing.available <= LONGEST:
        raise NotPacked("a package holds something, and a large one can be fetched for 10 to 45 days")


def _certificate(packing: Packing, addressee: Addressee, certified: certifying.Certified, at: Instant) -> Payload:
    """The certificate page, sealed."""
    page = certifying.page(packing.custodian, certified, state=addressee.state, at=at)
    return _fixed(
        "certificate.pdf", packing.sealer.seal(page, reason=f"Certificate for {addressee.reference}"[:200], at=at)
    )


def _one_decision(read: list[_Read]) -> str:
    """The entry of the decision that every part comes from."""
    decisions = {one.performed.grant.decision for one in read}
    if len(decisions) != 1:
        raise NotPacked("a package answers one decision")
    return decisions.pop()


def _payloads(read: list[_Read], decision: str, opener: Opener, at: Instant) -> list[Payload]:
    """Every part's files, what their fields mean, and the proof of the decision."""
    payload = [one for each in read for one in _payload(each, opener, at)]
    payload += [_fixed("schema.json", json.dumps(dataset.schema(), sort_keys=True, indent=1).encode())]
    return [*payload, _fixed("decision.tlog-proof", audit.tlog_proof(decision))]


class Opener:
    """Gives exhibits' bytes; each opening is entered and committed before the first byte is given."""

    def __init__(self, vault: Vault, work: Work, purpose: str) -> None:
        self.vault, self._work, self._purpose = vault, work, purpose

    def __call__(self, number: str, digest: str) -> Iterator[bytes]:
        """The bytes of one exhibit."""
        with self._work() as unit:
            return self.vault.open(unit, number, digest, purpose=self._purpose)


def _entry(collection: str) -> str:
    return store.collection(collection).entry.hex


def _read(number: int, part: Part, case: str, opener: Opener) -> _Read:
    """Check that this is what was collected, or a redacted form of it, and learn which files it names."""
    row = store.collection(part.collection)
    if row.state != CollectionState.PERFORMED.value or row.case_id.hex != case:
        raise NoSuchCollection
    performed = audit.find(row.entry.hex, Collection).document
    if performed.state is not ActState.PERFORMED or list(performed.exhibits) != list(row.exhibits):
        raise NoSuchCollection
    _check_forms(part, performed, case)
    said = dataset.read(opener(part.collection, part.data))
    head = next(said)
    assert isinstance(head, dataset.Head)
    files: dict[str, dataset.FileLine] = {}
    rows = 0
    for one in said:
        assert isinstance(one, dataset.Row)
        rows = one.number
        if one.file is not None:
            files.setdefault(one.file.sha256, one.file)
    return _Read(number, part, performed, head, tuple(files.values()), rows)


def _check_forms(part: Part, performed: Collection, case: str) -> None:
    """What is given is an exhibit of this collection or descends from it by entered redactions."""
    first, *files = performed.exhibits
    if part.data not in standing.descend(case, first):
        raise NotPacked("this data set is no form of what was collected")
    for old, new in part.instead.items():
        if old not in files or new == old or new not in standing.descend(case, old):
            raise NotPacked("a file is replaced by a redacted form of itself alone")


def _payload(read: _Read, opener: Opener, at: Instant) -> Iterator[Payload]:
    folder, part = f"{read.number}/", read.part
    swapped = standing.lines(opener.vault, part.collection, part.instead)

    def data() -> Iterator[bytes]:
        return standing.naming(opener(part.collection, part.data), swapped)

    yield Payload(f"{folder}records.jsonl", data)
    yield Payload(f"{folder}records.csv", lambda: renderings.as_csv(data()))
    if read.rows <= renderings.MOST_PDF_ROWS:
        yield Payload(f"{folder}records.pdf", lambda: [renderings.as_pdf(data(), at=at) or b""])
    for file in read.files:
        given = swapped.get(file.sha256, file)
        yield Payload(
            f"{folder}files/{given.sha256[:16]}-{container.safe(given.name)}",
            _opening(opener, part.collection, given.sha256),
        )


def _opening(opener: Opener, number: str, digest: str) -> Callable[[], Iterable[bytes]]:
    return lambda: opener(number, digest)


def _fixed(name: str, body: bytes) -> Payload:
    return Payload(name, lambda: [body])


def _certified(addressee: Addressee, read: list[_Read], digests: bytes) -> certifying.Certified:
    fields = sorted({name for one in read if one.head.redacted for name in one.head.redacted.fields})
    rows = sum(one.head.redacted.rows for one in read if one.head.redacted)
    files = sum(file.sha256 in one.part.instead for one in read for file in one.files)
    said = [f"fields {', '.join(fields)}"] if fields else []
    said += [f"{count} {what}" for count, what in ((rows, "rows"), (files, "files in parts")) if count]
    return certifying.Certified(
        reference=addressee.reference,
        decision=read[0].performed.grant.decision,
        collections=tuple(one.part.collection for one in read),
        collected_at=tuple(one.performed.at for one in read),
        digests=digests,
        left_out="; ".join(said),
    )
