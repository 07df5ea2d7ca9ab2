"""Where queries run: PostgreSQL in one read-only transaction a question, or DuckDB over a folder of exports."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import psycopg

from comity.platform.errors import Faulty, Misconfigured, Unreachable
from comity.platform.sql.statements import Statement

if TYPE_CHECKING:
    import duckdb

Row = tuple[Any, ...]
_PAGE = 2_000
_TABLE = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)


class Database(Protocol):
    """Runs one SELECT with bound values."""

    def run(self, statement: Statement, values: Mapping[str, str | datetime]) -> Iterator[tuple[list[str], Row]]:
        """Each row with the names of its columns; raises ``Unreachable``, ``Faulty`` or ``Misconfigured``."""

    def columns(self, statement: Statement, values: Mapping[str, str | datetime]) -> list[str]:
        """The names of the columns, without reading any row."""


class Postgres:
    """A database of the provider's, by a role that can read. Nothing is written, whatever the role could do."""

    def __init__(self, conninfo: str, *, seconds: int = 60) -> None:
        self._conninfo, self._seconds = conninfo, seconds

    def run(self, statement: Statement, values: Mapping[str, str | datetime]) -> Iterator[tuple[list[str], Row]]:
        """Rows by a cursor of the server, so that memory stays bounded."""
        with self._reading() as connection, connection.cursor(name="comity_records") as cursor:
            cursor.itersize = _PAGE
            cursor.execute(statement.for_postgres().encode(), _bound(statement, values))
            for row in cursor:
                yield [column.name for column in cursor.description or ()], row

    def columns(self, statement: Statement, values: Mapping[str, str | datetime]) -> list[str]:
        """What the server says of the statement when it is asked for no row."""
        text = f"SELECT * FROM ({statement.for_postgres()}\n) AS asked LIMIT 0"  # noqa: S608 -- the provider's own file
        with self._reading() as connection, connection.cursor() as cursor:
            cursor.execute(text.encode(), _bound(statement, values))
            return [column.name for column in cursor.description or ()]

    @contextmanager
    def _reading(self) -> Iterator[psycopg.Connection[Row]]:
        options = f"-c default_transaction_read_only=on -c statement_timeout={self._seconds * 1000}"
        try:
            with psycopg.connect(self._conninfo, options=options, connect_timeout=10) as connection:
                connection.read_only = True
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                yield connection
                connection.rollback()
        except (psycopg.errors.QueryCanceled, psycopg.errors.SerializationFailure) as error:
            raise Faulty(f"the database gave up ({type(error).__name__})") from error
        except psycopg.OperationalError as error:
            raise Unreachable(f"the database of records gave no answer ({type(error).__name__})") from error
        except psycopg.Error as error:
            raise Misconfigured(f"the database refuses a query of records ({type(error).__name__})") from error


def _bound(statement: Statement, values: Mapping[str, str | datetime]) -> dict[str, str | datetime]:
    return {name: values[name] for name in statement.parameters}


class Exports:
    """Parquet and CSV files, one table each under the file's name; a folder of Parquet parts is one table too.

    DuckDB sees this folder and nothing else, may not change its settings, load anything or reach a network.
    """

    def __init__(self, folder: Path, *, seconds: int = 60, memory: str = "256MB") -> None:
        self._folder, self._seconds, self._memory = folder.resolve(), seconds, memory
        if not self._folder.is_dir():
            raise Misconfigured(f"{folder.name} is no folder of exports")

    def run(self, statement: Statement, values: Mapping[str, str | datetime]) -> Iterator[tuple[list[str], Row]]:
        """Rows as DuckDB streams them."""
        with self._reading() as connection:
            asked = connection.execute(statement.for_duckdb(), _bound(statement, values))
            names = [column[0] for column in asked.description or ()]
            while page := asked.fetchmany(_PAGE):
                for row in page:
                    yield names, row

    def columns(self, statement: Statement, values: Mapping[str, str | datetime]) -> list[str]:
        """What DuckDB says of the statement when it is asked for no row."""
        text = f"SELECT * FROM ({statement.for_duckdb()}\n) AS asked LIMIT 0"  # noqa: S608 -- the provider's own file
        with self._reading() as connection:
            asked = connection.execute(text, _bound(statement, values))
            return [column[0] for column in asked.description or ()]

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            import duckdb  # noqa: PLC0415 -- the extra `records`
        except ImportError as error:
            raise Misconfigured("the package duckdb is not installed: pip install 'comity[records]'") from error
        try:
            with duckdb.connect(":memory:") as connection:
                self._close_in(connection)
                watch = threading.Timer(self._seconds, connection.interrupt)
                watch.daemon = True
                watch.start()
                try:
                    yield connection
                finally:
                    watch.cancel()
        except (duckdb.InterruptException, duckdb.OutOfMemoryException) as error:
            raise Faulty(f"the exports gave no answer within {self._seconds} s and {self._memory}") from error
        except duckdb.IOException as error:
            raise Unreachable("an export cannot be read") from error
        except duckdb.Error as error:
            raise Misconfigured(f"DuckDB refuses a query of records ({type(error).__name__})") from error

    def _close_in(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Show the tables, then take away everything that could leave the folder."""
        connection.execute(f"SET memory_limit = '{self._memory}'")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET threads = 2")
        for name, reader in self._tables():
            connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM {reader}')  # noqa: S608 -- names checked
        connection.execute(f"SET allowed_directories = [{_quoted(str(self._folder))}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")

    def _tables(self) -> Iterator[tuple[str, str]]:
        for path in sorted(self._folder.iterdir()):
            name = path.name.partition(".")[0].lower()
            if _TABLE.fullmatch(name) is None or path.is_symlink():
                continue
            if path.is_dir():
                yield name, f"read_parquet({_quoted(str(path / '*.parquet'))})"
            elif path.suffix == ".parquet":
                yield name, f"read_parquet({_quoted(str(path))})"
            elif path.suffix == ".csv":
                # Every value is text until the query says what it is: "007" is a name, and times keep their offsets.
                yield name, f"read_csv({_quoted(str(path))}, all_varchar = true, header = true)"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
