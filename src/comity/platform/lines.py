"""HTTP as every adapter speaks it: bounded time and size, no redirections, no proxies, no guessing."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

import httpx

from comity.platform.errors import (
    Absent,
    Faulty,
    KeyReused,
    NotTrusted,
    PlatformFailure,
    Refused,
    Unintelligible,
    Unreachable,
)

T = TypeVar("T")

SLOWEST = 64 * 1024
"""Octets a second below which a long answer is given up: a trickle must not hold a worker for ever."""
FAILURES: Mapping[int, type[PlatformFailure]] = {
    401: NotTrusted,
    403: NotTrusted,
    404: Absent,
    409: KeyReused,
}
_PAUSES = (0.2, 0.6)
_LONGEST_PAUSE = 3.0


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()  # reading the world's certificates takes 20 ms: once


def pool(base_url: str, timeout: float, headers: Mapping[str, str] | None = None) -> httpx.Client:
    """Connections to one server; safe for several threads."""
    return httpx.Client(
        base_url=base_url,
        headers={"User-Agent": "comity", "Accept-Encoding": "identity", **(headers or {})},
        timeout=timeout,
        verify=_tls(),
        follow_redirects=False,
        trust_env=False,  # a proxy would see the secret and could answer in the platform's name
        limits=httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=5),
    )


@contextmanager
def exchange(connections: httpx.Client, request: httpx.Request) -> Iterator[httpx.Response]:
    """One exchange; a failure of the line becomes ``Unreachable``, its text without URL and secret."""
    try:
        response = connections.send(request, stream=True)
        try:
            yield response
        finally:
            response.close()
    except httpx.HTTPError as error:
        message = f"the platform gave no whole answer ({type(error).__name__})"
        raise Unreachable(message) from error


def bounded(response: httpx.Response, most: int, seconds: float) -> Iterator[bytes]:
    """The body as it came over the line, never more than ``most`` octets, never longer than ``seconds``."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        message = "the platform sent a compressed answer, which was not asked for"
        raise Unintelligible(message)
    end, seen = time.monotonic() + seconds, 0
    # As it arrives: collecting chunks of a size would look at the clock only when one is full.
    for chunk in response.iter_raw():
        seen += len(chunk)
        if seen > most:
            message = f"the platform's answer is longer than {most} octets"
            raise Unintelligible(message)
        if time.monotonic() > end:
            message = "the platform's answer came too slowly"
            raise Unreachable(message)
        yield chunk


def check_status(
    response: httpx.Response,
    body: bytes,
    failures: Mapping[int, type[PlatformFailure]] = FAILURES,
    word: str = "message",
) -> None:
    """Raise what a status other than success means; the platform's own words go along, cut short."""
    status = response.status_code
    if status in {200, 201}:
        return
    told = f"HTTP {status}{said(body, word)}"
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
        raise Faulty(told, after=_seconds(response.headers.get("Retry-After", "")))
    if 400 <= status < 500:
        raise failures.get(status, Refused)(told)
    message = f"the platform answered {told}; redirections are not followed"
    raise Unintelligible(message)


def _seconds(header: str) -> float | None:
    return float(header) if header.isascii() and header.isdecimal() and len(header) < 7 else None


def said(body: bytes, word: str = "message") -> str:
    """The platform's own words in a refusal, made harmless; empty when it said nothing readable."""
    try:
        spoken = json.loads(body[:4096])
    except (ValueError, RecursionError):
        return ""
    text = spoken.get(word) if isinstance(spoken, dict) else None
    return f": {ascii(text)[1:-1][:200]}" if isinstance(text, str) else ""


def patiently(call: Callable[[], T]) -> T:
    """Repeat a call that may be repeated: twice more, after a pause or when the platform says, then give up for now.

    Longer waiting is the procedure's: it comes again with the same key for about twenty-five minutes.
    """
    for pause in _PAUSES:
        try:
            return call()
        except PlatformFailure as failure:
            wanted = failure.after if isinstance(failure, Faulty) and failure.after is not None else pause
            if not failure.retry or wanted > _LONGEST_PAUSE:
                raise
            time.sleep(wanted)
    return call()
