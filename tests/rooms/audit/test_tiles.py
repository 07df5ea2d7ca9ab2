"""c2sp.org/tlog-tiles, tlog-proof, and files that survive a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.casefile.audit import durable
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import (
    AuditFailure,
    ImmutableDiffers,
    MalformedHash,
    MalformedProofFile,
    MalformedTile,
    OutsideTree,
    ProofRefused,
)
from comity.casefile.audit.keys import LogKeys
from comity.casefile.audit.merkle import MemoryTree, leaf_hash
from comity.casefile.audit.proof_file import ProofFile
from comity.casefile.audit.tiles import (
    Tile,
    decode_bundle,
    decode_tile,
    encode_bundle,
    tiles_between,
    tiles_of,
)


def test_paths_are_those_of_the_specification() -> None:
    assert Tile(0, 1234067).path() == "tile/0/x001/x234/067"
    assert Tile(1, 5, 17).path() == "tile/1/005.p/17"
    assert Tile(0, 1000, 3).bundle_path() == "tile/entries/x001/000.p/3"
    assert Tile(0, 999).bundle_path() == "tile/entries/999"


def test_the_specifications_example_of_70000_leaves() -> None:
    tiles = list(tiles_of(70_000))
    assert sum(tile.level == 0 and tile.width == 256 for tile in tiles) == 273
    assert [tile for tile in tiles if tile.width < 256 or tile.level] == [
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]


def test_256_leaves_are_one_full_tile_and_one_hash_above() -> None:
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []
    assert list(tiles_of(1)) == [Tile(0, 0, 1)]


@given(st.integers(0, 200_000), st.integers(0, 70_000))
def test_growing_writes_what_was_not_there(old: int, more: int) -> None:
    new = old + more
    assert set(tiles_between(old, new)) >= set(tiles_of(new)) - set(tiles_of(old))
    assert set(tiles_between(old, new)) <= set(tiles_of(new))
    if more:
        assert not {tile for tile in tiles_between(old, new) if tile.width == 256} & set(tiles_of(old))


@pytest.mark.parametrize("width", [0, 257, -1])
def test_a_tile_of_impossible_width_has_no_path(width: int) -> None:
    with pytest.raises(MalformedTile):
        Tile(0, 0, width).path()


def test_only_level_0_has_bundles() -> None:
    with pytest.raises(MalformedTile):
        Tile(1, 0).bundle_path()


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_comes_back_as_it_was(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


@given(st.binary(max_size=100), st.integers(0, 20))
@example(b"\x00", 1)
@example(b"\x00\x05ab", 1)
def test_bytes_are_a_bundle_or_are_refused(data: bytes, width: int) -> None:
    try:
        entries = decode_bundle(data, width)
    except MalformedTile:
        return
    assert encode_bundle(entries) == data


def test_a_leaf_too_long_for_a_bundle_is_refused() -> None:
    with pytest.raises(MalformedTile):
        encode_bundle([bytes(65536)])


def test_a_tile_of_the_wrong_length_is_refused() -> None:
    assert decode_tile(bytes(64), 2) == [bytes(32)] * 2
    for wrong in (bytes(63), bytes(65), b""):
        with pytest.raises(MalformedTile):
            decode_tile(wrong, 2)


# --- proof files ----------------------------------------------------------------------------------------------------

DATA = [f"entry {i}".encode() for i in range(11)]
TREE = MemoryTree(map(leaf_hash, DATA))


def proof_file(keys: LogKeys, index: int, extra: bytes | None = None) -> ProofFile:
    note = keys.sign(Checkpoint(keys.origin, 11, TREE.root()), 1)
    return ProofFile(index, tuple(TREE.inclusion(index, 11)), note, extra)


@pytest.mark.parametrize("extra", [None, b"", b"\x00more"])
def test_a_proof_file_comes_back_and_convinces(keys: LogKeys, extra: bytes | None) -> None:
    for index in range(11):
        file = proof_file(keys, index, extra)
        assert ProofFile.parse(file.encode()) == file
        assert file.verify(DATA[index], keys.verifiers).size == 11
        with pytest.raises(ProofRefused):
            file.verify(b"another", keys.verifiers)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"c2sp.org/tlog-proof@v1\n{text}".encode()))
@example(b"c2sp.org/tlog-proof@v1\nindex 0\n\n")
@example(b"c2sp.org/tlog-proof@v1\nextra \nindex 0\n\nwhatever")
@example(b"c2sp.org/tlog-proof@v1\nindex 0\n\n\n")
def test_bytes_are_a_proof_file_and_come_back_or_are_refused(data: bytes) -> None:
    try:
        file = ProofFile.parse(data)
    except MalformedProofFile:
        return
    assert file.encode() == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\nindex 0\n",
        b"c2sp.org/tlog-proof@v2\nindex 0\n\n",
        b"c2sp.org/tlog-proof@v1\n\n",
        b"c2sp.org/tlog-proof@v1\nindex 00\n\n",
        b"c2sp.org/tlog-proof@v1\nindex -1\n\n",
        b"c2sp.org/tlog-proof@v1\nextra AAA\nindex 0\n\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\nAAA\n\n",
        b"c2sp.org/tlog-proof@v1\nindex \xff\n\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + b"\n",
    ],
)
def test_a_malformed_proof_file_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedProofFile):
        ProofFile.parse(data)


def test_a_proof_file_that_cannot_be_is_not_made() -> None:
    with pytest.raises(MalformedProofFile):
        ProofFile(-1, (), b"")
    with pytest.raises(MalformedHash):
        ProofFile(0, (b"short",), b"")


def test_a_proof_of_a_leaf_beyond_the_checkpoint_is_refused(keys: LogKeys) -> None:
    file = proof_file(keys, 0)
    with pytest.raises(OutsideTree):
        ProofFile(11, file.path, file.checkpoint).verify(DATA[0], keys.verifiers)
    with pytest.raises(AuditFailure):
        ProofFile(0, file.path, b"").verify(DATA[0], keys.verifiers)


# --- durable files --------------------------------------------------------------------------------------------------


def test_an_immutable_file_is_written_once_and_may_only_be_repeated(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c"
    durable.write_immutable(path, b"one")
    durable.write_immutable(path, b"one")
    with pytest.raises(ImmutableDiffers):
        durable.write_immutable(path, b"two")
    assert path.read_bytes() == b"one"
    assert durable.read(tmp_path / "nothing") is None


def test_what_a_crash_left_half_written_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / ".file.tmp").write_bytes(b"half")
    durable.replace(tmp_path / "file", b"whole", mode=0o600)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_a_folder_made_by_another_in_between_is_no_fault(tmp_path: Path) -> None:
    durable.replace(tmp_path / "x" / "one", b"1")
    durable.replace(tmp_path / "x" / "two", b"2")
    assert sorted(path.name for path in (tmp_path / "x").iterdir()) == ["one", "two"]
