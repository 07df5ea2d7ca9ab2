"""What is listed, by the index's number: who listed it and how. A file beside the index, derived like it.

One process writes, many read while it does. A number that is not here does not match, whatever an index says.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS item (number INTEGER PRIMARY KEY, member TEXT NOT NULL, signals TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS alike (seq INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL, signal TEXT NOT NULL);
"""
_AT_ONCE = 500


@dataclass(frozen=True)
class Item:
    """One listed item: who listed it, and its signals by type."""

    member: str
    signals: Mapping[str, str]


class Listed:
    """The file; any thread may ask."""

    def __init__(self, path: Path, *, write: bool) -> None:
        self._lock = threading.Lock()
        where = path.absolute().as_uri() + ("" if write else "?mode=ro")
        self._file = sqlite3.connect(where, uri=True, check_same_thread=False, isolation_level=None, timeout=30)
        if write:
            path.chmod(0o600)
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute("PRAGMA synchronous=FULL")  # what is acknowledged is on the disk
            self._file.executescript(_TABLES)

    @classmethod
    def make(cls, path: Path) -> None:
        """Put an empty one there, whole from its first instant: no reader ever has one that is half made."""
        aside = path.with_name(f"{path.name}.new")
        aside.unlink(missing_ok=True)
        cls(aside, write=True).close()
        aside.replace(path)

    def close(self) -> None:
        """Let go of it."""
        with self._lock:
            self._file.close()

    def get(self, numbers: Sequence[int]) -> dict[int, Item]:
        """What stands under these numbers; those that are not listed are left out."""
        found: dict[int, Item] = {}
        for first in range(0, len(numbers), _AT_ONCE):
            piece = numbers[first : first + _AT_ONCE]
            marks = ",".join("?" * len(piece))
            question = f"SELECT number, member, signals FROM item WHERE number IN ({marks})"  # noqa: S608 -- marks only
            with self._lock:
                rows = self._file.execute(question, piece).fetchall()
            found |= {number: Item(member, json.loads(signals)) for number, member, signals in rows}
        return found

    def put(self, new: Mapping[int, Item], gone: Iterable[int], alike: str) -> None:
        """Have these listed and those not, at once; signals of the type ``alike`` get a row of their own, in order."""
        with self._lock:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                self._file.executemany("DELETE FROM item WHERE number = ?", [(number,) for number in gone])
                self._file.executemany(
                    "INSERT OR REPLACE INTO item VALUES (?, ?, ?)",
                    [(number, item.member, json.dumps(dict(item.signals))) for number, item in new.items()],
                )
                self._file.executemany(
                    "INSERT INTO alike (number, signal) VALUES (?, ?)",
                    [(number, item.signals[alike]) for number, item in new.items() if alike in item.signals],
                )
                self._file.execute("COMMIT")
            except BaseException:
                self._file.execute("ROLLBACK")
                raise

    def alike_after(self, seq: int) -> list[tuple[int, int, str]]:
        """Signatures of texts listed since: place, number, signature. Some may be listed no more."""
        with self._lock:
            return self._file.execute(
                "SELECT seq, number, signal FROM alike WHERE seq > ? ORDER BY seq", [seq]
            ).fetchall()
