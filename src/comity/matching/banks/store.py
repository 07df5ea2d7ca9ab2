"""The only reader and writer of the tables of banks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from comity.casefile.clock import Instant
from comity.casefile.documents.bank import BankTerms
from comity.matching.banks.errors import UnknownBank, UnknownItem
from comity.matching.banks.models import BankRow, ChangeRow, ItemRow
from comity.matching.banks.rules import NewEntry

_WRITERS = 0x62616E6B73
"""The lock under which banks change one after the other, so that positions are committed in their order."""
_MOST_NAMED = 50_000
"""Values that one statement may name; the protocol ends at 65,535."""
_made: dict[str, Any] = {}
"""The newest snapshot that this process made."""


@dataclass(frozen=True)
class Bank:
    """A bank as it stands."""

    id: str
    number: int
    version: int
    terms: BankTerms

    @property
    def name(self) -> str:
        """Its name."""
        return self.terms.name


@dataclass(frozen=True)
class BankEntry:
    """An item as it stands."""

    number: int
    bank: int
    member: str
    reference: str | None
    signals: dict[str, str]
    off: bool
    off_until: Instant | None
    quarantined: bool
    withdrawn: bool
    expires_at: Instant | None


@dataclass(frozen=True)
class Change:
    """Items from ``first`` to ``last`` changed, or, where there are none, the bank itself."""

    position: int
    bank: int
    first: int
    last: int


def banks() -> tuple[Bank, ...]:
    """Every bank that stands, by name."""
    return tuple(_bank(row) for row in BankRow.objects.filter(ended=False).order_by("name"))


def bank(name: str) -> Bank:
    """The bank of that name; raises ``UnknownBank``."""
    row = BankRow.objects.filter(name=name, ended=False).first()
    if row is None:
        message = f"there is no bank called {name[:64]!r}"
        raise UnknownBank(message)
    return _bank(row)


def item(of: Bank, number: int) -> BankEntry:
    """An item that was not withdrawn; raises ``UnknownItem``."""
    row = ItemRow.objects.filter(id=number, bank=of.number, withdrawn=False).first()
    if row is None:
        message = f"there is no item {number} in {of.name}"
        raise UnknownItem(message)
    return _item(row)


def items(of: Bank, *, after: int = 0, most: int = 100) -> tuple[BankEntry, ...]:
    """Items that were not withdrawn, by number."""
    rows = ItemRow.objects.filter(bank=of.number, withdrawn=False, id__gt=after).order_by("id")[:most]
    return tuple(_item(row) for row in rows)


def count(of: Bank) -> int:
    """Items that were not withdrawn."""
    return ItemRow.objects.filter(bank=of.number, withdrawn=False).count()


def referred(of: Bank, references: Sequence[str]) -> dict[str, BankEntry]:
    """The newest item that goes by each of the lister's own names, if it was not withdrawn."""
    if not references:
        return {}
    rows = ItemRow.objects.filter(bank=of.number, reference__in=list(references), withdrawn=False).order_by("id")
    return {str(row.reference): _item(row) for row in rows}


def ended_terms(identifier: str) -> BankTerms:
    """What was last said of a bank, standing or ended; raises ``UnknownBank``."""
    row = BankRow.objects.filter(id=identifier).first()
    if row is None:
        raise UnknownBank
    return _bank(row).terms


def bank_numbered(number: int) -> Bank:
    """The standing bank of this number; raises ``UnknownBank``."""
    row = BankRow.objects.filter(number=number, ended=False).first()
    if row is None:
        raise UnknownBank
    return _bank(row)


def bank_of(number: int) -> Bank:
    """The standing bank that an item, by its number, is listed in; raises ``UnknownItem`` or ``UnknownBank``."""
    of = ItemRow.objects.filter(id=number, withdrawn=False).values_list("bank", flat=True).first()
    if of is None:
        raise UnknownItem
    return bank_numbered(of)


def entry_of(number: int) -> str:
    """The newest entry that says something of an item; raises ``UnknownItem``."""
    entry = ItemRow.objects.filter(id=number).values_list("entry", flat=True).first()
    if entry is None:
        raise UnknownItem
    return str(entry.hex)


def held_back(most: int = 200) -> tuple[tuple[str, BankEntry], ...]:
    """Items that were held back and not let go, each with its bank's name, the newest first."""
    names = {one.number: one.name for one in banks()}
    rows = ItemRow.objects.filter(quarantined=True, withdrawn=False, bank__in=list(names)).order_by("-id")[:most]
    return tuple((names[row.bank], _item(row)) for row in rows)


def holding(of: Bank, kind: str, signal: str, most: int = 100) -> tuple[BankEntry, ...]:
    """Items with exactly this signal, as it is normalised."""
    rows = ItemRow.objects.filter(bank=of.number, withdrawn=False, signals__contains={kind: signal}).order_by("id")
    return tuple(_item(row) for row in rows[:most])


def lock() -> None:
    """Wait for whoever changes banks; held until this unit of work ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS])


def next_bank() -> int:
    """The next bank's number; under the lock."""
    return (BankRow.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1


def save_bank(made: Bank, entry: str, *, ended: bool = False) -> None:
    """Keep a bank as its entry states it, and tell those who follow."""
    terms = made.terms.model_dump(mode="json")
    values = {"entry": entry, "number": made.number, "name": made.name, "version": made.version, "terms": terms}
    BankRow.objects.update_or_create(id=made.id, defaults=values | {"ended": ended})
    tell(made.number)


_NUMBERS = """
SELECT min(number), max(number) FROM (
    SELECT nextval(pg_get_serial_sequence('banks_item', 'id')) AS number FROM generate_series(1, %s)
) AS given
"""


def next_item() -> int:
    """The number of the next item; under the lock. No row ever leaves, so no number is given twice."""
    return (ItemRow.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1


def append(of: Bank, entry: str, new: Sequence[NewEntry], *, first: int | None = None) -> range:
    """List items; gives their numbers. Under the lock, so that they follow one another."""
    start = next_item() if first is None else first
    numbers = range(start, start + len(new))
    with connection.cursor() as cursor:
        _copy(cursor, ((number, entry, of.number, one) for number, one in zip(numbers, new, strict=True)))
    tell(of.number, numbers[0], numbers[-1])
    return numbers


def _copy(cursor: Any, rows: Iterable[tuple[int, str, int, NewEntry]]) -> None:
    columns = "id, entry, bank, member, reference, signals, expires_at, off, quarantined, withdrawn"
    with cursor.copy(f"COPY banks_item ({columns}) FROM STDIN") as copy:
        for number, entry, of, one in rows:
            expires = one.expires_at.utc if one.expires_at else None
            signals = json.dumps(dict(one.signals))
            copy.write_row((number, entry, of, one.member, one.reference, signals, expires, False, False, False))


def change_item(of: Bank, number: int, entry: str, **values: object) -> None:
    """Change what may change of an item, and tell those who follow."""
    ItemRow.objects.filter(id=number, bank=of.number).update(entry=entry, **values)
    tell(of.number, number, number)


def withdraw(of: Bank, numbers: Sequence[int], entry: str) -> None:
    """Take many items off by one entry, and tell those who follow."""
    ordered = sorted(numbers)
    for start in range(0, len(ordered), _MOST_NAMED):
        some = ordered[start : start + _MOST_NAMED]
        ItemRow.objects.filter(id__in=some, bank=of.number).update(entry=entry, withdrawn=True)
    first = 0
    for place in range(1, len(ordered) + 1):
        if place == len(ordered) or ordered[place] != ordered[place - 1] + 1:
            tell(of.number, ordered[first], ordered[place - 1])
            first = place


def tell(of: int, first: int = 0, last: int = -1) -> None:
    """Append to what those who follow read."""
    ChangeRow.objects.create(bank=of, first=first, last=last)


def position() -> int:
    """Of the newest change."""
    return ChangeRow.objects.order_by("-position").values_list("position", flat=True).first() or 0


def changed_after(seen: int, most: int = 1_000) -> tuple[Change, ...]:
    """Changes after a position, in order."""
    rows = ChangeRow.objects.filter(position__gt=seen).order_by("position")[:most]
    return tuple(Change(row.position, row.bank, row.first, row.last) for row in rows)


def standing(first: int, last: int, most: int = 50_000) -> Iterator[list[BankEntry]]:
    """Items from ``first`` to ``last`` as they stand now, the withdrawn among them, in batches."""
    while first <= last:
        rows = list(ItemRow.objects.filter(id__gte=first, id__lte=last).order_by("id")[:most])
        if rows:
            yield [_item(row) for row in rows]
        if len(rows) < most:
            return
        first = rows[-1].id + 1


def snapshot() -> dict[str, Any]:
    """What a look-up must know beside the signals: every bank's terms, and the items that are not plainly in force.

    Made once for each position. Instants at which banks and items expire, or are switched on again, stand in it, so
    that they hold to the second in every look-up without a change.
    """
    now = position()
    key = (connection.settings_dict["NAME"], now)
    if _made.get("key") != key:
        _made.update(key=key, content=_snapshot(now))
    return dict(_made["content"])


def _snapshot(now: int) -> dict[str, Any]:
    special = ItemRow.objects.raw(
        "SELECT * FROM banks_item WHERE NOT withdrawn AND (off OR quarantined OR expires_at IS NOT NULL) ORDER BY id"
    )
    return {
        "position": now,
        "banks": [
            {"number": one.number, "version": one.version, **one.terms.model_dump(mode="json")} for one in banks()
        ],
        "items": {str(row.id): _special(row) for row in special},
    }


def _special(row: ItemRow) -> dict[str, Any]:
    written = {"off": row.off, "quarantined": row.quarantined}
    until = {"off_until": row.off_until, "expires_at": row.expires_at}
    return written | {name: moment.isoformat() for name, moment in until.items() if moment is not None}


def _bank(row: BankRow) -> Bank:
    return Bank(row.id.hex, row.number, row.version, BankTerms.model_validate(row.terms))


def _item(row: ItemRow) -> BankEntry:
    return BankEntry(
        number=row.id,
        bank=row.bank,
        member=row.member,
        reference=row.reference,
        signals=row.signals,
        off=row.off,
        off_until=Instant(row.off_until) if row.off_until else None,
        quarantined=row.quarantined,
        withdrawn=row.withdrawn,
        expires_at=Instant(row.expires_at) if row.expires_at else None,
    )
