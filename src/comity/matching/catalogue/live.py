"""The catalogue's ledger, one SQLite file: live fingerprints, forgotten items, partitions in force, scans.

Several processes write it at once, each change in a transaction that is on the disk when it returns. What is in force
changes in one transaction, so a crash leaves the old or the new. A removal concerns partitions whose number had been
given out when it came (``before``); what is added afterwards is live, and goes into a partition of a higher number.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from comity.casefile.clock import Instant
from comity.matching.catalogue.errors import CatalogueDamaged, NotKept
from comity.matching.catalogue.fingerprints import Fingerprint, key_of

NAME = "catalogue.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fingerprint (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, item TEXT NOT NULL, url TEXT, account TEXT,
    content_type TEXT NOT NULL, signal_type TEXT NOT NULL, signal TEXT NOT NULL, recipe TEXT, seen_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS fingerprint_item ON fingerprint (item);
CREATE INDEX IF NOT EXISTS fingerprint_type ON fingerprint (signal_type, id);
CREATE TABLE IF NOT EXISTS forgotten (item TEXT PRIMARY KEY, before INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS partition (
    number INTEGER PRIMARY KEY, signal_type TEXT NOT NULL, fingerprints INTEGER NOT NULL, digest TEXT NOT NULL);
INSERT OR IGNORE INTO fact VALUES ('version', '1'), ('next', '1');
"""
_COLUMNS = "item, url, account, content_type, signal_type, signal, recipe, seen_at"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Listed:
    """A partition in force."""

    number: int
    signal_type: str
    fingerprints: int
    digest: str
    """SHA-256 of its Parquet file."""


@dataclass(frozen=True)
class Standing:
    """What stands at one moment."""

    partitions: tuple[Listed, ...]
    live: tuple[Fingerprint, ...]
    forgotten: dict[str, int]
    """By item, the highest number of a partition that the removal concerns."""


class Ledger:
    """The file; any thread may ask."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        """Open it; to write, make it. Raises ``CatalogueDamaged``."""
        path = folder / NAME
        self._lock = threading.RLock()
        where = path.absolute().as_uri() + ("" if write else "?mode=rw")
        try:
            self._file = sqlite3.connect(where, uri=True, check_same_thread=False, isolation_level=None, timeout=30)
            if write:
                path.chmod(0o600)
                self._file.execute("PRAGMA journal_mode=WAL")
                self._file.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
            self._file.execute("PRAGMA synchronous=FULL")  # what is acknowledged is on the disk
            self._file.execute("PRAGMA secure_delete=ON")
            if self.fact("version") != "1":
                raise CatalogueDamaged("of another version")
        except sqlite3.Error as failure:
            raise CatalogueDamaged(str(failure)) from failure

    def close(self) -> None:
        """Let go of it."""
        with self._lock:
            self._file.close()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on the disk, or nothing. Raises ``NotKept``."""
        with self._lock:
            try:
                self._file.execute("BEGIN IMMEDIATE")
                try:
                    yield self._file
                    self._file.execute("COMMIT")
                except BaseException:
                    if self._file.in_transaction:
                        self._file.execute("ROLLBACK")
                    raise
            except sqlite3.Error as failure:
                raise NotKept(str(failure)) from failure

    @contextmanager
    def look(self) -> Iterator[sqlite3.Connection]:
        """Several questions about one moment. Raises ``CatalogueDamaged``."""
        with self._lock:
            try:
                self._file.execute("BEGIN")
                try:
                    yield self._file
                finally:
                    self._file.execute("ROLLBACK")
            except sqlite3.Error as failure:
                raise CatalogueDamaged(str(failure)) from failure

    def fact(self, name: str) -> str | None:
        """Something that was noted."""
        with self._lock:
            found = self._file.execute("SELECT value FROM fact WHERE name = ?", [name]).fetchone()
        return None if found is None else str(found[0])

    def add(self, fingerprints: Sequence[Fingerprint], facts: dict[str, str] | None = None) -> int:
        """Keep them, and note ``facts`` in the same transaction; how many were not live yet."""
        rows = [(key_of(one.item, one.signal_type, one.signal), *_row(one)) for one in fingerprints]
        with self.change() as file:
            before = file.total_changes
            file.executemany(
                f"INSERT OR IGNORE INTO fingerprint (key, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 -- fixed
                rows,
            )
            new = file.total_changes - before
            note(file, facts or {})
        return new

    def forget(self, items: Sequence[str]) -> None:
        """Let everything of these items count no more."""
        with self.change() as file:
            file.executemany("DELETE FROM fingerprint WHERE item = ?", [(item,) for item in items])
            file.executemany(
                "INSERT OR REPLACE INTO forgotten SELECT ?, CAST(value AS INTEGER) - 1 FROM fact WHERE name = 'next'",
                [(item,) for item in items],
            )

    def standing(self, kinds: Sequence[str]) -> Standing:
        """What stands of these types at this moment."""
        with self.look() as file:
            partitions = [Listed(*row) for row in file.execute("SELECT * FROM partition ORDER BY number")]
            live = [one for kind in kinds for one in live_of(file, kind)]
            forgotten: dict[str, int] = dict(file.execute("SELECT item, before FROM forgotten").fetchall())
        return Standing(tuple(one for one in partitions if one.signal_type in kinds), tuple(live), forgotten)

    def partitions(self) -> list[Listed]:
        """Every partition in force."""
        with self.look() as file:
            return [Listed(*row) for row in file.execute("SELECT * FROM partition ORDER BY number")]

    def counts(self) -> dict[str, int]:
        """Live fingerprints by type."""
        with self.look() as file:
            return dict(file.execute("SELECT signal_type, count(*) FROM fingerprint GROUP BY signal_type").fetchall())


def live_of(file: sqlite3.Connection, kind: str, last: int | None = None) -> list[Fingerprint]:
    """Live fingerprints of a type, in the order in which they came, up to a place."""
    question = f"SELECT {_COLUMNS} FROM fingerprint WHERE signal_type = ? AND id <= ? ORDER BY id"  # noqa: S608 -- fixed
    rows = file.execute(question, [kind, (1 << 62) if last is None else last]).fetchall()
    return [
        Fingerprint(item, url, account, content, signal_type, signal, recipe, instant(at))
        for item, url, account, content, signal_type, signal, recipe, at in rows
    ]


def note(file: sqlite3.Connection, facts: dict[str, str]) -> None:
    """Note facts in the transaction that is open."""
    file.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", list(facts.items()))


def microseconds(at: Instant) -> int:
    """Since 1970, in UTC."""
    return (at.utc - _EPOCH) // _MICROSECOND


def instant(count: int) -> Instant:
    """The instant so many microseconds after the beginning of 1970."""
    return Instant(_EPOCH + count * _MICROSECOND)


def _row(one: Fingerprint) -> tuple[Any, ...]:
    return (
        one.item,
        one.url,
        one.account,
        one.content_type,
        one.signal_type,
        one.signal,
        one.recipe,
        microseconds(one.seen_at),
    )
