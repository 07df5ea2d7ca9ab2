"""What is acknowledged is kept, what is not may be repeated: every way in which a write can fail, then opened again."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.matching.index import Index, journal
from comity.matching.index.errors import IndexFailure, JournalDamaged, NotAcknowledged, WritesRefused
from comity.matching.index.journal import Kind, Record
from support.brute import hashes
from support.failing_disk import FailingDisk, Fault

OLD, NEW = (np.arange(start, start + 5, dtype=np.uint64) for start in (0, 100))


@pytest.fixture
def rows(rng):
    return hashes(rng, 5), hashes(rng, 5)


def _matching(index, rows):
    return index.search(np.concatenate(rows), 0).number.tolist()


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("change", ["add", "remove"])
@pytest.mark.parametrize("then", ["repeated", "not repeated", "something else"])
def test_a_failed_write_is_not_acknowledged_and_harms_nothing(fault, change, then, rows, tmp_path):
    disk = FailingDisk()
    with Index.open(tmp_path, background=False, disk=disk) as index, Index.open(tmp_path, read_only=True) as reader:
        index.add(OLD, rows[0])
        disk.fault = fault
        before = OLD.tolist()
        act = (lambda: index.add(NEW, rows[1])) if change == "add" else (lambda: index.remove(OLD))
        with pytest.raises(NotAcknowledged):
            act()
        assert _matching(index, rows) == _matching(reader, rows) == before
        after = before
        if then == "repeated":
            act()
            act()
            after = [*OLD.tolist(), *NEW.tolist()] if change == "add" else []
        if then == "something else":
            index.add(OLD[:1] + np.uint64(50), rows[0][:1])
            after = [0, 50, 1, 2, 3, 4]
        assert _matching(index, rows) == _matching(reader, rows) == after
    with Index.open(tmp_path) as index:
        assert _matching(index, rows) == after


@pytest.mark.parametrize("fault", Fault)
def test_when_the_disk_can_be_neither_written_nor_cut_nothing_is_taken_but_all_is_found(fault, rows, tmp_path):
    disk = FailingDisk()
    with Index.open(tmp_path, background=False, disk=disk) as index:
        index.add(OLD, rows[0])
        disk.fault, disk.stuck = fault, True
        for _ in range(2):
            with pytest.raises(WritesRefused):
                index.add(NEW, rows[1])
            with pytest.raises(WritesRefused):
                index.remove(OLD)
        assert _matching(index, rows) == OLD.tolist()
    with Index.open(tmp_path) as index:  # what was persisted but reported lost may be there: it was asked for
        kept = _matching(index, rows)
        assert kept in (OLD.tolist(), [*OLD.tolist(), *NEW.tolist()])
        index.add(NEW, rows[1])
        assert _matching(index, rows) == [*OLD.tolist(), *NEW.tolist()]


def _journal_of(tmp_path, rows):
    with Index.open(tmp_path, background=False) as index:
        index.add(OLD, rows[0])
        index.add(NEW, rows[1])
    path = tmp_path / "journal-00000000"
    return path, path.read_bytes()


def test_a_torn_end_is_cut_wherever_it_tore(rows, tmp_path):
    path, data = _journal_of(tmp_path, rows)
    length = (len(data) - 32) // 2
    for kept in range(32, len(data)):
        path.write_bytes(data[:kept])
        with Index.open(tmp_path) as index:
            acknowledged = OLD.tolist() if kept >= 32 + length else []
            assert _matching(index, rows) == acknowledged
        assert path.stat().st_size == 32 + (length if acknowledged else 0)


@pytest.mark.parametrize("rubbish", [b"\0" * 700, b"\xff" * 700, b"RECD" * 100, bytes(range(256)) * 3])
def test_rubbish_at_the_end_is_cut(rubbish, rows, tmp_path):
    path, data = _journal_of(tmp_path, rows)
    path.write_bytes(data + rubbish)
    with Index.open(tmp_path) as index:
        assert _matching(index, rows) == [*OLD.tolist(), *NEW.tolist()]
    assert path.read_bytes() == data


def test_a_changed_byte_in_an_acknowledged_record_is_never_passed_over(rows, tmp_path):
    path, data = _journal_of(tmp_path, rows)
    for at in range((len(data) - 32) // 2 + 32):
        if 28 <= at < 32:  # filling of the header
            continue
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(JournalDamaged):
            Index.open(tmp_path)


def test_another_index_s_journal_is_refused(rows, tmp_path):
    path, _ = _journal_of(tmp_path, rows)
    journal.create(path, 7, [])
    with pytest.raises(JournalDamaged):
        Index.open(tmp_path)


@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_by_name(data, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any-journal"
    for head in (b"", journal._HEADER.pack(b"COMITYJL", 1, 0, 0, 0, 0)[:24]):
        path.write_bytes(head + data)
        with suppress(IndexFailure):
            assert list(journal.Reader(path, 0).records()) == []


@given(
    kind=st.sampled_from(Kind),
    numbers=st.lists(st.integers(0, (1 << 64) - 1), max_size=5),
    segment=st.integers(0, (1 << 64) - 1),
)
def test_a_record_is_read_as_it_was_written(kind, numbers, segment, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "records"
    rows = np.arange(4 * len(numbers), dtype=np.uint64).reshape(-1, 4)
    values = np.array(numbers, dtype=np.uint64)
    record = Record(kind, values, rows, segment) if kind == Kind.ADD else Record(kind, values, segment=segment)
    journal.create(path, 3, [record, record])
    for read in journal.Reader(path, 3).records():
        assert (read.kind, read.segment, read.numbers.tolist()) == (kind, segment, numbers)
        assert read.hashes.tolist() == record.hashes.tolist()
