"""A bank that exchanges fill: folders, jobs, and a fetch of whatever is due."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.casefile.clock import FixedClock
from comity.casefile.documents.bank import BankTerms
from comity.casefile.documents.exchange import ExchangeTerms
from comity.casefile.records import UnitOfWork

if TYPE_CHECKING:
    from comity.matching.exchanges.store import Exchange, Pulse

BANK = "LIST"


def digest(seed: object) -> str:
    """A SHA-256 that stands for a file."""
    return hashlib.sha256(str(seed).encode()).hexdigest()


class House:
    """One bank and the exchanges of one test."""

    def __init__(
        self, begin: Callable[[], AbstractContextManager[UnitOfWork]], clock: FixedClock, folder: Path
    ) -> None:
        from comity.matching.banks import service as banks
        from comity.matching.exchanges.means import Means

        self.begin, self.clock = begin, clock
        self.files, self.secrets = folder / "lists", folder / "secrets"
        for path in (self.files, self.secrets):
            path.mkdir()
        self.means = Means(self.secrets, self.files)
        said = {"owner": "us", "source": "exchanges", "reason": "r", "legal_basis": "terms 4"}
        with begin() as work:
            banks.create_bank(work, BankTerms.model_validate({"name": BANK, **said}))

    def write(self, name: str, text: str | bytes) -> None:
        """Put a list where exchanges find it."""
        (self.files / name).write_bytes(text.encode() if isinstance(text, str) else text)

    def secret(self, name: str, text: str) -> None:
        """Put a secret where only its owner reads it."""
        path = self.secrets / name
        path.write_text(text)
        path.chmod(0o600)

    def set_up(self, kind: str, name: str = "them", pace: int = 300, **said: Any) -> Exchange:
        """Set an exchange up."""
        from comity.matching.exchanges import service

        terms = ExchangeTerms.model_validate({"name": name, "type": kind, "bank": BANK, "pace": pace} | said)
        with self.begin() as work:
            return service.create(work, terms, "a test")

    def fetch(self, name: str = "them") -> Pulse:
        """Fetch it as the job does that is due now, and give how it went."""
        from comity.matching.exchanges import running, store

        held = store.named(name)
        pulse = store.pulse(held.id)
        assert pulse is not None
        if self.clock.now() < pulse.next_at:
            self.clock.set(pulse.next_at)
        running.fetch(running.Fetching(self.means, self.begin, self.clock.now), held.id, pulse.next_at.z())
        after = store.pulse(held.id)
        assert after is not None
        return after

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.set(self.clock.now().plus(timedelta(seconds=seconds)))

    def signals(self) -> set[tuple[str, str]]:
        """What the bank lists now."""
        from comity.matching.banks import store

        found = store.items(store.bank(BANK), most=100_000)
        return {pair for item in found for pair in item.signals.items()}

    def jobs(self) -> list[tuple[str, str]]:
        """Exchange and instant of every fetch that waits."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT args->>'exchange', args->>'due' FROM procrastinate_jobs"
                " WHERE task_name = 'fetch_exchange' AND status = 'todo' ORDER BY id"
            )
            return [(str(one), str(two)) for one, two in cursor.fetchall()]
