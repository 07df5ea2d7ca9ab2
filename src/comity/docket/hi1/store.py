"""The only reader and writer of the tables of HI-1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from comity.casefile import audit
from comity.casefile.audit.errors import EntryErased
from comity.casefile.clock import Instant
from comity.casefile.documents import Json, new_id
from comity.casefile.documents.interface import MessageAnswer, MessageNotice, MessageObject
from comity.casefile.records import UnitOfWork, rows
from comity.docket.hi1.models import NoticeRow, ObjectRow, Progress, TransactionRow
from comity.docket.models import Case

_LOCK_SPACE = 0x686931  # advisory locks of this room ("hi1")
_MOST = 500
NOTICE, DELIVERY = "NotificationObject", "DeliveryObject"


@dataclass(frozen=True)
class Place:
    """Behind which row a list goes on; the beginning where it names none."""

    created: str = ""
    row: str = ""
    """An object, by the instant of its creation and its row."""
    number: int | None = None
    """A notice or delivery: every object was listed."""

    def as_list(self) -> list[Any]:
        """As JSON holds it."""
        return [self.created, self.row, self.number]


@dataclass(frozen=True)
class Wanted:
    """What a LIST asks for."""

    type: str = ""
    since: Instant | None = None
    most: int = _MOST
    after: Place = Place()


def lock(authority: str) -> None:
    """Messages of one authority that change something come one after another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, authority])


def transaction(client: str, identifier: str) -> TransactionRow | None:
    """The message that this client sent under this identifier."""
    return TransactionRow.objects.filter(client=client, transaction=UUID(identifier)).first()


def answer_of(row: TransactionRow) -> bytes | None:
    """What it was answered; nothing once that is erased."""
    try:
        return audit.find(row.entry.hex, MessageAnswer).document.answer.encode()
    except EntryErased:
        return None


def settle(work: UnitOfWork, said: MessageAnswer) -> None:
    """Enter what a message was answered, and keep its identifier for ever."""
    TransactionRow.objects.create(
        id=UUID(new_id()),
        entry=UUID(audit.enter(work, said.file, said).entry),
        client=said.client,
        transaction=UUID(said.transaction),
        digest=said.digest,
        file=UUID(said.file),
        received_at=said.at.utc,
    )


def client_of(case: str) -> str:
    """The client whose message made this case."""
    row = TransactionRow.objects.filter(file=UUID(case)).order_by("received_at").first()
    return row.client if row else ""


def objects(authority: str, identifiers: Iterable[str]) -> dict[str, ObjectRow]:
    """Of these identifiers the objects that this authority has, by identifier."""
    found = ObjectRow.objects.filter(authority=authority, identifier__in=[UUID(one) for one in identifiers])
    return {str(row.identifier): row for row in found}


def of_case(case: str) -> list[ObjectRow]:
    """The objects of a case, in the order in which they were created."""
    return list(ObjectRow.objects.filter(case_id=UUID(case)).order_by("created_at", "type", "identifier"))


def content(row: ObjectRow) -> Json | None:
    """What an object says; nothing once that is erased."""
    try:
        return audit.find(row.entry.hex, MessageObject).document.content
    except EntryErased:
        return None


def create(work: UnitOfWork, case: str, authority: str, identifier: str, said: Json, kind: str) -> None:
    """Enter a new object and keep its row."""
    ObjectRow.objects.create(
        id=UUID(new_id()),
        entry=UUID(_entered(work, case, identifier, kind, 1, said)),
        authority=authority,
        identifier=UUID(identifier),
        type=kind,
        case_id=UUID(case),
        generation=1,
        created_at=work.at.utc,
        changed_at=work.at.utc,
    )


def change(work: UnitOfWork, row: ObjectRow, said: Json) -> None:
    """Enter an object's next generation."""
    row.generation += 1
    row.changed_at = work.at.utc
    row.entry = UUID(_entered(work, row.case_id.hex, str(row.identifier), row.type, row.generation, said))
    rows.write(row, frozenset({"entry", "generation", "changed_at"}))


def _entered(work: UnitOfWork, case: str, identifier: str, kind: str, generation: int, said: Json) -> str:
    document = MessageObject(
        case=case, identifier=identifier, type=kind, generation=generation, content=said, at=work.at
    )
    return audit.enter(work, case, document).entry


def listed(authority: str, wanted: Wanted, most: int) -> list[ObjectRow]:
    """The objects of an authority, those created last first."""
    found = ObjectRow.objects.filter(authority=authority)
    found = found.filter(type=wanted.type) if wanted.type else found
    found = found.filter(changed_at__gte=wanted.since.utc) if wanted.since else found
    if wanted.after.row:
        at, row = Instant.parse(wanted.after.created).utc, UUID(wanted.after.row)
        found = found.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=row))
    return list(found.order_by("-created_at", "-id")[:most])


# -- notices -----------------------------------------------------------------------------------------------------------


def raise_notice(row: Case, package: str | None = None) -> str:
    """Keep that a case moved, by the entry that moved it, or that a package is delivered; gives its identifier."""
    identifier, held = new_id(), UUID(package) if package else None
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hi1_notice (id, entry, case_id, authority, status, made_at, progress, attempts, package) "
            "SELECT %s, id, %s, %s, %s, at, %s, 0, %s FROM document WHERE id = %s",
            [UUID(identifier), row.id, row.authority, row.status, Progress.RAISED.value, held, row.entry],
        )
    return identifier


def newest_notice(case: str) -> NoticeRow | None:
    """The last notice of a case's status."""
    return NoticeRow.objects.filter(case_id=UUID(case), package=None).order_by("-number").first()


def delivered(package: str) -> bool:
    """Whether a delivery of this package was raised before."""
    return NoticeRow.objects.filter(package=UUID(package)).exists()


def notice(identifier: str, *, locked: bool = False) -> NoticeRow | None:
    """One notice."""
    found = NoticeRow.objects.select_for_update() if locked else NoticeRow.objects
    return found.filter(pk=UUID(identifier)).first()


def notices(authority: str, wanted: Wanted, most: int) -> list[NoticeRow]:
    """The notices and deliveries of an authority, the newest first."""
    found = NoticeRow.objects.filter(authority=authority)
    found = found.filter(package__isnull=wanted.type == NOTICE) if wanted.type else found
    found = found.filter(made_at__gte=wanted.since.utc) if wanted.since else found
    found = found.filter(number__lt=wanted.after.number) if wanted.after.number is not None else found
    return list(found.order_by("-number")[:most])


def step(work: UnitOfWork, row: NoticeRow, said: MessageNotice, **fields: Any) -> None:
    """Enter what became of a notice, and change its row with it."""
    row.entry = UUID(audit.enter(work, said.case, said).entry)
    for name, held in fields.items():
        setattr(row, name, held)
    rows.write(row, frozenset({"entry", *fields}))
