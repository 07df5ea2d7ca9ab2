"""What the adapter has to be told about the homeserver."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from comity.platform.addresses import keeps_secrets, origin_of
from comity.platform.errors import Misconfigured
from comity.platform.secrets_of import secret_in
from comity.platform.synapse.addresses import MATRIX_TO, SERVER, Ours

_TOKEN = re.compile(r"[\x21-\x7e]{16,1024}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SynapseSettings:
    """Settings of the adapter. Nothing outside ``base_url`` is ever contacted."""

    base_url: str
    """Where the adapter reaches the homeserver's client and admin API. Plain http: only this machine."""
    server_name: str
    """The name after the colon in the homeserver's users and rooms."""
    token: str = field(repr=False)
    """Access token of an administrator's account that nothing else uses."""
    stranger_token: str = field(repr=False)
    """Access token of an ordinary account, through whose eyes the adapter looks."""
    hosts: tuple[str, ...] = ()
    """Hosts whose URLs are the provider's: the homeserver's public name, its own web client."""
    clients: tuple[str, ...] = ("app.element.io",)
    """Hosts of web clients whose room links authorities quote."""
    timeout: float = 10.0
    """Seconds for an answer, and for each piece of a longer one."""
    max_answer: int = 16 * 1024 * 1024
    """Octets of the largest JSON answer."""
    max_part: int = 8 * 1024 * 1024 * 1024
    """Octets of the largest file that is fetched."""

    def __post_init__(self) -> None:
        """Refuse what would send the token over an open line, or nowhere."""
        if origin_of(self.base_url) is None:
            raise Misconfigured(f"{self.base_url!r} is not an http or https base URL")
        if not keeps_secrets(self.base_url):
            raise Misconfigured("plain http would show the token to everybody on the way; use https, or a loopback")
        if SERVER.fullmatch(self.server_name) is None:
            raise Misconfigured(f"{self.server_name!r} is not a Matrix server name")
        if not all(_TOKEN.fullmatch(token) for token in (self.token, self.stranger_token)):
            raise Misconfigured("an access token has 16 or more printable ASCII characters without spaces")
        if self.token == self.stranger_token:
            raise Misconfigured("a stranger is no administrator: the two tokens must differ")

    @property
    def ours(self) -> Ours:
        """What decides whose an address is."""
        clients = _origins(self.clients)
        own = _origins((*self.hosts, self.server_name), self.base_url) - _origins((MATRIX_TO,))
        return Ours(self.server_name, own - clients, clients)

    @property
    def public_url(self) -> str:
        """The base URL of media for people, without a slash at its end."""
        return f"https://{self.hosts[0]}" if self.hosts else self.base_url.rstrip("/")

    @classmethod
    def from_files(
        cls,
        base_url: str,
        server_name: str,
        tokens: tuple[Path, Path],
        hosts: Iterable[str] = (),
        *,
        clients: tuple[str, ...] = ("app.element.io",),
    ) -> Self:
        """Read the administrator's and the stranger's token, each from a file that only its owner can read."""
        token, stranger = (secret_in(path) for path in tokens)
        return cls(base_url, server_name, token, stranger, tuple(hosts), clients)


def _origins(hosts: Iterable[str], *bases: str) -> frozenset[tuple[str, int]]:
    urls = [f"{scheme}://{host}" for host in hosts for scheme in ("https", "http")]
    found = (origin_of(url) for url in (*urls, *bases))
    return frozenset(origin for origin in found if origin)
