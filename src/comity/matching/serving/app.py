"""One serving process: from the bytes of a call to the bytes of an answer. Look-ups at once, the rest in threads."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from django.db import DatabaseError, connections

from comity.matching.banks import errors as bank_errors
from comity.matching.errors import InvalidSignal, MatchingFailure, UnknownSignalType
from comity.matching.exchanges import errors as exchange_errors
from comity.matching.serving import hma
from comity.matching.serving.calls import Answer, Call, Receive, Send, failed, queried, read_body, said
from comity.matching.serving.errors import NotFound, ServingFailure, TooBusy, TooOften
from comity.matching.serving.means import Means
from comity.matching.serving.recording import Recording
from comity.matching.serving.routes import AT_ONCE, OPEN, Handler, Route, route_of
from comity.matching.serving.tokens import Caller, Tokens

log = structlog.get_logger("comity.matching.serving")
_NOBODY = Caller("nobody", frozenset(), "")
_STATUS = {
    bank_errors.UnknownBank: 404,
    bank_errors.UnknownItem: 404,
    bank_errors.BankExists: 409,
    exchange_errors.UnknownExchange: 404,
    exchange_errors.ExchangeExists: 403,
    InvalidSignal: 400,
    UnknownSignalType: 400,
}


class App:
    """Answers calls (ASGI)."""

    def __init__(self, means: Means, tokens: Tokens, recording: Recording) -> None:
        self._means, self._tokens, self._recording = means, tokens, recording
        self._threads = ThreadPoolExecutor(means.limits.threads, thread_name_prefix="answering")
        self._waiting = threading.BoundedSemaphore(means.limits.waiting)
        self._shares: dict[str, tuple[float, float]] = {}

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one call."""
        if scope["type"] != "http":
            return
        began = time.perf_counter()
        about: list[Call] = []
        name, answer = "", Answer(500, b"")
        try:
            name, answer = await self._answered(scope, receive, about)
        except Exception as failure:  # noqa: BLE001 -- whatever it is, the caller is told and the process lives on
            name, answer = name or "other", _told(failure)
        call = about[0] if about else None
        self._recording.enter(call.caller.name if call else "nobody", name, answer, call)
        self._means.figures.answered(answer.status, time.perf_counter() - began)
        length = str(len(answer.body)).encode()
        headers = [(b"content-type", answer.media_type), (b"content-length", length), *answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    def close(self) -> None:
        """Finish what was begun."""
        self._threads.shutdown()
        self._means.flood.close()
        self._recording.close()
        self._means.decoders.close()
        self._means.lookup.close()
        if self._means.catalogue is not None:
            self._means.catalogue.close()

    async def _answered(self, scope: dict[str, Any], receive: Receive, about: list[Call]) -> tuple[str, Answer]:
        method, path = str(scope["method"]), str(scope["path"])
        route, names, allowed = route_of(method, path)
        if route is None:
            return _no_route(allowed)
        try:
            headers = dict(scope["headers"])
            caller = _NOBODY if route.handler in OPEN else self._tokens.caller(headers.get(b"authorization"))
            call = Call(method, path, {}, headers, caller, names=names)
            about.append(call)
            if route.handler not in OPEN:
                caller.require(route.scope)
                self._take_share(caller)
            call.query = queried(scope.get("query_string", b""))
            if method != "GET":
                call.body = await read_body(receive, headers, self._means.limits.body_bytes)
            return route.name, await self._handled(route, call)
        except Exception as failure:  # noqa: BLE001 -- as above
            return route.name, _told(failure)

    async def _handled(self, route: Route, call: Call) -> Answer:
        handler: Handler = route.handler
        if handler is hma.lookup and "signal" not in call.query:
            handler = hma.lookup_content
        if handler in AT_ONCE and "threshold" not in call.query:
            return handler(self._means, call)
        if not self._waiting.acquire(blocking=False):
            raise TooBusy
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._in_thread, handler, call)
        finally:
            self._waiting.release()

    def _in_thread(self, handler: Callable[[Means, Call], Answer], call: Call) -> Answer:
        try:
            return handler(self._means, call)
        except DatabaseError:
            connections.close_all()  # the next call opens one anew
            raise

    def _take_share(self, caller: Caller) -> None:
        """A caller has so many calls a second, and as many saved up."""
        most, now = self._means.limits.calls_a_second, time.monotonic()
        left, before = self._shares.get(caller.name, (most, now))
        left = min(most, left + (now - before) * most)
        if left < 1:
            self._shares[caller.name] = (left, now)
            raise TooOften
        self._shares[caller.name] = (left - 1, now)


def _no_route(allowed: tuple[str, ...]) -> tuple[str, Answer]:
    if allowed:
        answer = said({"message": "that is not done at this path", "code": "method_not_allowed"}, 405)
        answer.headers = ((b"allow", ", ".join(allowed).encode()),)
        return "other", answer
    return "other", failed(NotFound("there is nothing at this path"), 404, NotFound.code)


def _told(failure: Exception) -> Answer:
    if isinstance(failure, ServingFailure):
        return failed(failure, failure.status, failure.code)
    if isinstance(failure, MatchingFailure):
        status = next((number for kind, number in _STATUS.items() if isinstance(failure, kind)), 0)
        if status or isinstance(failure, ValueError):
            return failed(failure, status or 400, failure.code)
    if isinstance(failure, DatabaseError):
        log.warning("the database is away", failure=type(failure).__name__)
        return failed(ServingFailure("the database is away; ask again"), 503, "database_away")
    log.error("a call failed", failure=type(failure).__name__, exc_info=failure)
    return failed(ServingFailure("this service failed"), 500, ServingFailure.code)
