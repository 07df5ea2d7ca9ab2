"""Many queries through tables find what comparing everything finds: any distance, any split of bits, any hard list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.matching.hunting import Query
from comity.matching.hunting.queries import wanted
from comity.matching.hunting.searching import OfLive, search
from comity.matching.hunting.tables import prepare
from comity.matching.index import to_digits
from comity.matching.index.words import widths
from support.brute import distances, flipped, hashes

EDGES = [0, *np.cumsum(widths(16)).tolist()[:-1]]


def _covered(rows, queries, radii, *, few):
    asked = [Query("pdq", text, float(far)) for text, far in zip(to_digits(queries), radii, strict=True)]
    (want,) = wanted(asked)
    prepared = prepare(want, few)
    assert (prepared.tables is None) == (few >= len(queries))
    source = OfLive("pdq", to_digits(rows))
    found = search(source, 0, source.rows, [prepared])
    return list(zip(found.numbers.tolist(), found.queries.tolist(), found.distances.tolist(), strict=True))


def _expected(rows, queries, radii):
    far = distances(rows, queries).astype(float)
    far[far > np.array(radii)[None, :]] = np.inf
    nearest = far.argmin(axis=1)  # the first of equally near ones
    return [(row, int(nearest[row]), far[row, nearest[row]]) for row in range(len(rows)) if np.isfinite(far[row].min())]


def _same(rows, queries, radii):
    expected = _expected(rows, queries, radii)
    assert _covered(rows, queries, radii, few=0) == expected
    assert _covered(rows, queries, radii, few=1 << 30) == expected


@pytest.mark.parametrize("far", range(36))
def test_every_distance_is_found_or_not_wherever_its_bits_differ(rng, far):
    queries = hashes(rng, 40)
    rows = np.array([flipped(queries[at % 40], rng.choice(256, far, replace=False)) for at in range(200)])
    _same(rows, queries, [31] * 40)
    assert bool(_expected(rows, queries, [31] * 40)) == (far <= 31)


@pytest.mark.parametrize("radius", [0, 1, 15, 16, 17, 31, 32, 47, 63])
def test_bits_spread_against_the_words_are_found(rng, radius):
    """As many bits as the radius allows, evenly over the words from each word on: no word is nearer than it must be."""
    query = hashes(rng, 1)
    rows = []
    for first in range(16):
        bits = [EDGES[(first + at) % 16] + at // 16 for at in range(radius)]
        rows += [flipped(query[0], bits), flipped(query[0], [*bits, EDGES[first] + 12])]
    rows = np.array(rows)
    _same(rows, query, [radius])
    assert len(_expected(rows, query, [radius])) == 16


@pytest.mark.parametrize("count", [1, 2, 3, 8, 64, 65])
def test_identical_queries_name_the_first(rng, count):
    one = hashes(rng, 1)
    queries = np.repeat(one, count, axis=0)
    rows = np.array([one[0], flipped(one[0], range(31)), flipped(one[0], range(32))])
    _same(rows, queries, [31] * count)
    _same(rows, queries, [at % 32 for at in range(count)])


def test_hard_lists_are_searched(rng):
    """All bits the same, few bits set, one word in common, all words equal."""
    zeros = np.zeros((3, 4), dtype=np.uint64)
    few_bits = np.array([flipped(zeros[0], rng.choice(256, at, replace=False)) for at in (1, 2, 15, 31, 33)])
    common = hashes(rng, 30)
    common[:, 0] = 7
    equal = np.repeat(hashes(rng, 6)[:, :1], 4, axis=1)
    together = np.concatenate([zeros, ~zeros, few_bits, common, equal])
    _same(together, together, [31] * len(together))
    _same(together, together[::-1].copy(), rng.integers(0, 60, len(together)).tolist())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_list_with_any_thresholds(data):
    rng = np.random.default_rng(data.draw(st.integers(0, 1 << 32)))
    base = hashes(rng, data.draw(st.integers(1, 6)))
    count, most = data.draw(st.integers(1, 40)), data.draw(st.integers(0, 40))

    def near(number):
        bits = [rng.choice(256, rng.integers(0, most + 1), replace=False) for _ in range(number)]
        return np.array([flipped(base[rng.integers(len(base))], some) for some in bits])

    _same(near(60), near(count), rng.integers(0, data.draw(st.integers(1, 70)), count).tolist())


@pytest.mark.parametrize("few", [0, 1 << 30])
@pytest.mark.parametrize("threshold", [0.0, 0.1, 0.5, 0.9])
def test_texts_are_found_through_places_too(rng, few, threshold):
    base = rng.integers(0, 1 << 16, (20, 128), dtype=np.uint16)
    rows = base[rng.integers(0, 20, 300)].copy()
    for row in rows:
        places = rng.choice(128, rng.integers(0, 129), replace=False)
        row[places] ^= rng.integers(1, 1 << 16, len(places), dtype=np.uint16)
    signals = [row.astype(">u2").tobytes().hex() for row in rows]
    (want,) = wanted([Query("text_likeness", one.astype(">u2").tobytes().hex(), threshold) for one in base])
    source = OfLive("text_likeness", signals)
    found = search(source, 0, source.rows, [prepare(want, few)])
    share = (rows[:, None, :] != base[None]).mean(axis=2)
    share[share > threshold] = np.inf
    expected = [(at, int(one.argmin()), one.min()) for at, one in enumerate(share) if np.isfinite(one.min())]
    assert list(zip(found.numbers, found.queries, found.distances, strict=True)) == expected
