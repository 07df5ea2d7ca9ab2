"""Deadlines fired a second, each with its entry and its leaf of the log, durable on disk; and the wait of a job.

Prints one JSON object. Half of the deadlines in the table are due, half in the future, every one in a case of its own.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.db import connections

from comity.casefile.clock import Instant
from comity.casefile.records.embedded import Embedded
from comity.casefile.records.migrate import migrate
from comity.casefile.records.roles import Role, Server

NOW = Instant.parse("2026-11-23T01:13:00Z")
DEADLINES = 100_000
BATCH = 2000

_FILL = """
INSERT INTO document (id, case_id, kind, at, actor, salt, body)
SELECT gen_random_uuid(), gen_random_uuid(), 'deadline', %(now)s, 'system:bench', sha256(n::text::bytea), 'x'
FROM generate_series(1, %(count)s) AS n
"""
_SET = """
INSERT INTO deadline (id, case_id, name, duty, instrument, citations, triggered_by, computation, ends, wakes, state,
                      due_at, warn_at, next_at, entry)
SELECT gen_random_uuid(), case_id, 'remove_or_disable', 'remove the content or disable access to it', 'eu-tco',
    '{"2021/784 Art 3(3)"}', id, '{"received at 2026-11-23T00:13:00Z","plus one hour"}', false, false, 'running',
    due, '{}', due, id
FROM (SELECT *, %(now)s::timestamptz + make_interval(mins => (row_number() OVER ())::int - %(count)s / 2) AS due
      FROM document WHERE xact = pg_current_xact_id()) AS trigger
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        with Embedded.start(Path(folder) / "database") as embedded:
            _set_up(embedded.server)
            figures: dict[str, float] = {"set_per_s": _fill(embedded.server)}
            figures["fired_per_s_1_ticker"] = _fire(1, DEADLINES // 8)
            figures["fired_per_s_2_tickers"] = _fire(2, DEADLINES // 8)
            with _leaves_off(embedded.server):
                figures["fired_per_s_without_leaves"] = _fire(1, DEADLINES // 8)
            figures["idle_tick_ms"] = _idle()
            figures |= _job_waits()
            connections.close_all()
            embedded.destroy()
    json.dump(figures | {"aim_fired_per_s": 50_000, "batch": BATCH}, sys.stdout, indent=1)
    print()


def _set_up(server: Server) -> None:
    apps = ["procrastinate.contrib.django", "comity.casefile.records", "comity.casefile.audit"]
    settings.configure(INSTALLED_APPS=apps, DATABASES={"default": server.django(Role.APP)}, USE_TZ=True)
    django.setup()
    migrate(server)


def _fill(server: Server) -> float:
    with psycopg.connect(**server.parameters(Role.OWNER), autocommit=True) as owner:
        began = time.perf_counter()
        with owner.transaction():
            owner.execute(_FILL, {"now": NOW.utc, "count": DEADLINES})
            owner.execute(_SET, {"now": NOW.utc, "count": DEADLINES})
        spent = time.perf_counter() - began
        owner.execute("VACUUM ANALYZE")
    return round(DEADLINES / spent)


def _fire(tickers: int, count: int) -> float:
    """Fire ``count`` due rows with so many tickers side by side."""
    from comity.casefile.records.deadlines import fire_due

    fire_due(NOW, 50)  # the first call opens the connection and plans
    left, guard = [count], threading.Lock()

    def tick() -> None:
        while left[0] > 0:
            fired = len(fire_due(NOW, BATCH))
            with guard:
                left[0] -= fired or count
        connections.close_all()

    threads = [threading.Thread(target=tick) for _ in range(tickers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round((count - left[0]) / (time.perf_counter() - began))


@contextmanager
def _leaves_off(server: Server) -> Iterator[None]:
    with psycopg.connect(**server.parameters(Role.OWNER), autocommit=True) as owner:
        owner.execute("ALTER TABLE document DISABLE TRIGGER audit_leaf")
        yield
        owner.execute("ALTER TABLE document ENABLE ALWAYS TRIGGER audit_leaf")


def _idle() -> float:
    """Milliseconds that a tick takes when nothing is due."""
    from comity.casefile.records.deadlines import fire_due

    while fire_due(NOW, 5000):
        pass
    began = time.perf_counter()
    for _ in range(200):
        fire_due(NOW, BATCH)
    return round((time.perf_counter() - began) * 1000 / 200, 3)


def _job_waits() -> dict[str, float]:
    """From the commit that defers a job to its first statement, in milliseconds."""
    from comity.casefile.records import unit_of_work
    from comity.casefile.records.workers import run_worker

    begun: list[float] = []
    stop, ran = threading.Event(), threading.Event()

    def task(**_: str) -> None:
        begun.append(time.perf_counter())
        ran.set()

    worker = threading.Thread(target=run_worker, args=({"advance": task}, stop))
    worker.start()
    waits: list[float] = []
    for number in range(101):
        ran.clear()
        with unit_of_work(NOW, "system:bench") as work:
            work.defer("advance", case="x", lock=str(number))
        committed = time.perf_counter()
        ran.wait(timeout=30)
        if number:
            waits.append((begun[-1] - committed) * 1000)
        time.sleep(0.01)
    stop.set()
    worker.join()
    return {
        "job_starts_after_ms_p50": round(statistics.median(waits), 1),
        "job_starts_after_ms_p99": round(max(waits), 1),
    }


if __name__ == "__main__":
    main()
