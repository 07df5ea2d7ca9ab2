"""What every test may ask for: a database of its own, a clock that stands, and Django set up without a server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that tests write `from support.databases import ...`

from support.measuring import MEASURING  # before what it measures is loaded

# isort: split
from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Role, Server
from comity.main.web import django_options
from comity.settings import Settings

# A property holds or not; how long it takes depends on who else uses the machine. Examples are drawn alike in every
# run, so that a red build can be run again; --hypothesis-profile=new draws new ones.
hypothesis.settings.register_profile("alike", deadline=None, derandomize=True)
hypothesis.settings.register_profile("new", deadline=None)
hypothesis.settings.load_profile("alike")

SATURDAY_NIGHT = Instant.parse("2026-11-23T01:13:00Z")


def pytest_configure(config: pytest.Config) -> None:
    if MEASURING:
        config.pluginmanager.register(MEASURING, "measuring")
    import django
    from django.conf import settings

    nowhere = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "ask_for_the_fixture_database",
        "HOST": "/nonexistent",
    }
    options = django_options(Settings(), database=nowhere, secret_key="only for tests", door="none")
    settings.configure(**options)
    django.setup()


@pytest.fixture(scope="session")
def databases() -> Iterator[Any]:
    """The server of this test process, with a migrated database to clone from."""
    from support.databases import start_databases

    started = start_databases()
    yield started
    started.close()


@pytest.fixture
def server(databases: Any) -> Iterator[Server]:
    """A fresh, migrated database, and how each role connects to it. Django does not know of it: see ``database``."""
    with databases.clone() as fresh:
        yield fresh


@pytest.fixture
def database(server: Server) -> Iterator[Server]:
    """The same, with Django's default connection (of every thread) leading to it as ``comity_app``."""
    from support.databases import point_django_at

    point_django_at(server)
    yield server
    point_django_at(Server({"host": "/nonexistent", "dbname": "ask_for_the_fixture_database"}, {Role.APP: {}}))


@pytest.fixture
def connect(server: Server) -> Iterator[Callable[[Role], psycopg.Connection[Any]]]:
    """Open a plain psycopg connection (autocommit) as any role: ``connect(Role.SEQUENCER)``. Closed afterwards."""
    opened: list[psycopg.Connection[Any]] = []

    def open_one(role: Role) -> psycopg.Connection[Any]:
        opened.append(psycopg.connect(**server.parameters(role), autocommit=True))
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()


@pytest.fixture
def owner_connection(connect: Callable[[Role], psycopg.Connection[Any]]) -> psycopg.Connection[Any]:
    """A plain connection as the tables' owner, the most powerful one that an attacker inside could have."""
    return connect(Role.OWNER)


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at 02:13 in Paris, the hour for which all this is built."""
    return FixedClock(SATURDAY_NIGHT)
