"""Key-encryption keys change: everything is wrapped anew, whoever is killed when, and nothing is ever lost."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, connections
from psycopg.errors import InsufficientPrivilege

from comity.casefile.documents import new_id
from comity.casefile.evidence import KeyEncryptionKeys, Vault, new_line, rotation, store
from comity.casefile.evidence.errors import InvalidKey, KeyInUse, UnknownKey
from comity.casefile.records import record, unit_of_work
from comity.casefile.records.roles import Role

pytestmark = pytest.mark.usefixtures("database")
WHY = "yearly change of keys"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "exhibits.keys"
    path.touch(mode=0o600)
    path.write_text(new_line("kek-1"))
    return path


@pytest.fixture
def vault(tmp_path: Path, file: Path) -> Vault:
    return Vault(tmp_path / "vault", KeyEncryptionKeys.from_file(file))


def take_in(vault: Vault, clock, count: int) -> dict[str, bytes]:
    taken = {}
    for number in range(count):
        case, plain = new_id(), f"exhibit {number}".encode() * 100
        with unit_of_work(clock.now(), "system:intake") as work:
            vault.take_in(work, case, [plain], media_type="text/plain", name="n", purpose="preservation")
        taken[case] = plain
    return taken


def readable(vault: Vault, clock, taken: dict[str, bytes]) -> bool:
    for case, plain in taken.items():
        with unit_of_work(clock.now(), "staff:anna") as work:
            chunks = vault.open(work, case, hashlib.sha256(plain).hexdigest(), purpose="proof")
        assert b"".join(chunks) == plain
    return True


def retire(clock, identifier: str) -> None:
    with unit_of_work(clock.now(), "staff:anna") as work:
        rotation.retire(work, identifier, record(work, new_id(), "key_change", b"{}"))


def test_everything_is_wrapped_anew_and_then_the_old_key_goes(vault, file, clock):
    taken = take_in(vault, clock, 7)
    rotation.add_key(file, "kek-2")
    rotation.add_key(file, "kek-2")
    assert KeyEncryptionKeys.from_file(file).identifiers == ("kek-1", "kek-2")
    with pytest.raises(KeyInUse):
        retire(clock, "kek-1")
    assert sum(rotation.rewrap_all(vault, clock, "staff:anna", WHY)) == 7
    assert sum(rotation.rewrap_all(vault, clock, "staff:anna", WHY)) == 0
    assert rotation.wrapped_by() == {"kek-2": 7}
    retire(clock, "kek-1")
    rotation.remove_key(file, "kek-1")
    rotation.remove_key(file, "kek-1")
    assert rotation.retired() == {"kek-1"}
    assert KeyEncryptionKeys.from_file(file).identifiers == ("kek-2",)
    assert readable(vault, clock, taken)


def test_a_process_that_runs_sees_the_new_key_without_a_restart(vault, file, clock, tmp_path):
    other = Vault(tmp_path / "vault", KeyEncryptionKeys.from_file(file))
    rotation.add_key(file, "kek-2")
    taken = take_in(other, clock, 1)
    assert rotation.wrapped_by() == {"kek-2": 1}
    assert readable(vault, clock, taken)


def test_what_an_old_process_wrapped_meanwhile_is_refused_not_lost(vault, file, clock):
    case = new_id()
    staged = vault.stage(case, [b"plain"], media_type="a/b", name="n")
    rotation.add_key(file, "kek-2")
    retire(clock, "kek-1")
    with unit_of_work(clock.now(), "system:intake") as work, pytest.raises(DatabaseError):
        vault.admit(work, staged, purpose="preservation")
    connections.close_all()
    assert store.of_case(case) == []


def test_a_retirement_waits_for_whoever_is_just_wrapping(vault, clock):
    staged = vault.stage(new_id(), [b"plain"], media_type="a/b", name="n")
    found: list[str] = []

    def try_to_retire() -> None:
        try:
            retire(clock, "kek-1")
        except KeyInUse:
            found.append("in use")
        finally:
            connection.close()

    with unit_of_work(clock.now(), "system:intake") as work:
        vault.admit(work, staged, purpose="preservation")
        other = threading.Thread(target=try_to_retire)
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join(30)
    assert found == ["in use"]


@pytest.mark.parametrize("moment", [1, 3, 5])
@pytest.mark.parametrize("after", [False, True])
def test_killed_anywhere_in_rewrapping_nothing_is_lost_and_the_repetition_finishes(vault, file, clock, moment, after):
    taken = take_in(vault, clock, 5)
    rotation.add_key(file, "kek-2")
    connections.close_all()
    child = os.fork()
    if child == 0:
        rewrap, calls = store.rewrap, [0]

        def deadly(*arguments):
            calls[0] += 1
            if calls[0] == moment and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            rewrap(*arguments)
            if calls[0] == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        store.rewrap = deadly
        rotation._BATCH = 2
        list(rotation.rewrap_all(vault, clock, "staff:anna", WHY))
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    connections.close_all()
    assert readable(vault, clock, taken)
    with pytest.raises(KeyInUse):
        retire(clock, "kek-1")
    connections.close_all()
    list(rotation.rewrap_all(vault, clock, "staff:anna", WHY))
    assert rotation.wrapped_by() == {"kek-2": 5}
    assert readable(vault, clock, taken)


def test_the_newest_key_and_a_key_that_is_missing_are_refused(vault, file, clock):
    with pytest.raises(InvalidKey, match="newest"):
        rotation.remove_key(file, "kek-1")
    take_in(vault, clock, 1)
    file.write_text(new_line("kek-9"))
    with pytest.raises(UnknownKey):
        list(rotation.rewrap_all(vault, clock, "staff:anna", WHY))


def test_a_file_that_others_come_to_read_is_no_longer_followed(vault, file, clock):
    rotation.add_key(file, "kek-2")
    file.chmod(0o644)
    with pytest.raises(InvalidKey, match="chmod 600"):
        take_in(vault, clock, 1)


def test_a_retirement_is_an_entry_and_is_never_taken_back(vault, clock, server):
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("INSERT INTO exhibit_key_retired VALUES ('kek-7', %s)", [new_id()])
    retire(clock, "kek-1")
    with psycopg.connect(**server.parameters(Role.OWNER)) as owner, pytest.raises(InsufficientPrivilege):
        owner.execute("DELETE FROM exhibit_key_retired")
