"""What a look-up gives: listed items near a signal, how each stands, and which of them count this time."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from comity.casefile.documents.detection import ListedMatch


@dataclass(frozen=True)
class Hit:
    """One listed item within the threshold, and how its bank and itself stand."""

    match: ListedMatch
    ratio: float
    negative: bool
    in_force: bool
    """Neither it nor its bank is switched off, held back or expired."""


@dataclass(frozen=True)
class Found:
    """All of one signal, nearest first."""

    hits: tuple[Hit, ...] = ()
    capped: bool = False

    @property
    def allowed(self) -> bool:
        """An allow bank that is not only tried knows it: whatever else does, nothing follows."""
        return any(hit.negative and hit.in_force and not hit.match.shadow for hit in self.hits)

    @property
    def matches(self) -> tuple[ListedMatch, ...]:
        """What counts: in force, and no allow bank knows the content."""
        if self.allowed:
            return ()
        return tuple(hit.match for hit in self.hits if hit.in_force and not hit.negative)


def drawn(found: Found, seed: str | None) -> tuple[Hit, ...]:
    """Hits that count, of banks that answer this time: a bank with ratio r when the number drawn is below r.

    The number comes from ``seed``, else by chance: it spreads load and protects nothing.
    """
    if found.allowed:
        return ()
    bits = secrets.randbits(64) if seed is None else int(hashlib.sha256(seed.encode()).hexdigest()[:16], 16)
    number = bits / 2**64
    return tuple(hit for hit in found.hits if hit.in_force and not hit.negative and number < hit.ratio)
