"""A collection in a process of its own, which kills itself where it is told to."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.evidence import KeyEncryptionKeys, Vault
from comity.casefile.records import UnitOfWork, unit_of_work
from comity.platform import RecordRow
from support.records import Shelf, upload

KEYS = "exhibits.keys"
AT = "2026-11-23T04:00:00Z"
INSIDE, AFTER = "2026-11-12T00:00:00Z", "2026-11-18T23:00:00Z"


def body(number: int) -> bytes:
    """A file of its own size."""
    return bytes([number]) * (3000 + 100 * number)


def answers() -> Iterator[RecordRow]:
    """Thirty files, and one that was not asked for."""
    for number in range(30):
        yield upload(INSIDE, body(number))
    yield upload(AFTER, b"not ordered")


def collect(folder: str, case: str, where: str) -> None:
    """Collect what a case ordered; die at ``before:N`` or ``after:N`` (the N-th commit) or ``row:N``."""
    from comity.execution.disclosure import service

    edge, _, at = where.partition(":")
    clock = FixedClock(Instant.parse(AT))
    commits = iter(range(1, 1000))

    @contextmanager
    def work() -> Iterator[UnitOfWork]:
        with unit_of_work(clock.now(), "system:disclosure") as unit:
            yield unit
            number = next(commits)
            if edge == "before" and number == int(at):
                die()
        if edge == "after" and number == int(at):
            die()

    def told() -> Iterator[RecordRow]:
        for number, row in enumerate(answers()):
            if edge == "row" and number == int(at):
                die()
            yield row

    vault = Vault(Path(folder) / "vault", KeyEncryptionKeys.from_file(Path(folder) / KEYS))
    service.carry(case, service.Means(Shelf(told), vault, clock), work)


def die() -> None:
    """As by ``kill -9``."""
    os.kill(os.getpid(), signal.SIGKILL)
