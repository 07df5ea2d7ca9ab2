"""An outside authority's stamps over our checkpoints: a real `openssl ts` gives them and verifies them again."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from check_log import Writer
from workshop import Workshop

from comity.casefile.audit import enter
from comity.casefile.audit.errors import AuditFailure, StampRefused
from comity.casefile.audit.fsck import fsck
from comity.casefile.audit.policy import Policy, require
from comity.casefile.audit.stamps import STAMPS, Chain, Stamping, newest_stamp, read, stamps, verify_all
from comity.casefile.documents.stamp import CheckpointStamp
from comity.casefile.records import unit_of_work
from support.stamper import Stamper


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stamper]:
    made = Stamper(tmp_path_factory.mktemp("tsa") / "it")
    yield made
    made.close()


@pytest.fixture
def stamping(authority: Stamper, workshop: Workshop, writer: Writer) -> Iterator[Stamping]:
    authority.fault = ""
    yield Stamping(authority.url, Chain.parse(authority.chain), workshop.clock, workshop.folder)
    authority.fault = ""


@pytest.fixture
def grown(workshop: Workshop, writer: Writer, stamping: Stamping) -> Stamping:
    writer.enter(3)
    workshop.sequencer().step()
    workshop.close()
    return stamping


def test_an_hourly_stamp_is_entered_published_and_verifies_for_anybody(
    workshop: Workshop, writer: Writer, grown: Stamping, authority: Stamper
) -> None:
    first = grown.step()
    assert first is not None
    assert first.document.size == 3
    assert grown.step() is None  # not before the hour is over
    sequencer = workshop.sequencer()
    sequencer.step()
    workshop.clock.advance(timedelta(hours=1))
    second = grown.step()
    assert second is not None
    assert second.document.size == 4  # its own entry made the log grow
    newest = newest_stamp()
    assert newest is not None
    assert newest.entry == second.entry
    assert [bad for _, bad in verify_all(grown.chain, list(stamps()))] == ["", ""]
    files = grown.folder / "stamps"
    assert sorted(file.name for file in files.iterdir()) == ["3.tsr", "3.txt", "4.tsr", "4.txt"]
    told = subprocess.run(
        ["openssl", "ts", "-verify", "-in", str(files / "3.tsr"), "-data", str(files / "3.txt"),
         "-CAfile", str(authority.folder / "root.pem"), "-untrusted", str(authority.folder / "own.pem")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in told.stdout, told.stderr
    sequencer.step()
    assert fsck(workshop.keys.verifiers, workshop.folder, origin=workshop.keys.origin).sound


def test_a_log_that_did_not_grow_is_not_stamped(stamping: Stamping) -> None:
    assert stamping.step() is None


@pytest.mark.parametrize("fault", ["silent", "other", "junk", "refuses"])
def test_an_authority_that_fails_is_refused_and_asked_again(grown: Stamping, authority: Stamper, fault: str) -> None:
    authority.fault = fault
    with pytest.raises(StampRefused):
        grown.step()
    assert list(stamps()) == []
    authority.fault = ""
    assert grown.step() is not None


def test_an_old_answer_is_not_taken_for_a_new_one(
    workshop: Workshop, writer: Writer, grown: Stamping, authority: Stamper
) -> None:
    grown.step()
    authority.fault = "late"
    workshop.clock.advance(timedelta(hours=2))
    workshop.sequencer().step()
    with pytest.raises(StampRefused):
        grown.step()


def test_nobody_there(grown: Stamping) -> None:
    with pytest.raises(httpx.HTTPError):
        replace(grown, url="http://127.0.0.1:9/").step()


def test_another_authority_is_not_believed(grown: Stamping, tmp_path: Path) -> None:
    other = Stamper(tmp_path / "other", "Other TSA")
    try:
        with pytest.raises(StampRefused):
            replace(grown, url=other.url).step()
    finally:
        other.close()


def test_one_that_fails_holds_nothing_up(
    grown: Stamping, authority: Stamper, workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    authority.fault = "silent"
    stop = threading.Event()
    thread = threading.Thread(target=grown.run, args=(stop,))
    before = authority.asked
    thread.start()
    until = time.monotonic() + 60
    while authority.asked == before and time.monotonic() < until:
        time.sleep(0.01)
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    assert "stamp_missing" in capsys.readouterr().out


def test_files_lost_in_a_crash_are_written_again(grown: Stamping) -> None:
    grown.step()
    for file in (grown.folder / "stamps").iterdir():
        file.unlink()
    assert grown.publish_all()
    assert len(list((grown.folder / "stamps").iterdir())) == 2


def test_a_stamp_of_another_history_does_not_hold(workshop: Workshop, grown: Stamping) -> None:
    entered = grown.step()
    assert entered is not None
    lies = (
        entered.document.model_copy(update={"size": 2}),
        entered.document.model_copy(update={"checkpoint": entered.document.checkpoint.replace("\n3\n", "\n2\n")}),
        entered.document.model_copy(update={"token": "AAAA"}),
        entered.document.model_copy(update={"stamped_at": workshop.clock.now()}),
    )
    with unit_of_work(workshop.clock.now(), "system:thief") as work:
        for lie in lies:
            enter(work, STAMPS, CheckpointStamp.model_validate(lie.model_dump()))
    assert [bool(bad) for _, bad in verify_all(grown.chain, list(stamps()))] == [False, True, True, True, True]


def test_where_witnesses_are_required_only_cosigned_checkpoints_are_stamped(grown: Stamping) -> None:
    from comity.casefile.audit.cosignature import CosignatureType, WitnessKey

    require(Policy(1, (WitnessKey("w", CosignatureType.ED25519, bytes(32)),)))
    try:
        assert grown.step() is None
    finally:
        require(Policy())
    assert grown.step() is not None


@pytest.mark.parametrize("pem", [b"", b"x", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_chain_is_refused(pem: bytes) -> None:
    with pytest.raises(StampRefused):
        Chain.parse(pem)


def test_a_chain_needs_a_root_and_one_own_certificate(authority: Stamper) -> None:
    own, root = (authority.folder / "own.pem").read_bytes(), (authority.folder / "root.pem").read_bytes()
    for pem in (own, root + own + own):
        with pytest.raises(StampRefused):
            Chain.parse(pem)
    assert Chain.parse(root).own is None
    with pytest.raises(AuditFailure):
        read(b"")
