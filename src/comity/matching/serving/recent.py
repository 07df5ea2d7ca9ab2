"""Signals of what was asked about lately, so that a list can be tried before it is listed: signals, and nothing else.

Each process keeps a ring of its own in a file beside the indexes: no item, no account, no caller, no instant. Of what
one content has, one signal of each type that is 32 or 16 bytes long.
"""

from __future__ import annotations

import itertools
import mmap
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from comity.matching.banks.importing import Sample
from comity.matching.exchanges.sampling import of_signals
from comity.matching.signals import TYPES

PLACES = 8_192
"""Things that one process remembers."""
_TYPES = {"pdq": 32, "sha256": 32, "text": 32, "md5": 16}
_OCTETS = 32
_NOTHING = bytes(_OCTETS)
_ROW = len(_TYPES) * _OCTETS
_MOST = 20_000
"""Things that a list is tried on."""
_FILES = 32
"""Rings that are kept, those of ended processes among them."""


class Recent:
    """One process's ring."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in _newest_first(folder)[_FILES:]:
            old.unlink(missing_ok=True)
        path = folder / f"{os.getpid()}"
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "r+b") as file:
            file.truncate(PLACES * _ROW)
            self._page = mmap.mmap(file.fileno(), PLACES * _ROW)
        self._next = itertools.count()

    def keep(self, signals: Mapping[str, str]) -> None:
        """Remember one content's signals by type, all of them usable; it takes the place of the oldest."""
        pieces = [_octets(kind, signals[kind]) if kind in signals else _NOTHING for kind in _TYPES]
        if any(kind in signals for kind in _TYPES):
            at = next(self._next) % PLACES * _ROW
            self._page[at : at + _ROW] = b"".join(pieces)


def _octets(kind: str, signal: str) -> bytes:
    return bytes.fromhex(TYPES[kind].normalise(signal)).ljust(_OCTETS, b"\0")


def sample(folder: Path) -> Sample | None:
    """What all processes remember, those that ended too; ``None`` where nothing was asked about yet."""
    things: list[dict[str, str]] = []
    for path in _newest_first(folder):
        data = path.read_bytes()
        if len(data) == PLACES * _ROW:
            rows = np.frombuffer(data, np.uint8).reshape(PLACES, _ROW)
            things += [_thing(row.tobytes()) for row in rows[rows.any(axis=1)]]
    return of_signals(things[:_MOST]) if things else None


def _newest_first(folder: Path) -> list[Path]:
    found = list(folder.iterdir()) if folder.is_dir() else []
    return sorted(found, key=lambda one: one.stat().st_mtime, reverse=True)


def _thing(row: bytes) -> dict[str, str]:
    pieces = {kind: row[place * _OCTETS :][:octets] for place, (kind, octets) in enumerate(_TYPES.items())}
    return {kind: piece.hex() for kind, piece in pieces.items() if any(piece)}
