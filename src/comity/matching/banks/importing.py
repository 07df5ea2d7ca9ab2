"""Lists of many items: tried against a sample, listed by one entry, or held until a person decides."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.bank import BankImport
from comity.casefile.records import UnitOfWork
from comity.matching.banks import papers, rules, store
from comity.matching.banks.errors import UnknownBank
from comity.matching.banks.rules import DryRun, NewEntry
from comity.matching.banks.store import Bank

_BATCH = 50_000
Sample = Callable[[Sequence[NewEntry]], tuple[int, int]]
"""Tries items against a sample; gives how many things were compared and how many of them some item matches."""


@dataclass(frozen=True)
class Imported:
    """What became of a list."""

    items: int
    withdrawn: int
    waiting: str | None = None
    """The waiting list's identifier, when a person must look first."""
    digest: str = ""


def dry_run(new: Sequence[NewEntry], sample: Sample | None) -> DryRun:
    """How much of a sample a list would match; nothing is listed."""
    compared, matched = sample(new) if sample else (0, 0)
    return DryRun(len(new), compared, matched)


def add_many(
    work: UnitOfWork, name: str, new: Iterable[NewEntry], because: str, *, sample: Sample | None = None
) -> Imported:
    """List many items by one entry; those marked as withdrawn leave. Repeating a list adds nothing twice.

    An item whose reference is listed already with other signals takes the older one's place. With ``sample`` the list
    is tried first; one that would match much waits for a person, whole, and nothing changes. Raises ``UnknownBank``
    or ``UnusableItem``, and then nothing of the list is listed.
    """
    store.lock()
    bank = store.bank(name)
    checked = [rules.checked_item(one) for one in new]
    tried = dry_run(checked, sample)
    said = _said(work, bank, checked, tried, because)
    if tried.broad:
        said = said.model_copy(update={"held": new_id(), "change": "held"})
        papers.hold(said, audit.enter(work, bank.id, said).entry, gzip.compress(b"\n".join(_written(checked)), 6))
        return Imported(0, 0, said.held, said.digest)
    return _take(work, bank, checked, said)


def settle_import(work: UnitOfWork, waiting: str, because: str, *, release: bool) -> Imported:
    """A person lists what waited, or discards it; raises ``UnknownList``, or ``UnknownBank`` if that has ended."""
    store.lock()
    held, of, body = papers.waiting(waiting)
    bank = next((one for one in store.banks() if one.id == of), None)
    if bank is None:
        if release:
            raise UnknownBank
        bank = Bank(of, 0, 0, store.ended_terms(of))
    checked = [_read(line) for line in gzip.decompress(body).splitlines()]
    said = _said(work, bank, checked, DryRun(held.items, held.compared, held.would_match), because)
    said = said.model_copy(update={"held": waiting, "change": "released" if release else "discarded"})
    if not release:
        papers.settle(waiting, audit.enter(work, bank.id, said).entry, "discarded")
        return Imported(0, 0, None, said.digest)
    return _take(work, bank, checked, said)


def _take(work: UnitOfWork, bank: Bank, checked: list[NewEntry], said: BankImport) -> Imported:
    fresh, gone = _sorted(bank, checked)
    said = said.model_copy(update={"items": len(fresh), "withdrawn": len(gone)})
    entry = audit.enter(work, bank.id, said).entry
    if said.held:
        papers.settle(said.held, entry, "released")
    if gone:
        store.withdraw(bank, gone, entry)
    for batch in _batches(fresh):
        store.append(bank, entry, batch)
    return Imported(len(fresh), len(gone), None, said.digest)


def _sorted(bank: Bank, checked: list[NewEntry]) -> tuple[list[NewEntry], list[int]]:
    """What is to be listed, and the numbers of listed items that leave. Of rows with one reference the last counts."""
    fresh = [one for one in checked if one.reference is None and not one.withdrawn]
    named = {one.reference: one for one in checked if one.reference is not None}
    gone: list[int] = []
    for batch in _batches(named.values()):
        known = store.referred(bank, [one.reference for one in batch if one.reference is not None])
        for one in batch:
            old = known.get(one.reference or "")
            if old and (one.withdrawn or old.signals != dict(one.signals)):
                gone.append(old.number)
            if not one.withdrawn and (old is None or old.signals != dict(one.signals)):
                fresh.append(one)
    return fresh, gone


def _said(work: UnitOfWork, bank: Bank, checked: list[NewEntry], tried: DryRun, because: str) -> BankImport:
    digest = hashlib.sha256()
    for line in _written(checked):
        digest.update(line + b"\n")
    return BankImport(
        bank=bank.id,
        change="imported",
        member=checked[0].member if checked else "",
        items=tried.items,
        digest=digest.hexdigest(),
        compared=tried.compared,
        would_match=tried.matched,
        because=because,
        at=work.at,
    )


def _written(items: Iterable[NewEntry]) -> Iterator[bytes]:
    """One line of JSON for each item, in one spelling: what the digest covers and what waits."""
    for one in items:
        expires = str(one.expires_at) if one.expires_at else None
        said = [dict(sorted(one.signals.items())), one.member, one.reference, expires, one.withdrawn]
        yield json.dumps(said).encode()


def _read(line: bytes) -> NewEntry:
    signals, member, reference, expires, withdrawn = json.loads(line)
    return NewEntry(signals, member, reference, Instant.parse(expires) if expires else None, withdrawn)


def _batches(items: Iterable[NewEntry]) -> Iterator[list[NewEntry]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch
