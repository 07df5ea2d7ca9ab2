"""Our log asks real witnesses: it grows with them, survives every lost answer, and hears of a fork."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from check_log import Writer
from workshop import Workshop

from comity.casefile.audit import prove, tlog_proof, wait_until_proven
from comity.casefile.audit import store as audit_store
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.cosignature import WitnessKey, cosignatures
from comity.casefile.audit.errors import (
    MalformedKey,
    NotInCheckpoint,
    PolicyImpossible,
    SignatureRefused,
    WitnessRefused,
)
from comity.casefile.audit.fsck import fsck
from comity.casefile.audit.note import Note
from comity.casefile.audit.policy import Policy, require
from comity.casefile.audit.proof_file import ProofFile
from comity.casefile.audit.witnesses import Answer, Asking, Http, ask_all, parse_places, policy_of
from comity.casefile.records.roles import Role
from support.witness import MemoryLog, RunningWitness

Connect = Callable[[Role], psycopg.Connection[Any]]


@pytest.fixture(autouse=True)
def no_policy() -> Iterator[None]:
    yield
    require(Policy())


@pytest.fixture
def witness(workshop: Workshop, tmp_path: Path) -> Iterator[RunningWitness]:
    running = RunningWitness(tmp_path / "witness", [key.encode() for key in workshop.keys.verifiers])
    yield running
    running.stop()


@pytest.fixture
def asking(witness: RunningWitness) -> Iterator[Asking]:
    made = Asking(lambda: pytest.fail("asked step by step"), parse_places(witness.setting)[0])
    yield made
    made.close()


@pytest.fixture
def really(witness: RunningWitness) -> Iterator[Http]:
    post = Http(witness.url)
    yield post
    post.close()


def published(workshop: Workshop) -> Note:
    return Note.parse((workshop.folder / "checkpoint").read_bytes())


def test_each_checkpoint_is_cosigned_kept_and_published(
    workshop: Workshop, writer: Writer, witness: RunningWitness, asking: Asking, connect: Connect
) -> None:
    conn, sequencer = connect(Role.SEQUENCER), workshop.sequencer()
    assert asking.step(conn) == 0
    total = 0
    for count in (1, 2, 300, 1):
        total += count
        writer.enter(count)
        sequencer.step()
        assert asking.step(conn) == total
        assert asking.step(conn) == 0
        sequencer.step()
        note = published(workshop)
        found = cosignatures(Checkpoint.parse(note.text), note.signatures, witness.keys)
        assert len(found) == 2
    require(policy_of(parse_places(witness.setting), 1))
    assert fsck(workshop.keys.verifiers, workshop.folder, origin=workshop.keys.origin).sound


def test_an_effect_waits_for_as_many_witnesses_as_the_policy_says(
    workshop: Workshop, writer: Writer, witness: RunningWitness, asking: Asking, connect: Connect
) -> None:
    require(policy_of(parse_places(witness.setting), 1))
    sequencer = workshop.sequencer()
    (entered,) = writer.enter()
    sequencer.step()
    with pytest.raises(NotInCheckpoint):
        wait_until_proven(entered, 0.1)
    with pytest.raises(NotInCheckpoint):
        tlog_proof(entered.entry)
    assert not (workshop.folder / "checkpoint").exists()  # nor is anything shown that nobody cosigned
    asking.step(connect(Role.SEQUENCER))
    assert prove(entered).tree_size == 1
    sequencer.step()
    assert published(workshop).text == Checkpoint.parse(published(workshop).text).text()
    proof = ProofFile.parse(tlog_proof(entered.entry))
    note = Note.parse(proof.checkpoint)
    assert len(cosignatures(Checkpoint.parse(note.text), note.signatures, witness.keys)) == 2
    assert proof.extra is not None
    assert proof.verify(proof.extra, workshop.keys.verifiers).size == 1


def test_two_keys_of_one_witness_are_one_witness(witness: RunningWitness) -> None:
    places = parse_places(witness.setting)
    with pytest.raises(PolicyImpossible):
        policy_of(places, 2)
    with pytest.raises(PolicyImpossible):
        Policy(-1)


def test_a_lost_answer_is_asked_for_again_and_kept_once(
    workshop: Workshop, writer: Writer, witness: RunningWitness, connect: Connect, really: Http
) -> None:
    lost = [1]

    def post(body: bytes) -> Answer:
        answer = really(body)
        if lost:
            lost.pop()
            raise httpx.ReadTimeout("lost")
        return answer

    conn, sequencer = connect(Role.SEQUENCER), workshop.sequencer()
    asking = Asking(lambda: conn, parse_places(witness.setting)[0], post)
    for count in (3, 4):
        writer.enter(count)
        sequencer.step()
        lost.append(1) if not lost else None
        with pytest.raises(httpx.ReadTimeout):
            asking.step(conn)
        lost.clear()
        assert asking.step(conn) == sequencer.step().size
        assert len(audit_store.cosignatures(conn, sequencer.step().size)) == 2


def test_it_goes_on_after_a_restart_of_either_side(
    workshop: Workshop, writer: Writer, witness: RunningWitness, connect: Connect
) -> None:
    conn, sequencer = connect(Role.SEQUENCER), workshop.sequencer()
    size = 0
    for _ in range(3):
        writer.enter(5)
        sequencer.step()
        size += 5
        witness.kill()
        for expected in (None, size):
            asking = Asking(lambda: conn, parse_places(witness.setting)[0])
            if expected is None:
                with pytest.raises(httpx.HTTPError):
                    asking.step(conn)
                witness.start()
            else:
                assert asking.step(conn) == expected
            asking.close()


def test_a_witness_that_knows_more_than_we_do_means_a_fork(
    workshop: Workshop, writer: Writer, witness: RunningWitness, asking: Asking, connect: Connect
) -> None:
    other = MemoryLog(workshop.keys.origin).grow(5, "another history")
    for note, fork in ((workshop.keys.sign(other.checkpoint(), 1), 5), (None, 6)):
        if note is not None:
            assert witness.post(b"old 0\n\n" + note).status_code == 200
        writer.enter(3 if fork == 5 else 4)
        workshop.sequencer().step()
        workshop.close()
        with pytest.raises(WitnessRefused) as failure:  # first it has more leaves, then another root beneath ours
            asking.step(connect(Role.SEQUENCER))
        assert failure.value.fork


def test_another_root_of_the_same_size_means_a_fork(
    workshop: Workshop, writer: Writer, witness: RunningWitness, asking: Asking, connect: Connect
) -> None:
    other = MemoryLog(workshop.keys.origin).grow(3, "another history")
    assert witness.post(b"old 0\n\n" + workshop.keys.sign(other.checkpoint(), 1)).status_code == 200
    writer.enter(3)
    workshop.sequencer().step()
    with pytest.raises(WitnessRefused) as failure:
        asking.step(connect(Role.SEQUENCER))
    assert failure.value.fork


@pytest.mark.parametrize(
    ("answer", "fork"),
    [
        (Answer(404, b"who?"), False),
        (Answer(403, b""), False),
        (Answer(422, b""), True),
        (Answer(429, b""), False),
        (Answer(500, b"\xff" * 1000), False),
        (Answer(409, b""), False),
        (Answer(409, b"-1\n"), False),
        (Answer(409, b"9" * 30), False),
        (Answer(409, b"9\n"), True),
        (Answer(200, b""), False),
        (Answer(200, b"nothing of the kind\n"), False),
        (Answer(200, b"\xe2\x80\x94 stranger AAAAAAAAAAAA\n"), False),
    ],
)
def test_whatever_else_a_witness_says_is_no_cosignature(
    workshop: Workshop, writer: Writer, witness: RunningWitness, connect: Connect, answer: Answer, fork: bool
) -> None:
    from comity.casefile.audit.errors import AuditFailure

    writer.enter(2)
    workshop.sequencer().step()
    conn = connect(Role.SEQUENCER)
    with pytest.raises(AuditFailure) as failure:
        Asking(lambda: conn, parse_places(witness.setting)[0], lambda _: answer).step(conn)
    assert getattr(failure.value, "fork", False) == fork
    assert audit_store.cosignatures(conn, 2) == []


def test_a_cosignature_of_another_checkpoint_is_refused(
    workshop: Workshop, writer: Writer, witness: RunningWitness, connect: Connect, really: Http
) -> None:
    conn, kept = connect(Role.SEQUENCER), []

    def post(body: bytes) -> Answer:
        kept.append(really(body))
        return kept[0]

    for expected in (2, None):
        writer.enter(2)
        workshop.sequencer().step()
        workshop.close()
        asking = Asking(lambda: conn, parse_places(witness.setting)[0], post)
        if expected:
            assert asking.step(conn) == expected
        else:
            with pytest.raises(SignatureRefused):
                asking.step(conn)


def test_one_that_does_not_answer_delays_no_other(
    workshop: Workshop, writer: Writer, witness: RunningWitness, tmp_path: Path, connect: Connect
) -> None:
    second = RunningWitness(tmp_path / "second", [workshop.keys.verifiers[0].encode()], "witness.example/w2")
    dead = RunningWitness(tmp_path / "dead", [workshop.keys.verifiers[0].encode()], "witness.example/dead")
    dead.stop()
    places = parse_places(f"{dead.setting}\n{witness.setting}\n{second.setting}")
    require(policy_of(places, 2))
    stop = threading.Event()
    threads = ask_all(
        lambda: psycopg.connect(**workshop.server.parameters(Role.SEQUENCER), autocommit=True), places, stop
    )
    try:
        (entered,) = writer.enter()
        workshop.sequencer().step()
        assert wait_until_proven(entered, 60).tree_size == 1
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
        second.stop()


def test_witnesses_that_are_only_asked_hold_nothing_up(
    workshop: Workshop, writer: Writer, witness: RunningWitness, asking: Asking, connect: Connect
) -> None:
    """Where none is required the newest checkpoint is shown, but in a busy log one that all have cosigned."""
    require(policy_of(parse_places(witness.setting), 0))
    sequencer, conn = workshop.sequencer(), connect(Role.SEQUENCER)
    writer.enter()
    sequencer.step()
    assert Checkpoint.parse(published(workshop).text).size == 1
    asking.step(conn)
    workshop.clock.advance(timedelta(seconds=1))
    writer.enter()
    sequencer.step()
    assert Checkpoint.parse(published(workshop).text).size == 1  # cosigned, and fresh
    workshop.clock.advance(timedelta(minutes=1))
    writer.enter()
    sequencer.step()
    assert Checkpoint.parse(published(workshop).text).size == 3
    require(Policy(1, witness.keys))
    sequencer.step()
    assert Checkpoint.parse(published(workshop).text).size == 3  # what was shown never shrinks


@pytest.fixture
def cosigned(workshop: Workshop, writer: Writer, witness: RunningWitness, asking: Asking, connect: Connect) -> Workshop:
    """Two checkpoints, the newest cosigned."""
    require(policy_of(parse_places(witness.setting), 1))
    sequencer = workshop.sequencer()
    for _ in range(2):
        writer.enter()
        sequencer.step()
    asking.step(connect(Role.SEQUENCER))
    return workshop


@pytest.mark.parametrize("change", ["UPDATE cosignature SET value = value || 'x'", "UPDATE cosignature SET size = 1"])
def test_a_changed_cosignature_is_found(
    cosigned: Workshop, administrator: psycopg.Connection[Any], change: str
) -> None:
    administrator.execute("ALTER TABLE cosignature DISABLE TRIGGER ALL")
    administrator.execute(change.encode())
    report = fsck(cosigned.keys.verifiers, origin=cosigned.keys.origin)
    assert {one.what for one in report.differences} == {"cosignature"}


@pytest.mark.parametrize("role", [Role.APP, Role.OWNER])
def test_nobody_but_the_sequencer_writes_cosignatures_and_nobody_changes_them(
    cosigned: Workshop, connect: Connect, role: Role
) -> None:
    conn = connect(role)
    for statement in ("UPDATE cosignature SET value = value", "DELETE FROM cosignature", "TRUNCATE cosignature"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement.encode())
    if role is Role.APP:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("INSERT INTO cosignature SELECT * FROM cosignature")


@pytest.mark.parametrize(
    "text",
    [
        "nowhere",
        "https://w.example",
        "https://w.example n+00000000+BAAA",
        f"https://w.example {MemoryLog().vkeys[0]}",  # the log's own type of key
        "https://w.example \udcff+00000000+BAAA",
    ],
)
def test_what_names_no_witness_is_refused(text: str) -> None:
    with pytest.raises(MalformedKey):
        parse_places(text)


def test_two_witnesses_of_one_name_are_refused(witness: RunningWitness) -> None:
    one, two = witness.vkeys
    with pytest.raises(MalformedKey):
        parse_places(f"https://a.example {one} https://b.example {two}")
    assert parse_places("") == ()
    assert [place.url for place in parse_places(f" https://a.example/x/ {one}\n {two} ")] == ["https://a.example/x"]
    assert WitnessKey.parse(one).encode() == one
