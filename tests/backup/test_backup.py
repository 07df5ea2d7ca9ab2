"""A backup holds everything, a restored house has everything, and what it lacks is called by its name."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import signal
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from comity.casefile.audit import key_files
from comity.casefile.audit.keys import VerifierKey, verify_checkpoint
from comity.casefile.audit.note import Note
from comity.casefile.documents import new_id
from comity.casefile.records import dump, unit_of_work
from comity.casefile.records.errors import NotEmpty, UnusableDump
from comity.casefile.records.external import external
from comity.casefile.records.migrate import migrate
from comity.casefile.records.roles import Role
from comity.main import backup, key_box, restore
from comity.main.house import Places
from support.backup_house import House
from support.databases import point_django_at
from support.debian_postgres import debian_postgres, programs


def opened(house, directory: Path, word: str | None = None) -> dict[str, Any]:
    """The manifest, as the keys of this house vouch for it."""
    keys = restore.place_keys(house.settings, directory, word)
    return restore.read_manifest(directory, keys, house.settings.log_origin)


def put_back(house, directory: Path, *, keys_of=None, seen: Path | None = None) -> list[str]:
    """Restore as the command does; gives what is missing."""
    if keys_of is not None:
        shutil.copytree(Places(keys_of.home).keys, Places(house.home).keys)
    manifest = opened(house, directory)
    house.found()
    point_django_at(house.server)
    restore.put_back(house.settings, house.server, directory, manifest)
    missing = list(restore.missing_rows(house.server, manifest))
    migrate(house.server)
    restore.publish(house.settings, house.server)
    return missing + list(restore.missing_from(house.settings, manifest, seen))


def back_up(house, directory: Path, **options):
    return backup.back_up(house.settings, house.server, directory, clock=house.clock, **options)


def test_everything_comes_back_and_the_log_goes_on(house, empty, tmp_path):
    report = back_up(house, tmp_path / "b")
    assert (report.exhibits, report.copied, report.keys) == (3, 3, False)
    assert put_back(empty, tmp_path / "b", keys_of=house) == []
    restore.say_so(opened(empty, tmp_path / "b"), "nothing missing", house.clock)
    case, digest = empty.take_in(b"after the restoring")
    assert empty.sequence() == report.size + 2 + 1 - 1
    assert empty.vault.verify(case, digest).size == 19
    newest = Places(empty.home).tiles / "checkpoint"
    verify_checkpoint(newest.read_bytes(), key_files.verifiers(Places(empty.home).keys))


def test_guards_stand_after_a_restoring_as_before(house, empty, tmp_path):
    guards = "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger ORDER BY 1, 2"
    with psycopg.connect(**house.server.parameters(Role.OWNER)) as conn:
        before = conn.execute(guards).fetchall()
    back_up(house, tmp_path / "b")
    put_back(empty, tmp_path / "b", keys_of=house)
    with psycopg.connect(**empty.server.parameters(Role.OWNER)) as conn:
        assert conn.execute(guards).fetchall() == before
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("DELETE FROM document")


def test_no_old_entry_counts_as_made_in_a_new_transaction_of_the_same_number(house, empty, tmp_path):
    back_up(house, tmp_path / "b")
    put_back(empty, tmp_path / "b", keys_of=house)
    with psycopg.connect(**empty.server.parameters(Role.APP)) as conn:
        assert conn.execute("SELECT count(*) FROM document WHERE xact <> '0'").fetchone() == (0,)
        (entry,) = conn.execute("SELECT id FROM document LIMIT 1").fetchone()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("INSERT INTO exhibit_key_retired VALUES ('kek-0', %s)", [entry])
    case, digest = empty.take_in(b"a new one")
    with unit_of_work(empty.clock.now(), "staff:anna") as work:
        empty.vault.hold(work, case, digest, because="a new entry counts", until=None)


def test_jobs_in_flight_wait_again_and_sequences_go_on(house, empty, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        (worker,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = 1", [worker])
    back_up(house, tmp_path / "b")
    assert put_back(empty, tmp_path / "b", keys_of=house) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, worker_id, count(*) FROM procrastinate_jobs GROUP BY 1, 2")
        assert cursor.fetchall() == [("todo", None, 3)]
    empty.take_in(b"another job")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT id), max(id) FROM procrastinate_jobs")
        assert cursor.fetchone() == (4, 4)


@pytest.mark.skipif(programs() is None, reason="Debian's postgresql is not installed (tools/debian.sh)")
def test_from_the_embedded_database_to_one_of_another_version_and_back(house, empty, tmp_path, clock):
    back_up(house, tmp_path / "b")
    with debian_postgres() as url:
        there = House(tmp_path / "there", external(url, tmp_path / "there"), clock)
        assert put_back(there, tmp_path / "b", keys_of=house) == []
        there.take_in(b"made there")
        there.sequence()
        report = back_up(there, tmp_path / "c")
        assert put_back(empty, tmp_path / "c", keys_of=house) == []
        connections.close_all()
    assert report.exhibits == 4
    empty.take_in(b"and back")
    assert empty.sequence() > report.size


def test_a_backup_while_writes_go_on_has_all_that_was_committed_before_it_began(house, empty, tmp_path):
    stop, entries = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            entries.append(house.take_in(new_id().encode())[1])
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(entries) < 5:
            stop.wait(0.01)
        before = list(entries)
        house.sequence()
        report = back_up(house, tmp_path / "b")
    finally:
        stop.set()
        writer.join()
    assert put_back(empty, tmp_path / "b", keys_of=house) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM exhibit WHERE encode(digest, 'hex') = ANY(%s)", [before])
        assert cursor.fetchone() == (len(before),)
    assert report.exhibits >= len(before) + 3


def test_a_second_backup_copies_only_what_is_new_and_forgets_what_was_erased(house, tmp_path):
    from datetime import timedelta

    back_up(house, tmp_path / "b")
    case, digest = house.take_in(b"new")
    assert back_up(house, tmp_path / "b").copied == 1
    until = house.clock.now().plus(timedelta(days=1))
    with unit_of_work(house.clock.now(), "system:clocks") as work:
        house.vault.hold(work, case, digest, because="2021/784 Art 6(2)", until=until)
    house.clock.advance(timedelta(days=2))
    with unit_of_work(house.clock.now(), "system:clocks") as work:
        house.vault.erase(work, case, because="the period ended", citations=("2021/784 Art 6(2)",))
    report = back_up(house, tmp_path / "b")
    assert (report.copied, report.exhibits) == (0, 3)
    assert len(list((tmp_path / "b" / "exhibits").glob("*/*"))) == 3
    assert len(list((tmp_path / "b").glob("database-*"))) == 1


def test_what_is_missing_or_changed_is_named(house, empty, tmp_path):
    back_up(house, tmp_path / "b")
    gone, altered, _ = sorted((tmp_path / "b" / "exhibits").glob("*/*"))
    gone.unlink()
    altered.write_bytes(altered.read_bytes()[:-1] + b"x")
    house.enter()
    house.sequence()
    shutil.copy(Places(house.home).tiles / "checkpoint", tmp_path / "seen")
    missing = put_back(empty, tmp_path / "b", keys_of=house, seen=tmp_path / "seen")
    assert len(missing) == 3
    assert any(gone.name in one and "not in the vault" in one for one in missing)
    assert any(altered.name in one and "not what was taken in" in one for one in missing)
    assert any("entered after this backup" in one for one in missing)


def test_rows_that_go_missing_after_the_loading_are_named(house, empty, tmp_path):
    back_up(house, tmp_path / "b")
    put_back(empty, tmp_path / "b", keys_of=house)
    with psycopg.connect(**empty.server.parameters(Role.OWNER)) as conn:
        conn.execute("ALTER TABLE exhibit DISABLE TRIGGER USER")
        conn.execute("UPDATE exhibit SET name = 'another' WHERE file = (SELECT min(file) FROM exhibit)")
    assert list(restore.missing_rows(empty.server, opened(empty, tmp_path / "b"))) == [
        "table exhibit: 3 rows of 3, or other ones"
    ]


def test_a_damaged_copy_of_the_database_is_refused_and_nothing_is_changed(house, empty, tmp_path):
    back_up(house, tmp_path / "b")
    (file,) = (tmp_path / "b").glob("database-*/document.copy.gz")
    plain = gzip.decompress(file.read_bytes())
    for damaged in (gzip.compress(plain[: plain.rindex(b"\n", 0, -1) + 1]), file.read_bytes()[:-20], b""):
        file.write_bytes(damaged)
        with pytest.raises((UnusableDump, psycopg.Error)):
            put_back(empty, tmp_path / "b", keys_of=None if Places(empty.home).keys.exists() else house)
        with psycopg.connect(**empty.server.parameters(Role.OWNER)) as conn:
            assert conn.execute("SELECT count(*) FROM document").fetchone() == (0,)


def test_a_house_that_is_not_empty_is_not_restored_into(house, tmp_path):
    back_up(house, tmp_path / "b")
    with pytest.raises(NotEmpty):
        put_back(house, tmp_path / "b")


@pytest.mark.parametrize("change", ["size", "tables", "vkeys"])
def test_a_manifest_that_was_altered_is_refused(house, tmp_path, change):
    back_up(house, tmp_path / "b")
    path = tmp_path / "b" / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, change: type(manifest[change])()}))
    with pytest.raises(restore.UnusableBackup):
        opened(house, tmp_path / "b")


def test_a_backup_that_vouches_for_itself_is_refused(house, empty, tmp_path):
    """Somebody makes keys of their own, says in the manifest that they are the log's, and signs it with them."""
    back_up(house, tmp_path / "b")
    theirs = key_files.generate(tmp_path / "thief", house.settings.log_origin)
    path = tmp_path / "b" / "manifest.json"
    manifest = json.loads(path.read_text())
    for vkeys in ([key.encode() for key in theirs.verifiers], []):
        data = json.dumps({**manifest, "vkeys": vkeys}).encode()
        path.write_bytes(data)
        text = f"{backup.TITLE}\n{house.settings.log_origin}\n{hashlib.sha256(data).hexdigest()}\n"
        note = Note(text, tuple(key.sign_text(text) for key in theirs.signing))
        (tmp_path / "b" / "manifest.note").write_bytes(note.encode())
        with pytest.raises(restore.UnusableBackup, match=r"not the keys|not what the log's keys signed"):
            opened(house, tmp_path / "b")


def test_keys_are_compared_whole_and_not_by_four_bytes(house, tmp_path):
    back_up(house, tmp_path / "b")
    (ours, *_) = key_files.verifiers(Places(house.home).keys)
    path = tmp_path / "b" / "manifest.json"
    manifest = json.loads(path.read_text())
    other = VerifierKey(ours.name, ours.type, bytes(len(ours.public)))
    same_id = other.encode().replace(other.key_id.hex(), ours.key_id.hex())
    path.write_text(json.dumps({**manifest, "vkeys": [*manifest["vkeys"], same_id]}))
    with pytest.raises(restore.UnusableBackup):
        opened(house, tmp_path / "b")
    path.write_text(json.dumps({**manifest, "vkeys": [*manifest["vkeys"], other.encode()]}))
    with pytest.raises(restore.UnusableBackup, match="not the keys"):
        opened(house, tmp_path / "b")


def test_a_folder_without_backup_and_other_keys_are_refused(house, empty, tmp_path):
    with pytest.raises(restore.UnusableBackup, match="holds no backup"):
        opened(house, tmp_path)
    back_up(house, tmp_path / "b")
    with pytest.raises(restore.UnusableBackup, match="put the folder of keys"):
        opened(empty, tmp_path / "b")
    empty.found()
    with pytest.raises(restore.UnusableBackup, match="not the keys of this backup"):
        opened(empty, tmp_path / "b")


def test_keys_are_in_a_backup_only_if_asked_and_open_by_their_passphrase_only(house, empty, tmp_path):
    word = tmp_path / "word"
    word.touch(mode=0o600)
    word.write_text("correct horse battery staple\n")
    assert back_up(house, tmp_path / "b", passphrase=key_box.passphrase(word)).keys
    secret = (Places(house.home).keys / "exhibits.keys").read_bytes().split()[1]
    assert all(secret not in path.read_bytes() for path in (tmp_path / "b").rglob("*") if path.is_file())
    assert opened(empty, tmp_path / "b", str(word))["size"]
    for path in Places(house.home).keys.iterdir():
        assert (Places(empty.home).keys / path.name).read_bytes() == path.read_bytes()
    word.write_text("another sixteen characters")
    with pytest.raises(key_box.WrongPassphrase):
        key_box.opened((tmp_path / "b" / backup.KEYS).read_bytes(), key_box.passphrase(word))
    word.write_text("short")
    with pytest.raises(key_box.WrongPassphrase, match="at least"):
        key_box.passphrase(word)


@pytest.mark.parametrize("moment", ["_copy", "_finish"])
def test_killed_in_a_backup_the_former_one_stands(house, empty, tmp_path, moment):
    back_up(house, tmp_path / "b")
    house.take_in(b"new")
    connections.close_all()
    child = os.fork()
    if child == 0:
        setattr(backup, moment, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        back_up(house, tmp_path / "b")
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert put_back(empty, tmp_path / "b", keys_of=house) == []
    point_django_at(house.server)
    assert back_up(house, tmp_path / "b").exhibits == 4


def test_the_application_cannot_load_a_backup(house, empty, tmp_path):
    back_up(house, tmp_path / "b")
    manifest = opened(house, tmp_path / "b")
    tables = {name: dump.Written(**written) for name, written in manifest["tables"].items()}
    with psycopg.connect(**empty.server.parameters(Role.APP)) as conn, pytest.raises(psycopg.Error):
        dump.load(conn, tmp_path / "b" / manifest["database"], tables, manifest["sequences"])
