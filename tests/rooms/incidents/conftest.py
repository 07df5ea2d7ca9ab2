"""A whole house on a fresh database and a running board, and an incident to declare."""

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
    from support.reviewing import Gallery


@pytest.fixture(scope="session")
def incident_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=22).start()
    yield board
    board.stop()


@pytest.fixture
def night(database: Server, incident_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Night]:
    from support.night import Night

    opened = Night(database, incident_board, tmp_path, clock)
    yield opened
    opened.close()
    incident_board.leave()


@pytest.fixture
def gallery(night: Night) -> Gallery:
    from support.reviewing import Gallery

    return Gallery.begin(night)
