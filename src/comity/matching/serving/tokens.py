"""Who may call: the SHA-256 of each caller's token, in a file that only its owner can read.

One caller a line: name · scopes (``read``, ``write``, or both with a comma) · SHA-256 of the token in hexadecimal
digits. The file is read again when it changes, so that a token can be withdrawn without a restart.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from comity.casefile.records.private import read_private
from comity.matching.serving.errors import NoToken, ScopeMissing, UnusableTokens

_LINE = re.compile(
    r"(?P<name>[A-Za-z0-9._-]{1,60})\s+(?P<scopes>[a-z]+(?:,[a-z]+)*)\s+(?P<digest>[0-9a-f]{64})", re.ASCII
)
_BEARER = b"bearer "
_LOOK_AGAIN = 1.0


class Scope(StrEnum):
    """What a token lets its bearer do."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True)
class Caller:
    """Who calls."""

    name: str
    scopes: frozenset[Scope]
    digest: str

    def require(self, scope: Scope) -> None:
        """Raises ``ScopeMissing``."""
        if scope not in self.scopes:
            raise ScopeMissing


def read_tokens(text: str) -> tuple[Caller, ...]:
    """The callers of a file; raises ``UnusableTokens`` naming the line."""
    callers = []
    for place, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        named = set(found["scopes"].split(",")) if found else set()
        if found is None or not named <= set(Scope):
            message = f"line {place} of the file of tokens is not: NAME SCOPES SHA-256"
            raise UnusableTokens(message)
        scopes = frozenset(Scope(one) for one in named)
        callers.append(Caller(found["name"], scopes, found["digest"]))
    if len({one.name for one in callers}) != len(callers) or len({one.digest for one in callers}) != len(callers):
        message = "two lines of the file of tokens have one name, or one token"
        raise UnusableTokens(message)
    return tuple(callers)


def new_token(name: str, scopes: str) -> tuple[str, str]:
    """A fresh token, and the line that lets it in."""
    token = secrets.token_urlsafe(32)
    line = f"{name} {scopes} {hashlib.sha256(token.encode()).hexdigest()}"
    read_tokens(line)
    return token, line


class Tokens:
    """The file of tokens, followed."""

    def __init__(self, path: Path) -> None:
        """Raises ``UnusableTokens``, or ``OSError`` as reading does."""
        self._path = path
        self._callers = read_tokens(read_private(path).decode("utf-8", "replace"))
        self._seen, self._looked = path.stat().st_mtime_ns, time.monotonic()

    def caller(self, authorization: bytes | None) -> Caller:
        """Who sends this ``Authorization`` header. Raises ``NoToken``. Every line is compared, whichever it is."""
        self._follow()
        if authorization is None or authorization[: len(_BEARER)].lower() != _BEARER:
            raise NoToken
        digest = hashlib.sha256(authorization[len(_BEARER) :].strip()).hexdigest()
        known = None
        for one in self._callers:
            if hmac.compare_digest(one.digest, digest):
                known = one
        if known is None:
            raise NoToken("the token is not known")
        return known

    def _follow(self) -> None:
        now = time.monotonic()
        if now - self._looked < _LOOK_AGAIN:
            return
        self._looked = now
        try:
            changed = self._path.stat().st_mtime_ns
            if changed != self._seen:
                self._callers, self._seen = read_tokens(read_private(self._path).decode("utf-8", "replace")), changed
        except (OSError, ValueError):
            self._callers = ()  # a file that cannot be read lets nobody in
