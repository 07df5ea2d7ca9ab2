"""HI-1's door, open on a whole house: one court enrolled, whose machine speaks XML or JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comity.casefile.clock import FixedClock
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port

sys.path.insert(0, str(Path(__file__).parents[1] / "registry"))

if TYPE_CHECKING:
    from support.machines import House


@pytest.fixture(scope="session")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=21).start()
    yield board
    board.stop()


@pytest.fixture
def house(database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    from support.machines import House

    with House.opened(database, running_board, tmp_path, clock) as opened:
        yield opened
