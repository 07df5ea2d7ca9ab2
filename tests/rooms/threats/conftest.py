"""A whole house on a fresh database and a running board, on which somebody sees a threat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comity.casefile.clock import FixedClock
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port

if TYPE_CHECKING:
    from support.night import Night
    from support.threats import Scene


@pytest.fixture(scope="session")
def threat_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=23).start()
    yield board
    board.stop()


@pytest.fixture
def night(database: Server, threat_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Night]:
    from support.night import Night

    opened = Night(database, threat_board, tmp_path, clock)
    yield opened
    opened.close()
    threat_board.leave()


@pytest.fixture
def scene(night: Night) -> Scene:
    from support.threats import Scene

    return Scene.begin(night)
