"""A night watch with real telephones: a push server, a paging service and a relay on this machine."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from comity.casefile.clock import FixedClock
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port
from support.phones import Phones, phones

if TYPE_CHECKING:
    from support.nights import Nights
    from support.watch import Watch


@pytest.fixture(scope="session")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=21).start()
    yield board
    board.stop()


@pytest.fixture
def ringing() -> Iterator[Phones]:
    with phones() as held:
        yield held


@pytest.fixture
def watch(
    database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock, ringing: Phones
) -> Iterator[Watch]:
    from support.night import Night
    from support.nights import means
    from support.watch import Watch

    class Lit(Night):
        def _parts(self) -> Any:
            return dataclasses.replace(super()._parts(), nights=means(ringing))

    opened = Lit(database, running_board, tmp_path, clock)
    yield Watch.begin(opened)
    opened.close()
    running_board.leave()


@pytest.fixture
def nights(watch: Watch, ringing: Phones) -> Nights:
    from support.nights import Nights

    return Nights(watch, ringing).people()
