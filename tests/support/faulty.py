"""A proxy before a real server that fails where the test says: 500s, 429s, hanging, breaking off before or after."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Fault:
    """What goes wrong with the next calls whose method and path contain ``where``.

    ``how``: ``error`` (HTTP 500), ``limit`` (HTTP 429), ``hang``, ``close``. ``after``: the server has done it already,
    only its answer is lost. ``act`` is called at that moment, for instance to kill the server.
    """

    where: str
    how: str = "close"
    after: bool = False
    times: int = 1
    act: Callable[[], None] | None = None


@dataclass
class Faulty:
    """The proxy; ``seen`` names every call that reached the server."""

    url: str
    upstream_port: int
    faults: list[Fault] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, call: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.where in call and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Faulty

    def _pass(self) -> None:
        call = f"{self.command} {self.path}"
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        fault = self.proxy.take(call)
        if fault and not fault.after:
            return self._fail(fault)
        answer = self._ask(body)
        self.proxy.seen.append(call)
        if fault:
            return self._fail(fault)
        if answer is None:
            return self._drop()
        status, headers, content = answer
        return self._say(status, headers, content)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes] | None:
        line = HTTPConnection("127.0.0.1", self.proxy.upstream_port, timeout=30)
        dropped = {"host", "connection", "content-length", "transfer-encoding", "keep-alive"}
        headers = {name: value for name, value in self.headers.items() if name.lower() not in dropped}
        try:
            line.request(self.command, self.path, body or None, {**headers, "Host": "127.0.0.1"})
            response = line.getresponse()
            content = response.read()
        except OSError:
            return None
        finally:
            line.close()
        return response.status, [one for one in response.getheaders() if one[0].lower() not in dropped], content

    def _fail(self, fault: Fault) -> None:
        if fault.act:
            fault.act()
        if fault.how == "error":
            self._say(500, [], b'{"errcode": "M_UNKNOWN", "error": "Internal server error"}')
        elif fault.how == "limit":
            told = json.dumps({"errcode": "M_LIMIT_EXCEEDED", "error": "Too many", "retry_after_ms": 50}).encode()
            self._say(429, [("Retry-After", "1")], told)
        else:
            if fault.how == "hang":
                time.sleep(4)
            self._drop()

    def _drop(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(2)

    def _say(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = _pass  # noqa: N815 -- the library's names

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def before(port: int) -> Iterator[Faulty]:
    """A faulty proxy before the server on a port of this machine."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        proxy = Faulty(f"http://127.0.0.1:{server.server_address[1]}", port)
        handler.proxy = proxy  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()
