"""HTTP to the platform: one pool of connections, bounded time and size, no redirections, no proxies, no guessing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import httpx

from comity.platform import answers, checks, lines
from comity.platform.board.settings import BoardSettings
from comity.platform.errors import Unintelligible

A = TypeVar("A", bound=answers.Answer)


class Client:
    """Thread-safe. Two pools: one carries the secret, the other is what a stranger is."""

    def __init__(self, settings: BoardSettings) -> None:
        self._settings = settings
        trusted = {"Authorization": f"Bearer {settings.secret}"}
        self._trusted = lines.pool(settings.base_url, settings.timeout, trusted)
        self._stranger = lines.pool(settings.base_url, settings.timeout)

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
        with lines.exchange(self._trusted, request) as response:
            chunks = lines.bounded(response, self._settings.max_answer, self._settings.timeout)
            body = b"".join(chunks)
            lines.check_status(response, body)
        return body

    def part(self, path: str, announced: answers.PartAnswer) -> Iterator[bytes]:
        """The bytes of a part, compared at the end with what was announced."""
        if announced.size > self._settings.max_part:
            message = f"part {announced.name} has {announced.size} octets, more than is accepted"
            raise Unintelligible(message)
        seconds = self._settings.timeout + announced.size / lines.SLOWEST
        with lines.exchange(self._trusted, self._trusted.build_request("GET", path)) as response:
            if response.status_code != httpx.codes.OK:
                lines.check_status(response, b"")
            chunks = lines.bounded(response, announced.size, seconds)
            yield from checks.as_announced(f"part {announced.name}", announced.size, announced.sha256, chunks)

    def look(self, path: str, country: str | None) -> tuple[int, str | None]:
        """What a stranger gets: status, and the country for which the platform says it answered."""
        headers = {"X-Country": country} if country else {}
        request = self._stranger.build_request("GET", path, headers=headers)
        with lines.exchange(self._stranger, request) as response:
            for _ in lines.bounded(response, self._settings.max_answer, self._settings.timeout):
                pass
            return response.status_code, response.headers.get("Content-Territory")
