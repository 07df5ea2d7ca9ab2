"""A door on a free port of this machine, for Debian's Chromium."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


class Quiet(WSGIRequestHandler):
    """Says nothing."""

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


class Threads(ThreadingMixIn, WSGIServer):
    """One thread a request."""

    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer; the thread's database connections end with it."""
        from django.db import connections

        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


@contextmanager
def served(application: Any) -> Iterator[str]:
    """The console on a free port of this machine, while the block runs."""
    with make_server("127.0.0.1", 0, application, server_class=Threads, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
