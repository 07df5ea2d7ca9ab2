"""Jobs deferred in the transaction that causes them. Who runs them: ``workers``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection, transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from comity.casefile.clock import Instant

QUEUE = "default"
_BEHIND = -1
_WAITING = """
SELECT 1 FROM procrastinate_jobs
WHERE status = 'todo' AND priority >= 0 AND (scheduled_at IS NULL OR scheduled_at <= now()) LIMIT 1
"""


@dataclass(frozen=True)
class Deferred:
    """A task to run, with its arguments and under which conditions it starts."""

    task: str
    arguments: dict[str, str] = field(default_factory=dict)
    at: Instant | None = None
    """Not before this instant."""
    lock: str | None = None
    """Jobs with the same lock run one after the other; one that has an instant to wait for holds none."""
    queueing_lock: str | None = None
    """While a job with the same queueing lock waits to start, another is not added."""
    behind: bool = False
    """It starts when nothing else waits."""


def defer(job: Deferred) -> None:
    """Add a job on Django's connection, so in its open transaction; nothing when one waits under its queueing lock."""
    if job.queueing_lock is None:
        _manager().batch_defer_jobs([_row(job)])
        return
    try:
        with transaction.atomic():
            _manager().batch_defer_jobs([_row(job)])
    except AlreadyEnqueued:
        return


def defer_all(jobs: Iterable[Deferred]) -> None:
    """Add many jobs in one statement, on Django's connection. None of them may have a queueing lock."""
    rows = [_row(job) for job in jobs]
    if rows:
        _manager().batch_defer_jobs(rows)


def others_wait() -> bool:
    """Whether a job that could start now waits for a worker, those that stand behind not counted."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return cursor.fetchone() is not None


def _manager() -> JobManager:
    # Not the library's global application: while a worker runs, that one has left Django's connection.
    return JobManager(DjangoConnector())


def _row(job: Deferred) -> Job:
    return Job(
        queue=QUEUE,
        task_name=job.task,
        task_kwargs=dict(job.arguments),
        # Under a lock, the library would let what waits for its instant hold up whatever is deferred after it.
        lock=job.lock if job.at is None else None,
        queueing_lock=job.queueing_lock,
        scheduled_at=job.at.utc if job.at else None,
        priority=_BEHIND if job.behind else 0,
    )
