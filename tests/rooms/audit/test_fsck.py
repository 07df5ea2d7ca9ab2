"""Whoever changes something, with every trigger off, is found: entry by entry."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from check_log import CheckLog, Writer
from workshop import Workshop

from comity.casefile.audit import Entered, enter
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.fsck import Report, fsck
from comity.casefile.audit.keys import KeyType, SigningKey
from comity.casefile.documents.record import AccessEvent, ErasureCertificate
from comity.casefile.records import erase_document, unit_of_work

SIZE = 300


@pytest.fixture
def entered(workshop: Workshop, writer: Writer) -> list[Entered[AccessEvent]]:
    """A log of 300 entries and two checkpoints, published."""
    sequencer = workshop.sequencer()
    made = writer.enter(100)
    sequencer.step()
    made += writer.enter(SIZE - 100)
    sequencer.step()
    return made


@pytest.fixture
def meddler(administrator: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """The administrator with all triggers off."""
    for table in ("document", "leaf", "checkpoint", "tree_node"):
        administrator.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
    return administrator


def check(workshop: Workshop) -> Report:
    return fsck(workshop.keys.verifiers, workshop.folder, origin=workshop.keys.origin)


def found(workshop: Workshop) -> set[str]:
    report = check(workshop)
    assert not report.sound
    return {str(difference) for difference in report.differences}


def test_a_sound_log_is_sound(workshop: Workshop, entered: list[Entered[AccessEvent]]) -> None:
    report = check(workshop)
    assert report == Report(entries=SIZE, leaves=SIZE, erased=0, checkpoints=2, files=6, waiting=0)
    assert report.sound


def test_an_empty_log_is_sound(workshop: Workshop, writer: Writer) -> None:
    assert check(workshop) == Report(entries=0, leaves=0, erased=0, checkpoints=0, files=0, waiting=0)
    assert fsck(workshop.keys.verifiers, origin=workshop.keys.origin).sound


def test_what_still_waits_is_no_fault(workshop: Workshop, writer: Writer, entered: list[Entered[AccessEvent]]) -> None:
    writer.enter(2)
    report = check(workshop)
    assert (report.sound, report.waiting) == (True, 2)


def test_it_may_run_within_a_transaction_of_its_caller(
    workshop: Workshop, entered: list[Entered[AccessEvent]], administrator: psycopg.Connection[Any]
) -> None:
    with administrator.transaction():
        administrator.execute("SELECT 1")
        assert fsck(workshop.keys.verifiers, origin=workshop.keys.origin, conn=administrator).sound


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE document SET body = body || ' ' WHERE id = '{0}'", {"commitment: {0}"}),
        ("UPDATE document SET salt = sha256('x') WHERE id = '{0}'", {"commitment: {0}"}),
        ("UPDATE document SET at = at + interval '1 second' WHERE id = '{0}'", {"leaf_data: {0}"}),
        ("UPDATE document SET kind = 'act' WHERE id = '{0}'", {"leaf_data: {0}"}),
        ("UPDATE document SET salt = NULL, body = NULL WHERE id = '{0}'", {"erased_unsaid: {0}"}),
        ("DELETE FROM document WHERE id = '{0}'", {"no_document: {0}"}),
        ("UPDATE leaf SET hash = sha256('x') WHERE document = '{0}'", {"leaf_hash: {0}"}),
        ("UPDATE tree_node SET hash = sha256('x') WHERE level = 3 AND idx = 2", {"subtree: 3/2"}),
        ("DELETE FROM tree_node WHERE level = 3 AND idx = 2", {"subtree: 3/2 is missing"}),
        ("DELETE FROM tree_node WHERE level = 8", {"subtree: 8/0 is missing"}),
        ("INSERT INTO tree_node VALUES (8, 1, sha256('x'))", {"subtree: 8/1 is not of this tree"}),
        ("INSERT INTO tree_node VALUES (2, 75, sha256('x'))", {"subtree: 2/75 is not of this tree"}),
        ("UPDATE checkpoint SET root = sha256('x') WHERE size = 100", {"checkpoint_root: 100"}),
        ("UPDATE checkpoint SET body = 'x' WHERE size = 100", {"checkpoint_root: 100", "signature: 100"}),
        ("UPDATE checkpoint SET note = 'x' WHERE size = 100", {"signature: 100"}),
        ("DELETE FROM checkpoint WHERE size = 300", {"checkpoint_root: the newest covers 100 of 300 leaves"}),
    ],
)
def test_each_change_is_found_where_it_is(
    workshop: Workshop, entered: list[Entered[AccessEvent]], meddler: psycopg.Connection[Any], change: str,
    expected: set[str],
) -> None:  # fmt: skip
    victim = entered[7].entry
    meddler.execute(change.format(victim).encode())
    assert found(workshop) == {one.format(victim) for one in expected}


def test_a_document_without_a_leaf_is_found(
    workshop: Workshop, writer: Writer, entered: list[Entered[AccessEvent]], meddler: psycopg.Connection[Any]
) -> None:
    (forgotten,) = writer.enter()
    assert found(workshop) == {f"no_leaf: {forgotten.entry}"}


@pytest.mark.parametrize("data", ["not json", "[]", '{{"commitment":"zz"}}', '{{"commitment":7}}', "{{}}"])
def test_a_leaf_that_is_none_of_ours_is_found(
    workshop: Workshop, entered: list[Entered[AccessEvent]], meddler: psycopg.Connection[Any], data: str
) -> None:
    victim = entered[7].entry
    meddler.execute("UPDATE leaf SET data = convert_to(%s, 'UTF8') WHERE document = %s", (data.format(), victim))
    seen = found(workshop)
    assert {f"commitment: {victim}", f"leaf_data: {victim}", f"leaf_hash: {victim}"} <= seen
    assert {"checkpoint_root: 100", "checkpoint_root: 300", "published: checkpoint"} <= seen


def test_a_leaf_changed_with_its_document_and_hash_is_still_found(
    workshop: Workshop, entered: list[Entered[AccessEvent]], meddler: psycopg.Connection[Any]
) -> None:
    """The careful forger rewrites document, leaf and hash; the signed roots remain."""
    meddler.execute("UPDATE document SET at = at + interval '1 hour' WHERE id = %s", (entered[7].entry,))
    meddler.execute("UPDATE leaf SET data = convert_to(replace(convert_from(data, 'UTF8'), 'T01:', 'T02:'), 'UTF8')")
    meddler.execute("UPDATE leaf SET hash = sha256(decode('00', 'hex') || data)")
    assert {"checkpoint_root: 100", "checkpoint_root: 300"} <= found(workshop)


@pytest.mark.parametrize(("first", "checkpoints"), [(250, {300}), (50, {100, 300})])
def test_a_deleted_leaf_is_found(
    workshop: Workshop, entered: list[Entered[AccessEvent]], meddler: psycopg.Connection[Any], first: int,
    checkpoints: set[int],
) -> None:  # fmt: skip
    meddler.execute("DELETE FROM leaf WHERE idx = %s", (first,))
    seen = found(workshop)
    assert {f"no_leaf: {entered[first].entry}", f"index_gap: {first}", "published: checkpoint"} <= seen
    assert {f"checkpoint_root: {size}" for size in checkpoints} <= seen


def test_a_checkpoint_signed_by_others_is_found(
    workshop: Workshop, entered: list[Entered[AccessEvent]], meddler: psycopg.Connection[Any]
) -> None:
    origin = workshop.keys.origin
    stranger = SigningKey(origin, KeyType.ED25519, b"x" * 32)
    report = fsck([stranger.verifier], workshop.folder, origin=origin)
    assert {str(one) for one in report.differences} == {"signature: 100", "signature: 300", "published: checkpoint"}
    report = fsck(workshop.keys.verifiers, workshop.folder, origin="another.example/log")
    assert {one.what for one in report.differences} == {"checkpoint_root", "published"}


def test_a_committed_checkpoint_that_waits_for_its_signature_is_no_fault(
    workshop: Workshop, entered: list[Entered[AccessEvent]], meddler: psycopg.Connection[Any]
) -> None:
    meddler.execute("UPDATE checkpoint SET note = NULL WHERE size = 300")
    report = check(workshop)
    assert (report.sound, report.waiting) == (True, 1)


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/000", "tile/1/000.p/1", "tile/entries/001.p/44"])
def test_each_changed_file_is_found(workshop: Workshop, entered: list[Entered[AccessEvent]], path: str) -> None:
    file = workshop.folder / path
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + b"x")
    assert found(workshop) == {f"file: {path}"}
    file.unlink()
    assert found(workshop) == {f"file: {path}"}
    file.write_bytes(whole)
    assert check(workshop).sound


def test_a_partial_tile_may_have_given_way_to_its_full_one(
    workshop: Workshop, writer: Writer, entered: list[Entered[AccessEvent]]
) -> None:
    """As a reader sees it who read the checkpoint just before the next was published."""
    older = (workshop.folder / "checkpoint").read_bytes()
    writer.enter(300)
    workshop.made[0].step()
    (workshop.folder / "checkpoint").write_bytes(older)
    assert not (workshop.folder / "tile/0/001.p").exists()
    assert check(workshop).sound


@pytest.mark.parametrize("size", [300, 5000])
def test_a_published_checkpoint_of_another_history_is_found(
    workshop: Workshop, entered: list[Entered[AccessEvent]], size: int
) -> None:
    other = Checkpoint(workshop.keys.origin, size, b"x" * 32)
    (workshop.folder / "checkpoint").write_bytes(workshop.keys.sign(other, 1))
    assert found(workshop) == {"published: checkpoint"}


def test_erasure_said_is_sound_and_unsaid_is_found(
    workshop: Workshop, writer: Writer, entered: list[Entered[AccessEvent]], meddler: psycopg.Connection[Any],
    check_log: CheckLog,
) -> None:  # fmt: skip
    meddler.execute("ALTER TABLE document ENABLE TRIGGER ALL")
    meddler.execute("ALTER TABLE document ENABLE ALWAYS TRIGGER audit_leaf")
    workshop.clock.advance(timedelta(days=183))
    with unit_of_work(workshop.clock.now(), "system:erasure") as work:
        certificate = ErasureCertificate(
            case=writer.case, exhibits=(), documents=(entered[7].entry,), because="the period ended",
            citations=("2021/784 Art 6(2)",), at=workshop.clock.now(),
        )  # fmt: skip
        saying = enter(work, writer.case, certificate)
        erase_document(work, entered[7].entry, saying.entry)
    workshop.made[0].step()
    report = check(workshop)
    assert (report.sound, report.erased, report.entries) == (True, 1, SIZE + 1)
    assert check_log() == SIZE + 1

    # Whoever destroys the certificate, too, has two documents to explain.
    meddler.execute("ALTER TABLE document DISABLE TRIGGER ALL")
    meddler.execute("UPDATE document SET salt = NULL, body = NULL WHERE id = %s", (saying.entry,))
    assert found(workshop) == {f"erased_unsaid: {entered[7].entry}", f"erased_unsaid: {saying.entry}"}


@pytest.mark.parametrize("body", ["[]", "not json", '{"documents": 7}', '{"documents": [7]}'])
def test_a_certificate_that_names_nothing_says_nothing(
    workshop: Workshop, entered: list[Entered[AccessEvent]], meddler: psycopg.Connection[Any], body: str
) -> None:
    meddler.execute("UPDATE document SET kind = 'erasure', body = convert_to(%s, 'UTF8') WHERE id = %s",
                    (body, entered[8].entry))  # fmt: skip
    meddler.execute("UPDATE document SET salt = NULL, body = NULL WHERE id = %s", (entered[7].entry,))
    assert f"erased_unsaid: {entered[7].entry}" in found(workshop)


def test_a_directory_with_nothing_published_is_no_fault(
    workshop: Workshop, entered: list[Entered[AccessEvent]], tmp_path: Path
) -> None:
    report = fsck(workshop.keys.verifiers, tmp_path / "empty", origin=workshop.keys.origin)
    assert (report.sound, report.files) == (True, 0)
