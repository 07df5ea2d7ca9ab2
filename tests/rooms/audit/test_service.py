from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from check_log import CheckLog, Writer

from comity.casefile.audit import (
    Entered,
    clock_is_sane,
    enter,
    entries_of,
    find,
    prove,
    settle_clock,
    tlog_proof,
    wait_until_proven,
)
from comity.casefile.audit.errors import (
    EntryErased,
    ForgedEntry,
    LeafMismatch,
    NoSuchEntry,
    NotInCheckpoint,
    OutsideTree,
    ProofRefused,
    WaitInsideWork,
    WrongKind,
)
from comity.casefile.audit.keys import LogKeys
from comity.casefile.audit.merkle import verify_consistency
from comity.casefile.audit.proof_file import ProofFile
from comity.casefile.audit.sequencer import Sequencer
from comity.casefile.audit.service import consistency_proof
from comity.casefile.clock import FixedClock
from comity.casefile.documents import new_id
from comity.casefile.documents.record import AccessEvent, CustodyEvent, ErasureCertificate
from comity.casefile.records import erase_document, unit_of_work
from comity.casefile.records.roles import Role, Server


def test_what_is_entered_is_found_as_it_was(writer: Writer) -> None:
    (entered,) = writer.enter()
    found = find(entered.entry, AccessEvent)
    assert found == entered
    assert found.document == writer.document()
    assert found.actor == "staff:nora"


def test_what_is_sequenced_is_proven(writer: Writer, sequencer: Sequencer, check_log: CheckLog) -> None:
    entered = writer.enter(5)
    assert sequencer.step().sequenced == 5
    for index, one in enumerate(entered):
        proven = prove(one)
        assert (proven.index, proven.tree_size) == (index, 5)
        assert proven.document == one.document
    assert check_log() == 5


def test_what_is_not_sequenced_is_not_proven(writer: Writer) -> None:
    (entered,) = writer.enter()
    with pytest.raises(NotInCheckpoint):
        prove(entered)


def test_waiting_ends_with_the_checkpoint(writer: Writer, sequencer: Sequencer) -> None:
    (entered,) = writer.enter()
    stop = threading.Event()
    thread = threading.Thread(target=sequencer.run, args=(stop,))
    thread.start()
    try:
        assert wait_until_proven(entered, 10).index == 0
    finally:
        stop.set()
        thread.join()


def test_waiting_ends_without_a_sequencer(writer: Writer) -> None:
    (entered,) = writer.enter()
    began = time.monotonic()
    with pytest.raises(NotInCheckpoint):
        wait_until_proven(entered, 0.15)
    assert time.monotonic() - began >= 0.15


def test_nobody_waits_inside_a_unit_of_work(writer: Writer, clock: FixedClock) -> None:
    with unit_of_work(clock.now(), "staff:nora") as work:
        entered = enter(work, writer.case, writer.document())
        with pytest.raises(WaitInsideWork):
            wait_until_proven(entered, 1)


def test_what_is_rolled_back_leaves_no_leaf(
    writer: Writer, clock: FixedClock, connect: Callable[[Role], psycopg.Connection[tuple[int]]]
) -> None:
    entry = new_id()

    def fail_after_entering() -> None:
        with unit_of_work(clock.now(), "staff:nora") as work:
            enter(work, writer.case, writer.document(), entry=entry)
            raise KeyError

    with pytest.raises(KeyError):
        fail_after_entering()
    with pytest.raises(NoSuchEntry):
        find(entry, AccessEvent)
    assert connect(Role.APP).execute("SELECT count(*) FROM leaf").fetchone() == (0,)


def test_an_entered_document_cannot_be_made_by_hand(writer: Writer, clock: FixedClock) -> None:
    with pytest.raises(ForgedEntry):
        Entered(
            entry=new_id(),
            case=writer.case,
            document=writer.document(),
            at=clock.now(),
            actor="staff:nora",
            seal=object(),
        )


def test_its_representation_keeps_the_secret(writer: Writer) -> None:
    (entered,) = writer.enter()
    assert repr(entered) == f"Entered(access {entered.entry})"


@pytest.mark.parametrize("odd", ["", "x" * 32, "A" * 32, "0" * 31, "' OR 1=1 --", "5" * 32])
def test_an_unknown_entry_is_refused(database: Server, odd: str) -> None:
    with pytest.raises(NoSuchEntry):
        find(odd, AccessEvent)
    with pytest.raises(NoSuchEntry):
        tlog_proof(odd)


def test_another_kind_is_refused(writer: Writer) -> None:
    (entered,) = writer.enter()
    with pytest.raises(WrongKind):
        find(entered.entry, CustodyEvent)


@pytest.mark.parametrize(
    "change",
    [
        "body = body || ' '",
        "salt = sha256('another')",
        "at = at + interval '1 microsecond'",
        "kind = 'access', body = convert_to('{}', 'UTF8')",
    ],
)
def test_a_changed_document_is_refused(writer: Writer, administrator: psycopg.Connection[object], change: str) -> None:
    (entered,) = writer.enter()
    administrator.execute("SET session_replication_role = replica")
    administrator.execute("ALTER TABLE document DISABLE TRIGGER USER")
    administrator.execute(f"UPDATE document SET {change}".encode())  # noqa: S608 -- the changes stand above
    with pytest.raises(LeafMismatch):
        find(entered.entry, AccessEvent)


def test_a_changed_leaf_hash_is_refused(
    writer: Writer, sequencer: Sequencer, administrator: psycopg.Connection[object]
) -> None:
    (entered, _) = writer.enter(2)
    sequencer.step()
    administrator.execute("ALTER TABLE leaf DISABLE TRIGGER USER")
    administrator.execute("UPDATE leaf SET hash = sha256('another') WHERE idx = 0")
    with pytest.raises(LeafMismatch):
        find(entered.entry, AccessEvent)
    with pytest.raises(ProofRefused):
        prove(entered)


def test_an_erased_document_is_proven_but_not_read(writer: Writer, sequencer: Sequencer, clock: FixedClock) -> None:
    (entered,) = writer.enter()
    with unit_of_work(clock.now(), "system:erasure") as work:
        certificate = ErasureCertificate(
            case=writer.case,
            exhibits=(),
            documents=(entered.entry,),
            because="the period ended",
            citations=("2021/784 Art 6(2)",),
            at=clock.now(),
        )
        erase_document(work, entered.entry, enter(work, writer.case, certificate).entry)
    sequencer.step()
    with pytest.raises(EntryErased):
        find(entered.entry, AccessEvent)
    assert prove(entered).index == 0
    rows = entries_of(writer.case)
    assert [(row.kind, row.body is None, row.index) for row in rows] == [("access", True, 0), ("erasure", False, 1)]


def test_a_case_lists_its_entries_in_order(writer: Writer, clock: FixedClock) -> None:
    entered = []
    for _ in range(4):
        entered += writer.enter()
        clock.advance(timedelta(seconds=-1))
    assert [row.entry for row in entries_of(writer.case)] == [one.entry for one in entered]
    assert entries_of(new_id()) == []
    with pytest.raises(NoSuchEntry):
        entries_of("not a case")


def test_a_proof_file_convinces_a_stranger(writer: Writer, sequencer: Sequencer, keys: LogKeys) -> None:
    entered = writer.enter(7)
    sequencer.step()
    file = ProofFile.parse(tlog_proof(entered[3].entry))
    assert file.extra is not None
    assert entered[3].entry.encode() in file.extra
    assert file.verify(file.extra, keys.verifiers).size == 7
    with pytest.raises(ProofRefused):
        file.verify(file.extra + b" ", keys.verifiers)


def test_the_log_proves_that_it_continues(
    writer: Writer, sequencer: Sequencer, connect: Callable[[Role], psycopg.Connection[tuple[bytes]]]
) -> None:
    for count in (1, 2, 4, 300):
        writer.enter(count)
        sequencer.step()
    rows = connect(Role.APP).execute("SELECT root FROM checkpoint ORDER BY size").fetchall()
    roots = dict(zip((1, 3, 7, 307), (row[0] for row in rows), strict=True))
    for old, new in [(1, 3), (1, 307), (3, 7), (7, 307), (307, 307)]:
        proof = consistency_proof(old, new)
        verify_consistency(old, new, old_root=roots[old], new_root=roots[new], proof=proof)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (3, 2), (2, 4), (4, 4)])
def test_sizes_that_the_log_has_not_are_refused(writer: Writer, sequencer: Sequencer, old: int, new: int) -> None:
    writer.enter(3)
    sequencer.step()
    with pytest.raises(OutsideTree):
        consistency_proof(old, new)


def test_a_clock_that_jumped_is_not_sane_until_an_entry_settles_it(
    writer: Writer, sequencer: Sequencer, clock: FixedClock
) -> None:
    writer.enter()
    sequencer.step()
    assert clock_is_sane()
    clock.advance(timedelta(seconds=-10))
    sequencer.step()
    assert not clock_is_sane()
    clock.advance(timedelta(seconds=60))
    sequencer.step()
    assert not clock_is_sane()
    (entry,) = writer.enter()
    assert settle_clock(entry.entry) == 1
    assert settle_clock(entry.entry) == 0
    assert clock_is_sane()
