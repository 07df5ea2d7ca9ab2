"""A named person orders a hunt: entered with what is sought, and its job deferred, in one unit of work."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from comity.casefile import audit
from comity.casefile.documents import new_id
from comity.casefile.documents.decision import Person
from comity.casefile.documents.hunt import Hunt, HuntSource
from comity.casefile.records import UnitOfWork
from comity.docket.errors import NothingSaid
from comity.docket.hunts import rules, store, wanted
from comity.docket.hunts.errors import NothingSought, UnusableSearch
from comity.docket.hunts.models import HuntRow, State
from comity.docket.seeking import Sought
from comity.matching.errors import UnknownSignalType
from comity.matching.signals import ContentType, type_named

SEARCH = "hunt"
"""The job that searches, and enters what was found."""
_LONGEST = 8_000


@dataclass(frozen=True)
class Wish:
    """What a person wants searched."""

    source: HuntSource
    about: str = ""
    """The item, the bank's name, the case's identifier, or the list's name."""
    text: str = ""
    """Of named signals: the list."""
    kind: str = "pdq"
    """The type of those in the list that name none."""
    thresholds: dict[str, float] = field(default_factory=dict)
    content_types: tuple[str, ...] = ()
    because: str = ""


def order(work: UnitOfWork, person: Person, wish: Wish) -> HuntRow:
    """Enter a hunt and have it searched. Raises what says why it cannot be; then nothing is entered."""
    because = wish.because.strip()[:_LONGEST]
    if not because:
        raise NothingSaid
    wish = _checked(wish)
    sought, version = _sought(work, wish)
    body = rules.written(sought) if sought is not None else b""
    document = Hunt(
        hunt=new_id(),
        number=store.next_number(),
        source=wish.source,
        about=wish.about,
        bank_version=version,
        signals=len(sought or ()),
        digest=rules.digest(body) if sought is not None else "",
        thresholds=wish.thresholds,
        content_types=wish.content_types,
        because=because,
        by=person,
        at=work.at,
    )
    return _kept(work, document, body if sought is not None else None)


def _checked(wish: Wish) -> Wish:
    """Thresholds by the types' own names, and types of content that there are."""
    thresholds = {}
    for name, value in wish.thresholds.items():
        try:
            kind = type_named(name).name
        except UnknownSignalType as unknown:
            raise UnusableSearch(str(unknown)) from None
        thresholds[kind] = rules.threshold_of(kind, value)
    known = {one.value for one in ContentType}
    if not set(wish.content_types) <= known:
        raise UnusableSearch("There is no such type of content.")
    about = wish.about.strip()
    if not about and wish.source is not HuntSource.SIGNALS:
        raise NothingSought
    return Wish(wish.source, about[:300], wish.text, wish.kind, thresholds, wish.content_types, wish.because)


def _sought(work: UnitOfWork, wish: Wish) -> tuple[tuple[Sought, ...] | None, int | None]:
    """The signals where they are known now; of an item or a case the job finds them first."""
    if wish.source is HuntSource.SIGNALS:
        return rules.read_list(wish.text, wish.kind, wish.thresholds), None
    if wish.source is HuntSource.BANK:
        bank, sought = wanted.of_bank(wish.about, wish.thresholds, work.at)
        return sought, bank.version
    if wish.source is HuntSource.CASE:
        wanted.executed(wish.about)
    return None, None


def _kept(work: UnitOfWork, document: Hunt, body: bytes | None) -> HuntRow:
    entry = audit.enter(work, document.hunt, document).entry
    row = HuntRow(
        id=UUID(document.hunt),
        entry=UUID(entry),
        number=document.number,
        state=State.ORDERED.value,
        ordered=UUID(entry),
        source=document.source.value,
        about=document.about,
        case_id=UUID(document.about) if document.source is HuntSource.CASE else None,
        ordered_by=document.by.id,
        ordered_at=work.at.utc,
        signals=document.signals,
    )
    store.add(row)
    if body is not None:
        store.keep_list(row.id, body)
    defer(work, row)
    return row


def defer(work: UnitOfWork, row: HuntRow) -> None:
    """Have it searched, or go on; behind everything that waits, since orders have an hour."""
    work.defer(SEARCH, lock=row.id.hex, behind=True, hunt=row.id.hex)
