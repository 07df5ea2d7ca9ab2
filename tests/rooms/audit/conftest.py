"""A log of one's own: keys, a sequencer that steps when told, and documents to enter."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from check_log import CheckLog, Writer
from workshop import Workshop

from comity.casefile.audit.key_files import generate
from comity.casefile.audit.keys import LogKeys
from comity.casefile.audit.sequencer import Sequencer
from comity.casefile.clock import FixedClock
from comity.casefile.records.embedded import administrator as administrator_of
from comity.casefile.records.roles import Role, Server

ORIGIN = "log.example/comity"


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> LogKeys:
    return generate(tmp_path_factory.mktemp("keys"), ORIGIN)


@pytest.fixture
def publish_dir(tmp_path: Path) -> Path:
    return tmp_path / "published"


@pytest.fixture
def workshop(server: Server, keys: LogKeys, publish_dir: Path, clock: FixedClock) -> Iterator[Workshop]:
    """Makes sequencers on the test's database, and closes them."""
    made = Workshop(server, keys, publish_dir, clock)
    yield made
    made.close()


@pytest.fixture
def sequencer(workshop: Workshop) -> Sequencer:
    """A sequencer that works when told to; time stands, and may be moved without an alarm about jumps forward."""
    return workshop.sequencer()


@pytest.fixture
def writer(database: Server, clock: FixedClock) -> Writer:
    """Enters documents through the front door."""
    return Writer(clock)


@pytest.fixture
def check_log(
    connect: Callable[[Role], psycopg.Connection[tuple[object, ...]]], keys: LogKeys, publish_dir: Path
) -> CheckLog:
    """Verifies the whole log from outside, and that it continues what it showed before."""
    return CheckLog(connect(Role.APP), keys.verifiers, publish_dir)


@pytest.fixture
def administrator(databases: Any, server: Server) -> Iterator[psycopg.Connection[Any]]:
    """The database's administrator, whom nothing in the database can stop: what he does must be found out."""
    where = {**administrator_of(databases.directory), "dbname": server.place["dbname"]}
    with psycopg.connect(**where, autocommit=True) as connection:
        yield connection
