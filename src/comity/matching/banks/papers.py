"""Opinions and waiting lists: rows beside the banks' own. Read and written here only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.bank import BankImport, BankOpinion, Opinion
from comity.matching.banks.errors import UnknownList
from comity.matching.banks.models import BankRow, OpinionRow, WaitingRow


@dataclass(frozen=True)
class Given:
    """What one of our people thinks of an item."""

    id: str
    bank: str
    """The bank's identifier."""
    item: int
    stance: Opinion
    because: str
    by: str
    told: bool


@dataclass(frozen=True)
class Waiting:
    """A list that waits for a person."""

    id: str
    bank: str
    """The bank's name."""
    member: str
    because: str
    items: int
    compared: int
    would_match: int
    since: Instant


def keep_opinion(said: BankOpinion, entry: str) -> None:
    """Keep it as that person's newest about that item; the exchange has not been told unless the entry says so."""
    values = {
        "entry": entry,
        "bank": said.bank,
        "stance": said.stance.value,
        "because": said.because,
        "told_at": said.at.utc if said.told else None,
    }
    OpinionRow.objects.update_or_create(
        item=said.item, by=said.by, defaults=values, create_defaults=values | {"id": new_id()}
    )


def untold(most: int = 100) -> tuple[Given, ...]:
    """Opinions that no exchange has been told yet."""
    return tuple(_given(row) for row in OpinionRow.objects.filter(told_at=None).order_by("item", "by")[:most])


def opinions(items: tuple[int, ...]) -> tuple[Given, ...]:
    """What was said of these items."""
    return tuple(_given(row) for row in OpinionRow.objects.filter(item__in=items).order_by("item", "by"))


def _given(row: OpinionRow) -> Given:
    return Given(
        id=row.id.hex,
        bank=row.bank.hex,
        item=row.item,
        stance=Opinion(row.stance),
        because=row.because,
        by=row.by,
        told=row.told_at is not None,
    )


def hold(said: BankImport, entry: str, body: bytes) -> None:
    """Keep a list until a person decides."""
    WaitingRow.objects.create(
        id=said.held or "",
        entry=entry,
        bank=said.bank,
        state="held",
        member=said.member,
        because=said.because,
        items=said.items,
        compared=said.compared,
        would_match=said.would_match,
        since=said.at.utc,
        body=body,
    )


def waiting(identifier: str) -> tuple[Waiting, str, bytes]:
    """A waiting list, its bank's identifier and its rows; raises ``UnknownList``."""
    try:
        row = WaitingRow.objects.filter(id=UUID(identifier), state="held").first()
    except ValueError:
        row = None
    if row is None:
        raise UnknownList
    return _waiting(row, _names()), row.bank.hex, bytes(row.body or b"")


def all_waiting() -> tuple[Waiting, ...]:
    """Every list that waits, the oldest first."""
    names = _names()
    return tuple(
        _waiting(row, names) for row in WaitingRow.objects.filter(state="held").defer("body").order_by("since")
    )


def settle(identifier: str, entry: str, state: str) -> None:
    """The list waits no more; its rows are forgotten here."""
    WaitingRow.objects.filter(id=identifier).update(entry=entry, state=state, body=None)


def _names() -> dict[UUID, str]:
    return dict(BankRow.objects.values_list("id", "name"))


def _waiting(row: WaitingRow, names: dict[UUID, str]) -> Waiting:
    return Waiting(
        id=row.id.hex,
        bank=names[row.bank],
        member=row.member,
        because=row.because,
        items=row.items,
        compared=row.compared,
        would_match=row.would_match,
        since=Instant(row.since),
    )
