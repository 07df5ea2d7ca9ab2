"""A whole Comity with real processes, as `comity run` starts it, for a file of tests."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comity.casefile.records import embedded
from comity.casefile.records.roles import Role, Server

TOOLS = Path(__file__).resolve().parents[2] / "tools"
sys.path[:0] = [str(TOOLS), str(TOOLS / "bench")]

if TYPE_CHECKING:
    from house import House


@contextmanager
def opened(**settings: str) -> Iterator[House]:
    """Comity with every program, a board, an authority whose orders a standing rule carries out."""
    from house import House

    from support.databases import point_django_at

    class Pointed(House):
        """Django is set up already in a process of tests: only its database is another one."""

        def _enrol(self) -> None:
            point_django_at(embedded.attach(self.world.home / "comity" / "database"))
            super()._enrol()

    # A short path that the database's own user can pass through.
    home = Path(tempfile.mkdtemp(prefix="comity-running-"))
    home.chmod(0o711)
    made = Pointed(home, posts=3, **settings)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(home, ignore_errors=True)
        point_django_at(Server({"host": "/nonexistent", "dbname": "ask_for_the_fixture_database"}, {Role.APP: {}}))


@pytest.fixture(scope="module")
def running() -> Iterator[House]:
    """As a small host runs it."""
    with opened() as house:
        yield house


@pytest.fixture(scope="module")
def many() -> Iterator[House]:
    """Two web processes a door and three workers, on one database."""
    with opened(webs="2", workers="3") as house:
        yield house
