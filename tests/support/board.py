"""A real board in a process of its own, for every test that needs the provider's platform."""

from __future__ import annotations

import base64
import io
import json
import os
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from PIL import Image

from comity.platform.board import Board, BoardSettings

# The board under test speaks plain HTTP: loading the certificates of the world takes 20 ms for nothing.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def picture(colour: tuple[int, ...] = (30, 90, 160), form: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour).save(out, form)
    return out.getvalue()


@dataclass
class RunningBoard:
    """A board that runs; ``stop`` and ``start`` it at will, its data stay."""

    directory: Path
    port: int
    seed: int = 0
    country_header_from: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None
    users: list[User] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def secret_file(self) -> Path:
        return self.directory / "secret"

    @property
    def faults_file(self) -> Path:
        return self.directory / "faults.json"

    @property
    def secret(self) -> str:
        return self.secret_file.read_text().strip()

    def start(self) -> RunningBoard:
        self.directory.mkdir(parents=True, exist_ok=True)
        if not self.secret_file.exists():
            self.secret_file.touch(mode=0o600)
            self.secret_file.write_text(secrets.token_urlsafe(40))
        command = [sys.executable, "-m", "board", "--port", str(self.port), "--data", str(self.directory / "data")]
        command += ["--secret-file", str(self.secret_file), "--faults", str(self.faults_file)]
        command += [
            "--country-header-from",
            self.country_header_from,
            "--seed",
            str(self.seed),
            "--seed-password",
            "garden-gate",
        ]
        self.process = subprocess.Popen(command, env={**os.environ, "PYTHONWARNINGS": "default"})
        self._wait()
        return self

    def _wait(self) -> None:
        assert self.process is not None
        for _ in range(600):
            assert self.process.poll() is None, "the board did not start"
            try:
                httpx.get(f"{self.url}/board.css", timeout=2, verify=NO_TLS, trust_env=False)
            except httpx.TransportError:
                time.sleep(0.02)
            else:
                return
        message = "the board does not answer"
        raise AssertionError(message)

    def stop(self, sign: int = signal.SIGTERM) -> None:
        self.leave()
        if self.process is not None:
            self.process.send_signal(sign)
            self.process.wait(10)
            self.process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def settings(self, **changes: object) -> BoardSettings:
        given = {"base_url": self.url, "secret": self.secret, "public_urls": ("https://board.example",), **changes}
        return BoardSettings(**given)  # type: ignore[arg-type]

    def adapter(self, **changes: object) -> Board:
        return Board(self.settings(**changes))

    def faults(self, *rows: dict[str, object]) -> None:
        """Make the next calls fail: ``{"kind": "disable", "times": 1, "how": "close", "after": True}``."""
        fresh = self.faults_file.with_suffix(".new")
        fresh.write_text(json.dumps(rows))
        fresh.replace(self.faults_file)

    def admin(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.secret}", **more.pop("headers", {})}  # type: ignore[dict-item]
        url = f"{self.url}/admin/v1{path}"
        return httpx.request(method, url, headers=headers, verify=NO_TLS, trust_env=False, timeout=10, **more)  # type: ignore[arg-type]

    def user(self, handle: str, password: str = "correct horse") -> User:  # noqa: S107
        user = User(self, handle, password)
        self.users.append(user)
        return user

    def leave(self) -> None:
        """Close everybody's browser and forget the faults."""
        while self.users:
            self.users.pop().browser.close()
        self.faults_file.unlink(missing_ok=True)

    def publish(self, by: str, title: str = "A title", body: str = "A text", pictures: tuple[bytes, ...] = ()) -> str:
        """Write a post in somebody's name without the pages; gives its item."""
        encoded = [base64.b64encode(one).decode() for one in pictures]
        fields = {"by": by, "room": "town", "title": title, "body": body, "pictures": encoded}
        answer = self.admin("POST", "/posts", json=fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["item"])

    def look(self, path: str, country: str | None = None, method: str = "GET") -> httpx.Response:
        """What a stranger sees."""
        headers = {"X-Country": country} if country else {}
        return httpx.request(method, self.url + path, headers=headers, verify=NO_TLS, trust_env=False, timeout=10)


class User:
    """Somebody with a browser."""

    def __init__(self, board: RunningBoard, handle: str, password: str) -> None:
        self.handle, self.password = handle, password
        self.browser = httpx.Client(
            base_url=board.url, verify=NO_TLS, trust_env=False, timeout=15, headers={"User-Agent": "Browser/1"}
        )

    def submit(self, path: str, fields: dict[str, str], files: list[tuple[str, bytes]] | None = None) -> httpx.Response:
        """Open a page's form and send it."""
        form = self.browser.get(path if path != "/logout" else "/")
        token = form.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        uploads = [("pictures", (name, body, "application/octet-stream")) for name, body in files or ()]
        return self.browser.post(path, data={**fields, "csrfmiddlewaretoken": token}, files=uploads or None)

    def join(self) -> User:
        answer = self.submit("/join", {"handle": self.handle, "password": self.password})
        assert answer.status_code == 302, answer.text
        return self

    def log_in(self) -> httpx.Response:
        return self.submit("/login", {"handle": self.handle, "password": self.password})

    def write(self, title: str, body: str, *pictures: tuple[str, bytes]) -> httpx.Response:
        return self.submit("/new", {"room": "town", "title": title, "body": body}, list(pictures))

    def posted(self, title: str, body: str, *pictures: tuple[str, bytes]) -> str:
        """Write a post and give its path."""
        answer = self.write(title, body, *pictures)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]
