"""The only reader and writer of what counts exposure. No entry names it: it is about staff.

At what somebody looked it knows only while they do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from comity.casefile.clock import Instant
from comity.docket.reviews.exposure import Exposure, Refusal, of_day
from comity.docket.reviews.models import ExposureRow
from comity.docket.reviews.store import instant

_LOOKED = 7223018
"""Class of the advisory locks under which one person's count changes."""
Change = Callable[[Exposure], tuple[Exposure, Refusal | None]]


def of(person: str, day: date) -> Exposure:
    """A person's count on a day, with the pause that goes on from the day before."""
    row = ExposureRow.objects.filter(person=person, day__lte=day).order_by("-day").first()
    return Exposure(day) if row is None else of_day(_read(row), day)


def change(person: str, day: date, how: Change) -> tuple[Exposure, Refusal | None]:
    """Change a person's count in a transaction of its own, so that a refusal is counted too."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOOKED, person])
        before = of(person, day)
        after, refusal = how(before)
        if after != before or refusal is not None:
            ExposureRow.objects.update_or_create(person=person, day=day, defaults=_written(after))
    return after, refusal


def _read(row: ExposureRow) -> Exposure:
    return Exposure(
        day=row.day,
        seconds=row.seconds,
        run=row.run,
        looks=row.looks,
        began_at=instant(row.began_at),
        case=row.case_id.hex if row.case_id else "",
        ended_at=instant(row.ended_at),
        pause_until=instant(row.pause_until),
    )


def _written(now: Exposure) -> dict[str, object]:
    times: dict[str, Instant | None] = {
        "began_at": now.began_at,
        "ended_at": now.ended_at,
        "pause_until": now.pause_until,
    }
    counts: dict[str, object] = {"seconds": now.seconds, "run": now.run, "looks": now.looks}
    counts["case_id"] = UUID(now.case) if now.case else None
    return counts | {name: at.utc if at else None for name, at in times.items()}
