"""A hunt finds every stored fingerprint within the threshold, once, nearest signal first, or says that it cannot."""

from __future__ import annotations

import json

import numpy as np
import pytest

from comity.matching.catalogue import Catalogue, rows
from comity.matching.catalogue.errors import NoCatalogue
from comity.matching.catalogue.fingerprints import checked
from comity.matching.errors import UnknownSignalType
from comity.matching.hunting import Progress, Query, hunt, near
from comity.matching.hunting.errors import HuntIncomplete, QueryUnusable
from comity.matching.index import to_digits
from support.brute import flipped, hashes
from support.catalogued import as_answer, fingerprint, nearest, pictures


@pytest.fixture
def stored(tmp_path, rng):
    """Pictures near each other, half of them settled, half live."""
    base = hashes(rng, 40)
    rows = [flipped(base[at % 40], rng.choice(256, at % 36, replace=False)) for at in range(600)]
    fingerprints = pictures(np.array(rows))
    with Catalogue.open(tmp_path, make=True) as catalogue:
        catalogue.add(fingerprints[:300])
        catalogue.compact()
        catalogue.add(fingerprints[300:])
    return tmp_path, fingerprints, base


def test_a_hunt_finds_what_comparing_everything_finds(stored):
    folder, fingerprints, base = stored
    queries = [Query("pdq", text) for text in to_digits(base)] + [Query("pdq", to_digits(base)[3], 5)]
    assert as_answer(hunt(folder, queries)) == nearest(fingerprints, queries)


def test_each_query_has_its_own_threshold(stored):
    folder, fingerprints, base = stored
    queries = [Query("pdq", text, float(at % 34)) for at, text in enumerate(to_digits(base))]
    answer = as_answer(hunt(folder, queries))
    assert answer == nearest(fingerprints, queries)
    assert len(answer) < len(nearest(fingerprints, [Query("pdq", text) for text in to_digits(base)]))


def test_what_is_far_is_not_found(stored, rng):
    folder, _, _ = stored
    assert list(hunt(folder, [Query("pdq", to_digits(hashes(rng, 1))[0])])) == []


def test_every_signal_that_covers_a_fingerprint_can_be_named(stored):
    folder, _, base = stored
    queries = [Query("pdq", to_digits(base)[0], 10), Query("pdq", to_digits(base)[0]), Query("md5", "ab" * 16)]
    found = next(one for one in hunt(folder, queries) if one.distance == 0)
    assert near(found, queries) == [(0, 0.0), (1, 0.0)]
    assert found.query == 0
    assert (found.account, found.url, found.content_type) == ("ada", f"https://board.test/{found.item}", "photo")


def test_what_was_forgotten_is_not_found_and_what_came_again_is(stored):
    folder, fingerprints, base = stored
    queries = [Query("pdq", to_digits(base)[0])]
    with Catalogue.open(folder) as catalogue:
        catalogue.forget(["i0", "i40", "i320"])
        catalogue.add([fingerprints[40]])
        for _ in range(2):
            items = {one.item for one in hunt(folder, queries)}
            assert "i40" in items
            assert not items & {"i0", "i320"}
            catalogue.compact()


def test_a_repeated_scan_changes_nothing(stored):
    folder, fingerprints, base = stored
    queries = [Query("pdq", text) for text in to_digits(base)]
    with Catalogue.open(folder) as catalogue:
        for _ in range(2):
            catalogue.add(fingerprints)
            assert as_answer(hunt(folder, queries)) == nearest(fingerprints, queries)
            catalogue.compact()
        assert catalogue.status().settled == {"pdq": 600}


def test_progress_ends_with_everything_done(stored):
    folder, fingerprints, base = stored
    told: list[Progress] = []
    count = len(list(hunt(folder, [Query("pdq", to_digits(base)[0])], progress=told.append)))
    assert told[0] == Progress(0, len(fingerprints), 0)
    assert told[-1] == Progress(len(fingerprints), len(fingerprints), count)


def test_without_a_catalogue_nothing_is_hunted(tmp_path):
    with pytest.raises(NoCatalogue, match="comity catalogue scan"):
        hunt(tmp_path, [Query("pdq", "0" * 64)])


@pytest.mark.parametrize(
    ("query", "failure"),
    [
        (Query("nonsense", "00"), UnknownSignalType),
        (Query("pdq", "00"), QueryUnusable),
        (Query("pdq", "0" * 64, -1), QueryUnusable),
        (Query("pdq", "0" * 64, 200), QueryUnusable),
        (Query("pdq", "0" * 64, float("nan")), QueryUnusable),
        (Query("sha256", "ab" * 32, 1), QueryUnusable),
        (Query("vpdq", f'["{"0" * 64},10,0.0"]'), QueryUnusable),
    ],
)
def test_what_cannot_be_hunted_is_refused_before_anything_is_searched(stored, query, failure):
    with pytest.raises(failure):
        hunt(stored[0], [query])
    with pytest.raises(QueryUnusable):
        hunt(stored[0], [])


@pytest.mark.parametrize("where", [0, 5_000, -3])
def test_a_damaged_partition_ends_the_hunt_by_name_and_is_made_again(stored, where):
    folder, fingerprints, base = stored
    (path,) = folder.glob("signal_type=pdq/*.rows")
    data = bytearray(path.read_bytes())
    data[where] ^= 1
    path.write_bytes(data)
    queries = [Query("pdq", to_digits(base)[0])]
    with pytest.raises(HuntIncomplete, match=path.name):
        list(hunt(folder, queries))
    with Catalogue.open(folder) as catalogue:
        catalogue.compact()
    assert as_answer(hunt(folder, queries)) == nearest(fingerprints, queries)


def test_a_sum_that_held_is_computed_again_only_when_the_file_changed(stored, monkeypatch):
    folder, fingerprints, base = stored
    queries, computed, sum_of = [Query("pdq", text) for text in to_digits(base)], [], rows._sum
    with Catalogue.open(folder) as catalogue:
        catalogue.compact()
        assert as_answer(hunt(folder, queries)) == nearest(fingerprints, queries)
        monkeypatch.setattr(rows, "_sum", lambda words: computed.append(len(words)) or sum_of(words))
        assert as_answer(hunt(folder, queries)) == nearest(fingerprints, queries)
        words = len(fingerprints) * 4
        assert words not in computed, "the rows' sum held before"
        catalogue.compact()
        assert words in computed, "whoever mends computes it"
    (path,) = folder.glob("signal_type=pdq/*.rows")
    data = bytearray(path.read_bytes())
    data[4_096 + 77] ^= 1
    path.write_bytes(data)
    for _ in range(2):
        with pytest.raises(HuntIncomplete, match=path.name):
            list(hunt(folder, queries))


def test_a_missing_partition_ends_the_hunt_by_name(stored):
    folder, _, base = stored
    for path in folder.glob("signal_type=pdq/*"):
        path.unlink()
    with pytest.raises(HuntIncomplete, match="part-"):
        list(hunt(folder, [Query("pdq", to_digits(base)[0])]))


OTHERS = [
    ("sha256", ["ab" * 32, "cd" * 32], [Query("sha256", "ab" * 32)]),
    ("md5", ["ab" * 16, "cd" * 16], [Query("md5", "ab" * 16), Query("md5", "ef" * 16)]),
    ("text", ["ab" * 32, "cd" * 32], [Query("text", "ab" * 32)]),
    (
        "url",
        ["https://example.org/a/b", "https://sub.example.org/", "https://other.test/x?y=1"],
        [
            Query("url", "https://other.test/x?y=1"),
            Query("url_host", "*.example.org"),
            Query("url_path", "https://example.org/a/"),
        ],
    ),
    (
        "text_likeness",
        ["01" * 256, "01" * 130 + "02" * 126, "01" * 120 + "02" * 136, "07" * 256],
        [Query("text_likeness", "01" * 256), Query("text_likeness", "02" * 256, 0.7)],
    ),
]


@pytest.mark.parametrize(("kind", "signals", "queries"), OTHERS, ids=[one[0] for one in OTHERS])
@pytest.mark.parametrize("settled", [False, True])
def test_every_type_is_found_as_the_type_itself_compares(tmp_path, kind, signals, queries, settled):
    stored = [fingerprint(f"i{place}", signal, kind) for place, signal in enumerate(signals)]
    with Catalogue.open(tmp_path, make=True) as catalogue:
        catalogue.add(stored)
        if settled:
            catalogue.compact()
    answer = as_answer(hunt(tmp_path, queries))
    assert answer == nearest(stored, queries)
    assert 0 < len(answer) <= len(signals)


@pytest.mark.parametrize("settled", [False, True])
def test_films_are_found_by_the_share_of_their_frames(tmp_path, rng, settled):
    base = hashes(rng, 30)

    def film(rows, quality=100):
        frames = to_digits(np.array(rows))
        return json.dumps([f"{text},{quality},{at}.000" for at, text in enumerate(frames)])

    signals = [film([flipped(row, rng.choice(256, at, replace=False)) for row in base]) for at in (0, 20, 31, 32)]
    signals += [film([*base[:20], *hashes(rng, few)]) for few in (1, 5, 6, 20)] + [film(base[:3], 10)]
    stored = [fingerprint(f"i{place}", signal, "vpdq") for place, signal in enumerate(signals)]
    queries = [Query("vpdq", film(base[:25])), Query("vpdq", film(base), 60), Query("vpdq", film(hashes(rng, 9)))]
    with Catalogue.open(tmp_path, make=True) as catalogue:
        catalogue.add(stored)
        if settled:
            catalogue.compact()
    answer = as_answer(hunt(tmp_path, queries))
    assert answer == nearest([checked(one) for one in stored[:-1]], queries)
    assert 4 < len(answer) < len(stored)
