"""A whole house on a fresh database and a running board, with a bank that knows something."""

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
def reviewed_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=20).start()
    yield board
    board.stop()


@pytest.fixture
def night(database: Server, reviewed_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Night]:
    from support.night import Night

    opened = Night(database, reviewed_board, tmp_path, clock)
    yield opened
    opened.close()
    reviewed_board.leave()


@pytest.fixture
def gallery(night: Night) -> Gallery:
    from support.reviewing import Gallery

    return Gallery.begin(night)
