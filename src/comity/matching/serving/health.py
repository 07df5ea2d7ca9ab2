"""Whether this process can answer from an index that is up to date."""

from __future__ import annotations

from pathlib import Path

from comity.casefile.clock import Clock
from comity.matching.serving import places
from comity.matching.serving.errors import NotLoaded
from comity.matching.serving.means import Means

ALIVE, NOT_LOADED, STALE = "I-AM-ALIVE", "INDEX-NOT-LOADED", "INDEX-STALE"
_STALE_AFTER = 60.0
"""Seconds without a sign of the keeper."""


def state_of(means: Means) -> str:
    """In the words that clients of such services know."""
    try:
        means.lookup.snapshot()
    except NotLoaded:
        return NOT_LOADED
    age = age_of(means.folder, means.clock)
    if age is None:
        return NOT_LOADED
    return STALE if age > _STALE_AFTER else ALIVE


def age_of(folder: Path, clock: Clock) -> float | None:
    """Seconds since the keeper last said that everything is applied; ``None`` when it never did."""
    try:
        return max(0.0, clock.now().utc.timestamp() - (folder / places.HEARTBEAT).stat().st_mtime)
    except FileNotFoundError:
        return None
