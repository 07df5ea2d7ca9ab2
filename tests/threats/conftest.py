"""The house that is attacked, and its administrator, whom nothing in the database can stop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from comity.casefile.records.embedded import administrator as administrator_of
from support.houses import house

if TYPE_CHECKING:
    from support.failing import House

__all__ = ["house"]

TABLES = (
    "document",
    "leaf",
    "checkpoint",
    "tree_node",
    "docket_case",
    "execution_content_item",
    "decision_standing_rule",
)


class Meddler:
    """The database's administrator. Each statement runs with every trigger off, and leaves none off."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Any = None) -> psycopg.Cursor[Any]:
        with self._connection.transaction():
            for table in TABLES:
                self._connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
            done = self._connection.execute(statement.encode(), values)
            for table in TABLES:
                self._connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL".encode())
        return done


@pytest.fixture
def meddler(databases: Any, house: House) -> Iterator[Meddler]:
    """Whoever rules the database."""
    where = {**administrator_of(databases.directory), "dbname": house.server.place["dbname"]}
    with psycopg.connect(**where, autocommit=True) as connection:
        yield Meddler(connection)
