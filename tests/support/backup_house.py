"""A small house: keys, exhibits, entries, and a log that is sequenced when told."""

from __future__ import annotations

from pathlib import Path

import psycopg

from comity.casefile.audit import key_files
from comity.casefile.audit.rules import ClockTolerance
from comity.casefile.audit.sequencer import Sequencer
from comity.casefile.clock import FixedClock
from comity.casefile.documents import new_id
from comity.casefile.documents.record import CaseMove
from comity.casefile.evidence import KeyEncryptionKeys, Vault
from comity.casefile.records import unit_of_work
from comity.casefile.records.roles import Role, Server
from comity.main.house import Places, exhibit_store, kek_file, make_keys
from comity.settings import Settings


class House:
    """One house: its settings, its database, its log's sequencer."""

    def __init__(self, home: Path, server: Server, clock: FixedClock) -> None:
        from support.night import PROVIDER

        home.mkdir(parents=True, exist_ok=True)
        (home / "provider.yaml").write_text(PROVIDER)
        self.settings = Settings(home=home, provider=home / "provider.yaml", log_origin="comity.example/log")
        self.home, self.server, self.clock = home, server, clock

    @property
    def vault(self) -> Vault:
        return Vault(exhibit_store(self.settings), KeyEncryptionKeys.from_file(kek_file(self.settings)))

    def found(self) -> House:
        make_keys(self.settings, self.clock)
        return self

    def take_in(self, plain: bytes) -> tuple[str, str]:
        case = new_id()
        with unit_of_work(self.clock.now(), "system:intake") as work:
            exhibit = self.vault.take_in(work, case, [plain], media_type="a/b", name="n", purpose="preservation")
            work.defer("advance", case=case)
        return case, exhibit.digest

    def enter(self) -> str:
        with unit_of_work(self.clock.now(), "system:docket") as work:
            from comity.casefile import audit

            case = new_id()
            return audit.enter(work, case, CaseMove(case=case, event="e", because="b")).entry

    def sequence(self) -> int:
        sequencer = Sequencer(
            lambda: psycopg.connect(**self.server.parameters(Role.SEQUENCER), autocommit=True),
            key_files.KeysOnDisk(Places(self.home).keys, self.settings.log_origin),
            Places(self.home).tiles,
            self.clock,
            tolerance=ClockTolerance(forward=None),
        )
        try:
            return sequencer.step().size
        finally:
            sequencer.close()
