"""A night: the whole house on a fresh database and a running board."""

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
    from support.watch import Watch


@pytest.fixture(scope="session")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=20).start()
    yield board
    board.stop()


@pytest.fixture
def night(database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Night]:
    from support.night import Night

    opened = Night(database, running_board, tmp_path, clock)
    yield opened
    opened.close()
    running_board.leave()  # whatever failures this test ordered


@pytest.fixture
def watch(night: Night) -> Watch:
    """The night with its staff and one enrolled authority; no standing rule yet."""
    from support.watch import Watch

    return Watch.begin(night)
