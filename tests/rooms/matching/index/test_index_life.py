"""An index in use: what is acknowledged matches at once, everywhere and after; compaction disturbs nobody."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from comity.matching.index import Index, manifest, service, warm
from comity.matching.index.compiled import keep_compiled
from comity.matching.index.errors import (
    CacheOpenToOthers,
    FolderOwned,
    IndexClosed,
    ManifestDamaged,
    NotHashes,
    OpenedToRead,
    RadiusOutOfRange,
    SegmentDamaged,
)
from support.brute import as_set, expected, flipped, hashes


def _numbers(first, count):
    return np.arange(first, first + count, dtype=np.uint64)


@pytest.fixture
def index(tmp_path):
    with Index.open(tmp_path / "index", background=False) as opened:
        yield opened


def _files(folder):
    return sorted(path.name for path in folder.iterdir() if path.name not in {"lock", "manifest", "changes"})


def test_what_is_added_matches_and_what_is_removed_does_not(index, rng):
    rows = hashes(rng, 10)
    index.add(_numbers(0, 10), rows)
    index.remove(_numbers(0, 3))
    assert index.search(rows).number.tolist() == list(range(3, 10))
    index.compact()
    assert index.search(rows).number.tolist() == list(range(3, 10))
    index.remove(_numbers(3, 3))
    assert index.search(rows).number.tolist() == list(range(6, 10))


def test_what_was_removed_may_come_back_with_the_same_hash_or_another(index, rng):
    rows = hashes(rng, 3)
    for turn in range(3):
        index.add(_numbers(7, 1), rows[turn : turn + 1])
        assert index.search(rows).query.tolist() == [turn]
        index.compact()
        assert index.search(rows).query.tolist() == [turn]
        index.remove(_numbers(7, 1))
        assert not len(index.search(rows).query)
    index.add(_numbers(7, 1), rows[:1])
    index.compact()
    assert index.search(rows).query.tolist() == [0]


def test_a_number_may_have_many_hashes_and_is_named_once_by_its_nearest(index, rng):
    row = hashes(rng, 1)[0]
    film = np.array([flipped(row, range(n)) for n in (9, 3, 20)])
    index.add(np.full(3, 5, dtype=np.uint64), film)
    assert index.search(row[None]).distance.tolist() == [3]
    index.remove(_numbers(5, 1))
    assert not len(index.search(row[None]).number)


def test_answers_are_nearest_first(index, rng):
    row = hashes(rng, 1)[0]
    index.add(_numbers(0, 20), np.array([flipped(row, range(20 - n)) for n in range(20)]))
    index.compact()
    index.add(_numbers(20, 5), np.array([flipped(row, range(100, 101 + n)) for n in range(5)]))
    answer = index.search(np.array([row, row]))
    assert answer.distance.tolist() == sorted(answer.distance[:25].tolist()) * 2
    assert answer.query.tolist() == [0] * 25 + [1] * 25


def test_adding_again_changes_nothing(index, rng):
    rows = hashes(rng, 50)
    for _ in range(3):
        index.add(_numbers(0, 50), rows)
    assert index.rows == 50
    index.compact()
    index.add(_numbers(0, 50), rows)
    assert index.rows == 50


def test_the_radius_is_each_request_s_own(index, rng):
    row = hashes(rng, 1)[0]
    index.add(_numbers(0, 61), np.array([flipped(row, range(n)) for n in range(61)]))
    for radius in (0, 7, 31, 60):
        assert len(index.search(row[None], radius).number) == radius + 1


def test_a_large_batch_gives_the_same_as_single_questions(index, rng):
    rows = hashes(rng, 5_000)
    index.add(_numbers(0, 5_000), rows)
    index.compact()
    queries = np.concatenate([rows[:600], hashes(rng, 100)])
    together = index.search(queries)
    assert as_set(*together[:3]) == expected(queries, rows, 31)
    assert together.query.tolist() == sorted(together.query.tolist())
    capped = index.search(np.repeat(rows[:1], 300, axis=0), 255, most=2).capped
    assert capped.tolist() == list(range(300))


@pytest.mark.parametrize("compacted", [False, True])
def test_a_capped_answer_says_so_and_others_do_not(index, compacted, rng):
    crowd, alone = np.repeat(hashes(rng, 1), 5_000, axis=0), hashes(rng, 1)
    index.add(_numbers(0, 5_000), crowd)
    index.add(_numbers(9_000, 1), alone)
    if compacted:
        index.compact()
    asked = np.concatenate([alone, crowd[:1], hashes(rng, 1)])
    answer = index.search(asked, 31, most=10)
    assert answer.capped.tolist() == [1]
    assert np.bincount(answer.query.astype(np.int64)).tolist() == [1, 10]
    assert not len(index.search(asked, 31, most=5_000).capped)
    assert not len(index.search(asked, 31).capped)


def test_what_was_removed_takes_no_place_under_a_cap(index, rng):
    crowd = np.repeat(hashes(rng, 1), 5_000, axis=0)
    index.add(_numbers(0, 5_000), crowd)
    index.compact()
    index.remove(_numbers(0, 4_995))
    answer = index.search(crowd[:1], 31, most=10)
    assert answer.number.tolist() == [4_995, 4_996, 4_997, 4_998, 4_999]


def test_what_was_removed_stays_so_through_compactions_and_openings(tmp_path, rng):
    rows = hashes(rng, 40)
    for turn in range(4):
        with Index.open(tmp_path, background=False) as index:
            index.add(_numbers(turn * 10, 10), rows[turn * 10 : turn * 10 + 10])
            index.compact(whole=False)
            index.remove(_numbers(turn * 10, 5))
            index.add(_numbers(turn * 10, 1), rows[turn * 10 : turn * 10 + 1])
    with Index.open(tmp_path) as index:
        right = [n for n in range(40) if n % 10 >= 5 or n % 10 == 0]
        assert index.search(rows, 0).number.tolist() == right
        index.compact()
        assert index.search(rows, 0).number.tolist() == right


def test_many_rows_at_once_become_a_segment_that_older_removals_do_not_concern(tmp_path, rng):
    count = service.BULK
    rows = hashes(rng, count)
    with Index.open(tmp_path, background=False) as index:
        index.add(_numbers(0, 5), rows[:5])
        index.remove(_numbers(0, 10))
        index.add(_numbers(0, count), rows)
        assert index.search(rows[:8], 0).number.tolist() == list(range(8))
        index.remove(_numbers(4, 1))
    for _ in range(2):
        with Index.open(tmp_path) as index:
            assert index.search(rows[:8], 0).number.tolist() == [0, 1, 2, 3, 5, 6, 7]
            assert len(index.search(rows[-500:], 0).number) == 500
            index.compact()


def test_many_live_rows_are_compacted_behind(tmp_path, rng):
    rows = hashes(rng, 600)
    with Index.open(tmp_path, live=100) as index:
        for at in range(0, 600, 50):
            index.add(_numbers(at, 50), rows[at : at + 50])
            assert len(index.search(rows[: at + 50], 0).number) == at + 50
    assert any(name.startswith("segment") for name in _files(tmp_path))
    with Index.open(tmp_path) as index:
        assert index.search(rows, 0).number.tolist() == list(range(600))


def test_a_compaction_leaves_one_segment_and_one_journal(index, tmp_path, rng):
    for turn in range(3):
        index.add(_numbers(turn, 1), hashes(rng, 1))
        index.compact()
    assert [name.split("-")[0] for name in _files(tmp_path / "index")] == ["journal", "segment"]
    before = _files(tmp_path / "index")
    index.compact()
    assert _files(tmp_path / "index") == before, "there was nothing to do"


def test_a_failed_compaction_leaves_everything_in_force(index, tmp_path, rng):
    rows = hashes(rng, 20)
    index.add(_numbers(0, 20), rows)
    obstacle = tmp_path / "index" / f".segment-{index._files.manifest.next + 1:08}.new"
    obstacle.mkdir()
    with pytest.raises(OSError, match="directory"):
        index.compact()
    index.remove(_numbers(0, 5))
    index.add(_numbers(20, 20), rows)
    assert len(index.search(rows, 0).number) == 35
    obstacle.rmdir()
    index.compact()
    assert len(index.search(rows, 0).number) == 35


def test_searches_additions_and_removals_go_on_while_it_compacts(tmp_path, rng):
    rows = hashes(rng, 9_000)
    wrong, ended = [], threading.Event()
    with Index.open(tmp_path, background=False) as index:
        index.add(_numbers(0, 9_000), rows)

        def searching():
            while not ended.is_set():
                if index.search(rows[8_000:8_010], 0).number.tolist() != list(range(8_000, 8_010)):
                    wrong.append("lost")

        def compacting():
            while not ended.is_set():
                index.compact()

        threads = [threading.Thread(target=work) for work in (searching, searching, compacting)]
        for thread in threads:
            thread.start()
        for turn in range(120):
            index.add(_numbers(10_000 + turn, 1), rows[turn : turn + 1])
            index.remove(_numbers(turn, 1))
            if index.search(rows[turn : turn + 1], 0).number.tolist() != [10_000 + turn]:
                wrong.append(turn)
        ended.set()
        for thread in threads:
            thread.join()
        assert not wrong
        right = [*range(10_000, 10_120), *range(120, 9_000)]
        assert index.search(rows, 0).number.tolist() == right
    with Index.open(tmp_path) as index:
        assert index.search(rows, 0).number.tolist() == right


def test_readers_see_what_a_writer_acknowledged(tmp_path, rng):
    rows = hashes(rng, 300)
    with Index.open(tmp_path, background=False) as writer, Index.open(tmp_path, read_only=True) as reader:
        for turn in range(0, 300, 10):
            writer.add(_numbers(turn, 10), rows[turn : turn + 10])
            writer.remove(_numbers(turn, 5))
            if turn % 50 == 0:
                writer.compact()
            right = [n for n in range(turn + 10) if n % 10 >= 5]
            assert reader.search(rows, 0).number.tolist() == right
            assert writer.search(rows, 0).number.tolist() == right


def test_a_reader_that_was_opened_before_sees_a_writer_that_was_opened_after(tmp_path, rng):
    rows = hashes(rng, 2)
    Index.open(tmp_path).close()
    with Index.open(tmp_path, read_only=True) as reader:
        for number in range(2):
            with Index.open(tmp_path) as writer:
                writer.add(_numbers(number, 1), rows[number : number + 1])
                assert reader.search(rows, 0).number.tolist() == list(range(number + 1))


def test_a_reader_that_cannot_read_on_answers_nothing_rather_than_what_was(tmp_path, rng):
    with Index.open(tmp_path) as writer, Index.open(tmp_path, read_only=True) as reader:
        writer.add(_numbers(0, 1), hashes(rng, 1))
        (tmp_path / manifest.NAME).write_bytes(b"rubbish")
        for _ in range(2):
            with pytest.raises(ManifestDamaged):
                reader.search(hashes(rng, 1))


def test_only_one_process_writes(tmp_path):
    with Index.open(tmp_path), pytest.raises(FolderOwned):
        Index.open(tmp_path)
    Index.open(tmp_path).close()


def test_a_reader_writes_nothing(tmp_path, rng):
    Index.open(tmp_path).close()
    with Index.open(tmp_path, read_only=True) as reader:
        for act in (lambda: reader.add(_numbers(0, 1), hashes(rng, 1)), lambda: reader.remove(_numbers(0, 1))):
            with pytest.raises(OpenedToRead):
                act()
        with pytest.raises(OpenedToRead):
            reader.compact()


def test_nothing_to_read_is_not_an_empty_index(tmp_path):
    with pytest.raises(ManifestDamaged):
        Index.open(tmp_path / "nowhere", read_only=True)


def test_a_closed_index_says_so(tmp_path, rng):
    index = Index.open(tmp_path)
    index.close()
    index.close()
    for act in (
        lambda: index.search(hashes(rng, 1)),
        lambda: index.add(_numbers(0, 1), hashes(rng, 1)),
        lambda: index.remove(_numbers(0, 1)),
        index.compact,
    ):
        with pytest.raises(IndexClosed):
            act()


@pytest.mark.parametrize(
    "asked",
    [np.zeros((1, 3), np.uint64), np.zeros(4, np.uint64), np.zeros((1, 4), np.int64), np.zeros((1, 32), np.uint8)],
)
def test_what_is_not_a_hash_is_refused(index, asked):
    with pytest.raises(NotHashes):
        index.search(asked)
    with pytest.raises(NotHashes):
        index.add(_numbers(0, 1), asked)


@pytest.mark.parametrize("radius", [-1, 256, 10_000])
def test_a_radius_out_of_range_is_refused(index, radius):
    with pytest.raises(RadiusOutOfRange):
        index.search(np.zeros((1, 4), np.uint64), radius)


def test_numbers_and_hashes_go_together(index, rng):
    with pytest.raises(NotHashes):
        index.add(_numbers(0, 2), hashes(rng, 3))
    with pytest.raises(NotHashes):
        index.search(hashes(rng, 1), 31, most=0)
    index.add(_numbers(0, 0), hashes(rng, 0))
    index.remove(_numbers(0, 0))
    assert not len(index.search(hashes(rng, 0)).query)


def test_arrays_of_any_make_are_taken(index, rng):
    rows = hashes(rng, 6)
    index.add(_numbers(0, 3), rows[::2])
    frozen = np.frombuffer(rows[::2].tobytes(), dtype=np.uint64).reshape(-1, 4)
    assert index.search(frozen).number.tolist() == index.search(rows[::2]).number.tolist() == [0, 1, 2]


def test_a_damaged_folder_is_refused_by_name(tmp_path, rng):
    with Index.open(tmp_path) as index:
        index.add(_numbers(0, 10), hashes(rng, 10))
        index.compact()
    text, name = (tmp_path / manifest.NAME).read_bytes(), next(tmp_path.glob("segment-*"))
    for damaged in (b"", text[:-3], text.replace(b'"version":1', b'"version":2'), b"\xff" * 100):
        (tmp_path / manifest.NAME).write_bytes(damaged)
        for read_only in (False, True):
            with pytest.raises(ManifestDamaged):
                Index.open(tmp_path, read_only=read_only)
    (tmp_path / manifest.NAME).unlink()
    with pytest.raises(ManifestDamaged):
        Index.open(tmp_path)
    (tmp_path / manifest.NAME).write_bytes(text)
    data = name.read_bytes()
    name.write_bytes(data[:5_000] + b"?" + data[5_001:])
    with pytest.raises(SegmentDamaged):
        Index.open(tmp_path)
    name.unlink()
    with pytest.raises(ManifestDamaged):
        Index.open(tmp_path)
    name.write_bytes(data)
    assert Index.open(tmp_path).rows == 10


def test_a_lost_manifest_is_not_an_empty_index(tmp_path, rng):
    with Index.open(tmp_path) as index:
        index.add(_numbers(0, 1), hashes(rng, 1))
    (tmp_path / manifest.NAME).unlink()
    for read_only in (False, True):
        with pytest.raises(ManifestDamaged):
            Index.open(tmp_path, read_only=read_only)


def test_an_index_whose_making_was_broken_off_is_made(tmp_path, rng):
    Index.open(tmp_path).close()
    (tmp_path / manifest.NAME).unlink()
    with Index.open(tmp_path) as index:
        index.add(_numbers(0, 1), hashes(rng, 1))


@pytest.mark.parametrize("left", [None, b"", b"1234"])
def test_without_the_counter_of_changes_nobody_reads_on_blindly(left, tmp_path, rng):
    Index.open(tmp_path).close()
    (tmp_path / "changes").unlink()
    if left is not None:
        (tmp_path / "changes").write_bytes(left)
    with pytest.raises(ManifestDamaged):
        Index.open(tmp_path, read_only=True)
    with Index.open(tmp_path) as writer, Index.open(tmp_path, read_only=True) as reader:
        row = hashes(rng, 1)
        writer.add(_numbers(3, 1), row)
        assert reader.search(row).number.tolist() == [3]


def test_what_a_crash_left_is_cleared_away(tmp_path):
    Index.open(tmp_path).close()
    before = _files(tmp_path)
    for name in ("segment-00000099", "journal-00000098", ".segment-00000100.new", ".manifest.new"):
        (tmp_path / name).write_bytes(b"half")
    Index.open(tmp_path).close()
    assert _files(tmp_path) == before


def test_what_is_warm_is_kept_for_the_next_process():
    kept = Path(__file__).resolve().parents[4] / ".cache" / "kernels"
    warm(kept)
    names = {path.name.split("-")[0] for path in kept.rglob("*.nbi")}
    assert {"kernels.find", "checking.xxh64", "sorting.place_rows"} <= names


def test_compiled_kernels_are_not_taken_from_a_folder_that_others_can_write(tmp_path):
    tmp_path.chmod(0o777)
    with pytest.raises(CacheOpenToOthers):
        keep_compiled(tmp_path)


def test_a_change_is_in_force_when_it_returns(tmp_path, rng):
    """In another opening of the folder too; how quickly, the benchmark says."""
    rows = hashes(rng, 60)
    with Index.open(tmp_path) as writer, Index.open(tmp_path, read_only=True) as reader:
        for number in range(60):
            writer.add(_numbers(number, 1), rows[number : number + 1])
            assert reader.search(rows[number : number + 1]).number.tolist() == [number]
