"""What the adapter has to be told: where the platform answers, which hosts the public knows, and the shared secret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from comity.platform.addresses import keeps_secrets, origin_of
from comity.platform.errors import Misconfigured
from comity.platform.secrets_of import secret_in

_SECRET_LENGTH = 32


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Settings of the adapter. Signed calls go to ``base_url`` only; a stranger's looks go to ``public_urls`` only."""

    base_url: str
    """Where the platform answers, with any path. Plain http: only this machine, for nobody else may read along."""
    secret: str = field(repr=False)
    public_urls: tuple[str, ...] = ()
    """Base URLs by which the public knows the platform."""
    timeout: float = 10.0
    """Seconds for an answer, and for each piece of a longer one."""
    max_answer: int = 16 * 1024 * 1024
    """Octets of the largest JSON answer."""
    max_part: int = 8 * 1024 * 1024 * 1024
    """Octets of the largest part that is fetched."""

    def __post_init__(self) -> None:
        """Refuse what would show contents to others, or lead nowhere."""
        parts = urlsplit(self.base_url)
        bare = f"{parts.scheme}://{parts.netloc}"
        if origin_of(bare) is None or parts.query or parts.fragment:
            raise Misconfigured(f"{self.base_url!r} is not an http or https URL without query")
        if not keeps_secrets(self.base_url):
            raise Misconfigured("plain http would show contents to everybody on the way; use https, or a loopback")
        if any(origin_of(url) is None for url in self.public_urls):
            raise Misconfigured("a public URL is scheme, host and port, and nothing else")
        if len(self.secret) < _SECRET_LENGTH or not self.secret.isascii() or not self.secret.isprintable():
            raise Misconfigured(f"the platform's secret must have {_SECRET_LENGTH} or more printable ASCII characters")

    @property
    def origins(self) -> frozenset[tuple[str, int]]:
        """Hosts and ports whose URLs are the platform's."""
        found = (origin_of(url) for url in self.public_urls)
        return frozenset(origin for origin in found if origin)

    @classmethod
    def from_file(cls, base_url: str, secret_file: Path, hosts: Iterable[str] = ()) -> Self:
        """Read the secret from a file; ``hosts`` are the provider profile's hosts, each known by https and http.

        On this machine itself, for trying out, the endpoint's own address counts as public too.
        """
        names = [f"{scheme}://{host}" for host in hosts for scheme in ("https", "http")]
        parts = urlsplit(base_url)
        if parts.scheme == "http":
            names.append(f"http://{parts.netloc}")
        return cls(base_url, secret_in(secret_file), tuple(names))
