"""The only reader and writer of ``execution_content_item``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from comity.casefile.documents.act import Act
from comity.casefile.records import rows
from comity.execution.content.errors import Superseded
from comity.execution.content.models import OPEN, ContentItem, ItemState

_ONE_AT_A_TIME = 7223006
"""Class of the advisory locks under which the platform is asked about an item; the object is the item's hash."""
_KEEPS_AWAY = (ItemState.PRESERVED.value, ItemState.PERFORMED.value)
"""Disabled, or about to be: between taking into custody and *performed* the platform may have been asked already."""
_LOCKED = rows.Reader(ContentItem, "case_id = %s ORDER BY id FOR UPDATE")
_AT_URL = rows.Reader(ContentItem, "case_id = %s AND url = %s FOR UPDATE")
_OF_CASE = rows.Reader(ContentItem, "case_id = %s ORDER BY id")
_SAME = rows.Reader(ContentItem, "id = %s AND act = %s AND state = %s FOR UPDATE")


@contextmanager
def alone_with(item: str) -> Iterator[None]:
    """Nobody else disables or restores this item meanwhile; let go with the connection when the process dies.

    Without it one case could restore between another's disabling and the look that proves it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [_ONE_AT_A_TIME, item])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_ONE_AT_A_TIME, item])


def claim(row: ContentItem) -> None:
    """Lock an address for this unit of work; raises ``Superseded`` when it is no longer as it was read."""
    if _SAME.first(row.id, row.act, row.state) is None:
        raise Superseded


def items(case: str) -> list[ContentItem]:
    """Every address of a case, in the order of the decision."""
    return _OF_CASE.all(UUID(case))


def items_of(cases: Iterable[str]) -> list[ContentItem]:
    """Every address of these cases."""
    return list(ContentItem.objects.filter(case_id__in=[UUID(case) for case in cases]).order_by("id"))


def locked_items(case: str) -> list[ContentItem]:
    """The same, locked for this unit of work: whoever takes one into custody meanwhile waits, or was before us."""
    return _LOCKED.all(UUID(case))


def open_items(case: str) -> list[ContentItem]:
    """Addresses whose disabling is not settled."""
    wanted = {state.value for state in OPEN}
    return [row for row in items(case) if row.state in wanted]


def restoring_items(case: str) -> list[ContentItem]:
    """Addresses whose restoring is not settled."""
    return [row for row in items(case) if row.state == ItemState.RESTORING.value]


def disabling_cases(item: str) -> tuple[str, ...]:
    """Every case whose order keeps this item of the platform away now, or is about to."""
    found = ContentItem.objects.filter(item=item, state__in=_KEEPS_AWAY)
    return tuple(row.case_id.hex for row in found)


def barred_items(case: str) -> list[ContentItem]:
    """Addresses that this case no longer keeps away, but another does."""
    return [row for row in items(case) if row.state == ItemState.BARRED.value]


def cases_barred_with(case: str) -> tuple[str, ...]:
    """Other cases that wait for an item of this case to be free."""
    mine = ContentItem.objects.filter(case_id=case).exclude(item="").values("item")
    found = ContentItem.objects.filter(item__in=mine, state=ItemState.BARRED.value).exclude(case_id=case)
    return tuple(sorted({row.case_id.hex for row in found}))


def account_of(case: str) -> str:
    """The content provider's account, as the platform names it; empty when nothing was found."""
    return next((row.account for row in items(case) if row.account), "")


def add(case: str, act: Act, entry: str) -> None:
    """A new address, its disabling ordered. An address that is there already (a new hour) is ordered anew."""
    fields = {
        "entry": UUID(entry),
        "state": ItemState.ORDERED.value,
        "act": UUID(act.act),
        "ordered": UUID(entry),
        "territories": list(act.grant.territories),
        "attempt": 1,
        "detail": "",
    }
    row = _AT_URL.first(UUID(case), act.grant.url)
    if row is None:
        ContentItem.objects.create(case_id=UUID(case), url=act.grant.url, **fields)
        return
    for name, value in fields.items():
        setattr(row, name, value)
    rows.write(row, frozenset(fields))


def save(row: ContentItem, entry: str, fields: Iterable[str]) -> None:
    """Write changed fields together with the entry that caused them."""
    row.entry = UUID(entry)
    rows.write(row, frozenset({"entry", *fields}))
