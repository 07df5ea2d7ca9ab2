"""Jobs: deferred in the transaction that causes them, run by workers, run again when a worker dies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from comity.casefile.clock import Instant


@dataclass(frozen=True)
class When:
    """Under which conditions a job starts."""

    at: Instant | None = None
    lock: str | None = None
    queueing_lock: str | None = None


def defer(task: str, when: When, arguments: Mapping[str, str]) -> None:
    """Add a job on Django's connection, so in its open transaction; nothing when one waits under the same lock."""
    deferrer = app.configure_task(
        task,
        lock=when.lock,
        queueing_lock=when.queueing_lock,
        schedule_at=when.at.utc if when.at else None,
    )
    try:
        with transaction.atomic():
            deferrer.defer(**arguments)
    except AlreadyEnqueued:
        return
