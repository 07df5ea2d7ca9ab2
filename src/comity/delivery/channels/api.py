"""The API: the answer is kept, the authority's client fetches it with its own credentials, and that is the proof.

Where the registry holds an address for calls, the client is told at once that something is there: a signed call without
any content of the answer. The address comes from enrolment, never from an order.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import rfc8785

from comity.casefile.clock import Clock
from comity.delivery.channels import Outgoing, Proof
from comity.delivery.errors import UnsafeSetting

_SECONDS = 5.0
_SECRET_BYTES = 32
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Callback:
    """Where and with which secret an enrolled client wants to be told."""

    url: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse plain HTTP to another machine, credentials in the address, and short secrets."""
        url = httpx.URL(self.url)
        if url.scheme != "https" and not (url.scheme == "http" and url.host in _LOCAL):
            raise UnsafeSetting("a client is called over HTTPS")
        if url.userinfo or len(self.secret) < _SECRET_BYTES:
            raise UnsafeSetting(f"the address carries no credentials, the secret at least {_SECRET_BYTES} bytes")


class ApiOutbound:
    """Keeps answers for clients, and tells those that asked to be told."""

    carries = False

    def __init__(self, callback_of: Callable[[str], Callback | None], clock: Clock) -> None:
        """``callback_of`` gives the registry's callback of a client, or ``None``."""
        self._callback_of = callback_of
        self._clock = clock

    def send(self, outgoing: Outgoing) -> Proof:
        """Nothing leaves: the client fetches. A call that fails is no failure of delivery."""
        callback = self._callback_of(outgoing.recipient)
        told = self._tell(callback, outgoing.entry) if callback else "no call asked for"
        return Proof(delivered=False, said=f"kept for {outgoing.recipient} to fetch; {told}")

    def _tell(self, callback: Callback, entry: str) -> str:
        body = rfc8785.dumps({"answer": entry})
        at = str(int(self._clock.now().utc.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": entry,
            "webhook-timestamp": at,
            "webhook-signature": signature(callback.secret, entry, at, body),
        }
        try:
            with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
                reply = client.post(callback.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return f"not told: {type(error).__name__}"
        return f"told: {reply.status_code}"


def signature(secret: bytes, identifier: str, at: str, body: bytes) -> str:
    """HMAC-SHA256 over identifier, time and body, as the Standard Webhooks specification writes it."""
    digest = hmac.new(secret, f"{identifier}.{at}.".encode("ascii") + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode("ascii")
