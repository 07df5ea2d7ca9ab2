"""The only reader and writer of ``docket_case``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.documents.demand import Demand
from comity.casefile.documents.record import CaseMove, CaseNote
from comity.casefile.records import UnitOfWork, rows
from comity.docket.errors import CaseClosed, NoSuchCase
from comity.docket.models import Case, Thread
from comity.docket.procedure import PROCEDURE, Status, target
from comity.docket.user_procedure import ABOUT_USERS, table_of
from comity.intake.recognising import stated_reference

PAGE = 50
MOVED: list[Callable[[Case], None]] = []
"""Who else must know, in the same transaction, that a case moved: rooms inside the docket, at start."""
_WALKED = 7223007
"""Class of the advisory locks of those who walk a case; the object is the case's hash."""
_ENTRIES = frozenset({"demand", "assessment", "decision", "reply", "rule"})
"""Columns that hold identifiers; a row in memory must look as it does when read back."""
_IDENTIFIER = re.compile(r"[0-9a-f]{32}", re.ASCII)
_CASE = rows.Reader(Case, "id = %s")
_LOCKED = rows.Reader(Case, "id = %s FOR UPDATE")


@contextmanager
def alone_with(case: str) -> Iterator[None]:
    """Nobody else walks this case meanwhile; let go with the connection when the process dies.

    Jobs of one case mostly run one after the other; not those that waited for an instant, nor those of a worker that
    was only slow and taken for dead.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [_WALKED, case])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_WALKED, case])


def next_number() -> int:
    """The next short number for a case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('docket_case_number')")
        return int(cursor.fetchone()[0])


def create(
    demand: Entered[Demand], *, authority_name: str, status: Status = Status.RECEIVED, reference: str = ""
) -> Case:
    """Open the case of an entered demand; ``reference``: its own, where the form has no place for it."""
    document = demand.document
    return Case.objects.create(
        id=UUID(demand.case),
        entry=UUID(demand.entry),
        number=next_number(),
        status=status.value,
        instrument=document.instrument,
        channel=document.channel.kind.value,
        authority=document.sender.authority or "",
        authority_name=shown(authority_name),
        reference=shown(reference or stated_reference(document.form)),
        received_at=document.times.transport_received_at.utc,
        verified=document.channel.sender_verified,
        demand=UUID(demand.entry),
    )


def shown(text: str) -> str:
    """A sender's text as the database takes it: no NUL, no half characters. The document keeps it as it came."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:300]


def locked(case: str) -> Case:
    """A case, locked for this unit of work: whoever moves it looks at its state first."""
    if _IDENTIFIER.fullmatch(case) is None:
        raise NoSuchCase
    row = _LOCKED.first(UUID(case))
    if row is None:
        raise NoSuchCase
    return row


def still_open(case: str) -> Case:
    """The same for whatever adds words or bytes to a case: once it is closed, nothing would ever erase them."""
    row = locked(case)
    if row.status == Status.CLOSED.value:
        raise CaseClosed
    return row


def found(identifier: str) -> Case | None:
    """A case by its identifier, if there is one."""
    return _CASE.first(UUID(identifier)) if _IDENTIFIER.fullmatch(identifier) else None


def case(identifier: str) -> Case:
    """A case by its identifier."""
    row = found(identifier)
    if row is None:
        raise NoSuchCase
    return row


def by_number(number: int) -> Case:
    """A case by its short number."""
    row = Case.objects.filter(number=number).first()
    if row is None:
        raise NoSuchCase
    return row


def by_reference(authority: str, reference: str) -> Case:
    """The newest case that this authority filed under this reference; others' cases do not exist for it."""
    row = Case.objects.filter(authority=authority, reference=reference).order_by("-received_at").first()
    if row is None:
        raise NoSuchCase
    return row


def walk(work: UnitOfWork, row: Case, event: str, because: str, **fields: Any) -> str:
    """Move a case along one arrow by itself: the move is its own entry, which is returned."""
    entry = audit.enter(work, row.id.hex, CaseMove(case=row.id.hex, event=event, because=because)).entry
    move(row, event, entry, **fields)
    return entry


def note(work: UnitOfWork, row: Case, event: str, because: str) -> str:
    """Enter that something happened in a case that does not move it; gives the entry. Erased with the case."""
    entry = audit.enter(work, row.id.hex, CaseNote(case=row.id.hex, event=event, because=because)).entry
    update(row, entry)
    return entry


def move(row: Case, event: str, entry: str, **fields: Any) -> None:
    """Move a case along one arrow of the procedure, naming the entry that moved it."""
    row.status = target(Status(row.status), event, table_of(row.instrument)).value
    update(row, entry, **fields)
    for told in MOVED:
        told(row)


def update(row: Case, entry: str, **fields: Any) -> None:
    """Change what the docket shows of a case without moving it, naming the entry that caused it."""
    row.entry = UUID(entry)
    for name, value in fields.items():
        setattr(row, name, UUID(value) if name in _ENTRIES and isinstance(value, str) else value)
    rows.write(row, frozenset({"entry", "status", *fields}))


def end_thread(case: str, entry: str) -> None:
    """Nothing waits for an answer in the thread of a case that is over."""
    Thread.objects.filter(pk=UUID(case), waits_since__isnull=False).update(waits_since=None, entry=UUID(entry))


def all_cases() -> Iterator[Case]:
    """Every case, by number."""
    yield from Case.objects.order_by("number").iterator()


def awaiting_ends() -> list[str]:
    """Every case in which nothing but the end of a period is awaited."""
    both = (*PROCEDURE, *ABOUT_USERS)
    found = Case.objects.filter(status__in=sorted({arrow.source.value for arrow in both if arrow.by == "clock"}))
    return [identifier.hex for identifier in found.values_list("id", flat=True).iterator()]


def decided_by_rule(rule: str) -> int:
    """How many cases this standing rule decided."""
    return Case.objects.filter(rule=rule).count()


def belongs(case: str, authority: str) -> bool:
    """Whether this authority filed this case; no for anything that is not an identifier."""
    return _IDENTIFIER.fullmatch(case) is not None and Case.objects.filter(id=case, authority=authority).exists()


def of_authority(authority: str, *, search: str = "", before: int | None = None) -> list[Case]:
    """The newest cases of an authority, a page at a time, ``before`` a short number."""
    rows = Case.objects.filter(authority=authority).order_by("-number")
    if search:
        rows = rows.filter(reference__icontains=search)
    return list(rows.filter(number__lt=before)[:PAGE] if before else rows[:PAGE])


def answers() -> bool:
    """Whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
