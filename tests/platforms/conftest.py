"""Real platforms: a Matrix homeserver in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from comity.platform.synapse import Synapse
from support.board import free_port
from support.synapse import PYTHON, RunningSynapse, User


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
