"""Jobs: deferred with what causes them, started at once, run again when their worker was killed."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, connections

from comity.casefile.clock import Instant, WallClock
from comity.casefile.documents import new_id
from comity.casefile.records import record, unit_of_work
from comity.casefile.records.errors import ClosedUnitOfWork
from comity.casefile.records.roles import Role
from comity.casefile.records.workers import retry_stalled, run_worker
from support.processes import start

CASE = new_id()


@pytest.fixture
def jobs(connect):
    owner = connect(Role.OWNER)
    return lambda: owner.execute("SELECT task_name, args, status::text, lock FROM procrastinate_jobs").fetchall()


@contextmanager
def worker(tasks, **options):
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(tasks, stop), kwargs=options)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(timeout=20)
    assert not thread.is_alive()


def eventually(true, seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def defer(clock, task="advance", **options) -> None:
    with unit_of_work(clock.now(), "system:test") as work:
        work.defer(task, **options)


def test_a_job_commits_with_its_cause(database, jobs, clock):
    with unit_of_work(clock.now(), "system:test") as work:
        work.defer("advance", lock=CASE, case=CASE)
        assert jobs() == []
    assert jobs() == [("advance", {"case": CASE}, "todo", CASE)]


def test_a_job_vanishes_with_its_cause(database, jobs, clock):
    def fail() -> None:
        with unit_of_work(clock.now(), "system:test") as work:
            work.defer("advance", case=CASE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert jobs() == []


def test_outside_a_unit_of_work_nothing_is_deferred(database, jobs, clock):
    with unit_of_work(clock.now(), "system:test") as work:
        pass
    with pytest.raises(ClosedUnitOfWork):
        work.defer("advance", case=CASE)
    assert jobs() == []


def test_what_waits_for_its_instant_holds_nobody_up(database, jobs, clock):
    ran: list[str] = []

    def act(case: str) -> None:
        ran.append(case)

    defer(clock, at=WallClock().now().plus(timedelta(hours=1)), lock=CASE, case="later")
    defer(clock, lock=CASE, case="now")
    with worker({"advance": act}):
        eventually(lambda: ran == ["now"], 60)
    assert [job[1] for job in jobs()] == [{"case": "later"}]


def test_one_waits_under_a_queueing_lock_and_the_rest_of_the_unit_stands(database, jobs, clock):
    defer(clock, queueing_lock=CASE, case=CASE)
    with unit_of_work(clock.now(), "system:test") as work:
        work.defer("advance", queueing_lock=CASE, case=CASE)
        work.defer("other", case=CASE)
    assert [job[0] for job in jobs()] == ["advance", "other"]


def test_a_job_runs_in_a_thread_with_a_connection_of_its_own_and_is_gone(database, jobs, clock):
    def act(case: str) -> None:
        with unit_of_work(clock.now(), "system:test") as work:
            record(work, case, "act", b"{}")

    with worker({"advance": act}):
        for _ in range(20):
            defer(clock, case=CASE)
        eventually(lambda: jobs() == [])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM document")
        assert cursor.fetchone() == (20,)


def test_jobs_with_one_lock_run_one_after_the_other(database, jobs, clock):
    running, most = [0], [0]
    guard = threading.Lock()

    def act(case: str) -> None:
        with guard:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.02)
        with guard:
            running[0] -= 1

    with worker({"advance": act}, concurrency=4):
        for _ in range(6):
            defer(clock, lock=CASE, case=CASE)
        eventually(lambda: jobs() == [])
    assert most == [1]


def test_a_job_starts_within_a_moment(database, clock):
    began: list[float] = []
    with worker({"advance": lambda **_: began.append(time.perf_counter())}):
        defer(clock, case=CASE)
        eventually(lambda: len(began) == 1)
        waits = []
        for number in range(10):
            time.sleep(0.05)
            at = time.perf_counter()
            defer(clock, case=CASE)
            eventually(lambda wanted=number + 2: len(began) == wanted)
            waits.append(began[-1] - at)
    assert sorted(waits)[5] < 0.2


def test_a_job_waits_for_its_instant(database, jobs):
    ran: list[Instant] = []
    clock = WallClock()
    due = clock.now().plus(timedelta(seconds=0.6))
    with worker({"advance": lambda **_: ran.append(clock.now())}):
        defer(clock, at=due, case=CASE)
        eventually(lambda: bool(ran))
    assert due <= ran[0]


def test_a_job_that_fails_runs_again(database, jobs, clock):
    attempts: list[str] = []

    def act(case: str) -> None:
        attempts.append(case)
        if len(attempts) < 2:
            raise ZeroDivisionError

    with worker({"advance": act}):
        defer(clock, case=CASE)
        eventually(lambda: len(attempts) == 2)
        eventually(lambda: jobs() == [])


WORKER = """
import threading, time
from comity.casefile.clock import Instant
from comity.casefile.records import record, unit_of_work
from comity.casefile.records.workers import run_worker
def act(case):
    print("started", flush=True)
    time.sleep(600)
run_worker({"advance": act}, threading.Event(), concurrency=1)
"""


def test_the_job_of_a_killed_worker_runs_again_by_itself(database, jobs, clock):
    again = threading.Event()
    killed = start(database, WORKER)
    assert killed.stdout is not None
    defer(clock, lock=CASE, case=CASE)
    assert killed.stdout.readline() == "started\n"
    with worker({"advance": lambda **_: again.set()}):
        time.sleep(2.5)
        assert not again.is_set()
        assert [job[2] for job in jobs()] == ["doing"]
        killed.kill()
        killed.communicate()
        assert again.wait(timeout=10)
        eventually(lambda: jobs() == [])


def test_a_worker_that_is_slow_but_alive_keeps_its_job(database, jobs, clock, connect):
    holding, done = threading.Event(), threading.Event()

    def act(case: str) -> None:
        holding.set()
        done.wait(timeout=30)

    with worker({"advance": act}):
        defer(clock, case=CASE)
        assert holding.wait(timeout=10)
        # As if its heart had stopped beating: its process hangs in one long computation.
        connect(Role.OWNER).execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        assert retry_stalled() == 0
        assert [job[2] for job in jobs()] == ["doing"]
        done.set()
    connections.close_all()


def test_a_stopped_worker_finishes_what_it_began(database, jobs, clock):
    began, ended = threading.Event(), threading.Event()

    def act(case: str) -> None:
        began.set()
        time.sleep(0.3)
        ended.set()

    with worker({"advance": act}) as stop:
        defer(clock, case=CASE)
        assert began.wait(timeout=10)
        stop.set()
    assert ended.is_set()
    assert jobs() == []


def test_the_connections_of_a_stopped_worker_are_closed(database, connect, clock):
    def act(case: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    with worker({"advance": act}):
        for _ in range(8):
            defer(clock, case=CASE)
        time.sleep(0.3)
    connections.close_all()

    def left() -> bool:
        owner = connect(Role.OWNER)
        return owner.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'comity_app'").fetchall() == [(0,)]

    eventually(left)
