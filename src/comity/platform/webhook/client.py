"""Signed HTTP to the platform: every call carries its signature, every answer is believed by its own."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from comity.casefile.clock import Clock, WallClock
from comity.platform import answers, checks, lines
from comity.platform.errors import Absent, Cannot, KeyReused, NotTrusted, Unintelligible
from comity.platform.webhook import signing
from comity.platform.webhook.settings import WebhookSettings

A = TypeVar("A", bound=answers.Answer)

_FAILURES = {401: NotTrusted, 403: NotTrusted, 404: Absent, 409: KeyReused, 422: Cannot}
_UNSIGNED = frozenset({401, 403, 429})
"""What may come unsigned: from a platform that does not know us, or from something before it that is busy."""


def path(*parts: str) -> str:
    """A path whose even parts are words of the contract and whose odd parts are references."""
    return "/".join(quote(part, safe="") for part in parts)


class Client:
    """Thread-safe. Two pools: one signs, the other is what a stranger is."""

    def __init__(self, settings: WebhookSettings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._secret = settings.secret.encode()
        self._clock = clock or WallClock()
        self._signing = lines.pool(settings.base_url.rstrip("/") + "/", settings.timeout)
        self._stranger = lines.pool("", settings.timeout)

    def close(self) -> None:
        """Close all connections."""
        self._signing.close()
        self._stranger.close()

    def get(self, kind: type[A], where: str, query: Mapping[str, str] | None = None) -> A:
        """Ask something."""
        return answers.read(kind, lines.patiently(lambda: self._whole("GET", where, query=query)))

    def post(self, kind: type[A], where: str, body: Mapping[str, Any], key: str) -> A:
        """Have something done, once for each key."""
        content = json.dumps(body, sort_keys=True).encode()
        return answers.read(kind, lines.patiently(lambda: self._whole("POST", where, content=content, key=key)))

    def ask(self, kind: type[A], where: str, body: Mapping[str, Any]) -> A:
        """Ask something that no access log should show: a POST that changes nothing, may be repeated and has no key."""
        content = json.dumps(body, sort_keys=True).encode()
        return answers.read(kind, lines.patiently(lambda: self._whole("POST", where, content=content)))

    def _whole(
        self, method: str, where: str, *, query: Mapping[str, str] | None = None, content: bytes = b"", key: str = ""
    ) -> bytes:
        request = self.signed(method, where, query=query, content=content, key=key)
        with lines.exchange(self._signing, request) as response:
            body = b"".join(lines.bounded(response, self._settings.max_answer, self._settings.timeout))
            self._believe(request, response, signing.digest(body))
            lines.check_status(response, body, _FAILURES)
        return body

    def signed(
        self,
        method: str,
        where: str,
        *,
        query: Mapping[str, str] | None = None,
        content: bytes = b"",
        key: str = "",
        later: int = 0,
    ) -> httpx.Request:
        """A fresh timestamp and nonce every time, also for a repetition: only the key says that it is one."""
        headers = {
            signing.TIMESTAMP: str(int(self._clock.now().utc.timestamp()) + later),
            signing.NONCE: secrets.token_hex(16),
            **({"Content-Type": "application/json"} if method == "POST" else {}),
            **({signing.KEY: key} if key else {}),
        }
        request = self._signing.build_request(method, where, params=query, content=content or None, headers=headers)
        target = request.url.raw_path.decode("ascii")
        signature = signing.of_call(self._secret, method, target, headers, signing.digest(content))
        request.headers[signing.SIGNATURE] = signature
        return request

    def _believe(self, request: httpx.Request, response: httpx.Response, body_digest: str) -> None:
        """Take an answer for the platform's only if it is signed as one to this very call."""
        status, given = response.status_code, response.headers.get(signing.SIGNATURE, "")
        if not given and (status in _UNSIGNED or status >= 500):
            return
        expected = signing.of_answer(self._secret, request.headers[signing.NONCE], status, body_digest)
        if not signing.same(given, expected):
            raise Unintelligible(
                f"HTTP {status} without a signature that fits: it is not taken for the platform's answer"
            )

    def part(self, where: str, announced: answers.PartAnswer) -> Iterator[bytes]:
        """The bytes of a part, streamed; signed by the digest that was announced, and compared with it at the end."""
        if announced.size > self._settings.max_part:
            raise Unintelligible(f"part {announced.name} has {announced.size} octets, more than is accepted")
        request = self.signed("GET", where)
        seconds = self._settings.timeout + announced.size / lines.SLOWEST
        with lines.exchange(self._signing, request) as response:
            if response.status_code != httpx.codes.OK:
                body = b"".join(lines.bounded(response, self._settings.max_answer, self._settings.timeout))
                self._believe(request, response, signing.digest(body))
                lines.check_status(response, body, _FAILURES)
            self._believe(request, response, announced.sha256)
            chunks = lines.bounded(response, announced.size, seconds)
            yield from checks.as_announced(f"part {announced.name}", announced.size, announced.sha256, chunks)

    def tried(self, request: httpx.Request) -> tuple[int, bytes]:
        """Send a call as it is and believe its answer or not, whatever it says: for checks that break a call."""
        with lines.exchange(self._signing, request) as response:
            body = b"".join(lines.bounded(response, self._settings.max_answer, self._settings.timeout))
            self._believe(request, response, signing.digest(body))
        return response.status_code, body

    def look(self, url: str) -> int:
        """What a stranger gets from a public URL: the status; the body is not read."""
        with lines.exchange(self._stranger, self._stranger.build_request("GET", url)) as response:
            return response.status_code
