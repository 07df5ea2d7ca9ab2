"""Where pages arrive in tests: a real HTTP server that is both a push server and a paging service, and a real relay."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Phones:
    """What arrived, and what is to go wrong. A repetition of an identifier rings no second time, as at a real one."""

    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    mails: list[Any] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    """Paths (or ``mail``) that are refused."""
    lose: set[str] = field(default_factory=set)
    """Paths whose answer is lost after the page was taken."""
    hold: threading.Event | None = None
    """While set and not released, an answer waits, the page already taken."""
    url: str = ""
    relay: str = ""

    def rings(self, path: str) -> list[str]:
        """Identifiers that rang at a path, each once however often it came."""
        return list(dict.fromkeys(headers["idempotency-key"] for at, headers, _ in self.posts if at == path))

    def bodies(self, path: str) -> list[dict[str, Any]]:
        """What a webhook was given."""
        return [json.loads(body) for at, _, body in self.posts if at == path]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        phones: Phones = self.server.phones  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path in phones.refuse:
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        phones.posts.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        if phones.hold is not None:
            phones.hold.wait(60)
        if self.path in phones.lose:
            phones.lose.discard(self.path)
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(200)
        self.send_header("Content-Length", "2")
        with contextlib.suppress(OSError):  # whoever asked may be dead
            self.end_headers()
            self.wfile.write(b"{}")

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


class _Mailbox:
    def __init__(self, phones: Phones) -> None:
        self.phones = phones

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 -- aiosmtpd's
        if "mail" in self.phones.refuse:
            return "451 not now"
        self.phones.mails.append(envelope)
        return "250 taken"


@contextmanager
def phones() -> Iterator[Phones]:
    """Both servers, on free ports of this machine."""
    from aiosmtpd.controller import Controller

    from support.board import free_port

    held = Phones()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.phones = held  # type: ignore[attr-defined]
    server.daemon_threads = True
    held.url = f"http://127.0.0.1:{server.server_port}"
    relay = Controller(_Mailbox(held), hostname="127.0.0.1", port=free_port())
    held.relay = f"127.0.0.1:{relay.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    relay.start()
    try:
        yield held
    finally:
        relay.stop()
        server.shutdown()
        server.server_close()
        thread.join()
