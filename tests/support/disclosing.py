"""A room for disclosures: vault, a log that is signed when told, decisions that two people signed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from comity.casefile import audit
from comity.casefile.audit.key_files import generate
from comity.casefile.audit.rules import ClockTolerance
from comity.casefile.audit.sequencer import Sequencer
from comity.casefile.clock import FixedClock
from comity.casefile.documents.base import Document
from comity.casefile.documents.disclosure import GrantTerms
from comity.casefile.documents.identifiers import new_id
from comity.casefile.evidence import KeyEncryptionKeys, Vault, new_line
from comity.casefile.records import UnitOfWork, unit_of_work
from comity.casefile.records.roles import Role, Server
from comity.platform import Records
from support.grants import decision


@dataclass
class Room:
    vault: Vault
    sequencer: Sequencer
    clock: FixedClock
    case: str

    def work(self) -> AbstractContextManager[UnitOfWork]:
        return unit_of_work(self.clock.now(), "system:disclosure")

    def means(self, records: Records) -> Any:
        from comity.execution.disclosure.service import Means

        return Means(records, self.vault, self.clock)

    def decided(self, *granted: GrantTerms, order: bool = True, signed: bool = True, **changes: Any) -> tuple[str, ...]:
        """Decide and order; gives the collections."""
        from comity.execution.disclosure import service

        made = decision(*granted, case=self.case, **changes)
        with self.work() as unit:
            entered = audit.enter(unit, self.case, made)
            collections = service.order(unit, entered) if order else (entered.entry,)
        if signed:
            self.sign()
        return collections

    def sign(self) -> None:
        self.sequencer.step()

    def collect(self, records: Records) -> Any:
        from comity.execution.disclosure import service

        done = service.carry(self.case, self.means(records), self.work)
        self.sign()
        return done

    def entered(self, kind: type[Document]) -> list[Any]:
        rows = audit.entries_of(self.case)
        return [kind.from_canonical(row.body) for row in rows if row.kind == kind.kind and row.body]

    def read(self, number: str, digest: str) -> bytes:
        with self.work() as unit:
            chunks = self.vault.open(unit, number, digest, purpose="a test reads it")
        return b"".join(chunks)


@contextmanager
def disclosing(server: Server, folder: Path, clock: FixedClock) -> Iterator[Room]:
    """A room over a fresh database."""
    sequencer = Sequencer(
        lambda: psycopg.connect(**server.parameters(Role.SEQUENCER)),
        generate(folder / "log", "log.example/comity"),
        folder / "tiles",
        clock,
        tolerance=ClockTolerance(forward=None),
    )
    try:
        yield Room(Vault(folder / "vault", KeyEncryptionKeys.parse(new_line("k"))), sequencer, clock, new_id())
    finally:
        sequencer.close()
