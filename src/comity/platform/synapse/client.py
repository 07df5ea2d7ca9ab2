"""HTTP to the homeserver: as its administrator, as an ordinary account, and as nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from comity.casefile.clock import Instant
from comity.platform import answers, checks, lines
from comity.platform.errors import Faulty, Unintelligible
from comity.platform.synapse.settings import SynapseSettings

A = TypeVar("A", bound=answers.Answer)

ADMIN = "/_synapse/admin/v1"
CLIENT = "/_matrix/client/v3"


def path(*parts: str) -> str:
    """A path whose parts after the first are identifiers: nothing in them leaves its segment."""
    return "/".join((parts[0], *(quote(part, safe="") for part in parts[1:])))


class Client:
    """Thread-safe. Three pools; only one carries the administrator's token."""

    def __init__(self, settings: SynapseSettings) -> None:
        self._settings = settings
        admin = {"Authorization": f"Bearer {settings.token}"}
        stranger = {"Authorization": f"Bearer {settings.stranger_token}"}
        self._admin = lines.pool(settings.base_url, settings.timeout, admin)
        self._account = lines.pool(settings.base_url, settings.timeout, stranger)
        self._nobody = lines.pool(settings.base_url, settings.timeout)

    def close(self) -> None:
        """Close all connections."""
        for pool in (self._admin, self._account, self._nobody):
            pool.close()

    def get(self, kind: type[A], where: str, query: Mapping[str, str] | None = None) -> A:
        """Ask something as the administrator."""
        return answers.read(kind, self.raw(where, query))

    def raw(self, where: str, query: Mapping[str, str] | None = None) -> bytes:
        """Ask something as the administrator; the answer's own bytes."""
        return lines.patiently(lambda: self._send("GET", where, params=query))

    def put(self, kind: type[A], where: str, body: Mapping[str, Any]) -> A:
        """Have something done that may be repeated."""
        return answers.read(kind, lines.patiently(lambda: self._send("PUT", where, json=body)))

    def post(self, kind: type[A], where: str, body: Mapping[str, Any]) -> A:
        """Have something done that may be repeated."""
        return answers.read(kind, lines.patiently(lambda: self._send("POST", where, json=body)))

    def post_once(self, kind: type[A], where: str, body: Mapping[str, Any]) -> A:
        """Have something done that would be done again when it is repeated: the caller looks first."""
        return answers.read(kind, self._send("POST", where, json=body))

    def _send(self, method: str, where: str, **more: Any) -> bytes:
        request = self._admin.build_request(method, where, **more)
        with lines.exchange(self._admin, request) as response:
            body = b"".join(lines.bounded(response, self._settings.max_answer, self._settings.timeout))
            _check(response, body, where)
        return body

    def now(self) -> Instant:
        """The homeserver's clock."""
        request = self._admin.build_request("GET", "/_matrix/client/versions")
        with lines.exchange(self._admin, request) as response:
            try:
                return Instant(parsedate_to_datetime(response.headers.get("Date", "")))
            except ValueError as error:
                raise Unintelligible("the homeserver does not say what time it is") from error

    def download(self, server: str, identifier: str, *, size: int, sha256: str | None) -> Iterator[bytes]:
        """A file's bytes, also out of quarantine, compared at the end with what the media repository said."""
        if size > self._settings.max_part:
            raise Unintelligible(f"media {identifier} has {size} octets, more than is accepted")
        where = path("/_matrix/client/v1/media/download", server, identifier)
        query = {"admin_unsafely_bypass_quarantine": "true", "allow_remote": "false"}
        seconds = self._settings.timeout + size / lines.SLOWEST
        with lines.exchange(self._admin, self._admin.build_request("GET", where, params=query)) as response:
            if response.status_code != httpx.codes.OK:
                _check(response, b"".join(lines.bounded(response, 4096, self._settings.timeout)), where)
            chunks = lines.bounded(response, size, seconds)
            yield from checks.as_announced(f"media {identifier}", size, sha256, chunks)

    def look(self, where: str, query: Mapping[str, str] | None = None, *, account: bool) -> tuple[int, bytes]:
        """What a stranger gets, with an ordinary account or none: status, and what it says when that is short."""
        pool = self._account if account else self._nobody
        with lines.exchange(pool, pool.build_request("GET", where, params=query)) as response:
            short = "json" in response.headers.get("Content-Type", "")
            return response.status_code, b"".join(self._short(response)) if short else b""

    def _short(self, response: httpx.Response) -> Iterator[bytes]:
        return lines.bounded(response, self._settings.max_answer, self._settings.timeout)


def _check(response: httpx.Response, body: bytes, where: str) -> None:
    """Raise what a refusal means. A 404 that Matrix did not say comes from something before the homeserver."""
    code = lines.said(body, "errcode").removeprefix(": ")
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise Faulty(f"HTTP 429{lines.said(body, 'error')}", after=_after(body))
    if response.status_code == httpx.codes.NOT_FOUND and code != "M_NOT_FOUND":
        raise Unintelligible(f"HTTP 404 {code or 'without a reason'}: {where.rpartition('/')[0]} is not offered here")
    lines.check_status(response, body, word="error")


def _after(body: bytes) -> float | None:
    try:
        told = json.loads(body).get("retry_after_ms")
    except (ValueError, RecursionError, AttributeError):
        return None
    return told / 1000 if isinstance(told, int) and 0 <= told <= 10**9 else None
