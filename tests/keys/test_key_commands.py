"""``comity keys``: two people, an entry, and a change that goes on where it was killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from django.db import connections

from comity.casefile import audit
from comity.casefile.audit import key_chain, key_changes, key_files, verifier
from comity.casefile.audit.fsck import fsck
from comity.casefile.documents.keys import KEYS_CASE, KeyChange
from comity.casefile.evidence import rotation
from comity.casefile.records import unit_of_work
from comity.delivery import Seal
from comity.main import key_commands, seal_change
from comity.main.house import Places, kek_file, seal_file
from comity.main.keyring import Keyring
from comity.main.two_people import Pair, pair_of
from comity.registry.duties import Role as Duty
from comity.registry.errors import RegistryError
from comity.registry.staffing import NewMember, found_staff
from comity.settings import UnusableSettings
from support.backup_house import House

WHY = "yearly change of keys"


@pytest.fixture
def house(database, tmp_path: Path, clock) -> House:
    made = House(tmp_path / "home", database, clock).found()
    for number in range(3):
        made.take_in(f"exhibit {number}".encode())
    made.sequence()
    return made


@pytest.fixture
def people(house) -> dict[str, str]:
    from django.contrib.auth.models import User

    duties = {"anna": {Duty.ADMINISTRATOR}, "ben": {Duty.APPROVER}, "dan": {Duty.AUDITOR}}
    members = tuple(
        NewMember(User.objects.create_user(name, password=f"{name} has a password").pk, name, frozenset(held))
        for name, held in duties.items()
    )
    with unit_of_work(house.clock.now(), "system:operator") as work:
        return dict(zip(duties, found_staff(work, members), strict=True))


def keyring(house, people) -> Keyring:
    return Keyring(house.settings, house.server, Pair(people["anna"], people["ben"]), WHY, house.clock)


def changes() -> list[tuple[str, str, tuple[str, ...]]]:
    rows = [row for row in audit.entries_of(KEYS_CASE) if row.kind == KeyChange.kind]
    return [(one.keys, one.change, one.identifiers) for one in (KeyChange.from_canonical(row.body) for row in rows)]


def word(name: str, says: str | None = None) -> tuple[str, str]:
    return name, says or f"{name} has a password"


def test_two_different_members_of_staff_with_their_passwords(people):
    pair = pair_of((word("anna"), word("ben")))
    assert pair == Pair(people["anna"], people["ben"])
    for two, said in (
        ((word("anna"), word("anna")), "."),
        ((word("ben"), word("anna")), "not an administrator"),
        ((word("anna"), word("dan")), "auditor"),
        ((word("anna"), word("ben", "guessed")), "no active member"),
        ((word("anna"), word("nobody")), "no active member"),
    ):
        with pytest.raises((UnusableSettings, RegistryError), match=said):
            pair_of(two)


def test_exhibits_get_a_new_key_and_the_old_one_is_destroyed(house, people):
    ring, secret = keyring(house, people), kek_file(house.settings).read_text().split()[1]
    ring.rotate_exhibits()
    ring.retire_exhibits()
    ring.retire_exhibits()
    assert secret not in kek_file(house.settings).read_text()
    (name,) = rotation.wrapped_by()
    assert changes() == [("exhibits", "introduced", (name,)), ("exhibits", "retired", ("kek-1",))]
    row = audit.entries_of(KEYS_CASE)[0]
    assert row.actor == f"staff:{people['anna']}"
    assert people["ben"] in row.body.decode()


def test_the_log_gets_new_keys_and_a_stranger_follows(house, people, capsys):
    keys, tiles = Places(house.home).keys, Places(house.home).tiles
    first = key_files.verifiers(keys)
    ring = keyring(house, people)
    ring.rotate_log()
    with pytest.raises(UnusableSettings, match="not finished"):
        ring.rotate_log()
    assert len(key_files.load(keys, "comity.example/log").signing) == 4
    ring.retire_log()
    assert "No old key" in ring.retire_log()
    house.enter()
    house.sequence()
    given = [item for key in first for item in ("--vkey", key.encode())]
    capsys.readouterr()
    assert key_chain.main([str(tiles), *given]) == 0
    followed = capsys.readouterr().out.split()
    assert verifier.main([str(tiles), *(item for key in followed for item in ("--vkey", key))]) == 0
    assert verifier.main([str(tiles), *given]) == 1
    assert set(followed) == {key.encode() for key in key_files.verifiers(keys)}
    report = fsck(key_files.verifiers(keys), tiles, origin="comity.example/log")
    assert report.sound, report.differences
    assert not list(keys.glob("*.old.key"))


@pytest.mark.parametrize("change", ["rotate_log", "retire_log"])
@pytest.mark.parametrize(
    ("where", "name"),
    [
        (Keyring, "_settle"),
        (key_files, "write_verifiers"),
        (key_files, "install_next"),
        (key_files, "drop_old"),
        (key_changes, "publish"),
        (Path, "rename"),
    ],
)
def test_a_change_of_the_log_s_keys_killed_anywhere_goes_on(house, people, where, name, change):
    if change == "retire_log":
        keyring(house, people).rotate_log()
    connections.close_all()
    child = os.fork()
    if child == 0:
        setattr(where, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
        try:
            getattr(keyring(house, people), change)()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    connections.close_all()
    ring = keyring(house, people)
    if change == "rotate_log" and (key_files.unfinished(ring._keys) or not key_files.overlapping(ring._keys)):
        ring.rotate_log()
    ring.retire_log()
    assert [one[:2] for one in changes()] == [("log", "introduced"), ("log", "retired")]
    house.enter()
    house.sequence()
    tiles = Places(house.home).tiles
    report = fsck(key_files.verifiers(ring._keys), tiles, origin="comity.example/log")
    assert report.sound, report.differences
    assert len([key for key in key_files.verifiers(ring._keys) if key.until is None]) == 2
    assert len(ring._followed()) == 4


def test_a_new_seal_is_entered_and_the_old_key_destroyed(house, people):
    ring, seal = keyring(house, people), Seal.from_file(seal_file(house.settings))
    old = seal.certificate
    ring.rotate_seal()
    assert seal.certificate != old
    (kept,) = seal_change.old_keys(house.settings)
    ring.retire_seal()
    assert not kept.exists()
    (certificate,) = Places(house.home).keys.glob("seal-*.crt")
    assert b"PRIVATE" not in certificate.read_bytes()
    assert [one[:2] for one in changes()] == [("seal", "introduced"), ("seal", "retired")]


def test_a_seal_that_was_bought_is_taken_and_one_that_is_none_is_refused(house, people, tmp_path):
    from comity.delivery import make_seal_file

    make_seal_file(tmp_path / "bought.pem", legal_name="Bought SAS", country="FR", at=house.clock.now())
    keyring(house, people).rotate_seal(tmp_path / "bought.pem")
    assert "Bought SAS" in Seal.from_file(seal_file(house.settings)).owner
    (tmp_path / "bought.pem").chmod(0o644)
    with pytest.raises(PermissionError, match="chmod 600"):
        keyring(house, people).rotate_seal(tmp_path / "bought.pem")


def test_keys_are_listed_with_what_depends_on_them_and_never_shown(house, people):
    keyring(house, people).rotate_log()
    lines = list(key_commands._lines(house.settings))
    assert "exhibits kek-1: wraps what comes, 3 exhibits depend on it" in lines
    assert len([line for line in lines if line.startswith("log ") and line.endswith("signs")]) == 4
    secret = kek_file(house.settings).read_text().split()[1]
    assert not any(secret in line or "PRIVATE" in line for line in lines)


def test_a_change_without_a_reason_is_refused(house, people):
    with pytest.raises(UnusableSettings, match="reason"):
        Keyring(house.settings, house.server, Pair(people["anna"], people["ben"]), " ", house.clock)
