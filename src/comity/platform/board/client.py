"""HTTP to the platform: one pool of connections, bounded time and size, no redirections, no proxies, no guessing."""

from __future__ import annotations

import hashlib
import json
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx

from comity.platform.board import answers
from comity.platform.board.settings import BoardSettings
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

A = TypeVar("A", bound=answers.Answer)

_SLOWEST = 64 * 1024
"""Octets a second below which a part is given up: a trickle must not hold a worker for ever."""
_FAILURES: Mapping[int, type[PlatformFailure]] = {
    401: NotTrusted,
    403: NotTrusted,
    404: Absent,
    409: KeyReused,
    429: Faulty,
}


class Client:
    """Thread-safe. Two pools: one carries the secret, the other is what a stranger is."""

    def __init__(self, settings: BoardSettings) -> None:
        self._settings = settings
        self._tls = ssl.create_default_context()
        self._trusted = self._pool({"Authorization": f"Bearer {settings.secret}"})
        self._stranger = self._pool({})

    def _pool(self, headers: dict[str, str]) -> httpx.Client:
        return httpx.Client(
            base_url=self._settings.base_url,
            headers={"User-Agent": "comity", "Accept-Encoding": "identity", **headers},
            timeout=self._settings.timeout,
            verify=self._tls,
            follow_redirects=False,
            trust_env=False,  # a proxy would see the secret and could answer in the platform's name
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=5),
        )

    def close(self) -> None:
        """Close all connections."""
        self._trusted.close()
        self._stranger.close()

    def get(self, kind: type[A], path: str, query: dict[str, str] | None = None) -> A:
        """Ask something."""
        request = self._trusted.build_request("GET", path, params=query)
        return answers.read(kind, self._whole(request))

    def post(self, kind: type[A], path: str, body: Mapping[str, Any], key: str) -> A:
        """Have something done, once for each key."""
        content = json.dumps(body, sort_keys=True).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        request = self._trusted.build_request("POST", path, content=content, headers=headers)
        return answers.read(kind, self._whole(request))

    def _whole(self, request: httpx.Request) -> bytes:
        with self._exchange(self._trusted, request) as response:
            chunks = _bounded(response, self._settings.max_answer, self._settings.timeout)
            body = b"".join(chunks)
            _check_status(response.status_code, body)
        return body

    def part(self, path: str, announced: answers.PartAnswer) -> Iterator[bytes]:
        """The bytes of a part, compared at the end with what was announced."""
        if announced.size > self._settings.max_part:
            message = f"part {announced.name} has {announced.size} octets, more than is accepted"
            raise Unintelligible(message)
        seen, digest = 0, hashlib.sha256()
        seconds = self._settings.timeout + announced.size / _SLOWEST
        with self._exchange(self._trusted, self._trusted.build_request("GET", path)) as response:
            if response.status_code != httpx.codes.OK:
                _check_status(response.status_code, b"")
            for chunk in _bounded(response, announced.size, seconds):
                seen += len(chunk)
                digest.update(chunk)
                yield chunk
        if (seen, digest.hexdigest()) != (announced.size, announced.sha256):
            message = f"part {announced.name} is not what the platform announced: size or digest differ"
            raise Unintelligible(message)

    def look(self, path: str, country: str | None) -> tuple[int, str | None]:
        """What a stranger gets: status, and the country for which the platform says it answered."""
        headers = {"X-Country": country} if country else {}
        request = self._stranger.build_request("GET", path, headers=headers)
        with self._exchange(self._stranger, request) as response:
            for _ in _bounded(response, self._settings.max_answer, self._settings.timeout):
                pass
            return response.status_code, response.headers.get("Content-Territory")

    @contextmanager
    def _exchange(self, pool: httpx.Client, request: httpx.Request) -> Iterator[httpx.Response]:
        """One exchange; a failure of the line becomes ``Unreachable``, its text without URL and secret."""
        try:
            response = pool.send(request, stream=True)
            try:
                yield response
            finally:
                response.close()
        except httpx.HTTPError as error:
            message = f"the platform gave no whole answer ({type(error).__name__})"
            raise Unreachable(message) from error


def _bounded(response: httpx.Response, most: int, seconds: float) -> Iterator[bytes]:
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


def _check_status(status: int, body: bytes) -> None:
    """Raise what a status other than success means; the platform's own words go along, cut short."""
    if status in {200, 201}:
        return
    said = f"HTTP {status}{_said(body)}"
    if 400 <= status < 500:
        raise _FAILURES.get(status, Refused)(said)
    if status >= 500:
        raise Faulty(said)
    message = f"the platform answered {said}; redirections are not followed"
    raise Unintelligible(message)


def _said(body: bytes) -> str:
    try:
        spoken = json.loads(body[:4096])
    except (ValueError, RecursionError):
        return ""
    text = spoken.get("message") if isinstance(spoken, dict) else None
    return f": {ascii(text)[1:-1][:200]}" if isinstance(text, str) else ""
