"""The world around Comity in the demo: a board with posts, a mail server for the authority, programs and their ends."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.controller import Controller

BIN = Path(sys.executable).parent
HOST = "https://board.example"
PROFILE = """\
name: Example Board
legal_name: Example Board SAS
home_state: FR
establishments: [{state: FR, kind: main}]
subject_to: [FR, EU]
offers_services_in: [EU]
hosts: [board.example]
languages: [fr, en]
services: [hosting, public]
"""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Mailbox:
    """The authority's mail server: a real SMTP server that keeps what it takes."""

    messages: list[EmailMessage] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        """Take a message."""
        with self.arrived:
            self.messages.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
            self.arrived.notify_all()
        return f"250 queued as {secrets.token_hex(6)}"

    def wait(self, count: int, seconds: float) -> bool:
        """Wait until ``count`` messages have come."""
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.messages) >= count, seconds)


class World:
    """Everything that runs; ``close`` ends it in order."""

    def __init__(self, home: Path, *, portal: bool = False, match: bool = False, **more: str) -> None:
        self.home, self.more = home, more
        names = (
            "console",
            "api",
            "public",
            "smtp",
            "board",
            *(("portal",) if portal else ()),
            *(("match",) if match else ()),
        )
        self.ports = {name: free_port() for name in names}
        self.mailbox = Mailbox()
        self.relay = Controller(self.mailbox, hostname="127.0.0.1", port=free_port())
        self.programs: list[subprocess.Popen[bytes]] = []
        self.secret = home / "platform.secret"

    @property
    def portal(self) -> str:
        """The portal's origin, as officers reach it."""
        return f"http://localhost:{self.ports['portal']}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings under which every program of the demo runs."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
        address = {f"COMITY_{name.upper()}_ADDRESS": f"127.0.0.1:{self.ports[name]}" for name in self.ports}
        address.pop("COMITY_BOARD_ADDRESS")
        return (
            own
            | address
            | {
                "COMITY_HOME": str(self.home / "comity"),
                "COMITY_PROVIDER": str(self.home / "provider.yaml"),
                "COMITY_PLATFORM_URL": f"http://127.0.0.1:{self.ports['board']}",
                "COMITY_PLATFORM_SECRET_FILE": str(self.secret),
                "COMITY_MAIL_RELAY": f"127.0.0.1:{self.relay.port}",
                "COMITY_MAIL_FROM": "orders@board.example",
                "COMITY_CONTACT_EMAIL": "orders@board.example",
                "COMITY_LOG_ORIGIN": "board.example/comity",
                "COMITY_CONSOLE_URL": f"http://localhost:{self.ports['console']}",
                "COMITY_PUBLIC_URL": f"http://localhost:{self.ports['public']}",
                "COMITY_SECURE_COOKIES": "false",
            }
            | ({"COMITY_PORTAL_URL": self.portal} if "portal" in self.ports else {})
            | {f"COMITY_{name.upper()}": value for name, value in self.more.items()}
        )

    def open(self, posts: int) -> None:
        """Start the mail server, the board with its posts, and Comity; returns when all of them answer.

        Where one does not, everything is ended again: nobody else could.
        """
        try:
            self._open(posts)
        except BaseException:
            self.close()
            raise

    def _open(self, posts: int) -> None:
        (self.home / "provider.yaml").write_text(PROFILE)
        self.secret.touch(mode=0o600)
        self.secret.write_text(secrets.token_urlsafe(32))
        self.relay.start()
        board = [str(BIN / "python"), "-m", "board", "--port", str(self.ports["board"]), "--data"]
        board += [str(self.home / "board"), "--secret-file", str(self.secret), "--seed", str(posts)]
        self.start([*board, "--country-header-from", "127.0.0.1"], "board")
        self.start([str(BIN / "comity"), "run"], "comity")
        self._wait(f"http://127.0.0.1:{self.ports['board']}/")
        for door in ("api", "public", "console", *(("portal",) if "portal" in self.ports else ())):
            self._wait(f"http://127.0.0.1:{self.ports[door]}/{'healthz' if door == 'api' else ''}")
        self._wait_for_port(self.ports["smtp"])

    def start(self, command: list[str], name: str) -> None:
        """Start one program, its output in a file of the home folder."""
        with (self.home / f"{name}.log").open("ab") as output:
            self.programs.append(
                subprocess.Popen(command, env=self.environment, stdout=output, stderr=output, start_new_session=True)
            )

    def close(self) -> None:
        """End every program, the last started first."""
        for program in reversed(self.programs):
            if program.poll() is None:
                os.killpg(program.pid, signal.SIGTERM)
        for program in reversed(self.programs):
            try:
                program.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(program.pid, signal.SIGKILL)
        self.relay.stop()

    def board(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Ask the board's administration."""
        headers = {"Authorization": f"Bearer {self.secret.read_text()}"}
        url = f"http://127.0.0.1:{self.ports['board']}/admin/v1{path}"
        return httpx.request(method, url, headers=headers, **more)

    def _wait(self, url: str, seconds: float = 180) -> None:
        """Wait until something answers, whatever it says except that it is broken."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if any(program.poll() is not None for program in self.programs):
                break
            try:
                if httpx.get(url, timeout=2).status_code < 500:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        message = f"{url} does not answer; see {self.home}/*.log"
        raise RuntimeError(message)

    def _wait_for_port(self, port: int, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        message = f"nobody listens on port {port}; see {self.home}/*.log"
        raise RuntimeError(message)
