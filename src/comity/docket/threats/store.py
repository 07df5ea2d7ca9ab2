"""The only reader and writer of the tables of threats."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.threat import Ground, Origin, Recipient, Tell, ThreatChange
from comity.casefile.records import UnitOfWork, rows
from comity.docket.threats.errors import NoSuchThreat
from comity.docket.threats.models import RecipientRow, State, ThreatRow

OPEN = (State.RAISED.value, State.TELLING.value)


def next_number() -> int:
    """The next short number for a threat."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('threats_number')")
        return int(cursor.fetchone()[0])


def by_number(number: int, *, locked: bool = False) -> ThreatRow:
    """A threat by its short number; raises ``NoSuchThreat``."""
    found = ThreatRow.objects.select_for_update() if locked else ThreatRow.objects
    row = found.filter(number=number).first()
    if row is None:
        raise NoSuchThreat
    return row


def by_file(identifier: str, *, locked: bool = False) -> ThreatRow | None:
    """A threat by its identifier, if it is one's."""
    found = ThreatRow.objects.select_for_update() if locked else ThreatRow.objects
    return found.filter(id=UUID(identifier)).first()


def raised_in(file: UUID) -> ThreatRow | None:
    """The threat that was raised in this file and waits for a decision."""
    return ThreatRow.objects.filter(file=file, state=State.RAISED.value).first()


def of_file(file: UUID) -> list[ThreatRow]:
    """Every threat that was raised in a file, the oldest first."""
    return list(ThreatRow.objects.filter(file=file).order_by("number"))


def open_ones() -> list[ThreatRow]:
    """Threats that are not settled, the oldest first."""
    return list(ThreatRow.objects.filter(state__in=OPEN).order_by("number"))


def settled(most: int = 50) -> list[ThreatRow]:
    """Threats that are, the newest first."""
    return list(ThreatRow.objects.exclude(state__in=OPEN).order_by("-number")[:most])


def since(moment: Instant) -> list[ThreatRow]:
    """Threats known since then, for figures."""
    return list(ThreatRow.objects.filter(known_at__gte=moment.utc).order_by("number"))


def enter(work: UnitOfWork, row: ThreatRow, change: str, because: str, person: Any) -> str:
    """Enter what became of a threat; gives the entry."""
    said = ThreatChange(
        threat=row.id.hex,
        number=row.number,
        change=change,
        origin=Origin(row.origin),
        file=row.file.hex,
        file_number=row.file_number,
        known_at=Instant(row.known_at),
        grounds=tuple(Ground(one) for one in row.grounds),
        states=tuple(row.states),
        because=because,
        by=person,
        at=work.at,
    )
    return audit.enter(work, row.id.hex, said).entry


def add(row: ThreatRow, entry: str) -> None:
    """Keep a new threat."""
    row.entry = UUID(entry)
    row.save(force_insert=True)


def change(row: ThreatRow, entry: str, **fields: Any) -> None:
    """Change a threat together with the entry that says so."""
    row.entry = UUID(entry)
    for name, value in fields.items():
        setattr(row, name, value)
    rows.write(row, frozenset({"entry", *fields}))


def enter_recipient(work: UnitOfWork, row: RecipientRow, change: str, because: str) -> str:
    """Enter what became of one recipient; gives the entry."""
    said = Recipient(
        threat=row.threat.hex,
        recipient=row.id.hex,
        change=change,
        tell=Tell(row.tell),
        state=row.state,
        name=row.name,
        channel=row.channel,
        address=row.address,
        because=because[:500],
        at=work.at,
    )
    return audit.enter(work, row.threat.hex, said).entry


def add_recipient(row: RecipientRow, entry: str) -> None:
    """Keep a new recipient."""
    row.entry = UUID(entry)
    row.save(force_insert=True)


def change_recipient(row: RecipientRow, entry: str, **fields: Any) -> None:
    """Change a recipient together with the entry that says so."""
    row.entry = UUID(entry)
    for name, value in fields.items():
        setattr(row, name, value)
    rows.write(row, frozenset({"entry", *fields}))


def recipients(threat: UUID) -> list[RecipientRow]:
    """Everybody who is told, in order."""
    return list(RecipientRow.objects.filter(threat=threat).order_by("place"))


def recipient(identifier: str, *, locked: bool = False) -> RecipientRow | None:
    """One recipient."""
    found = RecipientRow.objects.select_for_update() if locked else RecipientRow.objects
    return found.filter(id=UUID(identifier)).first()
