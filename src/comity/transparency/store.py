"""The only reader and writer of the transparency room's tables."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from comity.casefile.records import rows
from comity.transparency.errors import LinkNotUsable, NoSuchComplaint
from comity.transparency.models import ComplaintRow, NoticeRow

_NOTICE = rows.Reader(NoticeRow, "case_id = %s")
_LOCKED = rows.Reader(NoticeRow, "case_id = %s FOR UPDATE")


def token_hash(token: str) -> bytes:
    """What is stored of a complaint link: enough to recognise it, not to make it."""
    return hashlib.sha256(token.encode()).digest()


def notice(case: str) -> NoticeRow | None:
    """Where the notice of a case stands."""
    return _NOTICE.first(UUID(case))


def save_notice(case: str, entry: str, **fields: Any) -> None:
    """Write where the notice of a case stands, with the entry that says so."""
    row = _LOCKED.first(UUID(case))
    if row is None:
        NoticeRow.objects.create(case_id=case, entry=entry, **fields)
        return
    for name, value in {"entry": entry, **fields}.items():
        setattr(row, name, value)
    rows.write(row, frozenset({"entry", *fields}))


def by_token(token: str) -> NoticeRow:
    """The notice whose link this is; the same refusal for a wrong link as for a closed one."""
    row = NoticeRow.objects.filter(token_hash=token_hash(token), state="told").first()
    if row is None:
        raise LinkNotUsable
    return row


def add_complaint(identifier: str, case: str, entry: str, received_at: datetime) -> None:
    """A complaint arrived."""
    ComplaintRow.objects.create(id=identifier, case_id=case, entry=entry, complaint=entry, received_at=received_at)


def complaint(identifier: str) -> ComplaintRow:
    """An undecided complaint, locked for this unit of work."""
    row = ComplaintRow.objects.select_for_update().filter(id=identifier, outcome="").first()
    if row is None:
        raise NoSuchComplaint
    return row


def complaints() -> list[ComplaintRow]:
    """Undecided complaints first, oldest first; then the latest decided ones."""
    pending = list(ComplaintRow.objects.filter(outcome="").order_by("received_at")[:200])
    return pending + list(ComplaintRow.objects.exclude(outcome="").order_by("-decided_at")[:50])


def complaints_of(case: str) -> list[ComplaintRow]:
    """Every complaint in one case."""
    return list(ComplaintRow.objects.filter(case_id=case).order_by("received_at"))


def close_complaint(row: ComplaintRow, entry: str, outcome: str, at: datetime) -> None:
    """The complaint has its outcome."""
    row.entry, row.outcome, row.decided_at = UUID(entry), outcome, at
    row.save(update_fields=["entry", "outcome", "decided_at"])


def decided(identifier: str) -> tuple[ComplaintRow, NoticeRow | None]:
    """A decided complaint and where the notice of its case stands."""
    row = ComplaintRow.objects.exclude(outcome="").filter(id=identifier).first()
    if row is None:
        raise NoSuchComplaint
    return row, notice(row.case_id.hex)
