"""Lists that make other indexes lose their entries: one entry, identical ones, words that are all the same."""

from __future__ import annotations

import numpy as np
import pytest

from comity.matching.index import Index, segment
from support.brute import as_set, expected, flipped, hashes

_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)


def _low_entropy(rng, count):
    return hashes(rng, count) & hashes(rng, count) & hashes(rng, count) & hashes(rng, count)


def _dominant(rng, count):
    """One word of 16 bits is the same in every hash."""
    rows = hashes(rng, count)
    rows[:, 1] = (rows[:, 1] & np.uint64(0xFFFF_FFFF_FFFF_0000)) | np.uint64(0xBEEF)
    return rows


def _equal_words(rng, count):
    return np.repeat(
        rng.integers(0, 1 << 16, (count, 1), dtype=np.uint64) * np.uint64(0x0001_0001_0001_0001), 4, axis=1
    )


def _cluster(rng, count):
    one = hashes(rng, 1)[0]
    return np.array([flipped(one, rng.choice(256, size=rng.integers(0, 20), replace=False)) for _ in range(count)])


LISTS = {
    "one entry": lambda rng: hashes(rng, 1),
    "one entry of zeros": lambda _: np.zeros((1, 4), dtype=np.uint64),
    "one entry of ones": lambda _: np.full((1, 4), _ALL),
    **{f"{1 << k} identical": lambda rng, k=k: np.repeat(hashes(rng, 1), 1 << k, axis=0) for k in range(1, 14)},
    "4,097 zeros": lambda _: np.zeros((4_097, 4), dtype=np.uint64),
    "all words equal": lambda rng: _equal_words(rng, 4_500),
    "low entropy": lambda rng: _low_entropy(rng, 4_500),
    "one dominant word": lambda rng: _dominant(rng, 4_500),
    "a cluster of near-duplicates": lambda rng: _cluster(rng, 1_500),
}


@pytest.fixture(params=LISTS, ids=list(LISTS))
def rows(request, rng):
    return LISTS[request.param](rng)


def _questions(rows, rng):
    picked = rows[rng.integers(0, len(rows), 12)]
    near = [flipped(row, rng.choice(256, size=n, replace=False)) for row, n in zip(picked, range(25, 37), strict=True)]
    return np.concatenate([picked[:4], np.array(near), hashes(rng, 2), np.zeros((1, 4), np.uint64)])


@pytest.mark.parametrize("radius", [0, 10, 31])
@pytest.mark.parametrize("cut", [None, 0, 16])
def test_a_segment_of_it_finds_all(rows, cut, radius, rng, tmp_path):
    segment.build(tmp_path / "segment", np.arange(len(rows), dtype=np.uint64), rows, cut)
    table = segment.load(tmp_path / "segment")
    queries = _questions(rows, rng)
    hits = table.find(queries, radius)
    assert as_set(hits.query, table.numbers_of(hits.row), hits.distance) == expected(queries, rows, radius)


def test_an_index_of_it_finds_all_live_compacted_and_opened_again(rows, rng, tmp_path):
    queries = _questions(rows, rng)
    right = expected(queries, rows, 31)
    with Index.open(tmp_path, background=False) as index:
        index.add(np.arange(len(rows), dtype=np.uint64), rows)
        assert as_set(*index.search(queries)[:3]) == right
        index.compact()
        assert as_set(*index.search(queries)[:3]) == right
    with Index.open(tmp_path) as index:
        assert as_set(*index.search(queries)[:3]) == right


def test_an_empty_index_finds_nothing_and_compacts(tmp_path, rng):
    with Index.open(tmp_path) as index:
        assert not len(index.search(hashes(rng, 3)).query)
        index.compact()
        assert not len(index.search(hashes(rng, 3)).query)


def test_a_segment_of_nothing_is_a_segment(tmp_path, rng):
    for cut in (None, 16):
        segment.build(tmp_path / "segment", np.empty(0, np.uint64), np.empty((0, 4), np.uint64), cut)
        assert not len(segment.load(tmp_path / "segment").find(hashes(rng, 3), 31).query)


@pytest.mark.parametrize("numbers", [[0], [(1 << 64) - 1], [0, (1 << 64) - 1], [5, 5, 5], [1 << 40, (1 << 40) + 7]])
def test_numbers_of_every_size_come_back(numbers, tmp_path, rng):
    rows = hashes(rng, len(numbers))
    with Index.open(tmp_path, background=False) as index:
        index.add(np.array(numbers, dtype=np.uint64), rows)
        index.compact()
        assert index.search(rows, 0).number.tolist() == numbers
