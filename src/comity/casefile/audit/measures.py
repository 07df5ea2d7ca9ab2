"""Figures about the log for whoever runs the house: how far the sequencer is behind, how old its last signature."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

_FIGURES = """
SELECT (SELECT count(*) FROM leaf WHERE idx IS NULL),
    head.size, extract(epoch FROM head.at),
    (SELECT count(*) FROM clock_alarm WHERE settled_by IS NULL),
    EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 7223003 AND objid = 1 AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
FROM (SELECT 1) AS one
LEFT JOIN (SELECT size, at FROM checkpoint WHERE note IS NOT NULL ORDER BY size DESC LIMIT 1) AS head ON true
"""


@dataclass(frozen=True)
class LogFigures:
    """The log now."""

    waiting: int
    """Leaves that no signed checkpoint includes because they have no place yet."""
    size: int
    signed_at: float | None
    """When the newest checkpoint was made, in seconds since 1970."""
    alarms: int
    """Jumps of the clock that nobody settled; while there is one, nothing ends by itself."""
    sequencer: bool
    """Whether a sequencer lives."""


def log() -> LogFigures:
    """The log now."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES)
        waiting, size, signed_at, alarms, sequencer = cursor.fetchone() or (0, None, None, 0, False)
    return LogFigures(waiting, size or 0, None if signed_at is None else float(signed_at), alarms, sequencer)
