"""Figures about jobs and deadlines for whoever runs the house: counts and ages, nothing about any case."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

_JOBS = """
SELECT count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())),
    count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()),
    count(*) FILTER (WHERE status = 'doing'),
    count(*) FILTER (WHERE status = 'todo' AND attempts > 0),
    (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '10 seconds')
FROM procrastinate_jobs
"""
_DEADLINES = """
SELECT count(*) FILTER (WHERE state = 'running' AND NOT ends),
    count(*) FILTER (WHERE state = 'running' AND next_at < now() - interval '5 seconds'),
    count(*) FILTER (WHERE state = 'met' AND NOT ends),
    count(*) FILTER (WHERE state = 'missed')
FROM deadline
"""


@dataclass(frozen=True)
class JobFigures:
    """How many jobs there are, and who runs them."""

    waiting: int
    """Could start now."""
    scheduled: int
    """Wait for their time."""
    running: int
    tried_again: int
    """Wait after a failure."""
    workers: int
    """Workers that lived within the last ten seconds."""


@dataclass(frozen=True)
class DeadlineFigures:
    """Duties that run, were met, were missed; and what the ticker should have fired and has not."""

    running: int
    overdue: int
    met: int
    missed: int


def jobs() -> JobFigures:
    """The jobs now."""
    return JobFigures(*_row(_JOBS))


def deadlines() -> DeadlineFigures:
    """The deadlines now."""
    return DeadlineFigures(*_row(_DEADLINES))


def database() -> tuple[int, float]:
    """The server's version (as PostgreSQL numbers it) and its clock, in seconds since 1970."""
    version, seconds = _row("SELECT current_setting('server_version_num')::int, extract(epoch FROM clock_timestamp())")
    return int(version), float(seconds)


def _row(statement: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found: tuple[int, ...] = cursor.fetchone() or ()
    return found
