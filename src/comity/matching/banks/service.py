"""What changes banks. Each change is entered in the same unit of work, under the bank's own identifier.

Whoever must know that a change is in force in every search waits until the keeper (``serving.keeper``) has passed
``store.position()`` as it stood after the commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, Unpack

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.bank import BankChange, BankOpinion, BankTerms, EntryChange, Opinion
from comity.casefile.records import UnitOfWork
from comity.matching.banks import papers, rules, store
from comity.matching.banks.errors import BankExists, UnusableItem, UnusableTerms
from comity.matching.banks.importing import Imported, Sample, add_many, dry_run, settle_import
from comity.matching.banks.rules import NewEntry
from comity.matching.banks.store import Bank, BankEntry

__all__ = [
    "Bank",
    "BankEntry",
    "BankTerms",
    "Imported",
    "NewEntry",
    "Opinion",
    "Sample",
    "add_entry",
    "add_many",
    "change_bank",
    "create_bank",
    "dry_run",
    "give_opinion",
    "opinion_told",
    "quarantine",
    "release",
    "remove_bank",
    "remove_entry",
    "settle_import",
    "switch_entry",
]


def create_bank(work: UnitOfWork, terms: BankTerms, because: str = "") -> Bank:
    """Make a bank; raises ``UnusableTerms`` or ``BankExists``. Without ``because`` the bank's own reason is entered."""
    terms = rules.checked_terms(terms)
    store.lock()
    _must_be_free(terms.name)
    made = Bank(new_id(), store.next_bank(), 1, terms)
    if made.number >= rules.MOST_BANKS:
        message = f"there can be {rules.MOST_BANKS:,} banks"
        raise UnusableTerms(message)
    _enter_bank(work, made, "created", because or terms.reason)
    return made


def change_bank(work: UnitOfWork, name: str, because: str = "", /, **changes: object) -> Bank:
    """Change terms of a bank; its version grows. Raises ``UnknownBank``, ``UnusableTerms``, ``BankExists``."""
    store.lock()
    old = store.bank(name)
    terms = rules.checked_terms(rules.changed_terms(old.terms, changes))
    if terms == old.terms:
        return old
    if terms.name != name:
        _must_be_free(terms.name)
    made = Bank(old.id, old.number, old.version + 1, terms)
    _enter_bank(work, made, "changed", because or terms.reason)
    return made


def remove_bank(work: UnitOfWork, name: str, because: str) -> None:
    """End a bank: nothing of it matches any more. What it was, its entries say."""
    store.lock()
    old = store.bank(name)
    _enter_bank(work, Bank(old.id, old.number, old.version + 1, old.terms), "ended", because)


def _must_be_free(name: str) -> None:
    if any(one.name == name for one in store.banks()):
        message = f"there is a bank called {name!r} already"
        raise BankExists(message)


def _enter_bank(work: UnitOfWork, made: Bank, change: str, because: str) -> None:
    said = BankChange(
        bank=made.id,
        number=made.number,
        version=made.version,
        change=change,
        terms=made.terms,
        because=because,
        at=work.at,
    )
    store.save_bank(made, audit.enter(work, made.id, said).entry, ended=change == "ended")


class _Details(TypedDict):
    source: str
    member: str
    reason: str


class Details(_Details, total=False):
    """What is said of one new item beside its signals."""

    reference: str | None
    note: str | None
    expires_at: Instant | None


def add_entry(work: UnitOfWork, name: str, signals: Mapping[str, str], **said: Unpack[Details]) -> BankEntry:
    """List one item; raises ``UnknownBank`` or ``UnusableItem``. The same reference again changes nothing.

    ``said``: source, member and reason; if there are any, the lister's own reference, a note and when it expires.
    """
    new = rules.checked_item(NewEntry(signals, said["member"], said.get("reference"), said.get("expires_at")))
    if new.withdrawn or not new.signals:
        raise UnusableItem
    store.lock()
    bank = store.bank(name)
    known = store.referred(bank, [new.reference] if new.reference else [])
    if known:
        return next(iter(known.values()))
    entered = EntryChange(
        bank=bank.id,
        item=store.next_item(),
        change="added",
        signals=dict(new.signals),
        member=new.member,
        source=said["source"],
        note=said.get("note"),
        reference=new.reference,
        expires_at=new.expires_at,
        because=said["reason"],
        at=work.at,
    )
    (number,) = store.append(bank, audit.enter(work, bank.id, entered).entry, [new], first=entered.item)
    return store.item(bank, number)


@dataclass(frozen=True)
class _Step:
    """One change of one item, as it is entered and as it is kept."""

    change: str
    values: dict[str, object]
    until: Instant | None = None
    kind: str | None = None


def switch_entry(
    work: UnitOfWork, name: str, number: int, because: str, *, off: bool = True, off_until: Instant | None = None
) -> BankEntry:
    """Switch one item off, for good or until an instant, or on again; the rest of the bank stays as it is."""
    until = off_until if off else None
    values: dict[str, object] = {"off": off, "off_until": until.utc if until else None}
    return _change(
        work, store.bank(name), number, because, _Step("switched_off" if off else "switched_on", values, until)
    )


def quarantine(work: UnitOfWork, number: int, kind: str, why: str) -> BankEntry:
    """Hold one item back because its signal of this type suddenly matches much; a person looks, then ``release``."""
    step = _Step("quarantined", {"quarantined": True}, kind=kind)
    return _change(work, store.bank_of(number), number, why, step)


def release(work: UnitOfWork, number: int, why: str) -> BankEntry:
    """Let an item that was held back match again."""
    return _change(work, store.bank_of(number), number, why, _Step("released", {"quarantined": False}))


def remove_entry(work: UnitOfWork, name: str, number: int, because: str) -> None:
    """Take an item off its bank, for good."""
    _change(work, store.bank(name), number, because, _Step("withdrawn", {"withdrawn": True}))


def _change(work: UnitOfWork, bank: Bank, number: int, because: str, step: _Step) -> BankEntry:
    """One change of one item; where the item stands so already, nothing is entered."""
    store.lock()
    item = store.item(bank, number)
    if _stands(item, step):
        return item
    said = EntryChange(
        bank=bank.id,
        item=number,
        change=step.change,
        signals={step.kind: item.signals[step.kind]} if step.kind in item.signals else {},
        member=item.member,
        until=step.until,
        because=because,
        at=work.at,
    )
    store.change_item(bank, number, audit.enter(work, bank.id, said).entry, **step.values)
    return item if step.change == "withdrawn" else store.item(bank, number)


def _stands(item: BankEntry, step: _Step) -> bool:
    until = item.off_until.utc if item.off_until else None
    now = {"off": item.off, "off_until": until, "quarantined": item.quarantined, "withdrawn": item.withdrawn}
    return all(now[name] == value for name, value in step.values.items())


def give_opinion(work: UnitOfWork, name: str, number: int, stance: Opinion, why: str, by: str) -> None:
    """Say what one of our people thinks of an item; the exchange it came from is told later (``papers.untold``)."""
    bank = store.bank(name)
    store.item(bank, number)
    said = BankOpinion(bank=bank.id, item=number, stance=stance, because=why, by=by, at=work.at)
    papers.keep_opinion(said, audit.enter(work, bank.id, said).entry)


def opinion_told(work: UnitOfWork, given: papers.Given) -> None:
    """The exchange has been told; entered, so that nobody tells it twice."""
    said = BankOpinion(
        bank=given.bank, item=given.item, stance=given.stance, because=given.because, by=given.by, told=True, at=work.at
    )
    papers.keep_opinion(said, audit.enter(work, given.bank, said).entry)
