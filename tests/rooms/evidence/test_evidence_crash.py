"""A process killed at any moment of custody: what was entered is whole, what was not leaves nothing behind.

The failure table of docs/decisions/0005-evidence.md, row by row.
"""

from __future__ import annotations

import gc
import hashlib
import os
import signal
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections, transaction

from comity.casefile.documents import new_id
from comity.casefile.evidence import KeyEncryptionKeys, Vault, files, new_line, service, store
from comity.casefile.evidence.errors import ExhibitErased, ExhibitMissing
from comity.casefile.evidence.files import VaultDirectory, WrittenFile
from comity.casefile.records import unit_of_work

pytestmark = pytest.mark.usefixtures("database")

CASE = new_id()
PLAIN = b"evidence" * 100_000
DIGEST = hashlib.sha256(PLAIN).hexdigest()
LAW = ("2021/784 Art 6(2)",)


@pytest.fixture
def vault(tmp_path) -> Vault:
    return Vault(tmp_path / "vault", KeyEncryptionKeys.parse(new_line("k")))


def take_in(vault: Vault, clock) -> None:
    with unit_of_work(clock.now(), "system:intake") as work:
        vault.take_in(work, CASE, [PLAIN], media_type="a/b", name="n", purpose="preservation")


def held_for_a_day(vault: Vault, clock) -> None:
    take_in(vault, clock)
    with unit_of_work(clock.now(), "system:clocks") as work:
        vault.hold(work, CASE, DIGEST, because="2021/784 Art 6(2)", until=clock.now().plus(timedelta(days=1)))
    clock.advance(timedelta(days=1))


def erase(vault: Vault, clock) -> None:
    with unit_of_work(clock.now(), "system:clocks") as work:
        vault.erase(work, CASE, because="the period ended", citations=LAW)


def killed(action: Callable[[], None], target: object, name: str, *, after: bool, call: int = 1) -> None:
    """Run ``action`` in a process that is killed (signal 9) before or after its n-th call of ``target.name``."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        original, calls = getattr(target, name), [0]

        def deadly(*arguments, **named):
            calls[0] += 1
            if calls[0] == call and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = original(*arguments, **named)
            if calls[0] == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(target, name, deadly)
        try:
            action()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the moment never came"
    connections.close_all()


def names(vault: Vault) -> list[str]:
    return list(vault._directory.names())


TAKING_IN = [
    (VaultDirectory, "_create", False, 1),
    (VaultDirectory, "_create", True, 1),
    (files, "_write_all", False, 1),
    (files, "_write_all", True, 1),
    (files.os, "fsync", True, 1),
    (files, "_sync_directory", True, 1),
    (service, "record_all", False, 1),
    (service, "record_all", True, 1),
    (store, "insert", False, 1),
    (store, "insert", True, 1),
    (service.transaction, "on_commit", True, 1),
]


@pytest.mark.parametrize(("target", "name", "after", "call"), TAKING_IN)
def test_killed_while_taking_in(vault, clock, target, name, after, call):
    killed(lambda: take_in(vault, clock), target, name, after=after, call=call)
    assert vault.exhibits(CASE) == ()
    vault.sweep()
    assert names(vault) == []
    take_in(vault, clock)
    assert vault.verify(CASE, DIGEST).digest == DIGEST
    assert vault.sweep() == 0


def test_killed_after_the_commit_of_taking_in(vault, clock):
    killed(lambda: take_in(vault, clock), WrittenFile, "release", after=False)
    assert vault.verify(CASE, DIGEST).size == len(PLAIN)
    assert vault.sweep() == 0
    take_in(vault, clock)
    assert len(names(vault)) == 1


@pytest.mark.parametrize(
    ("target", "name", "after"),
    [
        (service, "record", True),
        (store, "erase", False),
        (store, "erase", True),
        (service.transaction, "on_commit", True),
    ],
)
def test_killed_before_the_commit_of_an_erasure(vault, clock, target, name, after):
    held_for_a_day(vault, clock)
    killed(lambda: erase(vault, clock), target, name, after=after)
    assert vault.verify(CASE, DIGEST).digest == DIGEST
    assert vault.sweep() == 0
    erase(vault, clock)
    assert names(vault) == []


@pytest.mark.parametrize(("target", "name", "after"), [(VaultDirectory, "remove", False), (files.os, "fsync", True)])
def test_killed_after_the_commit_of_an_erasure(vault, clock, target, name, after):
    held_for_a_day(vault, clock)
    killed(lambda: erase(vault, clock), target, name, after=after)
    with pytest.raises(ExhibitErased):
        vault.verify(CASE, DIGEST)
    assert len(names(vault)) == 1
    assert vault.sweep() == 1
    assert names(vault) == []
    erase(vault, clock)


def test_what_is_being_written_is_never_swept(vault, clock):
    staged = vault.stage(CASE, [PLAIN], media_type="a/b", name="n")
    assert vault.sweep() == 0
    with unit_of_work(clock.now(), "system:intake") as work:
        vault.admit(work, staged, purpose="preservation")
        assert vault.sweep() == 0
    assert vault.sweep() == 0
    assert vault.verify(CASE, DIGEST).digest == DIGEST


def test_what_was_staged_and_dropped_or_undone_is_swept(vault, clock):
    staged = vault.stage(CASE, [PLAIN], media_type="a/b", name="n")
    del staged
    gc.collect()
    assert vault.sweep() == 1
    with unit_of_work(clock.now(), "system:intake") as work:
        vault.take_in(work, CASE, [PLAIN], media_type="a/b", name="n", purpose="preservation")
        transaction.set_rollback(True)
    gc.collect()
    assert vault.sweep() == 1
    assert names(vault) == []


def test_a_stream_that_breaks_leaves_nothing(vault):
    def broken():
        yield PLAIN
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        vault.stage(CASE, broken(), media_type="a/b", name="n")
    assert names(vault) == []


def test_a_file_of_an_erased_exhibit_without_its_head_opens_nothing(vault, clock, tmp_path):
    take_in(vault, clock)
    (path,) = [path for path in (tmp_path / "vault").rglob("*") if path.is_file()]
    kept = path.read_bytes()
    vault._directory.remove(path.name)
    assert not path.exists()
    vault._directory.remove(path.name)
    path.write_bytes(bytes(48) + kept[48:])
    with pytest.raises(service.UnknownExhibit):
        vault.verify(new_id(), DIGEST)
    with pytest.raises(Exception, match="not what was taken in"):
        vault.verify(CASE, DIGEST)


def test_a_writer_that_lost_its_file_to_a_sweep_takes_another(vault, monkeypatch):
    """The narrowest moment: the sweep locks the file between its creation and its writer's lock."""
    directory, original, swept = vault._directory, files.fcntl.flock, []

    def sweep_first(descriptor: int, operation: int) -> None:
        if operation == files.fcntl.LOCK_EX and not swept:
            swept.extend(name for name in names(vault) if directory.remove_abandoned(name, lambda: False))
        original(descriptor, operation)

    monkeypatch.setattr(files.fcntl, "flock", sweep_first)
    staged = vault.stage(CASE, [PLAIN], media_type="a/b", name="n")
    assert len(swept) == 1
    assert names(vault) == [staged.written.name] != swept


def test_a_sweep_asks_for_the_row_once_it_has_the_lock(vault):
    staged = vault.stage(CASE, [PLAIN], media_type="a/b", name="n")
    name = staged.written.name
    staged.written.release()
    assert not vault._directory.remove_abandoned(name, lambda: True)
    assert vault._directory.remove_abandoned(name, lambda: False)
    assert not vault._directory.remove_abandoned(name, lambda: False)
    with pytest.raises(service.UnknownExhibit):
        vault.verify(CASE, DIGEST)
    with pytest.raises(ExhibitMissing):
        vault._directory.open("../../etc/passwd")
