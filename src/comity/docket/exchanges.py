"""Exchanges on the docket: the job that fetches, and what staff may say of them."""

from __future__ import annotations

from comity.docket.parts import Parts
from comity.matching.exchanges.running import Fetching, fetch


def fetch_one(parts: Parts, exchange: str, due: str) -> None:
    """Fetch one exchange, if it is still due at that instant."""
    fetch(Fetching(parts.exchanges, parts.work, parts.clock.now), exchange, due)
