"""The log's outside witnesses and time stamps: what every process requires, and the threads that ask for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from comity.casefile.audit.errors import AuditFailure
from comity.casefile.audit.policy import require
from comity.casefile.audit.witnesses import Place, ask_all, parse_places, policy_of
from comity.casefile.clock import Clock
from comity.casefile.records.roles import Role, Server
from comity.settings import Settings, UnusableSettings

if TYPE_CHECKING:
    from comity.casefile.audit.stamps import Chain


def require_witnesses(settings: Settings) -> tuple[Place, ...]:
    """Tell this process which cosignatures a checkpoint needs before it proves anything; gives the witnesses."""
    try:
        places = parse_places(settings.witnesses)
        require(policy_of(places, settings.witnesses_required))
    except AuditFailure as failure:
        message = f"COMITY_WITNESSES: {failure}"
        raise UnusableSettings(message) from failure
    return places


@contextmanager
def outsiders(
    settings: Settings, server: Server, clock: Clock, stop: threading.Event, *, folder: Path
) -> Iterator[None]:
    """Ask witnesses and the time-stamping authority, each in a thread of its own, until ``stop``.

    ``folder`` is that of the published log.
    """
    import psycopg  # noqa: PLC0415 -- after Django

    threads = ask_all(
        lambda: psycopg.connect(**server.parameters(Role.SEQUENCER), autocommit=True), require_witnesses(settings), stop
    )
    if settings.log_stamp_url:
        threads.append(_stamping(settings, clock, stop, folder))
    try:
        yield
    finally:
        for thread in threads:
            thread.join()


def chain_of(settings: Settings) -> Chain:
    """The certificates by which the log's time stamps are believed."""
    from comity.casefile.audit.stamps import Chain  # noqa: PLC0415 -- only where stamps are

    if settings.log_stamp_chain_file is None:
        message = "COMITY_LOG_STAMP_CHAIN_FILE: name the certificates by which the time-stamping authority is believed"
        raise UnusableSettings(message)
    try:
        return Chain.parse(settings.log_stamp_chain_file.read_bytes())
    except (OSError, AuditFailure) as failure:
        message = f"COMITY_LOG_STAMP_CHAIN_FILE: {failure}"
        raise UnusableSettings(message) from failure


def _stamping(settings: Settings, clock: Clock, stop: threading.Event, folder: Path) -> threading.Thread:
    from comity.casefile.audit.stamps import Stamping  # noqa: PLC0415 -- only where stamps are

    stamping = Stamping(
        url=settings.log_stamp_url or "",
        chain=chain_of(settings),
        clock=clock,
        folder=folder,
        every=timedelta(minutes=settings.log_stamp_minutes),
    )
    thread = threading.Thread(target=stamping.run, args=(stop,), name="stamps")
    thread.start()
    return thread
