"""How exchanges are reached: one host, no redirections, so many bytes, so much time; nothing else of the web."""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from comity.matching.exchanges.errors import NotReached, UnusableAnswer, UnusableExchange

MOST_BYTES = 64 * 1024 * 1024
_PAUSE = 30.0
"""Seconds without a byte."""
_ALL = 300.0
"""Seconds for one whole answer."""
_BUSY = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Address:
    """An address that we may ask. What an answer names as its next page must be on the same host and port."""

    url: str

    @classmethod
    def of(cls, url: str) -> Address:
        """Check it; raises ``UnusableExchange`` when a secret sent there, or a list from there, could be another's."""
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or "@" in url.partition("//")[2].partition("/")[0] or "\\" in url or not url.isascii():
            raise UnusableExchange("settings: url: an https address without a password")
        if not keeps_secrets(url):
            raise UnusableExchange("settings: url: https, or this machine itself")
        return cls(url)

    @property
    def origin(self) -> tuple[str, str, int | None]:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return parts.scheme, (parts.hostname or "").lower(), parts.port

    def joined(self, path: str) -> Address:
        """An address below this one."""
        return Address(f"{self.url.rstrip('/')}/{path.lstrip('/')}")

    def following(self, link: object) -> Address:
        """The next page as an answer names it; raises ``UnusableAnswer`` when it leads elsewhere."""
        if not isinstance(link, str) or len(link) > 8_000 or not link.isascii() or not link.isprintable():
            message = "the next page is no address"
            raise UnusableAnswer(message)
        try:
            found = Address(urljoin(self.url, link))
            if found.origin == self.origin and "@" not in urlsplit(found.url).netloc and "\\" not in link:
                return found
        except ValueError:
            pass
        message = "the next page is on another host"
        raise UnusableAnswer(message)


def keeps_secrets(url: str) -> bool:
    """Whether what is sent to an address is seen by nobody on the way: https, or this machine itself."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Asked:
    """What is sent with a call."""

    headers: Mapping[str, str] | None = None
    form: Mapping[str, Any] | None = None
    """Sent by POST, if there is one."""
    parameters: Mapping[str, str] | None = None


def get(address: Address, asked: Asked | None = None, *, most: int = MOST_BYTES) -> bytes:
    """The bytes there. Raises ``NotReached`` or ``UnusableAnswer``."""
    asked = asked or Asked()
    method = "GET" if asked.form is None else "POST"
    try:
        with (
            httpx.Client(timeout=_PAUSE, follow_redirects=False, trust_env=False) as client,
            client.stream(
                method, address.url, headers=dict(asked.headers or {}), data=asked.form, params=asked.parameters
            ) as answer,
        ):
            must_be_fine(answer.status_code, answer.headers.get("retry-after"))
            return _whole(answer, most)
    except (httpx.HTTPError, httpx.InvalidURL) as failure:
        raise NotReached(f"{_host(address.url)}: {type(failure).__name__}") from failure


def get_json(address: Address, asked: Asked | None = None) -> dict[str, Any]:
    """A JSON object from there. Raises ``NotReached`` or ``UnusableAnswer``."""
    return json_object(get(address, asked), "the answer")


def json_object(data: bytes, what: str) -> dict[str, Any]:
    """Bytes as one JSON object (I-JSON: no NaN, no name twice). Raises ``UnusableAnswer``."""
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as wrong:
        message = f"{what} is not JSON"
        raise UnusableAnswer(message) from wrong
    if not isinstance(found, dict):
        message = f"{what} is no JSON object"
        raise UnusableAnswer(message)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a name stands twice"
        raise ValueError(message)
    return found


def _no_constant(name: str) -> None:
    message = f"{name} is no number"
    raise ValueError(message)


def must_be_fine(status: int, retry_after: str | None) -> None:
    """Raise ``NotReached`` for what may pass, ``UnusableAnswer`` for what a person must look at."""
    if status in _BUSY:
        after = float(retry_after) if retry_after and retry_after.isdecimal() and len(retry_after) < 8 else 0.0
        raise NotReached(f"the exchange answered {status}", after=after)
    if status in (401, 403):
        raise UnusableAnswer(f"the exchange refuses our credentials ({status})")
    if not 200 <= status < 300:
        raise UnusableAnswer(f"the exchange answered {status}")


def _whole(answer: httpx.Response, most: int) -> bytes:
    pieces, size, until = [], 0, time.monotonic() + _ALL
    for piece in answer.iter_bytes():
        size += len(piece)
        if size > most:
            raise UnusableAnswer(f"an answer of more than {most:,} bytes")
        if time.monotonic() > until:
            raise NotReached(f"an answer that takes longer than {_ALL:.0f} seconds")
        pieces.append(piece)
    return b"".join(pieces)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
