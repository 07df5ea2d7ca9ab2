"""Sequencers for tests: sound ones, and ones whose storage fails at a chosen statement, before or after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from comity.casefile.audit.keys import LogKeys, Signer
from comity.casefile.audit.rules import ClockTolerance
from comity.casefile.audit.sequencer import Pace, Sequencer
from comity.casefile.clock import FixedClock
from comity.casefile.records.roles import Role, Server

REPLAYED = ClockTolerance(forward=None)


class Crash(BaseException):
    """The process is gone: nothing catches this, and nothing it remembered is used again."""


@dataclass
class Fault:
    """Fails once, at the first statement that begins with ``statement``: before it or after it."""

    statement: str
    after: bool
    failure: type[BaseException] = psycopg.OperationalError
    armed: bool = True

    @contextmanager
    def around(self, statement: str) -> Iterator[None]:
        hit = self.armed and statement.startswith(self.statement)
        if hit:
            self.armed = False
            if not self.after:
                raise self.failure
        yield
        if hit:
            raise self.failure


def faulty(fault: Fault) -> type[psycopg.Connection[Any]]:
    """Connections to the real database on which one statement goes wrong."""

    class FaultyConnection(psycopg.Connection[Any]):
        def execute(self, query: Any, *arguments: Any, **options: Any) -> psycopg.Cursor[Any]:
            with fault.around(str(query)):
                return super().execute(query, *arguments, **options)

        @contextmanager
        def transaction(self, *arguments: Any, **options: Any) -> Iterator[psycopg.Transaction]:
            with fault.around("COMMITTED"), super().transaction(*arguments, **options) as transaction:
                yield transaction
                with fault.around("COMMIT "):
                    pass

    return FaultyConnection


@dataclass
class Workshop:
    """One database, one pair of keys, one directory, one clock; as many sequencers as a test wants."""

    server: Server
    keys: LogKeys
    folder: Path
    clock: FixedClock
    made: list[Sequencer] = field(default_factory=list)

    def sequencer(
        self,
        *,
        connection: type[psycopg.Connection[Any]] = psycopg.Connection,
        signer: Signer | None = None,
        tolerance: ClockTolerance = REPLAYED,
        pace: Pace | None = None,
    ) -> Sequencer:
        self.made.append(
            Sequencer(
                lambda: connection.connect(**self.server.parameters(Role.SEQUENCER)),
                signer or self.keys,
                self.folder,
                self.clock,
                tolerance=tolerance,
                pace=pace,
            )
        )
        return self.made[-1]

    def publish(self, size: int, root: bytes) -> None:
        """Put a checkpoint of another history into the directory."""
        self.folder.mkdir()
        from comity.casefile.audit.checkpoint import Checkpoint

        (self.folder / "checkpoint").write_bytes(self.keys.sign(Checkpoint(self.keys.origin, size, root), 1))

    def close(self) -> None:
        for sequencer in self.made:
            sequencer.close()
