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
from typing import Protocol

import structlog
from django.db import connections

from comity.main import programs
from comity.main.house import Places, make_keys, server_of, set_up_django
from comity.main.programs import stop_event
from comity.settings import Settings

log = structlog.get_logger("comity")
_PAUSE = 1.0
_GRACE = 15.0


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
    make_keys(settings)
    with ExitStack() as held:
        if settings.database_url is None:
            from comity.casefile.records.embedded import Embedded  # noqa: PLC0415 -- only here

            held.enter_context(Embedded.start(Places(settings.home).database))
        server = server_of(settings)
        set_up_django(settings, server, "none")
        from comity.casefile.records.migrate import migrate  # noqa: PLC0415 -- after Django

        doors = [_child(f"door {door}", partial(Started, "web", door)) for door in ("api", "console", "public")]
        migrate(server)
        connections.close_all()  # a child must not inherit an open connection
        children = [_child(name, partial(Forked, program, settings)) for name, program in _programs(settings)] + doors
        log.info("running", programs=len(children))
        _watch(children, stop)
        _stop(children)
    return 0


class Forked:
    """A program forked from this process."""

    def __init__(self, program: Callable[[Settings], int], settings: Settings) -> None:
        self._process = multiprocessing.get_context("fork").Process(target=self._run, args=(program, settings))
        self._process.start()

    @staticmethod
    def _run(program: Callable[[Settings], int], settings: Settings) -> None:
        os.setsid()
        sys.exit(program(settings))

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


class Started:
    """A program started anew: the web server brings processes of its own."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "comity.main", *arguments]
        self._process = subprocess.Popen(command, start_new_session=True)  # noqa: S603 -- ourselves

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
    return [("record", programs.record), ("mail", programs.mail), *workers]


def _child(name: str, start: Callable[[], Process]) -> Child:
    return Child(name, start, start())


def _watch(children: list[Child], stop: threading.Event) -> None:
    """Start again whatever ends by itself, no more than once a second each."""
    while not stop.wait(_PAUSE):
        for child in children:
            code = child.process.code()
            if code is not None:
                log.warning("started again", program=child.name, code=code)
                child.process = child.start()


def _stop(children: list[Child]) -> None:
    for child in children:
        _signal(child, signal.SIGTERM)
    until = time.monotonic() + _GRACE
    for child in children:
        if not child.process.wait(max(0.1, until - time.monotonic())):
            _signal(child, signal.SIGKILL)
            child.process.wait(_GRACE)


def _signal(child: Child, number: int) -> None:
    """To the whole group: a door's server has a process of its own for its application."""
    try:
        if child.process.pid is not None:
            os.killpg(child.process.pid, number)
    except ProcessLookupError:
        return
