"""The embedded server: who owns it, who may enter, what a violent death leaves."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from comity.casefile.records.embedded import Embedded, administrator, attach
from comity.casefile.records.errors import CannotStart, DirectoryOwned, NotRunning
from comity.casefile.records.programs import clear_leftovers, processes_in
from comity.casefile.records.roles import Role

ROOT = os.geteuid() == 0
OWNER_PROGRAM = """
import sys, time
from pathlib import Path
from comity.casefile.records.embedded import Embedded
Embedded.start(Path(sys.argv[1]))
print("running", flush=True)
time.sleep(600)
"""


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """Below pytest's folder, which is closed to other users: root must find another place for its server."""
    place = tmp_path / "a" / "home" / "database"
    yield place
    if (place / "state").exists() and (base := data_of(place).parent) != place:
        clear_leftovers(base / "data", patience=0)
        shutil.rmtree(base)


def data_of(directory: Path) -> Path:
    return Path(json.loads((directory / "state").read_text())["data"])


def query(server, statement: str, role: Role = Role.OWNER):
    with psycopg.connect(**server.parameters(role), autocommit=True) as connection:
        found = connection.execute(statement)
        return found.fetchall() if found.description else None


def test_it_starts_keeps_stops_and_starts_again(directory):
    with Embedded.start(directory) as embedded:
        query(embedded.server, "CREATE TABLE kept AS SELECT 7 AS n")
        assert query(embedded.server, "SHOW fsync") == [("on",)]
        assert query(embedded.server, "SHOW synchronous_commit") == [("on",)]
        assert query(embedded.server, "SHOW listen_addresses") == [("",)]
        data = data_of(directory)
    assert not list(processes_in(data))
    with Embedded.start(directory) as embedded:
        assert query(embedded.server, "SELECT n FROM kept") == [(7,)]
        embedded.destroy()
    assert not directory.exists()
    assert not data.exists()


def test_each_role_is_itself_and_not_the_administrator(directory):
    with Embedded.start(directory, fast=True) as embedded:
        for role in Role:
            assert query(embedded.server, "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = user", role) == [
                (role.value, False)
            ]
        for role in (Role.APP, Role.SEQUENCER):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                query(embedded.server, "CREATE DATABASE loot", role)
        assert all(word not in repr(embedded.server) for word in ("password", *_words(directory)))
        embedded.destroy()


def _words(directory: Path) -> list[str]:
    return list(json.loads((directory / "passwords").read_text()).values())


def test_no_password_no_entry(directory):
    with Embedded.start(directory, fast=True) as embedded:
        for user, password in (("comity_owner", "guess"), (administrator(directory)["user"], ""), ("root", "")):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(host=embedded.server.place["host"], dbname="comity", user=user, password=password)
        assert (directory / "passwords").stat().st_mode & 0o777 == 0o600
        assert Path(embedded.server.place["host"]).stat().st_mode & 0o777 == 0o700
        assert data_of(directory).stat().st_mode & 0o777 == 0o700
        log = (directory / "log").read_text()
        assert not any(word in log for word in _words(directory))
        embedded.destroy()


def test_what_people_write_stays_out_of_the_servers_log(directory):
    with Embedded.start(directory, fast=True) as embedded:
        query(embedded.server, "CREATE TABLE person (name text PRIMARY KEY)")
        query(embedded.server, "INSERT INTO person VALUES ('Ada Secretive')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            query(embedded.server, "INSERT INTO person VALUES ('Ada Secretive')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            query(embedded.server, "SELECT name::int FROM person WHERE name = 'Ada Secretive'")
        assert "Secretive'" not in (directory / "log").read_text().replace("invalid input syntax", "")
        embedded.destroy()


def test_a_second_owner_is_refused_by_name(directory):
    with Embedded.start(directory, fast=True) as embedded:
        with pytest.raises(DirectoryOwned, match=f"process {os.getpid()}"):
            Embedded.start(directory)
        program = subprocess.run(
            [sys.executable, "-c", OWNER_PROGRAM, str(directory)], capture_output=True, text=True, check=False
        )
        assert f"is run by another Comity (process {os.getpid()})" in program.stderr
        assert query(embedded.server, "SELECT 1") == [(1,)]
        assert query(attach(directory), "SELECT 1") == [(1,)]
        embedded.destroy()


def test_nothing_to_attach_to(directory):
    with pytest.raises(NotRunning):
        attach(directory)
    with Embedded.start(directory, fast=True) as embedded:
        attach(directory)
    with pytest.raises(NotRunning):
        attach(directory)
    embedded.stop()  # twice is no fault


def test_kill_9_of_every_server_process_loses_no_commit(directory):
    embedded = Embedded.start(directory)
    query(embedded.server, "CREATE TABLE kept (n bigint GENERATED ALWAYS AS IDENTITY)")
    kept = [0, 0, 0]

    def write(writer: int) -> None:
        try:
            with psycopg.connect(**embedded.server.parameters(Role.OWNER), autocommit=True) as connection:
                while True:
                    connection.execute("INSERT INTO kept DEFAULT VALUES")
                    kept[writer] += 1
        except psycopg.OperationalError:
            return

    writers = [threading.Thread(target=write, args=(number,)) for number in range(len(kept))]
    for writer in writers:
        writer.start()
    time.sleep(0.5)
    for process in processes_in(data_of(directory)):
        os.kill(process, signal.SIGKILL)
    for writer in writers:
        writer.join(timeout=60)
    embedded._process.wait(timeout=60)
    assert not embedded.alive()
    embedded.stop()
    with Embedded.start(directory) as again:
        ((found,),) = query(again.server, "SELECT count(*) FROM kept")
        again.destroy()
    assert sum(kept) > 0
    assert sum(kept) <= found <= sum(kept) + len(kept)


def test_kill_9_of_the_owner_leaves_a_directory_that_starts(directory):
    owner = subprocess.Popen([sys.executable, "-c", OWNER_PROGRAM, str(directory)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "running\n"
    query(attach(directory), "CREATE TABLE kept AS SELECT 7 AS n")
    orphans = set(processes_in(data_of(directory)))
    owner.kill()
    owner.communicate()
    assert orphans
    with Embedded.start(directory) as embedded:
        assert query(embedded.server, "SELECT n FROM kept") == [(7,)]
        assert not orphans & set(processes_in(data_of(directory)))
        embedded.destroy()


def test_a_mark_with_the_number_of_a_stranger_does_not_stop_it(directory):
    with Embedded.start(directory, fast=True):
        mark = (data_of(directory) / "postmaster.pid").read_text()
    stale = data_of(directory) / "postmaster.pid"
    stale.write_text("\n".join([str(os.getppid()), *mark.splitlines()[1:]]) + "\n")
    socket = Path(attach_socket(directory))
    socket.mkdir(exist_ok=True)
    (socket / ".s.PGSQL.5432.lock").write_text(f"{os.getppid()}\n")
    os.chown(stale, *(_owner_of(data_of(directory))))
    with Embedded.start(directory, fast=True) as embedded:
        assert query(embedded.server, "SELECT 1") == [(1,)]
        embedded.destroy()


def attach_socket(directory: Path) -> str:
    return str(json.loads((directory / "state").read_text())["socket"])


def _owner_of(path: Path) -> tuple[int, int]:
    return path.stat().st_uid, path.stat().st_gid


def test_half_made_directories_begin_anew(directory):
    (directory / "data").mkdir(parents=True)
    (directory / "data" / "PG_VERSION").write_text("18\n")
    (directory / "passwords").write_text("{}")
    with Embedded.start(directory, fast=True) as embedded:
        assert query(embedded.server, "SELECT 1") == [(1,)]
        embedded.destroy()


def test_a_broken_cluster_says_why(directory):
    with Embedded.start(directory, fast=True):
        pass
    (data_of(directory) / "global" / "pg_control").write_bytes(b"")
    with pytest.raises(CannotStart, match="did not start"):
        Embedded.start(directory, fast=True)
    with pytest.raises(CannotStart):  # and the directory was given back, or it would be DirectoryOwned
        Embedded.start(directory, fast=True)


def test_a_path_too_long_for_a_socket(tmp_path):
    directory = tmp_path / ("long" * 20) / ("longer" * 10)
    with Embedded.start(directory, fast=True) as embedded:
        assert len(embedded.server.place["host"]) < 90
        assert query(embedded.server, "SELECT 1") == [(1,)]
        embedded.destroy()
        assert not Path(embedded.server.place["host"]).exists()


AS_ANOTHER = """
import os, sys, psycopg, pwd, encodings.ascii, encodings.idna
from pathlib import Path
from comity.casefile.records.embedded import Embedded
from comity.casefile.records.roles import Role
if len(sys.argv) > 2:
    user = pwd.getpwnam(sys.argv[2])
    os.setgroups([]); os.setgid(user.pw_gid); os.setuid(user.pw_uid)
with Embedded.start(Path(sys.argv[1])) as embedded:
    with psycopg.connect(**embedded.server.parameters(Role.APP)) as connection:
        who = connection.execute("SELECT current_user").fetchone()[0]
        print(who, os.stat(f"/proc/{embedded.process}").st_uid, os.getuid())
"""


@pytest.mark.skipif(not ROOT, reason="this test process is an ordinary user, so every test here shows it")
def test_as_an_ordinary_user():
    nobody = pwd.getpwnam("nobody")
    place = Path(tempfile.mkdtemp(prefix="comity-nobody-"))
    os.chown(place, nobody.pw_uid, nobody.pw_gid)
    try:
        program = subprocess.run(
            [sys.executable, "-c", AS_ANOTHER, str(place / "home"), "nobody"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert program.stdout.split() == ["comity_app", str(nobody.pw_uid), str(nobody.pw_uid)], program.stderr
    finally:
        shutil.rmtree(place)


@pytest.mark.skipif(not ROOT, reason="only root needs another user for the server")
def test_as_root_the_server_is_somebody_else(directory):
    with Embedded.start(directory, fast=True) as embedded:
        assert Path(f"/proc/{embedded.process}").stat().st_uid != 0
        embedded.destroy()
