"""Real platforms: a Matrix homeserver in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from comity.casefile.clock import FixedClock
from comity.casefile.records.roles import Server
from comity.platform.synapse import Synapse
from support.board import free_port
from support.synapse import PYTHON, RunningSynapse, User

if TYPE_CHECKING:
    from support.watch import Watch


@pytest.fixture(scope="session")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSynapse]:
    assert PYTHON.exists(), "the tests' homeserver is not set up: run tools/synapse.sh"
    running = RunningSynapse(tmp_path_factory.mktemp("synapse") / "data", free_port()).start()
    yield running
    running.stop()


@pytest.fixture
def matrix(homeserver: RunningSynapse) -> Iterator[Synapse]:
    with homeserver.adapter() as adapter:
        yield adapter


@pytest.fixture
def ada(homeserver: RunningSynapse) -> User:
    return homeserver.someone()


@pytest.fixture
def ben(homeserver: RunningSynapse) -> User:
    """A stranger who may join every public room."""
    return homeserver.someone()


@pytest.fixture
def over_matrix(database: Server, tmp_path: Path, clock: FixedClock) -> Iterator[Callable[[Any], Watch]]:
    """A whole Comity whose platform is the adapter it is given; one verified authority with a standing rule."""
    from support.matrix_night import MatrixNight
    from support.watch import Watch

    opened: list[MatrixNight] = []

    def begin(platform: Any) -> Watch:
        opened.append(MatrixNight(database, platform, tmp_path, clock))
        watch = Watch.begin(opened[-1])
        watch.rule()
        return watch

    yield begin
    for night in opened:
        night.close()
