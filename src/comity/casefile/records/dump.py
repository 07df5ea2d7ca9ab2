"""The whole database as files and back: every table in one snapshot, in an encoding that any PostgreSQL from 15 reads.

Own, and not ``pg_dump``: that of a newer server does not load into an older one, a member of the three roles may not
switch guards off as its files need, and a table whose digest can be compared later is what proves that nothing is
missing. The schema is not in it: the migrations make it, here as there.

What does not survive, on purpose: who was logged in (``django_session``), which workers lived
(``procrastinate_workers``; their jobs wait again), and in which transaction an entry was made (``xid8`` columns are 0,
which no transaction ever is): numbers of transactions begin anew in another cluster, and one that came up a second time
would let a state row name an old entry as if it were made just now.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from comity.casefile.records.errors import NotEmpty, UnusableDump

Connection = psycopg.Connection[Any]
LEFT_OUT = frozenset({"django_migrations", "django_session", "procrastinate_workers"})
_STEADY: LiteralString = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';"
    "SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; SET LOCAL client_encoding = 'UTF8'"
)
_COLUMNS: LiteralString = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL),
       EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey))
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attgenerated = ''
ORDER BY c.relname, a.attnum
"""
_NEEDS: LiteralString = """
SELECT DISTINCT c.conrelid::regclass::text, c.confrelid::regclass::text FROM pg_constraint AS c
WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND c.conrelid <> c.confrelid
"""
_SEQUENCES: LiteralString = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
_GUARDS: LiteralString = """
SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger
WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
"""
_ALWAYS = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA", "D": "DISABLE"}
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns, those that are written, and its key."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    @property
    def written(self) -> sql.Composed:
        """The statement that gives every row, in the order of the key."""
        chosen = sql.SQL(", ").join(_chosen(self.name, *column) for column in self.columns)
        order = sql.SQL(", ").join(map(sql.Identifier, self.key or tuple(name for name, _ in self.columns)))
        return sql.SQL("SELECT {} FROM {} ORDER BY {}").format(chosen, sql.Identifier(self.name), order)


@dataclass(frozen=True, slots=True)
class Written:
    """What a table's file must be: rows, and SHA-256 of its uncompressed bytes."""

    rows: int
    sha256: str


def snapshot(conn: Connection) -> None:
    """Begin to see the database as it is now, and no change of it: the first statement of a transaction."""
    conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    conn.execute(_STEADY)


def dump(conn: Connection, folder: Path | None) -> dict[str, Written]:
    """Write every table into a file of ``folder`` (or only compute what would be written), in the open snapshot."""
    return {table.name: _write(conn, table, folder) for table in tables(conn)}


def sequences(conn: Connection) -> dict[str, int | None]:
    """The last value of each sequence, ``None`` for one never used. Not part of any snapshot: at least as far on."""
    return dict(conn.execute(_SEQUENCES).fetchall())


def load(conn: Connection, folder: Path, expected: Mapping[str, Written], last: Mapping[str, int | None]) -> None:
    """Fill the empty tables of this version, as their owner, in the one open transaction; guards are off only in it.

    Raises ``NotEmpty`` for a database with documents, ``UnusableDump`` for a file that is not what was written, and
    then nothing was changed.
    """
    found = {table.name: table for table in tables(conn)}
    if set(found) != set(expected):
        odd = ", ".join(sorted(set(found) ^ set(expected)))
        raise UnusableDump(f"these tables are in the database or in the backup only: {odd}")
    if conn.execute("SELECT EXISTS (SELECT FROM document)").fetchone() != (False,):
        raise NotEmpty
    conn.execute(_STEADY)
    guards = conn.execute(_GUARDS).fetchall()
    every = [sql.Identifier(name) for name in (*found, *(LEFT_OUT - {"django_migrations"}))]
    for one in every:
        conn.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(one))
    conn.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(every)))
    for name in _ordered(conn, found):
        _read(conn, found[name], folder, expected[name])
    conn.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for sequence, value in last.items():
        conn.execute("SELECT setval(%s::regclass, %s, %s)", (f'public."{sequence}"', value or 1, value is not None))
    for table, trigger, state in guards:
        how = sql.SQL(_ALWAYS[state])
        conn.execute(sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(sql.SQL(table), how, sql.Identifier(trigger)))


def tables(conn: Connection) -> list[Table]:
    """Every table of the house, by name, without those that are left out."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for table, column, kind, key in conn.execute(_COLUMNS).fetchall():
        if table not in LEFT_OUT:
            found.setdefault(table, []).append((column, kind, key))
    return [
        Table(name, tuple((c, kind) for c, kind, _ in columns), tuple(c for c, _, key in columns if key))
        for name, columns in found.items()
    ]


def _chosen(table: str, column: str, kind: str) -> sql.Composable:
    if kind == "xid8":
        return sql.SQL("'0'::xid8")
    if (table, column) == ("procrastinate_jobs", "worker_id"):
        return sql.SQL("NULL::bigint")
    if (table, column) == ("procrastinate_jobs", "status"):
        return sql.SQL("CASE status::text WHEN 'doing' THEN 'todo' ELSE status::text END")
    return sql.Identifier(column)


def _write(conn: Connection, table: Table, folder: Path | None) -> Written:
    digest = hashlib.sha256()
    with conn.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY ({}) TO STDOUT").format(table.written)) as copy:
            if folder is None:
                for block in copy:
                    digest.update(block)
            else:
                with gzip.open(_file(folder, table.name), "wb", compresslevel=3) as file:
                    for block in copy:
                        digest.update(block)
                        file.write(block)
        return Written(cursor.rowcount, digest.hexdigest())


def _read(conn: Connection, table: Table, folder: Path, expected: Written) -> None:
    digest = hashlib.sha256()
    columns = sql.SQL(", ").join(sql.Identifier(name) for name, _ in table.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    with conn.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for block in _blocks(_file(folder, table.name)):
                digest.update(block)
                copy.write(block)
        if (cursor.rowcount, digest.hexdigest()) != (expected.rows, expected.sha256):
            raise UnusableDump(f"the file of the table {table.name} is not what was written")


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as file:
            while block := file.read(_BLOCK):
                yield block
    except (OSError, EOFError) as error:
        raise UnusableDump(f"{path.name} cannot be read: {type(error).__name__}") from error


def _ordered(conn: Connection, found: Iterable[str]) -> list[str]:
    """Tables after those that they refer to; within a circle the constraints must be deferrable, and are."""
    needs: dict[str, set[str]] = {name: set() for name in found}
    for table, other in conn.execute(_NEEDS).fetchall():
        if table in needs and other in needs:
            needs[table].add(other)
    done: list[str] = []
    while len(done) < len(needs):
        ready = sorted(name for name, wanted in needs.items() if name not in done and wanted <= set(done))
        done += ready or sorted(set(needs) - set(done))[:1]
    return done


def _file(folder: Path, table: str) -> Path:
    return folder / f"{table}.copy.gz"
