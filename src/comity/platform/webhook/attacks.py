"""Calls that an endpoint must refuse: unsigned, forged, altered, stale, repeated. None of them names anything real."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from comity.platform.errors import PlatformFailure
from comity.platform.webhook import signing
from comity.platform.webhook.client import Client, path

Check = tuple[str, str, Callable[[], None]]
NOBODY = "no-such-thing-0000"
_REFUSED = frozenset({400, 401, 403})
_PROOF = (signing.TIMESTAMP, signing.NONCE, signing.SIGNATURE)
_MEND = "answer 401 before you look at anything else, and do nothing"


class NotKeptError(Exception):
    """The contract is not kept here."""


@dataclass(frozen=True)
class Attacks:
    """Everything that is tried without a right to it."""

    client: Client

    def checks(self) -> list[Check]:
        """Name, what to mend when it fails, and the check itself."""
        return [
            ("an unsigned call is refused", _MEND, self._unsigned),
            ("a call signed with another secret is refused", _MEND, self._wrong_secret),
            ("a signature for another call is refused", f"sign method, path and query; {_MEND}", self._wrong_path),
            ("a changed body is refused", f"put the body's digest under the signature; {_MEND}", self._wrong_body),
            ("a changed key is refused", f"put {signing.KEY} under the signature; {_MEND}", self._wrong_key),
            ("an old call is refused", "refuse timestamps older than 300 seconds", lambda: self._at_time(-3600)),
            ("a call from the future is refused", "refuse timestamps 300 seconds ahead", lambda: self._at_time(3600)),
            ("a repeated call is refused", "remember each nonce for ten minutes and refuse it then", self._replay),
        ]

    def must_refuse(self, request: httpx.Request) -> None:
        """Send a call that has to be refused."""
        status = self._status(request)
        if status not in _REFUSED:
            raise NotKeptError(f"{request.method} {request.url.path}: HTTP {status}")

    def _status(self, request: httpx.Request) -> int:
        try:
            return self.client.tried(request)[0]
        except PlatformFailure as failure:
            raise NotKeptError(str(failure)) from failure

    def _unsigned(self) -> None:
        request = self.client.signed("GET", "about")
        del request.headers[signing.SIGNATURE]
        self.must_refuse(request)

    def _wrong_secret(self) -> None:
        request = self.client.signed("GET", "about")
        headers = {name: request.headers[name] for name in (signing.TIMESTAMP, signing.NONCE)}
        target, empty = request.url.raw_path.decode("ascii"), signing.digest(b"")
        forged = signing.of_call(secrets.token_bytes(32), "GET", target, headers, empty)
        request.headers[signing.SIGNATURE] = forged
        self.must_refuse(request)

    def _wrong_path(self) -> None:
        self._borrowed(
            self.client.signed("GET", "about"),
            self.client.signed("GET", "resolve", query={"url": "https://a.example/"}),
        )

    def _wrong_body(self) -> None:
        where, key = path("accounts", NOBODY, "messages"), fresh_key()
        bodies = (b'{"subject": "a"}', b'{"subject": "b"}')
        self._borrowed(*(self.client.signed("POST", where, content=body, key=key) for body in bodies))

    def _wrong_key(self) -> None:
        where = path("accounts", NOBODY, "messages")
        self._borrowed(*(self.client.signed("POST", where, content=b"{}", key=fresh_key()) for _ in range(2)))

    def _borrowed(self, one: httpx.Request, other: httpx.Request) -> None:
        """One call's proof on another call."""
        for name in _PROOF:
            other.headers[name] = one.headers[name]
        self.must_refuse(other)

    def _at_time(self, seconds: int) -> None:
        self.must_refuse(self.client.signed("GET", "about", later=seconds))

    def _replay(self) -> None:
        request = self.client.signed("GET", "about")
        first = self._status(request)
        if first != httpx.codes.OK:
            raise NotKeptError(f"the first call got HTTP {first}")
        self.must_refuse(request)


def fresh_key() -> str:
    """An idempotency key that says where it comes from."""
    return f"check-{secrets.token_hex(12)}"
