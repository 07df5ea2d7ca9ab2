"""The watch: looks at the docket every second. Any number may run; each step of each alarm is ordered once."""

from __future__ import annotations

import threading

import structlog
from django.db import DatabaseError, connections

from comity.casefile.audit.errors import AuditFailure
from comity.docket.nights import service
from comity.docket.parts import Parts

log = structlog.get_logger("comity.nights")


def run_watch(parts: Parts, stop: threading.Event, *, every: float = 1.0) -> None:
    """Look until ``stop`` is set. A database that is away is waited for: instants are absolute, so nothing is lost."""
    while not stop.is_set():
        try:
            service.look(parts)
        except (DatabaseError, AuditFailure) as failure:
            log.warning("the watch waits", failure=type(failure).__name__)
            connections.close_all()
        stop.wait(every)
    connections.close_all()
