"""Content by its address, from hosts that the operator named and from no other; redirections are not followed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from comity.matching.serving.errors import HostNotAllowed, NotAnswerable, TooLarge

_SECONDS = 10.0


@dataclass(frozen=True)
class Fetching:
    """Hosts (``host`` or ``host:port``) and the most bytes that are taken."""

    hosts: frozenset[str] = frozenset()
    most: int = 64 * 1024 * 1024

    def get(self, url: str) -> tuple[bytes, str]:
        """The content, and what the host says it is. Raises ``HostNotAllowed``, ``NotAnswerable``, ``TooLarge``."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise NotAnswerable("url: it cannot be read") from None
        named = host if port is None else f"{host}:{port}"
        if parts.scheme not in ("http", "https") or parts.username or parts.password or "\\" in url:
            raise NotAnswerable("url: an http or https address without a password")
        if named not in self.hosts:
            raise HostNotAllowed
        try:
            return self._read(url)
        except httpx.HTTPError as failure:
            raise NotAnswerable(f"url: {type(failure).__name__}") from None

    def _read(self, url: str) -> tuple[bytes, str]:
        pieces, size = [], 0
        with httpx.stream("GET", url, timeout=_SECONDS, follow_redirects=False, trust_env=False) as answer:
            if answer.status_code != httpx.codes.OK:
                raise NotAnswerable(f"url: the host answered {answer.status_code}")
            for piece in answer.iter_bytes():
                size += len(piece)
                if size > self.most:
                    raise TooLarge
                pieces.append(piece)
        return b"".join(pieces), answer.headers.get("content-type", "")
