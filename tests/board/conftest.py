from __future__ import annotations

from collections.abc import Iterator

import pytest

from comity.platform.board import Board
from support.board import RunningBoard, free_port, picture


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=60).start()
    yield board
    board.stop()


@pytest.fixture
def board(running: RunningBoard) -> Iterator[RunningBoard]:
    yield running
    running.leave()
    if running.process is None:
        running.start()


@pytest.fixture
def adapter(board: RunningBoard) -> Iterator[Board]:
    with board.adapter() as adapter:
        yield adapter


@pytest.fixture
def item(board: RunningBoard) -> str:
    """A post of ada's with two pictures."""
    pictures = (picture((200, 30, 30)), picture((10, 200, 30, 120), "PNG"))
    return board.publish("ada", "Old bridge", "Come & see", pictures)
