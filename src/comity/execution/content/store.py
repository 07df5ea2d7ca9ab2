"""The only reader and writer of ``execution_content_item``."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from comity.casefile.documents.act import Act
from comity.execution.content.models import OPEN, ContentItem, ItemState


def items(case: str) -> list[ContentItem]:
    """Every address of a case, in the order of the decision."""
    return list(ContentItem.objects.filter(case_id=case).order_by("id"))


def open_items(case: str) -> list[ContentItem]:
    """Addresses whose disabling is not settled."""
    return list(ContentItem.objects.filter(case_id=case, state__in=[state.value for state in OPEN]).order_by("id"))


def restoring_items(case: str) -> list[ContentItem]:
    """Addresses whose restoring is not settled."""
    return list(ContentItem.objects.filter(case_id=case, state=ItemState.RESTORING.value).order_by("id"))


def disabling_cases(item: str) -> tuple[str, ...]:
    """Every case whose order keeps this item of the platform away now."""
    rows = ContentItem.objects.filter(item=item, state=ItemState.PERFORMED.value)
    return tuple(row.case_id.hex for row in rows)


def account_of(case: str) -> str:
    """The content provider's account, as the platform names it; empty when nothing was found."""
    row = ContentItem.objects.filter(case_id=case).exclude(account="").order_by("id").first()
    return row.account if row else ""


def add(case: str, act: Act, entry: str) -> None:
    """A new address, its disabling ordered. An address that is there already (a new hour) is ordered anew."""
    ContentItem.objects.update_or_create(
        case_id=case,
        url=act.grant.url,
        defaults={
            "entry": entry,
            "state": ItemState.ORDERED.value,
            "act": act.act,
            "ordered": entry,
            "territories": list(act.grant.territories),
            "attempt": 1,
            "detail": "",
        },
    )


def save(row: ContentItem, entry: str, fields: Iterable[str]) -> None:
    """Write changed fields together with the entry that caused them."""
    row.entry = UUID(entry)
    row.save(update_fields=["entry", *fields])
