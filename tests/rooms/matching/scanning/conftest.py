"""A board with pictures and texts, and its adapter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.matching.index import keep_compiled
from comity.matching.signals.decoders import Decoders
from comity.platform.board import Board
from support.board import RunningBoard, free_port

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="session", autouse=True)
def _compiled_kernels() -> None:
    keep_compiled(ROOT / ".cache" / "kernels")


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    running = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=0).start()
    yield running
    running.stop()


@pytest.fixture
def adapter(board: RunningBoard) -> Iterator[Board]:
    board.faults()
    if board.process is None:
        board.start()
    with board.adapter() as adapter:
        yield adapter


@pytest.fixture(scope="module")
def decoders() -> Iterator[Decoders]:
    with Decoders() as running:
        yield running
