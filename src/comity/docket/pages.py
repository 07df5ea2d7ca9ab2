"""The docket page: fifty lines at a time, by keyset, so that the hundred-thousandth case costs what the first does."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from comity.casefile.clock import Instant
from comity.docket.models import Case
from comity.docket.procedure import Status
from comity.docket.store import PAGE
from comity.docket.views import CaseLine, DocketPage

ENDED = (Status.REFUSED.value, Status.DISMISSED.value, Status.CLOSED.value)
RUNNING = (
    Status.RECEIVED.value,
    Status.ASSESSED.value,
    Status.EXECUTING.value,
    Status.EXECUTED.value,
    Status.DECLINING.value,
    Status.CLARIFYING.value,
    Status.ANSWERED.value,
    Status.REINSTATING.value,
    Status.PACKING.value,
    Status.CONTESTING.value,
)
_CURSOR = re.compile(r"(\d{1,19})\.(\d{1,19})", re.ASCII)
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def line(row: Case) -> CaseLine:
    """A row as the doors see it."""
    return CaseLine(
        case=row.id.hex,
        number=row.number,
        status=row.status,
        instrument=row.instrument,
        channel=row.channel,
        authority=row.authority_name,
        reference=row.reference,
        received_at=Instant(row.received_at),
        due_at=Instant(row.due_at) if row.due_at else None,
        due_duty=row.due_duty,
        verified=row.verified,
        needs_person=row.needs_person,
        test=row.test,
    )


def page(*, tab: str, search: str, cursor: str | None, now: Instant) -> DocketPage:
    """One page of the docket. Tabs: ``pending`` (a person's turn, most urgent first), ``running``, ``all``."""
    rows = _searched(_tab(tab), search.strip())
    lines = _urgent_first(rows, cursor) if tab == "pending" else _newest_first(rows, cursor)
    following = None
    if len(lines) > PAGE:
        last = lines[PAGE - 1]
        following = f"{int((last.due_at or _NEVER).timestamp() * 1_000_000)}.{last.number}"
    return DocketPage(lines=tuple(line(row) for row in lines[:PAGE]), counts=counts(), next_cursor=following, now=now)


def counts() -> dict[str, int]:
    """How many cases stand under each tab; *all* by the newest number, which costs nothing."""
    newest = Case.objects.order_by("-number").values_list("number", flat=True).first()
    return {
        "pending": Case.objects.filter(needs_person=True).count(),
        "running": Case.objects.filter(status__in=RUNNING, needs_person=False).count(),
        "all": newest or 0,
    }


def _tab(tab: str) -> QuerySet[Case]:
    if tab == "pending":
        return Case.objects.filter(needs_person=True)
    if tab == "running":
        return Case.objects.filter(status__in=RUNNING, needs_person=False)
    return Case.objects.all()


def _searched(rows: QuerySet[Case], search: str) -> QuerySet[Case]:
    """By number, by part of a reference, or by part of an authority's name."""
    if not search:
        return rows
    found = Q(reference__icontains=search) | Q(authority_name__icontains=search)
    if search.lstrip("#").isdecimal() and len(search) < 18:
        found |= Q(number=int(search.lstrip("#")))
    return rows.filter(found)


def _urgent_first(rows: QuerySet[Case], cursor: str | None) -> list[Case]:
    """Cases without a clock come last: they compare as if due at the end of time."""
    after = _CURSOR.fullmatch(cursor) if cursor else None
    ordered = rows.extra(select={"urgency": "coalesce(due_at, '9999-01-01Z')"}, order_by=["urgency", "number"])
    if after:
        due = datetime.fromtimestamp(int(after[1]) / 1_000_000, UTC)
        ordered = ordered.extra(
            where=["(coalesce(due_at, '9999-01-01Z'), number) > (%s, %s)"], params=[due, int(after[2])]
        )
    return list(ordered[: PAGE + 1])


def _newest_first(rows: QuerySet[Case], cursor: str | None) -> list[Case]:
    after = _CURSOR.fullmatch(cursor) if cursor else None
    if after:
        rows = rows.filter(number__lt=int(after[2]))
    return list(rows.order_by("-number")[: PAGE + 1])
