"""Recall 1.0: whatever lies within the radius is found, wherever its bits differ, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.matching.index import segment, words
from comity.matching.index.sorting import in_order
from support.brute import as_set, expected, flipped, hashes

ROWS = 6_000
CUTS = (0, 13, 14, 15, 16)


@pytest.fixture(scope="module")
def rows():
    return hashes(np.random.default_rng(1), ROWS)


@pytest.fixture(scope="module", params=CUTS)
def table(request, rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("cut") / "segment"
    segment.build(path, np.arange(ROWS, dtype=np.uint64), rows, request.param)
    return segment.load(path)


def _found(table, queries, radius):
    hits = table.find(queries, radius)
    return as_set(hits.query, table.numbers_of(hits.row), hits.distance)


@pytest.mark.parametrize("radius", [0, 1, 12, 13, 15, 16, 30, 31, 32, 47, 110])
def test_every_distance_at_random_places(table, rows, radius, rng):
    queries = np.array([flipped(rows[d], rng.permutation(256)[:d]) for d in range(257)])
    assert _found(table, queries, radius) == expected(queries, rows, radius)


@pytest.mark.parametrize("radius", [0, 13, 16, 31, 32])
def test_every_distance_packed_from_every_bit_on(table, rows, radius):
    """Neighbouring bits: all in as few words as can be."""
    queries = np.array(
        [
            flipped(rows[d * 8 + turn], (np.arange(d) + turn * 32) % 256)
            for d in range(max(0, radius - 2), radius + 3)
            for turn in range(8)
        ]
    )
    assert _found(table, queries, radius) == expected(queries, rows, radius)


@pytest.mark.parametrize("radius", [5, 15, 16, 31, 32, 45])
def test_every_way_of_just_escaping_each_word(table, rows, radius, rng):
    """Each word differs by as much as its search bears, or by one more: the hardest splits for the plan."""
    for cut in (13, 14, 15, 16):
        far, widths = words.radii(cut, radius), words.widths(cut)
        ends = np.cumsum([0, *widths])
        queries = []
        searched = [turn for turn in range(cut) if far[turn] >= 0]
        for turn in searched:
            more = [bits + 1 for bits in far]
            more[turn] -= 1  # one bit fewer somewhere: the distance is exactly the radius
            places = [rng.choice(width, size=n, replace=False) for width, n in zip(widths, more, strict=True)]
            bits = np.concatenate([start + place for start, place in zip(ends, places, strict=False)])
            assert len(bits) == radius
            queries.append(flipped(rows[turn], bits))
        assert {(q, turn, radius) for q, turn in enumerate(searched)} <= _found(table, np.array(queries), radius)


@settings(max_examples=200)
@given(data=st.data(), cut=st.sampled_from([13, 14, 16]), radius=st.integers(0, 60))
def test_any_split_of_any_distance_among_words(rows, data, cut, radius, tables_by_cut):
    widths = words.widths(cut)
    share = [data.draw(st.integers(0, min(width, 6))) for width in widths]
    ends = np.cumsum([0, *widths])
    bits = [
        int(start) + bit
        for start, n, width in zip(ends, share, widths, strict=False)
        for bit in range(width - n, width)
    ]
    queries = np.array([flipped(rows[17], bits)])
    assert _found(tables_by_cut[cut], queries, radius) == expected(queries, rows, radius)


@pytest.fixture(scope="module")
def tables_by_cut(rows, tmp_path_factory):
    made = {}
    for cut in (13, 14, 16):
        path = tmp_path_factory.mktemp("by_cut") / "segment"
        segment.build(path, np.arange(ROWS, dtype=np.uint64), rows, cut)
        made[cut] = segment.load(path)
    return made


def test_more_matches_than_there_is_room_for_are_all_reported(tmp_path, rng):
    crowd = np.repeat(hashes(rng, 1), 20_000, axis=0)
    segment.build(tmp_path / "segment", np.arange(20_000, dtype=np.uint64), crowd)
    table = segment.load(tmp_path / "segment")
    queries = np.concatenate([hashes(rng, 3), crowd[:2], hashes(rng, 1)])
    hits = table.find(queries, 31)
    assert np.bincount(hits.query, minlength=6).tolist() == [0, 0, 0, 20_000, 20_000, 0]


def test_rows_in_the_order_of_word_0_are_the_same_rows(rng):
    rows = hashes(rng, 1_000)
    table = np.zeros(words.table_sizes(16)[0], dtype=np.uint32)
    ordered, came_from = in_order(rows.reshape(-1), 16, table)
    assert (ordered.reshape(-1, 4) == rows[came_from]).all()
    assert (np.diff((ordered.reshape(-1, 4)[:, 0] & np.uint64(0xFFFF)).astype(np.int64)) >= 0).all()
    assert sorted(came_from.tolist()) == list(range(1_000))
