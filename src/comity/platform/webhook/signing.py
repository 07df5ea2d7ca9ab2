"""How a call and its answer are signed: HMAC-SHA256 (RFC 2104) over one text each, under the secret both sides hold.

Each text begins with its direction, so that neither can be taken for the other; the answer's names the call's nonce, so
that no older answer fits. The texts are lines joined by line feeds, none of which can be inside a line.
"""

from __future__ import annotations

import hashlib
import hmac

VERSION = "comity-1"
SECONDS_OF_GRACE = 300
"""How far the two clocks may be apart; as long, and twice, a nonce must be remembered."""
KEY, TIMESTAMP, NONCE = "Idempotency-Key", "Comity-Timestamp", "Comity-Nonce"
DIGEST, SIGNATURE = "Comity-Digest", "Comity-Signature"


def digest(body: bytes) -> str:
    """SHA-256 of a body, hexadecimal; of nothing when there is none."""
    return hashlib.sha256(body).hexdigest()


def of_call(secret: bytes, method: str, target: str, headers: dict[str, str], body_digest: str) -> str:
    """The signature of a call. ``target`` is path and query as they stand in the request line."""
    marks = (headers[TIMESTAMP], headers[NONCE], headers.get(KEY, ""))
    return _hmac(secret, (f"{VERSION} call", method, target, *marks, body_digest))


def of_answer(secret: bytes, nonce: str, status: int, body_digest: str) -> str:
    """The signature of an answer to the call with this nonce."""
    return _hmac(secret, (f"{VERSION} answer", nonce, str(status), body_digest))


def same(one: str, other: str) -> bool:
    """Compare two signatures in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _hmac(secret: bytes, lines: tuple[str, ...]) -> str:
    return hmac.new(secret, "\n".join(lines).encode(), hashlib.sha256).hexdigest()
