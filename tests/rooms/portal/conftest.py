"""The whole house with the portal's door open, on a real database and a real board."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Server
from comity.main.web import portal_only
from support.board import RunningBoard, free_port

if TYPE_CHECKING:
    from support.night import Night

SATURDAY_NIGHT = Instant.parse("2026-11-23T01:13:00Z")


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=31).start()
    yield board
    board.stop()


@pytest.fixture
def clock() -> FixedClock:
    """Three days before the night: authorities are enrolled beforehand."""
    return FixedClock(Instant.parse("2026-11-20T09:00:00Z"))


@pytest.fixture
def night(database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Night]:
    from comity.portal.pages import outside
    from support.night import Night
    from support.portal import SETTINGS

    for limit in outside.LIMITS:
        limit.forget()
    opened = Night(database, running_board, tmp_path, clock)
    with override_settings(**portal_only(), **SETTINGS, COMITY_DOCKET=opened.docket):
        yield opened
    opened.close()


@pytest.fixture
def staff(night: Night) -> Any:
    return night.staff()


@pytest.fixture
def authority(night: Night, staff: Any) -> str:
    from support import orders

    enrolled = night.enrol(staff, orders.Authority.named())
    night.clock.set(SATURDAY_NIGHT)
    return enrolled
