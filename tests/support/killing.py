"""Real workers in processes of their own, to be killed at any instant, and a house that they share with the test."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

from comity.casefile.clock import WallClock
from comity.casefile.evidence import Vault
from comity.casefile.evidence.keys import KeyEncryptionKeys, new_line
from comity.casefile.records.roles import Server
from comity.delivery import Delivery, Seal
from comity.delivery.channels.api import ApiOutbound
from comity.docket.parts import Parts
from comity.intake.ports import Means as IntakeMeans
from comity.law import parse_provider
from comity.platform.board import Board, BoardSettings
from comity.registry.directory import Directory
from support import orders, processes
from support.night import HOST, PROVIDER, Night

KEYS = "exhibits.keys"


def parts_of(folder: Path, board_url: str, secret: str) -> Parts:
    """The same parts in every process, from the keys on disk."""
    clock, provider = WallClock(), parse_provider(PROVIDER)
    vault = Vault(folder / "vault", KeyEncryptionKeys.from_file(folder / "keys" / KEYS))
    board = Board(BoardSettings(base_url=board_url, secret=secret, public_urls=(HOST,)))
    seal = Seal.from_file(folder / "keys" / "seal.pem")
    return Parts(
        clock=clock,
        vault=vault,
        content=board,
        messages=board,
        provider=provider,
        delivery=Delivery(vault, seal, {"api": ApiOutbound(lambda _: None, clock)}, clock),
        intake=IntakeMeans(registry=Directory(), vault=vault, provider=provider),
        tiles=folder / "log",
        vkeys=(),
        public_url="https://comity.board.example",
        contact_email="orders@board.example",
        authorised_person="On-call moderator",
    )


class SharedHouse(Night):
    """A night by the wall clock, whose keys lie on disk for its workers."""

    def _parts(self) -> Parts:
        keys = self.folder / "keys" / KEYS
        keys.touch(0o600)
        keys.write_text(new_line("kek-1"))
        shared = parts_of(self.folder, self.board.url, self.board.secret)
        return dataclasses.replace(shared, vkeys=tuple(key.encode() for key in self.keys.verifiers))

    def people(self) -> SharedHouse:
        """Staff, and one authority with a client and a standing rule."""
        self.who = self.staff()
        self.authority = self.enrol(self.who, orders.Authority.named())
        self.client_id = self.client(self.who, self.authority)
        until = self.clock.now().plus(timedelta(days=200))
        carla, ben = self.who.carla, self.who.ben
        self.docket.propose_rule(carla, authority=self.authority, channels=("api",), valid_until=until, why="nights")
        self.docket.approve_rule(ben, self.docket.rules()[0].rule)
        return self

    def order(self, number: int, url: str) -> str:
        """An order as of now; its first job waits for a worker."""
        now = self.clock.now()
        day = now.utc.date().isoformat()
        form = orders.order(
            content_locations=[{"url": url}], order_reference=f"REF-{number}", issued_at=str(now), issuer__date=day
        )
        return str(self.file(self.authority, self.client_id, form, f"key-{number}").reference)


_NURSERY = """
import os, signal, threading
from pathlib import Path
from support.killing import parts_of
from comity.casefile.records.workers import run_worker
from comity.docket.jobs import jobs
parts = parts_of(Path(sys.argv[3]), sys.argv[4], sys.argv[5])
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(2, 1)  # only the nursery speaks to the test: what a worker logs is not the number of the next one
        try:
            run_worker(jobs(parts), threading.Event(), concurrency=3)
        finally:
            os._exit(1)
    print(child, flush=True)
"""


class Nursery:
    """A loaded process that forks workers, so that a new one works at once."""

    def __init__(self, house: SharedHouse, server: Server) -> None:
        arguments = (str(house.folder), house.board.url, house.board.secret)
        options: dict[str, Any] = {"stdin": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._process = processes.start(server, _NURSERY, *arguments, **options)
        self._worker: int | None = None
        assert self._said() == "ready"

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def start(self) -> None:
        """A new worker."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self._worker = int(self._said())

    def kill(self) -> None:
        """kill -9 of the worker, if it lives still."""
        worker, self._worker = self._worker, None
        if worker is not None:
            kill(worker)

    def close(self) -> None:
        self.kill()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def kill(process: int) -> None:
    """kill -9, unless it ended by itself a moment ago, as a worker does whose database is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def kill_server(process: int) -> None:
    """Every process of a database server at once, as when the power fails."""
    os.kill(process, signal.SIGSTOP)  # so that it starts none meanwhile
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    for one in [*map(int, children), process]:
        kill(one)
