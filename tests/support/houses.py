"""One house for a whole file of tests: each test makes cases of its own, so they do not disturb one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from comity.casefile.clock import FixedClock, Instant
from support.board import RunningBoard, free_port

if TYPE_CHECKING:
    from support.failing import House


@pytest.fixture(scope="module")
def house(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two authorities, one of them with a standing rule; a board; a way out that keeps its letters."""
    from support.databases import point_django_at
    from support.failing import House

    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=3).start()
    with databases.clone() as fresh:
        point_django_at(fresh)
        clock = FixedClock(Instant.parse("2026-11-23T01:13:00Z"))
        opened = House(fresh, board, tmp_path_factory.mktemp("house"), clock)
        try:
            yield opened.people()
        finally:
            opened.close()
            board.stop()


@pytest.fixture(autouse=True)
def calm(house: House) -> Iterator[None]:
    """Every test begins and ends without faults."""
    house.board.faults_file.unlink(missing_ok=True)
    house.postman.loses = house.postman.denies = 0
    yield
    house.board.faults_file.unlink(missing_ok=True)
