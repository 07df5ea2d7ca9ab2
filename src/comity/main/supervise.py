"""``comity run``: the embedded database, the tables, then every program as a child that is started again if it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass

import structlog

from comity.main.house import Places, make_keys, server_of, set_up_django
from comity.main.programs import stop_event
from comity.settings import Settings

log = structlog.get_logger("comity")
_PAUSE = 1.0
_GRACE = 15.0


@dataclass
class Child:
    """One program and its process."""

    name: str
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes]


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

        migrate(server)
        children = [_start(name, arguments) for name, arguments in _programs(settings)]
        log.info("running", programs=len(children))
        _watch(children, stop)
        _stop(children)
    return 0


def _programs(settings: Settings) -> list[tuple[str, tuple[str, ...]]]:
    doors = [(f"door {door}", ("web", door)) for door in ("api", "console", "public")]
    workers = [(f"worker {number}", ("worker",)) for number in range(1, settings.workers + 1)]
    return [("record", ("record",)), ("mail", ("mail",)), *workers, *doors]


def _start(name: str, arguments: tuple[str, ...]) -> Child:
    command = [sys.executable, "-m", "comity.main", *arguments]
    return Child(name, arguments, subprocess.Popen(command, start_new_session=True))  # noqa: S603 -- ourselves


def _watch(children: list[Child], stop: threading.Event) -> None:
    """Start again whatever ends by itself, no more than once a second each."""
    while not stop.wait(_PAUSE):
        for child in children:
            code = child.process.poll()
            if code is not None:
                log.warning("started again", program=child.name, code=code)
                child.process = _start(child.name, child.arguments).process


def _stop(children: list[Child]) -> None:
    for child in children:
        _signal(child, signal.SIGTERM)
    until = time.monotonic() + _GRACE
    for child in children:
        try:
            child.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            _signal(child, signal.SIGKILL)
            child.process.wait()


def _signal(child: Child, number: int) -> None:
    """To the whole group: a door's server has a process of its own for its application."""
    try:
        os.killpg(child.process.pid, number)
    except ProcessLookupError:
        return
