"""The ticker: looks at the clock, fires what is due. Any number may run; each deadline fires once."""

from __future__ import annotations

import threading

import structlog
from django.db import DatabaseError, connections

from comity.casefile.clock import Clock
from comity.casefile.records.deadlines import fire_due

log = structlog.get_logger("comity.records")


def run_ticker(
    clock: Clock, stop: threading.Event, *, task: str | None = None, every: float = 0.5, batch: int = 2000
) -> None:
    """Fire what is due, every ``every`` seconds, until ``stop`` is set; at the start everything overdue, oldest first.

    ``task`` is deferred for the cases of deadlines that wake the docket. A database that is away for a while is waited
    for: due instants are absolute, so nothing is lost.
    """
    while not stop.is_set():
        try:
            fired = fire_due(clock.now(), batch, task=task)
        except DatabaseError as error:
            log.warning("the ticker waits for the database", failure=type(error).__name__)
            connections.close_all()
            stop.wait(max(every, 1.0))
            continue
        if fired:
            missed = sum(1 for one in fired if one.change == "missed")
            log.info("deadlines fired", fired=len(fired), missed=missed)
        if len(fired) < batch:
            stop.wait(every)
    connections.close_all()
