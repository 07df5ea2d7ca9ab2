"""Figures for Prometheus (text format 0.0.4) on an address of their own: counts and times, nobody's name or case."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog
from django.db import DatabaseError, connections

from comity.casefile.audit import measures as log_measures
from comity.casefile.clock import Clock
from comity.casefile.records import measures
from comity.docket import measures as docket_measures

log = structlog.get_logger("comity")
_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PATIENCE = 10.0
Sample = tuple[str, str, str, float]
"""Name without prefix, labels as they are written, what it says, value."""


def samples(clock: Clock) -> Iterator[Sample]:
    """Every figure, read now."""
    jobs, deadlines, record = measures.jobs(), measures.deadlines(), log_measures.log()
    yield "jobs_waiting", "", "Jobs that could start now", jobs.waiting
    yield "jobs_scheduled", "", "Jobs that wait for their time", jobs.scheduled
    yield "jobs_running", "", "Jobs that run", jobs.running
    yield "jobs_tried_again", "", "Jobs that failed and wait to be tried again", jobs.tried_again
    yield "workers", "", "Workers that live", jobs.workers
    yield "duties_running", "", "Duties whose deadline runs", deadlines.running
    yield "duties_met", "", "Duties done in time", deadlines.met
    yield "duties_missed", "", "Duties not done in time", deadlines.missed
    yield "deadlines_overdue", "", "Deadlines that should have fired five seconds ago", deadlines.overdue
    yield "log_leaves_waiting", "", "Entries that wait for their place in the log", record.waiting
    yield "log_size", "", "Entries in the newest signed checkpoint", record.size
    yield "log_sequencer", "", "Whether a sequencer lives", record.sequencer
    yield "clock_alarms", "", "Jumps of the clock that nobody settled", record.alarms
    if record.signed_at is not None:
        age = max(0.0, clock.now().utc.timestamp() - record.signed_at)
        yield "log_checkpoint_age_seconds", "", "Age of the newest signed checkpoint", age
    for status, number in docket_measures.cases().items():
        yield "cases", f'{{status="{status}"}}', "Cases by status", number
    yield "cases_for_people", "", "Cases that wait for a person", docket_measures.waiting_for_people()
    took = docket_measures.seconds_to_answer()
    if took is not None:
        for quantile, seconds in zip(("0.5", "0.99"), took, strict=True):
            words = "Receipt to answer, of the last hour's answers"
            yield "answer_seconds", f'{{quantile="{quantile}"}}', words, seconds


def text(found: Iterator[Sample]) -> str:
    """The figures as Prometheus reads them."""
    lines, before = [], ""
    for name, labels, words, value in found:
        if name != before:
            lines += [f"# HELP comity_{name} {words}", f"# TYPE comity_{name} gauge"]
            before = name
        lines.append(f"comity_{name}{labels} {float(value):.10g}")
    return "\n".join([*lines, ""])


class Metrics:
    """Serves the figures until it is stopped; ``address`` is host:port."""

    def __init__(self, address: str, clock: Clock) -> None:
        host, _, port = address.rpartition(":")
        self._server = ThreadingHTTPServer((host.strip("[]"), int(port)), _handler(clock))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def serving(address: str | None, clock: Clock) -> Iterator[None]:
    """Serve the figures while the block runs, where there is an address."""
    if address is None:
        yield
        return
    served = Metrics(address, clock)
    served.start()
    try:
        yield
    finally:
        served.stop()


def _handler(clock: Clock) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers one path."""

        timeout = _PATIENCE

        def do_GET(self) -> None:
            """The figures, or why there are none."""
            status, body = (200, _now(clock)) if self.path.partition("?")[0] == "/metrics" else (404, "")
            if not body and status == 200:
                status = 503
            self.send_response(status)
            self.send_header("Content-Type", _TYPE)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_words: object) -> None:
            """Nothing: who asks is nobody's business."""

    return Handler


def _now(clock: Clock) -> str:
    began = time.monotonic()
    try:
        found = text(samples(clock))
        return f"{found}# read in {time.monotonic() - began:.3f} s\n"
    except DatabaseError as failure:
        log.warning("no figures", failure=type(failure).__name__)
        return ""
    finally:
        connections.close_all()
