"""A restored backup is older than the house that was: what was erased since goes again, what was open is shut."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from test_backup import back_up, put_back

from comity.casefile import audit
from comity.casefile.audit import erasures, key_files
from comity.casefile.audit.fsck import fsck
from comity.casefile.documents import new_id
from comity.casefile.documents.record import CaseMove
from comity.casefile.evidence.errors import ExhibitErased
from comity.casefile.records import unit_of_work
from comity.casefile.records.roles import Role
from comity.main import aftermath
from comity.main.aftermath import Newest
from comity.main.house import Places
from support.backup_house import House
from support.databases import point_django_at

BECAUSE = "the preservation period ended"


@pytest.fixture
def erased(house: House, empty: House, tmp_path: Path) -> tuple[str, str, str]:
    """An exhibit and a document that a backup holds and that were erased after it: case, digest, entry."""
    case, digest = house.take_in(b"somebody's post")
    with unit_of_work(house.clock.now(), "system:docket") as work:
        move = audit.enter(work, case, CaseMove(case=case, event="noticed", because="Alix Martin, alix@example.org"))
    house.sequence()
    back_up(house, tmp_path / "b")
    until = house.clock.now().plus(timedelta(days=1))
    with unit_of_work(house.clock.now(), "system:docket") as work:
        house.vault.hold(work, case, digest, because="2021/784 Art 6(2)", until=until)
    house.clock.set(house.clock.now().plus(timedelta(days=2)))
    with unit_of_work(house.clock.now(), "system:docket") as work:
        house.vault.erase(work, case, because=BECAUSE, citations=("2021/784 Art 6(2)",), documents=(move.entry,))
    house.sequence()
    return case, digest, move.entry


def exported(house: House) -> Newest:
    folder = Places(house.home).erasures
    with psycopg.connect(**house.server.parameters(Role.APP)) as conn:
        erasures.export(conn, folder)
    return Newest(Places(house.home).tiles, folder)


def again(house: House, of: Path, newest: Newest) -> list[str]:
    manifest = json.loads((of / "manifest.json").read_text())
    return list(aftermath.erase_once_more(house.settings, manifest, newest, house.clock))


def body_of(entry: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM document WHERE id = %s::uuid", [entry])
        return cursor.fetchone()[0]


def test_what_was_erased_since_is_erased_again(
    house: House, empty: House, tmp_path: Path, erased: tuple[str, str, str]
) -> None:
    case, digest, entry = erased
    newest = exported(house)
    assert put_back(empty, tmp_path / "b", keys_of=house) == []
    assert body_of(entry) is not None
    assert empty.vault.verify(case, digest).size == 15  # it is here again
    lines = again(empty, tmp_path / "b", newest)
    assert lines[0] == f"Erased again: 1 exhibits and 1 documents of case {case}."
    assert body_of(entry) is None
    with pytest.raises(ExhibitErased):
        empty.vault.verify(case, digest)
    (certificate,) = (one for one in audit.entries_of(case) if one.kind == "erasure")
    assert b"erased before, brought back by a backup and erased again" in (certificate.body or b"")
    empty.sequence()
    places = Places(empty.home)
    assert not fsck(key_files.verifiers(places.keys), places.tiles, origin=empty.settings.log_origin).differences
    assert len([line for line in again(empty, tmp_path / "b", newest) if "Erased again" in line]) == 0  # once is enough


def test_what_nobody_knows_is_said_loudly(
    house: House, empty: House, tmp_path: Path, erased: tuple[str, str, str]
) -> None:
    _, _, entry = erased
    newest = exported(house)
    put_back(empty, tmp_path / "b", keys_of=house)
    (line,) = again(empty, tmp_path / "b", Newest())
    assert line.startswith("UNKNOWN: what was erased after this backup is here again")
    (line,) = again(empty, tmp_path / "b", Newest(newest.tiles))
    assert line.startswith("UNKNOWN:")
    assert "and 0 are known" in line
    assert body_of(entry) is not None


@pytest.mark.parametrize("damage", ["body", "salt", "mode", "text"])
def test_a_certificate_that_the_log_does_not_vouch_for_erases_nothing(
    house: House, empty: House, tmp_path: Path, erased: tuple[str, str, str], damage: str
) -> None:
    _, _, entry = erased
    newest = exported(house)
    put_back(empty, tmp_path / "b", keys_of=house)
    assert newest.erasures is not None
    (path,) = newest.erasures.iterdir()
    said = json.loads(path.read_text())
    if damage == "body":
        other = new_id()
        path.write_text(json.dumps(said | {"body": said["body"].replace(entry, other)}))
    if damage == "salt":
        path.write_text(json.dumps(said | {"salt": "00" * 32}))
    if damage == "mode":
        path.chmod(0o644)
    if damage == "text":
        path.write_text("[]")
    lines = again(empty, tmp_path / "b", newest)
    assert any("cannot be used" in line for line in lines)
    assert not any("Erased again" in line for line in lines)
    assert body_of(entry) is not None


@pytest.mark.parametrize("damage", ["older", "other", "cut", "absent", "stranger"])
def test_a_log_that_is_not_the_newest_of_this_house_is_not_believed(
    house: House, empty: House, tmp_path: Path, erased: tuple[str, str, str], damage: str
) -> None:
    newest = exported(house)
    put_back(empty, tmp_path / "b", keys_of=house)
    tiles = tmp_path / "tiles"
    shutil.copytree(Places(house.home).tiles, tiles)
    if damage == "older":
        manifest = json.loads((tmp_path / "b" / "manifest.json").read_text()) | {"size": 10_000}
        (line,) = aftermath.erase_once_more(empty.settings, manifest, Newest(tiles, newest.erasures), empty.clock)
        assert "not the newest" in line
        return
    if damage == "other":
        manifest = json.loads((tmp_path / "b" / "manifest.json").read_text())
        manifest["size"] -= 1
        (line,) = aftermath.erase_once_more(empty.settings, manifest, Newest(tiles, newest.erasures), empty.clock)
        assert "another history" in line
        return
    for bundle in [path for path in (tiles / "tile" / "entries").rglob("*") if path.is_file()]:
        if damage == "cut":
            bundle.write_bytes(bundle.read_bytes()[:-3])
        if damage == "absent":
            bundle.unlink()
    if damage == "stranger":
        key_files.generate(tmp_path / "keys", house.settings.log_origin)
        note = (tiles / "checkpoint").read_text().replace("\u2014 ", "\u2014 x")
        (tiles / "checkpoint").write_text(note)
    (line,) = again(empty, tmp_path / "b", Newest(tiles, newest.erasures))
    assert line.startswith("UNKNOWN:")
    assert "cannot be used" in line


def test_a_period_that_the_backup_knows_to_run_still_holds(
    house: House, empty: House, tmp_path: Path, erased: tuple[str, str, str]
) -> None:
    case, digest, entry = erased
    newest = exported(house)
    put_back(empty, tmp_path / "b", keys_of=house)
    with unit_of_work(empty.clock.now(), "system:docket") as work:
        later = empty.clock.now().plus(timedelta(days=30))
        empty.vault.hold(work, case, digest, because="a court asked", until=later)
    lines = again(empty, tmp_path / "b", newest)
    assert any("could not be erased" in line for line in lines)
    assert body_of(entry) is not None
    assert empty.vault.verify(case, digest).size == 15


def test_an_open_hold_of_the_backup_was_released_before_the_first_erasure(
    house: House, empty: House, tmp_path: Path, clock: Any
) -> None:
    case, digest = house.take_in(b"somebody's post")
    with unit_of_work(clock.now(), "system:docket") as work:
        house.vault.hold(work, case, digest, because="a court may ask", until=None)
    house.sequence()
    back_up(house, tmp_path / "b")
    with unit_of_work(clock.now(), "system:docket") as work:
        house.vault.release(work, case, digest, because="it did not")
        house.vault.hold(work, case, digest, because="2021/784 Art 6(2)", until=clock.now().plus(timedelta(days=1)))
    clock.set(clock.now().plus(timedelta(days=2)))
    with unit_of_work(clock.now(), "system:docket") as work:
        house.vault.erase(work, case, because=BECAUSE, citations=())
    house.sequence()
    newest = exported(house)
    put_back(empty, tmp_path / "b", keys_of=house)
    assert again(empty, tmp_path / "b", newest)[0].startswith("Erased again: 1 exhibits")


def test_certificates_are_private_and_in_the_backup_too(
    house: House, tmp_path: Path, erased: tuple[str, str, str]
) -> None:
    newest = exported(house)
    assert newest.erasures is not None
    assert newest.erasures.stat().st_mode & 0o77 == 0
    (path,) = newest.erasures.iterdir()
    assert path.stat().st_mode & 0o77 == 0
    assert not list(Places(house.home).tiles.rglob(path.name))
    back_up(house, tmp_path / "b")
    assert (tmp_path / "b" / "erasures" / path.name).read_bytes() == path.read_bytes()
    with psycopg.connect(**house.server.parameters(Role.APP)) as conn:
        assert erasures.export(conn, newest.erasures) == 0


def test_open_codes_sessions_and_tokens_are_void_after_a_restoring(house: House, empty: House, tmp_path: Path) -> None:
    from comity.registry.models import OneTimeCode

    with psycopg.connect(**house.server.parameters(Role.OWNER)) as conn:
        conn.execute("ALTER TABLE registry_onetimecode DISABLE TRIGGER USER")
        entry = conn.execute("SELECT id, case_id FROM document ORDER BY id LIMIT 1").fetchone()
        assert entry is not None
        conn.execute(
            "INSERT INTO registry_onetimecode (id, kind, holder, purpose, mark, until, spent, entry) VALUES "
            "(gen_random_uuid(), 'officer', %s, 'enrol', repeat('0', 64), now() + interval '1 day', false, %s)",
            [entry[1], entry[0]],
        )
        conn.execute(
            "INSERT INTO portal_session (mark, kind, holder, passkey, stage, code, bound_to, device, network, began_at,"
            " seen_at, ends_at) VALUES (repeat('a', 64), 'officer', repeat('b', 32), '', 'full', '', '', '', '', now(),"
            " now(), now() + interval '1 day')"
        )
    back_up(house, tmp_path / "b")
    put_back(empty, tmp_path / "b", keys_of=house)
    point_django_at(empty.server)
    assert OneTimeCode.objects.filter(spent=False).count() == 1
    assert aftermath.shut(empty.server, empty.clock) == ("Made void: 1 sessions, 1 one-time codes, every access token.")
    assert not OneTimeCode.objects.filter(spent=False).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_session")
        assert cursor.fetchone() == (0,)
    assert aftermath.shut(empty.server, empty.clock).startswith("Made void: 0 sessions, 0")
