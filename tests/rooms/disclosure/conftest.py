"""A room for disclosures of one's own."""

from __future__ import annotations

import pytest

from comity.casefile.clock import Instant


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """No test waits for a checkpoint that nobody signs."""
    for module in ("service", "holding"):
        monkeypatch.setattr(f"comity.execution.disclosure.{module}.SECONDS_FOR_CHECKPOINT", 0.05)


@pytest.fixture
def room(database, server, tmp_path, clock):
    from support.disclosing import disclosing

    clock.set(Instant.parse("2026-11-23T04:00:00Z"))
    with disclosing(server, tmp_path, clock) as opened:
        yield opened
