"""``comity run``: the embedded database, the tables, then every program as a child that is started again if it dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Protocol, Self

import psycopg
import structlog
from django.db import connections

from comity.casefile.records.errors import RecordsError
from comity.main import nighttime, programs
from comity.main.failures import complain
from comity.main.house import Places, make_keys, provider_of, server_of, set_up_django
from comity.main.lifelines import be_called, end_with
from comity.main.programs import stop_event
from comity.settings import Settings

log = structlog.get_logger("comity")
_PAUSE = 1.0
_GRACE = 15.0
_ENDING = frozenset({signal.SIGTERM, signal.SIGINT})


@dataclass
class Child:
    """One program and its process: forked from this one, which has everything loaded, or started anew (doors)."""

    name: str
    start: Callable[[], Process]
    process: Process


class Process(Protocol):
    """What a child's process can be asked."""

    @property
    def pid(self) -> int | None:
        """Its number, which is also its group's."""

    def code(self) -> int | None:
        """How it ended, or nothing while it runs."""

    def wait(self, seconds: float) -> bool:
        """Wait for its end; whether it came."""


def run(settings: Settings) -> int:
    """Run everything on one machine until told to stop; then stop it in order, the database last."""
    stop = stop_event()
    provider_of(settings)
    make_keys(settings)
    with ExitStack() as held:
        database = held.enter_context(Database(settings)) if settings.database_url is None else None
        server = server_of(settings)
        set_up_django(settings, server, "none")
        from comity.casefile.records.migrate import migrate  # noqa: PLC0415 -- after Django
        from comity.main.compose import parts_of  # noqa: PLC0415 -- the same

        parts_of(settings)  # what a program would stumble over again and again is said here, once
        children = [_child(f"door {door}", partial(Started, "web", door)) for door in _doors(settings)]
        try:
            migrate(server)
            connections.close_all()  # a child must not inherit an open connection
            children += [
                _child(name, partial(Forked, name, program, settings)) for name, program in _programs(settings)
            ]
            if settings.match_address:
                children.append(_child("match", partial(Started, "match")))
            log.info("running", programs=len(children))
            _watch(children, stop, database)
        finally:
            _stop(children)
    return 0


def match(settings: Settings) -> int:
    """Run the match service: the keeper of its index, and the processes that answer."""
    from comity.main import matching  # noqa: PLC0415 -- only here

    stop = stop_event()
    programs.match_address(settings)
    matching.make_tokens_file(settings)
    set_up_django(settings, server_of(settings), "none")
    children: list[Child] = []
    try:
        children.append(_child("match keeper", partial(Forked, "match keeper", matching.keeper, settings)))
        children.append(_child("door match", partial(Started, "web", "match")))
        _watch(children, stop, None)
    finally:
        _stop(children)
    return 0


def _doors(settings: Settings) -> tuple[str, ...]:
    """The doors that are configured; the portal only where it has an address."""
    return ("api", "console", "public", *(("portal",) if settings.portal_address else ()))


class Database:
    """The embedded database, started again whenever it ends by itself; the programs find it at the same place."""

    def __init__(self, settings: Settings) -> None:
        from comity.casefile.records.embedded import Embedded  # noqa: PLC0415 -- only here

        self._start = partial(Embedded.start, Places(settings.home).database)
        self._running = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._running.stop()

    def revive(self) -> None:
        """Start it again if it is dead: what was committed is there, what was open is rolled back.

        A failure is tried again at the next look: the programs wait for their database as long as it takes.
        """
        if self._running.alive():
            return
        log.error("the database ended and is started again")
        self._running.stop()
        try:
            self._running = self._start()
        except (RecordsError, psycopg.Error, OSError) as failure:
            log.error("the database does not start", failure=type(failure).__name__)  # noqa: TRY400 -- once a second


class Forked:
    """A program forked from this process."""

    def __init__(self, name: str, program: Callable[[Settings], int], settings: Settings) -> None:
        arguments = (name, program, settings, os.getpid())
        self._process = multiprocessing.get_context("fork").Process(target=self._run, args=arguments)
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # none is lost between the fork and the child's first handler
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)

    @staticmethod
    def _run(name: str, program: Callable[[Settings], int], settings: Settings, parent: int) -> None:
        for number in _ENDING:
            signal.signal(number, _end_at_once)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        os.setsid()
        end_with(parent)
        be_called(name)
        try:
            code = program(settings)
        except Exception as failure:  # noqa: BLE001 -- whatever ends a program is said in one line; it is started again
            complain(name, failure)
            code = 1
        sys.exit(code)

    @property
    def pid(self) -> int | None:
        """Its number."""
        return self._process.pid

    def code(self) -> int | None:
        """How it ended."""
        return self._process.exitcode

    def wait(self, seconds: float) -> bool:
        """Wait for its end."""
        self._process.join(seconds)
        return self._process.exitcode is not None


def _end_at_once(_signal: int, _frame: FrameType | None) -> None:
    """A program told to stop before it has begun holds nothing. It must not keep our handler, which would tell us."""
    os._exit(0)


class Started:
    """A program started anew: the web server brings processes of its own."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "comity.main", *arguments]
        self._process = subprocess.Popen(  # noqa: S603 -- ourselves
            command,
            start_new_session=True,
            preexec_fn=partial(end_with, os.getpid()),  # noqa: PLW1509 -- this process has one thread
        )

    @property
    def pid(self) -> int | None:
        """Its number."""
        return self._process.pid

    def code(self) -> int | None:
        """How it ended."""
        return self._process.poll()

    def wait(self, seconds: float) -> bool:
        """Wait for its end."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


def _programs(settings: Settings) -> list[tuple[str, Callable[[Settings], int]]]:
    workers = [(f"worker {number}", programs.worker) for number in range(1, settings.workers + 1)]
    watch = [("nights", nighttime.nights)] if nighttime.configured(settings) else []
    return [("record", programs.record), ("mail", programs.mail), *watch, *workers]


def _child(name: str, start: Callable[[], Process]) -> Child:
    return Child(name, start, start())


def _watch(children: list[Child], stop: threading.Event, database: Database | None) -> None:
    """Start again whatever ends by itself, no more than once a second each."""
    while not stop.wait(_PAUSE):
        if database is not None:
            database.revive()
        for child in children:
            code = child.process.code()
            if code is not None:
                _signal(child, signal.SIGKILL)  # what it had started itself: nobody else would end that
                log.warning("started again", program=child.name, code=code)
                child.process = child.start()


def _stop(children: list[Child]) -> None:
    for child in children:
        _signal(child, signal.SIGTERM)
    until = time.monotonic() + _GRACE
    for child in children:
        if not child.process.wait(max(0.1, until - time.monotonic())):
            log.warning("killed: it did not end when it was told to", program=child.name)
            _signal(child, signal.SIGKILL)
            child.process.wait(_GRACE)
        _signal(child, signal.SIGKILL)  # what it left behind


def _signal(child: Child, number: int) -> None:
    """To the whole group: a door's server has a process of its own for its application."""
    try:
        if child.process.pid is not None:
            os.killpg(child.process.pid, number)
    except ProcessLookupError:
        return
