"""Workers: they run the jobs, and they run again what a killed worker left.

A worker shows that it lives by a lock on a database connection that it keeps open. When its process dies, however it
dies, the connection closes and the lock is gone; then its jobs wait again, within seconds. A worker that is only slow
keeps its lock, so nothing of it is run twice.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import structlog
from django.db import connection, connections
from procrastinate.contrib.django import DjangoApp
from procrastinate.contrib.django.utils import connector_params
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.worker import Worker

from comity.casefile.records.jobs import QUEUE

log = structlog.get_logger("comity.records")

Task = Callable[..., None]
"""What a job runs: an ordinary function, called in a thread with a Django connection of its own."""

ALIVE = 7223004
"""Class of the advisory locks that living workers hold; the object is the worker's number."""
_ONE_REAPER = 7223005
_HEARTBEAT_SECONDS = 1.0
_SILENCE_SECONDS = 2.0
_POLL_SECONDS = 0.1
"""How often a worker looks for jobs whose time has come; jobs for at once announce themselves."""
_LONGEST_PAUSE = timedelta(minutes=1)

_WAIT_AGAIN = """
WITH dead AS MATERIALIZED (
    SELECT job.id FROM procrastinate_jobs AS job
    LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
      AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
      AND NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s
                      AND objid::bigint = job.worker_id %% 2147483647
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
    FOR UPDATE OF job SKIP LOCKED
)
SELECT count(procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)::text) FROM dead
"""


class Persistent(BaseRetryStrategy):
    """A job that failed runs again after 1, 2, 4, ... seconds, at most a minute, for ever: nothing is lost."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """When to run again."""
        del exception
        pause = min(timedelta(seconds=2 ** min(job.attempts, 10)), _LONGEST_PAUSE)
        return RetryDecision(retry_in={"seconds": int(pause.total_seconds())})


def retry_stalled() -> int:
    """Let the jobs of workers that died wait again; returns how many. Any number of processes may call it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_REAPER])
        if cursor.fetchone() != (True,):
            return 0
        try:
            cursor.execute(_WAIT_AGAIN, [_SILENCE_SECONDS, ALIVE])
            (found,) = cursor.fetchone() or (0,)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_REAPER])
    return int(found)


def run_worker(tasks: Mapping[str, Task], stop: threading.Event, *, concurrency: int = 4) -> None:
    """Run jobs until ``stop`` is set, ``concurrency`` at a time; then finish those that run, and return.

    Raises when the database goes away: whoever started the worker starts another.
    """
    asyncio.run(_work(tasks, stop, concurrency))


async def _work(tasks: Mapping[str, Task], stop: threading.Event, concurrency: int) -> None:
    threads = ThreadPoolExecutor(concurrency + 1, thread_name_prefix="worker")
    asyncio.get_running_loop().set_default_executor(threads)
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4)
    app = DjangoApp(connector=connector)
    for name, task in tasks.items():
        app.task(name=name, retry=Persistent(), queue=QUEUE)(task)
    alive = await asyncio.to_thread(psycopg.connect, **_plain_parameters())
    try:
        async with app.open_async():
            running = asyncio.create_task(_run(app, _keep_alive(alive), concurrency))
            await _until_stopped(running, stop)
    finally:
        alive.close()
        await asyncio.to_thread(_close_connections_of, threads, concurrency + 1)


async def _run(app: DjangoApp, alive: Callable[..., Awaitable[Any]], concurrency: int) -> None:
    await app.run_worker_async(
        queues=[QUEUE],
        concurrency=concurrency,
        fetch_job_polling_interval=_POLL_SECONDS,
        update_heartbeat_interval=_HEARTBEAT_SECONDS,
        stalled_worker_timeout=_SILENCE_SECONDS,
        delete_jobs="successful",
        install_signal_handlers=False,
        worker_middleware=[alive],
    )


async def _until_stopped(running: asyncio.Task[None], stop: threading.Event) -> None:
    """Watch for the end, and for the jobs of others who died."""
    quiet = 0.0
    while not stop.is_set() and not running.done():
        await asyncio.wait([running], timeout=0.05)
        quiet += 0.05
        if quiet >= _HEARTBEAT_SECONDS:
            quiet = 0.0
            if found := await asyncio.to_thread(retry_stalled):
                log.warning("jobs of dead workers wait again", jobs=found)
    running.cancel()
    try:
        await running
    except asyncio.CancelledError:
        return


def _keep_alive(held: psycopg.Connection[Any]) -> Callable[..., Awaitable[Any]]:
    """A middleware that takes the worker's lock before its first job."""
    numbers: set[int] = set()

    async def middleware(call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:
        del context
        if worker.worker_id is not None and worker.worker_id not in numbers:
            held.execute("SELECT pg_advisory_lock(%s, %s)", [ALIVE, worker.worker_id % 2147483647])
            numbers.add(worker.worker_id)
        return await call_next()

    return middleware


def _plain_parameters() -> dict[str, Any]:
    parameters = connector_params()
    return {**parameters, "autocommit": True}


def _close_connections_of(threads: ThreadPoolExecutor, number: int) -> None:
    """Close the Django connection of every thread of the pool; each must wait until all have come."""
    meeting = threading.Barrier(number)

    def close() -> None:
        meeting.wait(timeout=10)
        connections.close_all()

    for closed in [threads.submit(close) for _ in range(number - 1)]:
        del closed
    close()
