"""What the adapter has to be told: where the platform is, by which names the public knows it, and the shared secret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from comity.platform.addresses import keeps_secrets, origin_of
from comity.platform.errors import Misconfigured
from comity.platform.secrets_of import secret_in

_SECRET_LENGTH = 32


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """Settings of the adapter. Nothing outside ``base_url`` is ever contacted."""

    base_url: str
    """Where the adapter reaches the platform, for instance ``http://127.0.0.1:8420``. Plain http: only this machine."""
    secret: str = field(repr=False)
    public_urls: tuple[str, ...] = ()
    """Further base URLs by which the public knows the platform; the first is used in descriptions."""
    union_vantages: tuple[str, ...] = ("FR", "DE")
    """Countries from which a stranger looks when the territory is the Union or everywhere."""
    timeout: float = 10.0
    """Seconds for an answer, and for each piece of a longer one."""
    max_answer: int = 16 * 1024 * 1024
    """Octets of the largest JSON answer."""
    max_part: int = 8 * 1024 * 1024 * 1024
    """Octets of the largest part that is fetched."""

    def __post_init__(self) -> None:
        """Refuse what would send the secret over an open line, or nowhere."""
        for url in (self.base_url, *self.public_urls):
            if origin_of(url) is None:
                message = f"{url!r} is not an http or https base URL (scheme, host, port and nothing else)"
                raise Misconfigured(message)
        if len(self.secret) < _SECRET_LENGTH or not self.secret.isascii() or not self.secret.isprintable():
            message = f"the platform's secret must have {_SECRET_LENGTH} or more printable ASCII characters"
            raise Misconfigured(message)
        if not keeps_secrets(self.base_url):
            message = "plain http would show the secret to everybody on the way; use https, or a loopback address"
            raise Misconfigured(message)

    @property
    def origins(self) -> frozenset[tuple[str, int]]:
        """Hosts and ports whose URLs are the platform's."""
        found = (origin_of(url) for url in (self.base_url, *self.public_urls))
        return frozenset(origin for origin in found if origin)

    @property
    def public_url(self) -> str:
        """The base URL for people, without a slash at its end."""
        return (self.public_urls or (self.base_url,))[0].rstrip("/")

    @classmethod
    def from_file(cls, base_url: str, secret_file: Path, hosts: Iterable[str] = ()) -> Self:
        """Read the secret from its owner's file; ``hosts`` are the profile's hosts, each known by https and http."""
        secret = secret_in(secret_file)
        names = tuple(f"{scheme}://{host}" for host in hosts for scheme in ("https", "http"))
        return cls(base_url=base_url, secret=secret, public_urls=names)
