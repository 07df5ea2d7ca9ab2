"""A bank, folders of lists and secrets, and exchanges that are fetched when they are due."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from comity.casefile.clock import FixedClock
from comity.casefile.records import UnitOfWork, unit_of_work
from support.exchanges import House

Begin = Callable[[], AbstractContextManager[UnitOfWork]]


@pytest.fixture
def begin(database: object, clock: FixedClock) -> Begin:
    def start() -> AbstractContextManager[UnitOfWork]:
        return unit_of_work(clock.now(), "system:test")

    return start


@pytest.fixture
def house(begin: Begin, clock: FixedClock, tmp_path: Path) -> House:
    return House(begin, clock, tmp_path)
