"""A segment that is not what was written is refused by name; nobody is answered from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.matching.index import segment
from comity.matching.index.checking import rows_hold, starts_hold, xxh64
from comity.matching.index.errors import IndexFailure, SegmentDamaged, SegmentForeign, TooManyRows
from support.brute import hashes

ROWS = 300
PAGE = segment.PAGE


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("segment") / "good"
    segment.build(path, np.arange(ROWS, dtype=np.uint64), hashes(np.random.default_rng(5), ROWS), 16)
    return path.read_bytes()


def _refused(tmp_path, data, kind=SegmentDamaged):
    path = tmp_path / "segment"
    path.write_bytes(data)
    with pytest.raises(kind):
        segment.load(path)


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (bytes(32), 0xF6E9BE5D70632CF5),
        (bytes(range(256)), 0x1FACBE8406CD904B),
        (b"Comity index set" * 6, 0x833834841D9DC235),
        (bytes(4064), 0x352A7AC5A0D0CC10),
    ],
)
def test_the_checksum_is_xxh64(data, digest):
    """Values from xxHash's own library."""
    assert int(xxh64(np.frombuffer(data, dtype=np.uint64))) == digest


@pytest.mark.parametrize("share", [0.0, 0.0002, 0.0011, 0.003, 0.01, 0.2, 0.5, 0.9, 0.999, 1.0])
def test_a_changed_bit_anywhere_is_found(good, share, tmp_path):
    at = min(int(len(good) * share), len(good) - 1)
    changed = bytearray(good)
    changed[at] ^= 0x10
    _refused(tmp_path, changed, IndexFailure)


@pytest.mark.parametrize("length", [0, 1, 8, 100, PAGE - 1, PAGE, PAGE + 1, -PAGE, -1])
def test_a_file_that_was_cut_is_refused(good, length, tmp_path):
    _refused(tmp_path, good[:length], IndexFailure)


def test_a_file_with_something_behind_it_is_refused(good, tmp_path):
    _refused(tmp_path, good + bytes(PAGE))


def test_another_file_is_refused(tmp_path):
    _refused(tmp_path, b"\x7fELF" + bytes(PAGE), SegmentForeign)


def test_a_later_version_is_refused(good, tmp_path):
    _refused(tmp_path, good[:8] + (2).to_bytes(4, "little") + good[12:], SegmentForeign)


def _forged(good, changes):
    """Header fields changed, and its checksum right again: (offset, size, value)."""
    data = bytearray(good)
    for at, size, value in changes:
        data[at : at + size] = value.to_bytes(size, "little")
    digest = int(xxh64(np.frombuffer(bytes(data[:4064]), dtype=np.uint64)))
    data[PAGE - 8 : PAGE] = digest.to_bytes(8, "little")
    return bytes(data)


@pytest.mark.parametrize(
    "changes",
    [
        [(12, 4, 17)],
        [(12, 4, 0)],
        [(12, 4, 9)],
        [(12, 4, 15)],
        [(16, 8, ROWS + 1)],
        [(16, 8, 0)],
        [(16, 8, 1 << 60)],
        [(16, 8, (1 << 64) - 1)],
        [(24, 8, (1 << 64) - 5)],
        [(32, 4, 5)],
        [(32, 4, 8)],
        [(40, 8, 1 << 63)],
        [(48, 8, 12345)],
    ],
)
def test_a_header_that_lies_with_a_good_checksum_is_refused(good, changes, tmp_path):
    _refused(tmp_path, _forged(good, changes))


@pytest.mark.parametrize(
    ("place", "value"), [(0, 1), (7, ROWS + 1), (65_536, ROWS - 1), (-1, ROWS), (-1, (1 << 32) - 1)]
)
def test_tables_that_lead_outside_are_refused_even_with_good_checksums(good, place, value, tmp_path):
    hashes_bytes = -(-ROWS * 32 // PAGE) * PAGE
    begin = PAGE + hashes_bytes
    end = len(good) - PAGE
    entries = 16 * 65_537 + 15 * ROWS
    data = bytearray(good)
    at = begin + 4 * (place % entries)
    data[at : at + 4] = value.to_bytes(4, "little")
    digest = int(xxh64(np.frombuffer(bytes(data[begin:end]), dtype=np.uint64)))
    _refused(tmp_path, _forged(data, [(64, 8, digest)]))


def test_checks_of_tables_accept_what_is_right_and_no_more():
    def u32(*values):
        return np.array(values, dtype=np.uint32)

    assert starts_hold(u32(0, 0, 2, 3), np.uint64(3))
    assert not starts_hold(u32(1, 1, 2, 3), np.uint64(3))
    assert not starts_hold(u32(0, 2, 1, 3), np.uint64(3))
    assert not starts_hold(u32(0, 0, 2, 2), np.uint64(3))
    assert rows_hold(u32(0, 2, 1), np.uint64(3))
    assert not rows_hold(u32(0, 3, 1), np.uint64(3))


@settings(max_examples=300)
@given(data=st.binary(max_size=2 * PAGE))
def test_any_bytes_are_refused_by_name(data, tmp_path_factory):
    _refused(tmp_path_factory.getbasetemp(), data, IndexFailure)
    _refused(tmp_path_factory.getbasetemp(), b"COMITYIX" + data, IndexFailure)


@settings(max_examples=300)
@given(at=st.integers(12, 95), value=st.integers(0, (1 << 64) - 1), size=st.sampled_from([1, 4, 8]))
def test_any_header_with_a_good_checksum_is_refused_or_the_same(good, at, value, size, tmp_path_factory):
    data = _forged(good, [(at, size, value % (1 << 8 * size))])
    path = tmp_path_factory.getbasetemp() / "header"
    path.write_bytes(data)
    try:
        table = segment.load(path)
    except IndexFailure:
        return
    assert table.rows == ROWS
    assert table.words == 16


def test_a_segment_has_a_most(tmp_path):
    many = np.lib.stride_tricks.as_strided(np.zeros(4, np.uint64), ((1 << 28) + 1, 4), (0, 8))
    with pytest.raises(TooManyRows):
        segment.build(tmp_path / "segment", np.empty(0, np.uint64), many)


def test_a_failed_build_leaves_nothing_behind(tmp_path, rng):
    with pytest.raises(IndexError):
        segment.build(tmp_path / "segment", np.arange(3, dtype=np.uint64), hashes(rng, 300), 16)
    assert list(tmp_path.iterdir()) == []


def test_a_segment_is_its_owner_s_alone(tmp_path, rng):
    segment.build(tmp_path / "segment", np.arange(3, dtype=np.uint64), hashes(rng, 3))
    assert (tmp_path / "segment").stat().st_mode & 0o777 == 0o600
