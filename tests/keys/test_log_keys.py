"""The log's keys change: whoever holds the first ones follows to the last ones, and an old key speaks no longer."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from comity.casefile import audit
from comity.casefile.audit import key_chain, key_changes, key_files, verifier
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import KeyChangeRefused, MalformedKey, UnknownSigner, UnsafeKeyFile
from comity.casefile.audit.fsck import fsck
from comity.casefile.audit.key_changes import KeyChangeNote, follow
from comity.casefile.audit.keys import LogKeys, VerifierKey, verify_checkpoint
from comity.casefile.audit.rules import ClockTolerance
from comity.casefile.audit.sequencer import Sequencer
from comity.casefile.documents import new_id
from comity.casefile.documents.keys import KEYS_CASE, LogKeyChange
from comity.casefile.documents.record import CaseMove
from comity.casefile.records import unit_of_work
from comity.casefile.records.roles import Role

ORIGIN = "comity.example/log"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir(mode=0o700)
    key_files.generate(tmp_path / "keys", ORIGIN)
    return tmp_path / "keys"


def introduce(folder: Path, size: int) -> str:
    old, new = key_files.load(folder, ORIGIN), key_files.next_keys(folder, ORIGIN)
    return KeyChangeNote(ORIGIN, size, new.verifiers).signed((*old.signing, *new.signing))


def retire(folder: Path, size: int) -> str:
    gone = tuple(key.verifier.key_id.hex() for key in key_files.overlapping(folder))
    return KeyChangeNote(ORIGIN, size, (), gone).signed(key_files.load(folder, ORIGIN).signing)


def head(size: int, keys: LogKeys) -> bytes:
    return keys.sign(Checkpoint(ORIGIN, size, b"\x07" * 32), 1)


def changed(folder: Path) -> tuple[LogKeys, LogKeys, list[str]]:
    first = key_files.load(folder, ORIGIN)
    notes = [introduce(folder, 10)]
    key_files.install_next(folder)
    notes.append(retire(folder, 20))
    key_files.drop_old(folder)
    return first, key_files.load(folder, ORIGIN), notes


def test_both_generations_sign_while_they_overlap(folder):
    first = key_files.load(folder, ORIGIN)
    introduce(folder, 10)
    assert key_files.load(folder, ORIGIN) == first
    key_files.install_next(folder)
    key_files.install_next(folder)
    both = key_files.load(folder, ORIGIN)
    assert len(both.signing) == 4
    assert set(first.verifiers) < set(both.verifiers)
    note = head(12, both)
    assert verify_checkpoint(note, first.verifiers).size == verify_checkpoint(note, both.verifiers[:2]).size == 12


def test_a_running_signer_takes_the_new_keys_by_itself(folder):
    running = key_files.KeysOnDisk(folder, ORIGIN)
    introduce(folder, 10)
    new = key_files.next_keys(folder, ORIGIN).verifiers
    assert verify_checkpoint(running.sign(Checkpoint(ORIGIN, 1, bytes(32)), 1), running.verifiers).size == 1
    key_files.install_next(folder)
    assert verify_checkpoint(running.sign(Checkpoint(ORIGIN, 2, bytes(32)), 1), new).size == 2


def test_who_holds_the_first_keys_follows_to_the_last(folder):
    first, last, notes = changed(folder)
    keys = follow(ORIGIN, first.verifiers, notes)
    assert {key.key_id for key in keys if key.until is None} == {key.key_id for key in last.verifiers}
    assert {key.until for key in keys} == {None, 20}
    assert verify_checkpoint(head(25, last), keys).size == 25
    assert verify_checkpoint(head(20, first), keys).size == 20
    with pytest.raises(UnknownSigner):
        verify_checkpoint(head(21, first), keys)
    only_one = follow(ORIGIN, first.verifiers[:1], notes)
    assert verify_checkpoint(head(25, last), only_one).size == 25


def test_three_generations_are_followed(folder):
    first, _, notes = changed(folder)
    notes.append(introduce(folder, 30))
    key_files.install_next(folder)
    notes.append(retire(folder, 40))
    key_files.drop_old(folder)
    last = key_files.load(folder, ORIGIN)
    assert verify_checkpoint(head(99, last), follow(ORIGIN, first.verifiers, notes)).size == 99


def test_a_change_that_an_old_key_did_not_sign_is_refused(folder, tmp_path):
    first, _, notes = changed(folder)
    thief = tmp_path / "thief"
    thief.mkdir()
    theirs = key_files.generate(thief, ORIGIN)
    note = KeyChangeNote(ORIGIN, 10, theirs.verifiers)
    for signers in (theirs.signing, (first.signing[0], *theirs.signing), first.signing):
        with pytest.raises(KeyChangeRefused, match="has not signed"):
            follow(ORIGIN, first.verifiers, [note.signed(signers)])
    with pytest.raises(KeyChangeRefused, match="has not signed"):  # an old key after its retirement
        follow(ORIGIN, first.verifiers, [*notes, KeyChangeNote(ORIGIN, 30, theirs.verifiers).signed(first.signing)])


def test_odd_changes_are_refused(folder):
    first = key_files.load(folder, ORIGIN)
    ids = tuple(key.key_id.hex() for key in first.verifiers)
    late, early = introduce(folder, 10), KeyChangeNote(ORIGIN, 4, (), ids)
    new = key_files.next_keys(folder, ORIGIN)
    with pytest.raises(KeyChangeRefused, match="smaller"):
        follow(ORIGIN, first.verifiers, [late, early.signed((*first.signing, *new.signing))])
    with pytest.raises(KeyChangeRefused, match="without a key"):
        follow(ORIGIN, first.verifiers, [early.signed(first.signing)])
    with pytest.raises(KeyChangeRefused, match="another log"):
        follow("other.example", first.verifiers, [late])
    for text in ("", "x\n\n— a b\n", late.replace("size 10", "size 010"), late.replace("introduce", "welcome")):
        with pytest.raises(KeyChangeRefused):
            follow(ORIGIN, first.verifiers, [text])


def test_a_retired_key_s_size_is_written_behind_it(folder):
    key = key_files.load(folder, ORIGIN).verifiers[0]
    old = VerifierKey(key.name, key.type, key.public, 20)
    assert VerifierKey.parse(old.encode()) == old
    assert VerifierKey.parse(key.encode()).until is None
    for text in ("@", "@x", "@-1", "@01", "@1@2"):
        with pytest.raises(MalformedKey):
            VerifierKey.parse(key.encode() + text)
    key_files.write_verifiers(folder, [old, key])
    assert key_files.verifiers(folder) == (key, old)


@pytest.mark.parametrize("age", [".old", ".next"])
def test_no_generation_of_keys_is_used_that_others_could_read(folder, age):
    introduce(folder, 1)
    if age == ".old":
        key_files.install_next(folder)
    (folder / f"log-ed25519{age}.key").chmod(0o640)
    with pytest.raises(UnsafeKeyFile):
        (key_files.load if age == ".old" else key_files.next_keys)(folder, ORIGIN)


def enter(clock, document, case=KEYS_CASE) -> str:
    with unit_of_work(clock.now(), "staff:anna") as work:
        return audit.enter(work, case, document).entry


def move() -> CaseMove:
    return CaseMove(case=new_id(), event="none", because="test")


def test_a_stranger_follows_the_published_changes_and_fsck_agrees(database, folder, tmp_path, clock, capsys):
    first, out = key_files.load(folder, ORIGIN), tmp_path / "log"
    connect = lambda: psycopg.connect(**database.parameters(Role.SEQUENCER), autocommit=True)  # noqa: E731
    signer = key_files.KeysOnDisk(folder, ORIGIN)
    sequencer = Sequencer(connect, signer, out, clock, tolerance=ClockTolerance(forward=None))
    enter(clock, move(), new_id())
    sequencer.step()
    enter(clock, LogKeyChange(note=introduce(folder, 1)))
    sequencer.step()
    key_files.install_next(folder)
    enter(clock, LogKeyChange(note=retire(folder, 2)))
    sequencer.step()
    key_files.drop_old(folder)
    enter(clock, move(), new_id())
    sequencer.step()
    sequencer.close()
    audit.export(out)

    given = [word for key in first.verifiers for word in ("--vkey", key.encode())]
    assert verifier.main([str(out), *given]) == 1
    capsys.readouterr()
    assert key_chain.main([str(out), *given]) == 0
    followed = capsys.readouterr().out.split()
    assert len(followed) == 4
    assert verifier.main([str(out), *(word for key in followed for word in ("--vkey", key))]) == 0
    retired = [key for key in followed if "@" in key]
    assert len(retired) == 2
    assert verifier.main([str(out), *(word for key in retired for word in ("--vkey", key))]) == 1
    keys = tuple(VerifierKey.parse(key) for key in followed)
    key_files.write_verifiers(folder, keys)
    report = fsck(signer.verifiers, out, origin=ORIGIN)
    assert report.sound, report.differences
    changes = out / key_changes.FILE
    listed = json.loads(changes.read_text())
    for field, value in (("salt", "00" * 32), ("entry", new_id()), ("document", '{"note":"x"}')):
        changes.write_text(json.dumps([{**listed[0], field: value}, *listed[1:]]))
        assert key_chain.main([str(out), *given]) == 1
    changes.write_text(json.dumps(listed[1:]))
    assert key_chain.main([str(out), *given]) == 1
