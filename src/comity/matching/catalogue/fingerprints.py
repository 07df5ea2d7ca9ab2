"""A fingerprint: one signal of one item that the platform stores, with references to it and nothing of its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from comity.casefile.clock import Instant
from comity.matching.catalogue.errors import FingerprintUnusable
from comity.matching.errors import InvalidSignal
from comity.matching.signals import TYPES, ContentType

KEY_BYTES = 16
RULES = frozenset({"url_host", "url_path"})
"""Types whose signals are rules for addresses: content has none of them, it has the address."""
KINDS = tuple(name for name in TYPES if name not in RULES)
"""Types that the catalogue keeps."""
_LONGEST = 2_000
_CONTENT = frozenset(one.value for one in ContentType)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One signal of one stored item."""

    item: str
    """The platform's own stable reference."""
    url: str | None
    """Where the public finds it."""
    account: str | None
    content_type: str
    signal_type: str
    signal: str
    """Normalised."""
    recipe: str | None
    """How it was made."""
    seen_at: Instant


def key_of(item: str, signal_type: str, signal: str) -> bytes:
    """What makes a fingerprint the same: 16 bytes of BLAKE2b over item, type and signal."""
    digest = hashlib.blake2b(digest_size=KEY_BYTES)
    for part in (item, signal_type, signal):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.digest()


def checked(one: Fingerprint) -> Fingerprint:
    """The same with its signal in the one spelling. Raises ``FingerprintUnusable``."""
    for name in ("item", "url", "account", "recipe"):
        text = getattr(one, name)
        if text is not None and not (0 < len(text) <= _LONGEST and text.isprintable()):
            raise FingerprintUnusable(f"{name}: from 1 to {_LONGEST} characters that can be printed")
    if one.signal_type not in KINDS:
        raise FingerprintUnusable(f"no type of signal that content has: {one.signal_type[:60]!r}")
    if one.content_type not in _CONTENT:
        raise FingerprintUnusable(f"no type of content: {one.content_type[:60]!r}")
    try:
        signal = TYPES[one.signal_type].normalise(one.signal)
    except InvalidSignal as wrong:
        raise FingerprintUnusable(str(wrong)) from wrong
    return one if signal == one.signal else replace(one, signal=signal)
