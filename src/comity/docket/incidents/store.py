"""The only reader and writer of the table of incidents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

from comity.casefile import audit
from comity.casefile.audit import EntryRow
from comity.casefile.clock import Instant
from comity.casefile.documents.incident import HandOff, IncidentChange
from comity.casefile.records import UnitOfWork, rows
from comity.docket.incidents.errors import NoSuchIncident
from comity.docket.incidents.models import IncidentRow, State

_DECLARED = 7223019
"""The lock under which incidents begin and end, so that all of them agree on how fast exchanges are fetched."""


def lock() -> None:
    """Wait for whoever begins or ends an incident; held until this unit of work ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DECLARED])


def next_number() -> int:
    """The next short number for an incident."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('incidents_number')")
        return int(cursor.fetchone()[0])


def by_number(number: int, *, locked: bool = False) -> IncidentRow:
    """An incident by its short number; raises ``NoSuchIncident``."""
    found = IncidentRow.objects.select_for_update() if locked else IncidentRow.objects
    row = found.filter(number=number).first()
    if row is None:
        raise NoSuchIncident
    return row


def by_file(file: str, *, locked: bool = False) -> IncidentRow | None:
    """An incident by its identifier, if it is one's."""
    found = IncidentRow.objects.select_for_update() if locked else IncidentRow.objects
    return found.filter(id=UUID(file)).first()


def lasting() -> list[IncidentRow]:
    """Incidents that last, the newest first."""
    return list(IncidentRow.objects.filter(state=State.LASTS.value).order_by("-number"))


def over(most: int = 50) -> list[IncidentRow]:
    """Incidents that are over, the newest first."""
    return list(IncidentRow.objects.exclude(state=State.LASTS.value).order_by("-number")[:most])


def lasts_named(title: str) -> bool:
    """Whether an incident of this name lasts."""
    return IncidentRow.objects.filter(state=State.LASTS.value, title__iexact=title).exists()


def enter(work: UnitOfWork, change: IncidentChange) -> str:
    """Enter what became of an incident; gives the entry."""
    return audit.enter(work, change.incident, change).entry


def add(row: IncidentRow) -> None:
    """Keep a new incident."""
    row.save(force_insert=True)


def change(row: IncidentRow, entry: str, **fields: Any) -> None:
    """Change an incident together with the entry that says so."""
    row.entry = UUID(entry)
    for name, value in fields.items():
        setattr(row, name, value)
    rows.write(row, frozenset({"entry", *fields}))


def hand_offs(file: UUID) -> list[tuple[str, HandOff, Instant]]:
    """Entry, report and instant of every hand-off of an incident, the newest first."""
    found = [one for one in audit.entries_of(file.hex, kind=HandOff.kind) if one.body is not None]
    return [(one.entry, HandOff.from_canonical(one.body), one.at) for one in reversed(found) if one.body]


def timeline(file: UUID) -> list[EntryRow]:
    """Everything that was entered about an incident, in order."""
    return audit.entries_of(file.hex)


def changes(file: UUID) -> list[tuple[str, IncidentChange]]:
    """Entry and document of every change of an incident, compared with its leaf, in order."""
    entries = [one.entry for one in audit.entries_of(file.hex, kind=IncidentChange.kind)]
    return [(entry, audit.find(entry, IncidentChange).document) for entry in entries]
