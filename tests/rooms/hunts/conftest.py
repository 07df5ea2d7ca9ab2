"""A whole house on a fresh database and a running board, with a catalogue of what the board stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comity.casefile.clock import FixedClock
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port

if TYPE_CHECKING:
    from support.hunting import Hunting


@pytest.fixture(scope="session")
def hunted_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=20).start()
    yield board
    board.stop()


@pytest.fixture
def hunting(database: Server, hunted_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Hunting]:
    from support.hunting import Hunting
    from support.night import Night

    night = Night(database, hunted_board, tmp_path, clock)
    yield Hunting.begin(night)
    night.close()
    hunted_board.leave()
