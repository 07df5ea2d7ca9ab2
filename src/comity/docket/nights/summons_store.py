"""Alarms that ring for incidents, in the table of alarms: begun here, changed by ``store`` like every other."""

from __future__ import annotations

from uuid import UUID

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.night import Alarm
from comity.casefile.records import UnitOfWork
from comity.docket.nights.models import AlarmRow

SUMMONS = "incident"
"""The reason of an alarm that rings for an incident, not for a case."""
_AT_ONCE = 200


def begin(work: UnitOfWork, file: str, number: int, *, because: str) -> AlarmRow:
    """Enter that an incident rings; the first step is due at once."""
    identifier = new_id()
    said = Alarm(case=file, alarm=identifier, change="began", step=-1, because=because)
    return AlarmRow.objects.create(
        id=UUID(hex=identifier),
        entry=UUID(hex=audit.enter(work, file, said).entry),
        case_id=UUID(hex=file),
        number=number,
        reason=SUMMONS,
        turn=SUMMONS,
        state="ringing",
        verified=True,
        began_at=work.at.utc,
        next_at=work.at.utc,
    )


def due(now: Instant) -> list[str]:
    """Alarms for incidents of which a step is due."""
    rows = AlarmRow.objects.filter(state="ringing", reason=SUMMONS, next_at__lte=now.utc).order_by("began_at")
    return [row.hex for row in rows.values_list("id", flat=True)[:_AT_ONCE]]
