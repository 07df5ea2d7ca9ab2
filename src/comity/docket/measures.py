"""Figures about cases for whoever runs the house: how many stand where, and how long orders took. Never which."""

from __future__ import annotations

from django.db import connection

from comity.docket.models import Case
from comity.docket.procedure import Status

_PERCENTILES = """
SELECT extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY took)),
    extract(epoch FROM percentile_disc(0.99) WITHIN GROUP (ORDER BY took))
FROM (SELECT replied.at - docket_case.received_at AS took
      FROM docket_case JOIN document AS replied ON replied.id = docket_case.reply
      WHERE replied.at > now() - interval '1 hour' AND NOT EXISTS (
          SELECT FROM document AS cost  -- a statement of costs, entered with them, answers nothing
          WHERE cost.case_id = docket_case.id AND cost.kind = 'cost_note' AND cost.at = replied.at)) AS answered
"""


def cases() -> dict[str, int]:
    """How many cases stand in each status; every status is there, so that none appears with its first case."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT status, count(*) FROM "{Case._meta.db_table}" GROUP BY status')  # noqa: S608, SLF001 -- our own table's name
        found = dict(cursor.fetchall())
    return {status.value: int(found.get(status.value, 0)) for status in Status}


def waiting_for_people() -> int:
    """How many cases wait for a person."""
    return Case.objects.filter(needs_person=True).count()


def seconds_to_answer() -> tuple[float, float] | None:
    """Median and 99th percentile of receipt to answer, of the answers of the last hour."""
    with connection.cursor() as cursor:
        cursor.execute(_PERCENTILES)
        median, slow = cursor.fetchone() or (None, None)
    return None if median is None or slow is None else (float(median), float(slow))
