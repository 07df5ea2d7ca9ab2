"""From a released version to this one: cases half-way walk on, and old programs beside new tables still write.

``released/`` holds a backup of a house of each released version, made with that version's own code, in which one order
is answered, one waits for a person and one has just arrived; with it the keys and the platform's data of that night.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents import new_id
from comity.casefile.records import dump
from comity.casefile.records.errors import NewerTables
from comity.casefile.records.migrate import migrate, migrate_to, pending
from comity.casefile.records.roles import Role, Server, hand_over
from comity.main import restore
from comity.main.house import Places, make_keys
from comity.settings import Settings
from support.board import RunningBoard, free_port
from support.databases import point_django_at

RELEASED = sorted((Path(__file__).parent / "released").glob("*.tar.xz"))
AT = Instant.parse("2026-11-23T01:20:00Z")


@dataclass
class Old:
    """A house of a released version, unpacked, and a database without tables to bring it into."""

    folder: Path
    server: Server
    settings: Settings
    manifest: dict[str, Any]

    @property
    def backup(self) -> Path:
        return self.folder / "backup"


@contextmanager
def bare(databases: Any) -> Iterator[Server]:
    """A database without a single table."""
    name, administrator = f"bare_{new_id()}", databases._administrator
    administrator.execute(f"CREATE DATABASE {name}")
    hand_over(administrator, name)
    try:
        yield databases.embedded.server.named(name)
    finally:
        administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=RELEASED, ids=lambda path: path.name)
def old(request: pytest.FixtureRequest, databases: Any, tmp_path: Path) -> Iterator[Old]:
    from support.night import PROVIDER

    with tarfile.open(request.param) as packed:
        known = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # younger than Debian's Python 3.11.2
        packed.extractall(tmp_path / "old", **known)  # type: ignore[arg-type]  # noqa: S202 -- our own file
    home = tmp_path / "home"
    home.mkdir()
    shutil.copytree(tmp_path / "old" / "keys", home / "keys")
    for path in (home / "keys").glob("*.k*"):
        path.chmod(0o600)
    (home / "provider.yaml").write_text(PROVIDER)
    settings = Settings(home=home, provider=home / "provider.yaml", log_origin="comity.example/log")
    keys = restore.place_keys(settings, tmp_path / "old" / "backup", None)
    manifest = restore.read_manifest(tmp_path / "old" / "backup", keys, settings.log_origin)
    make_keys(settings, FixedClock(AT))
    with bare(databases) as server:
        point_django_at(server)
        yield Old(tmp_path / "old", server, settings, manifest)


def upgraded(old: Old) -> None:
    """The tables of the old version with what was in them, then those of this one."""
    restore.put_back(old.settings, old.server, old.backup, old.manifest)
    assert list(restore.missing_rows(old.server, old.manifest)) == []
    migrate(old.server)
    restore.publish(old.settings, old.server)


def test_there_is_a_released_version_to_come_from():
    assert RELEASED


def test_an_upgrade_loses_nothing_and_the_log_holds(old):
    upgraded(old)
    assert list(restore.missing_from(old.settings, old.manifest)) == []
    assert pending() == []
    assert migrate(old.server) is False


def test_what_was_half_way_walks_on(old):
    from comity.casefile.audit import key_files
    from comity.docket.desk import Docket
    from comity.docket.jobs import jobs
    from support import orders
    from support.night import Night, Staff, Watched
    from support.watch import Watch

    class Upgraded(Night):
        """The same house, opened again by this version."""

        def __init__(self, server: Server, board: RunningBoard, folder: Path, clock: FixedClock) -> None:
            self.server, self.board, self.folder, self.clock = server, board, folder, clock
            self.watched = Watched(clock)
            self.keys = key_files.load(folder / "keys", "comity.example/log")
            self.board_adapter = board.adapter(public_urls=("https://board.example",))
            self.parts = self._parts()
            self.docket = Docket(self.parts)
            self.jobs = jobs(self.parts)
            self.start_the_log()

    upgraded(old)
    case = json.loads((old.folder / "case.json").read_text())
    board = RunningBoard(old.folder / "board", free_port(), seed=20).start()
    night = Upgraded(old.server, board, Places(old.settings.home).home, FixedClock(AT))
    try:
        staff, signer = Staff(**case["staff"]), orders.Authority.named()
        watch = Watch(night, staff, case["authority"], case["client"], signer, filed=3)
        _, waiting, arrived = case["urls"]
        assert (watch.gone(case["urls"][0]), watch.gone(waiting), watch.gone(arrived)) == (True, False, False)
        night.work_on()
        for number, url in ((2, waiting), (3, arrived)):
            watch.decide("comply", url, number=number)
            assert watch.gone(url)
            assert len(watch.forms(number)) == 1
        night.verify_log()
    finally:
        night.close()
        board.stop()


def test_programs_of_the_old_version_write_into_the_new_tables(old):
    """Every row that the old version wrote, column by column, is taken by the tables of this one."""
    migrate(old.server)
    with psycopg.connect(**old.server.parameters(Role.OWNER)) as conn:
        every = [sql.Identifier(one.name) for one in dump.tables(conn)]
        every += [sql.Identifier(name) for name in dump.LEFT_OUT - {"django_migrations"}]
        for one in every:
            conn.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(one))
        conn.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(every)))
        for name in dump._ordered(conn, old.manifest["tables"]):
            rows = gzip.decompress(dump._file(old.backup / old.manifest["database"], name).read_bytes())
            columns = sql.SQL(", ").join(map(sql.Identifier, old_columns(conn, name, rows)))
            with conn.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), columns)) as copy:
                copy.write(rows)
        conn.execute("SET CONSTRAINTS ALL IMMEDIATE")


def old_columns(conn: psycopg.Connection[Any], table: str, rows: bytes) -> list[str]:
    """The first so many columns as the old version knew: new ones come after them."""
    found = {one.name: [column for column, _ in one.columns] for one in dump.tables(conn)}[table]
    known = rows.split(b"\n", 1)[0].count(b"\t") + 1 if rows else len(found)
    return found[:known]


def test_new_code_on_old_tables_names_what_is_pending_and_brings_it(old):
    migrate_to(old.server, old.manifest["migrations"])
    waiting = pending()
    assert "evidence.0002_retired_keys" in waiting
    assert not set(waiting) & set(old.manifest["migrations"])
    assert migrate(old.server) is True
    assert pending() == []


def test_a_backup_of_a_newer_version_is_refused_by_its_migrations_names(old):
    with pytest.raises(NewerTables, match=r"docket\.0999_later"):
        migrate_to(old.server, [*old.manifest["migrations"], "docket.0999_later"])


def test_tables_are_never_taken_back_to_an_older_version(old):
    migrate(old.server)
    with pytest.raises(NewerTables, match="has tables already"):
        migrate_to(old.server, old.manifest["migrations"])
