"""A house with cases, exhibits and a log, driven in this process, and empty ones to restore it into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comity.casefile.clock import FixedClock
from comity.casefile.records.roles import Server
from support.backup_house import House


@pytest.fixture
def house(database: Server, tmp_path: Path, clock: FixedClock) -> House:
    """A founded house with three exhibits, some entries and a signed log."""
    made = House(tmp_path / "home", database, clock).found()
    for number in range(3):
        made.take_in(f"exhibit {number}".encode() * 1000)
    for _ in range(5):
        made.enter()
    made.sequence()
    return made


@pytest.fixture
def empty(databases: Any, tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """Another house, with nothing in it."""
    with databases.clone() as fresh:
        yield House(tmp_path / "second", fresh, clock)
