"""What the board is started with, and the one object that its pages and its interface work on."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from board.store.database import Database
from board.store.territories import is_country

SECRET_LENGTH = 32
"""Shortest secret accepted, in characters."""


class Unusable(ValueError):  # noqa: N818 -- names of failures say what is wrong
    """The board cannot be started like this."""


@dataclass(frozen=True, slots=True)
class Config:
    """Start options."""

    data: Path
    secret: str = field(repr=False)
    territory: str = "FR"
    """Country of a visitor about whom nothing better is known."""
    country_header_from: frozenset[str] = frozenset()
    """Addresses of the proxies whose ``X-Country`` is believed."""
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    secure_cookies: bool = False
    faults: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what would be unsafe."""
        if len(self.secret) < SECRET_LENGTH:
            message = f"the secret has fewer than {SECRET_LENGTH} characters"
            raise Unusable(message)
        if not is_country(self.territory):
            message = f"{self.territory!r} is not a country code"
            raise Unusable(message)


class House:
    """Configuration and database of a running board."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.database = Database(config.data)
        self.cookie_key = _kept_key(config.data / "cookie.key")


def _kept_key(file: Path) -> str:
    """A key of the board's own, made once, so that cookies survive a restart."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48), "ascii")
    return file.read_text("ascii")
