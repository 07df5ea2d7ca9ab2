"""Where the same bytes came before. It opens nothing and reads no content."""

from __future__ import annotations

from comity.casefile.evidence import store


def seen_in(digest: str) -> tuple[str, ...]:
    """In which cases these very bytes came, now or earlier; ``digest``: SHA-256 in hexadecimal."""
    return tuple(store.cases_with(digest))
