"""One SQLite file, one connection a thread, write-ahead log, every commit on disk before it is answered."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def new_name(prefix: str) -> str:
    """A name nobody can guess: the prefix and 16 characters (78 bits)."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(16))


class Database:
    """The file ``board.sqlite`` in a directory of the board's own."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = directory / "board.sqlite"
        self._local = threading.local()
        schema = (Path(__file__).parent / "schema.sql").read_text("utf-8")
        self.read().executescript(schema)

    def read(self) -> sqlite3.Connection:
        """This thread's connection, outside any transaction: each statement sees the newest commit."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._file, timeout=20, isolation_level=None, cached_statements=64)
            connection.row_factory = sqlite3.Row
            # FULL: an effect that was confirmed must not be undone by a loss of power.
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=268435456"):
                connection.execute(f"PRAGMA {pragma}")
            self._local.connection = connection
        return connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction, the only writer while it lasts; rolled back when anything is raised."""
        yield from self._transaction("BEGIN IMMEDIATE")

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Several reads that see one and the same state."""
        yield from self._transaction("BEGIN")

    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = self.read()
        connection.execute(begin)
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def close(self) -> None:
        """Close this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            del self._local.connection
