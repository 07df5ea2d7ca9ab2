"""From the asynchronous server to synchronous pages, with a limit to every body and, in tests, with faults."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from board.config import House
from board.web.faults import Fault, Faults

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Iterable[bytes]]

BODY = 36 * 1024 * 1024
"""Largest body of a message to the board: four pictures and a text."""
_THREADS = 8


class _Answer:
    """What a page answered."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    def start(self, status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], None]:
        """Take status and headers, as PEP 3333 wants it."""
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self._write

    def _write(self, chunk: bytes) -> None:
        self.body += chunk


class Bridge:
    """One callable for the server."""

    def __init__(self, application: Application, house: House) -> None:
        self._application = application
        self._house = house
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="board")
        self._faults = Faults(house.config.faults) if house.config.faults else None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one HTTP exchange."""
        if scope["type"] != "http":
            return
        body = await _body(receive)
        if body is None:
            await _send(send, _plain(413, b"too large\n"), hide_body=False)
            return
        fault = self._faults.due(scope["method"], scope["path"]) if self._faults else None
        if fault is not None and not fault.after:
            await _fail(fault, send)
            return
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._pool, self._run, scope, body)
        if fault is not None:
            await _fail(fault, send)
            return
        await _send(send, answer, hide_body=scope["method"] == "HEAD")

    def _run(self, scope: Message, body: bytes) -> _Answer:
        answer = _Answer()
        chunks = self._application(_environ(scope, body, self._house), answer.start)
        answer.body += b"".join(chunks)
        getattr(chunks, "close", lambda: None)()
        return answer


async def _body(receive: Receive) -> bytes | None:
    """The whole body, or ``None`` when it is too large (the rest is not kept)."""
    out, more, fits = bytearray(), True, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        out += message.get("body", b"")
        more = message.get("more_body", False)
        if len(out) > BODY:
            fits = False
            out.clear()
            break
    return bytes(out) if fits else None


def _environ(scope: Message, body: bytes, house: House) -> Message:
    """The same exchange as PEP 3333 describes it."""
    environ: Message = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "board.house": house,
    }
    for name, value in scope["headers"]:
        text = name.decode("latin-1")
        if "_" in text or text in {"content-length", "transfer-encoding"}:
            continue
        key = "CONTENT_TYPE" if text == "content-type" else "HTTP_" + text.upper().replace("-", "_")
        joined = value.decode("latin-1")
        environ[key] = f"{environ[key]},{joined}" if key in environ else joined
    return environ


def _plain(status: int, body: bytes) -> _Answer:
    answer = _Answer()
    answer.status, answer.body = status, body
    answer.headers = [(b"content-type", b"text/plain; charset=utf-8")]
    return answer


async def _send(send: Send, answer: _Answer, *, hide_body: bool) -> None:
    headers = [pair for pair in answer.headers if pair[0] != b"content-length"]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if hide_body else answer.body})


async def _fail(fault: Fault, send: Send) -> None:
    """Answer as a broken platform would: an error, silence, or a connection that closes in the middle."""
    if fault.how == "hang":
        await asyncio.sleep(fault.seconds)
    if fault.how == "close":
        # A length that is never reached makes the server cut the connection when we stop here.
        headers = [(b"content-type", b"application/json"), (b"content-length", b"100000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        return
    await _send(send, _plain(500, b"fault\n"), hide_body=False)
