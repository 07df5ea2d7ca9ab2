"""The match service as real processes on a test's database: a keeper, and a web server with its workers."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from comity.casefile.clock import WallClock
from comity.casefile.records.roles import Role, Server
from comity.matching.serving.tokens import new_token
from support.board import free_port
from support.processes import start

_KEEPER = """
import threading
from pathlib import Path
import psycopg
from comity.casefile.records.roles import Role
from comity.matching.serving.running import keep
keep(Path(sys.argv[3]) / "match", lambda: psycopg.connect(**server.parameters(Role.APP), autocommit=True),
     threading.Event())
"""
_DOOR = """
from comity.main.programs import serve_look_ups
serve_look_ups("support.match_service:application", sys.argv[4], int(sys.argv[5]))
"""
_HOME = "MATCH_TEST_HOME"
_PATIENCE = 300.0


def application() -> Any:
    """What a worker of the web server loads."""
    from comity.matching.serving.running import application as answering

    home = Path(os.environ[_HOME])
    hosts = frozenset({os.environ.get("MATCH_TEST_HOST", "")})
    return answering(home, home / "match.tokens", WallClock(), hosts=hosts, catalogue=home / "catalogue")


class MatchService:
    """A running service; ``kill`` and ``start`` it at will."""

    def __init__(self, server: Server, home: Path, workers: int = 1) -> None:
        self.server, self.home, self.workers = server, home, workers
        self.address = f"127.0.0.1:{free_port()}"
        self.tokens = {name: self._let_in(name, scopes) for name, scopes in (("all", "read,write"), ("reader", "read"))}
        self.client = self.bearing(self.tokens["all"])
        self._keeper: subprocess.Popen[str] | None = None
        self._door: subprocess.Popen[str] | None = None

    def _let_in(self, name: str, scopes: str) -> str:
        token, line = new_token(name, scopes)
        path = self.home / "match.tokens"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w") as file:
            file.write(f"{line}\n")
        return token

    def bearing(self, token: str | None) -> httpx.Client:
        """A caller with this token."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=f"http://{self.address}", headers=headers, timeout=_PATIENCE, trust_env=False)

    def start(self) -> MatchService:
        """Start both, and wait until it answers from an index that is up to date."""
        self.start_keeper()
        self.start_door()
        self.wait(lambda: self.client.get("/status").status_code == httpx.codes.OK)
        return self

    def start_keeper(self) -> None:
        self._keeper = start(self.server, _KEEPER, str(self.home))

    def start_door(self) -> None:
        environment = {**os.environ, _HOME: str(self.home)}
        self._door = start(
            self.server, _DOOR, str(self.home), self.address, str(self.workers), env=environment, start_new_session=True
        )

    def wait(self, true: Callable[[], bool]) -> None:
        """Until something is so; a service that does not answer yet is not so."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if self._keeper is not None and self._keeper.poll() is not None:
                self.start_keeper()  # whoever runs it starts it again when it ends, and so does this
            try:
                if true():
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.02)
        raise AssertionError("the match service did not come so far")

    def kill_keeper(self) -> None:
        if self._keeper is not None:
            self._keeper.kill()
            self._keeper.communicate()
            self._keeper = None

    def kill_door(self) -> None:
        if self._door is not None:
            os.killpg(self._door.pid, signal.SIGKILL)
            self._door.communicate()
            self._door = None

    def kill(self) -> None:
        """As a machine that loses its power."""
        self.kill_door()
        self.kill_keeper()

    def bank(self, name: str, *signals: dict[str, str]) -> list[int]:
        """A bank with items; their numbers."""
        assert self.client.post("/c/banks", json={"name": name}).status_code == httpx.codes.CREATED
        return [int(self.client.post(f"/c/bank/{name}/signal", json=one).json()["id"]) for one in signals]


@contextmanager
def match_service(server: Server, home: Path, workers: int = 1) -> Iterator[MatchService]:
    """A service that runs while the block does."""
    from support.databases import point_django_at

    point_django_at(server, Role.APP)
    service = MatchService(server, home, workers)
    try:
        yield service.start()
    finally:
        service.client.close()
        service.kill()


def a_hash() -> str:
    """A hash that lies near nothing."""
    return secrets.token_hex(32)


def altered(digits: str, bits: int) -> str:
    """The same with so many bits turned."""
    number = int(digits, 16)
    for place in range(bits):
        number ^= 1 << (place * 256 // max(bits, 1))
    return f"{number:064x}"
