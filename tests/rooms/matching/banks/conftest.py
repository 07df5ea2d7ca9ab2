"""A database, and units of work in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest

from comity.casefile.clock import FixedClock
from comity.casefile.records import UnitOfWork, unit_of_work

Begin = Callable[[], AbstractContextManager[UnitOfWork]]


@pytest.fixture
def begin(database: object, clock: FixedClock) -> Begin:
    return partial(unit_of_work, clock.now(), "system:test")
