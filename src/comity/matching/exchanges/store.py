"""The only reader and writer of the tables of exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from comity.casefile.clock import Instant
from comity.casefile.documents.exchange import ExchangeTerms
from comity.matching.banks import papers
from comity.matching.banks import store as banks
from comity.matching.banks.errors import UnknownList
from comity.matching.banks.store import BankEntry
from comity.matching.exchanges.batches import MOST_SHOWN, Checkpoint, Refused
from comity.matching.exchanges.errors import UnknownExchange
from comity.matching.exchanges.models import ExchangeRow, ProgressRow, PulseRow

_AT_ONCE = 10_000


@dataclass(frozen=True)
class Exchange:
    """An exchange as it stands."""

    id: str
    version: int
    ended: bool
    hurried: int | None
    terms: ExchangeTerms

    @property
    def name(self) -> str:
        """Its name."""
        return self.terms.name


@dataclass(frozen=True)
class Progress:
    """How far the list was taken."""

    turn: int = 0
    checkpoint: Checkpoint | None = None
    held: str | None = None
    taken_at: Instant | None = None


@dataclass(frozen=True)
class Pulse:
    """When the next fetch is due, and how the last one went."""

    next_at: Instant
    looked_at: Instant | None = None
    failures: int = 0
    code: str = ""
    said: str = ""
    refused: tuple[Refused, ...] = ()


def exchanges() -> tuple[Exchange, ...]:
    """Every exchange that was not ended, by name."""
    return tuple(_exchange(row) for row in ExchangeRow.objects.filter(ended=False).order_by("name"))


def by_id(identifier: str) -> Exchange:
    """The exchange of that identifier, ended or not; raises ``UnknownExchange``."""
    row = ExchangeRow.objects.filter(id=_uuid(identifier)).first()
    if row is None:
        raise UnknownExchange
    return _exchange(row)


def named(name: str) -> Exchange:
    """The exchange of that name that was not ended; raises ``UnknownExchange``."""
    row = ExchangeRow.objects.filter(name=name, ended=False).first()
    if row is None:
        message = f"there is no exchange called {name[:40]!r}"
        raise UnknownExchange(message)
    return _exchange(row)


def taken(name: str) -> bool:
    """Whether the name was ever given."""
    return ExchangeRow.objects.filter(name=name).exists()


def lock(identifier: str) -> Exchange:
    """The exchange, its row locked until this unit of work ends."""
    row = ExchangeRow.objects.select_for_update().filter(id=_uuid(identifier)).first()
    if row is None:
        raise UnknownExchange
    return _exchange(row)


def save(made: Exchange, entry: str) -> None:
    """Keep an exchange as its entry states it."""
    values = {"entry": entry, "name": made.name, "version": made.version, "ended": made.ended, "hurried": made.hurried}
    terms = made.terms.model_dump(mode="json")
    ExchangeRow.objects.update_or_create(id=made.id, defaults=values | {"terms": terms})


def progress(identifier: str) -> Progress:
    """How far its list was taken."""
    row = ProgressRow.objects.filter(id=identifier).first()
    if row is None:
        return Progress()
    return Progress(row.turn, row.checkpoint, row.held.hex if row.held else None, Instant(row.taken_at))


def advance(identifier: str, entry: str, made: Progress, at: Instant) -> None:
    """Keep how far the list was taken; the database refuses a turn that does not follow the one before."""
    values = {"entry": entry, "turn": made.turn, "checkpoint": made.checkpoint, "held": made.held, "taken_at": at.utc}
    ProgressRow.objects.update_or_create(id=identifier, defaults=values)


def pulse(identifier: str) -> Pulse | None:
    """When it is due, and how it went."""
    row = PulseRow.objects.filter(id=identifier).first()
    return None if row is None else _pulse(row)


def beat(identifier: str, made: Pulse) -> None:
    """Keep when it is due and how it went."""
    values = {
        "next_at": made.next_at.utc,
        "looked_at": made.looked_at.utc if made.looked_at else None,
        "failures": made.failures,
        "code": made.code,
        "said": made.said,
        "refused": [[one.place, one.why] for one in made.refused[:MOST_SHOWN]],
    }
    PulseRow.objects.update_or_create(id=identifier, defaults=values)


def still_waits(held: str | None) -> bool:
    """Whether a list still waits for a person."""
    try:
        return held is not None and bool(papers.waiting(held))
    except UnknownList:
        return False


def listed_by(exchange: Exchange) -> Iterator[BankEntry]:
    """Items of its bank that came from this exchange."""
    of, after, prefix = banks.bank(exchange.terms.bank), 0, f"{exchange.name}:"
    while found := banks.items(of, after=after, most=_AT_ONCE):
        after = found[-1].number
        yield from (one for one in found if (one.reference or "").startswith(prefix))


def _exchange(row: ExchangeRow) -> Exchange:
    return Exchange(row.id.hex, row.version, row.ended, row.hurried, ExchangeTerms.model_validate(row.terms))


def _pulse(row: PulseRow) -> Pulse:
    return Pulse(
        next_at=Instant(row.next_at),
        looked_at=Instant(row.looked_at) if row.looked_at else None,
        failures=row.failures,
        code=row.code,
        said=row.said,
        refused=tuple(Refused(*one) for one in row.refused),
    )


def _uuid(identifier: str) -> UUID:
    try:
        return UUID(identifier)
    except ValueError as wrong:
        raise UnknownExchange from wrong
