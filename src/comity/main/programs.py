"""The programs that the ``comity`` command starts. Each takes the settings and its arguments and gives an exit code."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import structlog

from comity.settings import Settings, UnusableSettings

log = structlog.get_logger("comity")
_HOUR = 3600.0
_LAST_ANSWERS = 10
"""Seconds in which a door that is told to stop finishes the answers that it has begun."""


def worker(settings: Settings) -> int:
    """Run jobs until told to stop."""
    from comity.main.house import server_of, set_up_django  # noqa: PLC0415 -- Django first

    set_up_django(settings, server_of(settings), "none")
    from comity.casefile.records.workers import run_worker  # noqa: PLC0415 -- after Django
    from comity.docket import walk  # noqa: PLC0415 -- after Django
    from comity.docket.jobs import jobs  # noqa: PLC0415 -- after Django
    from comity.main.compose import parts_of  # noqa: PLC0415 -- after Django
    from comity.main.traces import spans, traced  # noqa: PLC0415 -- the same

    span = spans(settings, "worker")
    if settings.traces_url is not None:
        walk.STEPS.update(traced(span, walk.STEPS, "step"))
    tasks = traced(span, jobs(parts_of(settings)), "job")
    run_worker(tasks, stop_event(), concurrency=settings.worker_threads)
    return 0


def record(settings: Settings) -> int:
    """Keep the record: sequence and sign the log, fire deadlines."""
    from comity.main.house import Places, log_keys, server_of, set_up_django  # noqa: PLC0415 -- Django first

    server = server_of(settings)
    set_up_django(settings, server, "none")
    import psycopg  # noqa: PLC0415 -- after Django

    from comity.casefile.audit.sequencer import Sequencer  # noqa: PLC0415 -- after Django
    from comity.casefile.clock import WallClock  # noqa: PLC0415 -- the same
    from comity.casefile.records.roles import Role  # noqa: PLC0415 -- the same
    from comity.casefile.records.ticker import run_ticker  # noqa: PLC0415 -- the same
    from comity.docket.jobs import ADVANCE  # noqa: PLC0415 -- the same
    from comity.main.aftermath import keep_erasures  # noqa: PLC0415 -- the same
    from comity.main.metrics import serving  # noqa: PLC0415 -- the same
    from comity.main.witnessing import outsiders  # noqa: PLC0415 -- the same

    stop, clock = stop_event(), WallClock()
    sequencer = Sequencer(
        lambda: psycopg.connect(**server.parameters(Role.SEQUENCER), autocommit=True),
        log_keys(settings),
        Places(settings.home).tiles,
        clock,
    )
    ticker = threading.Thread(target=run_ticker, args=(clock, stop), kwargs={"task": ADVANCE}, name="ticker")
    keeper = threading.Thread(target=_keep_house, args=(settings, stop), name="house")
    exporter = threading.Thread(target=keep_erasures, args=(settings, server, stop), name="erasures")
    for thread in (ticker, keeper, exporter):
        thread.start()
    folder = Places(settings.home).tiles
    with serving(settings.metrics_address, clock), outsiders(settings, server, clock, stop, folder=folder):
        sequencer.run(stop)
    for thread in (ticker, keeper, exporter):
        thread.join()
    return 0


def _keep_house(settings: Settings, stop: threading.Event) -> None:
    """At the start and every hour: files that a crash left behind, access tokens that expired."""
    from django.db import DatabaseError, connections  # noqa: PLC0415 -- after Django
    from oauth2_provider.models import clear_expired  # noqa: PLC0415 -- the same

    from comity.casefile.evidence import Vault  # noqa: PLC0415 -- the same
    from comity.main.house import exhibit_keys, exhibit_store  # noqa: PLC0415 -- the same

    vault = Vault(exhibit_store(settings), exhibit_keys(settings))
    while not stop.is_set():
        try:
            swept = vault.sweep()
            clear_expired()
        except (DatabaseError, OSError) as failure:
            log.warning("house keeping waits", failure=type(failure).__name__)
        else:
            log.info("house kept", swept=swept)
        connections.close_all()
        stop.wait(_HOUR)


def mail(settings: Settings) -> int:
    """Receive e-mail, and look into the mailbox where one is set: kept in custody before anybody hears that it came."""
    from comity.main.house import server_of, set_up_django  # noqa: PLC0415 -- Django first

    set_up_django(settings, server_of(settings), "none")
    from comity.main.compose import parts_of  # noqa: PLC0415 -- after Django
    from comity.main.mailing import receive  # noqa: PLC0415 -- the same

    receive(settings, parts_of(settings), stop_event())
    return 0


def web(settings: Settings, door: str) -> int:
    """Serve one door: ``api``, ``console``, ``portal``, ``public`` or ``match``."""
    from granian.constants import Interfaces  # noqa: PLC0415 -- only doors pay for the server
    from granian.server import Server  # noqa: PLC0415 -- the same

    if door == "portal" and settings.portal_address is None:
        raise UnusableSettings("COMITY_PORTAL_ADDRESS: say where the officers' portal listens")
    if door == "match":
        serve_look_ups("comity.main.matching:application", match_address(settings), settings.match_workers)
        return 0
    host, _, port = str(getattr(settings, f"{door}_address")).rpartition(":")
    Server(
        f"comity.main.serving:{door}",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        factory=True,
        workers=settings.webs,
        # Where there are several, one that dies is replaced while the others answer; one alone ends with its door.
        respawn_failed_workers=settings.webs > 1,
        workers_kill_timeout=_LAST_ANSWERS,
        blocking_threads=4,
        backlog=512,
        log_enabled=False,
        websockets=False,
    ).serve()
    return 0


def serve_look_ups(target: str, address: str, workers: int) -> None:
    """Serve an application (``module:factory``) with so many processes; each reads the index that the keeper writes."""
    from granian.constants import Interfaces  # noqa: PLC0415 -- only doors pay for the server
    from granian.server import Server  # noqa: PLC0415 -- the same

    host, _, port = address.rpartition(":")
    Server(
        target,
        address=host,
        port=int(port),
        interface=Interfaces.ASGINL,
        factory=True,
        workers=workers,
        respawn_failed_workers=workers > 1,
        workers_kill_timeout=_LAST_ANSWERS,
        backlog=1024,
        log_enabled=False,
        websockets=False,
    ).serve()


def match_address(settings: Settings) -> str:
    """Where the match service listens. Raises ``UnusableSettings`` where it is not said."""
    if settings.match_address is None:
        raise UnusableSettings("COMITY_MATCH_ADDRESS: say where the match service listens, for example 127.0.0.1:8414")
    return settings.match_address


def stop_event() -> threading.Event:
    """An event that SIGTERM and SIGINT set: every program finishes what it holds, then ends."""
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return stop
