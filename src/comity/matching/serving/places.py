"""Where the match service keeps what it derives from the database.

Everything here can be thrown away: it is made again from the database.
"""

from __future__ import annotations

from pathlib import Path

from comity.matching.signals import TYPES, urls

BANKS, POSITION, LISTED, HEARTBEAT, LIKENESS = "banks.json", "position", "listed.sqlite", "heartbeat", "text_likeness"
INDEXED = tuple(name for name in TYPES if name != LIKENESS)
"""Types that are kept in an index; likeness of texts has tables of its own."""
ITEM_BITS = 40
NEAR = frozenset({"pdq", "vpdq"})
"""Types searched within bits; of the others, what is equal."""


def folder_of(folder: Path, kind: str) -> Path:
    """The index of one type."""
    return folder / kind


def content_signal(kind: str, signal: str) -> str:
    """The one spelling of content's signal; rules are asked about addresses. Raises ``InvalidSignal``."""
    return urls.canonical(signal) if kind in {"url_host", "url_path"} else TYPES[kind].normalise(signal)
