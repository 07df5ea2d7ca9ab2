"""A whole Comity with real processes, as `comity run` starts it, for a file of tests."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comity.casefile.records import embedded
from comity.casefile.records.roles import Role, Server

TOOLS = Path(__file__).resolve().parents[2] / "tools"
sys.path[:0] = [str(TOOLS), str(TOOLS / "bench")]

if TYPE_CHECKING:
    from house import House


@pytest.fixture(scope="module")
def running() -> Iterator[House]:
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
    opened = Pointed(home, posts=3)
    try:
        yield opened
    finally:
        opened.close()
        shutil.rmtree(home, ignore_errors=True)
        point_django_at(Server({"host": "/nonexistent", "dbname": "ask_for_the_fixture_database"}, {Role.APP: {}}))
