"""The catalogue keeps what it acknowledged, once, forgets what it is told to, and refuses what is not whole."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.matching.catalogue import Catalogue, compacting, service
from comity.matching.catalogue.errors import (
    CatalogueDamaged,
    Compacting,
    FingerprintUnusable,
    NoCatalogue,
    NotKept,
    PartitionDamaged,
)
from comity.matching.catalogue.fingerprints import checked
from comity.matching.catalogue.live import NAME
from support.catalogued import fingerprint

A, B = "ab" * 32, "cd" * 32
OTHERS = {"sha256": A, "md5": "ab" * 16, "url": "https://example.org/a", "text_likeness": "01" * 256}


def everything(folder):
    """Every fingerprint that stands, read from the partitions and the live part."""
    with Catalogue.open(folder) as catalogue, catalogue.snapshot() as snapshot:
        settled = [
            one
            for part in snapshot.partitions
            for _, one in part.named(range(part.fingerprints))
            if snapshot.stands(one, part)
        ]
        return [*settled, *snapshot.live]


def test_what_goes_in_comes_out_of_partitions_too(tmp_path):
    given_ones = [fingerprint("i1", A), replace(fingerprint("i2", B), url=None, account=None, recipe="upright")]
    given_ones += [fingerprint("i3", signal, kind) for kind, signal in OTHERS.items()]
    with Catalogue.open(tmp_path, make=True) as catalogue:
        assert catalogue.add(given_ones) == len(given_ones)
        assert catalogue.add(given_ones) == 0
        assert catalogue.status().live == {"pdq": 2} | dict.fromkeys(OTHERS, 1)
        catalogue.compact()
        assert catalogue.status().live == {}
        assert catalogue.status().settled == {"pdq": 2} | dict.fromkeys(OTHERS, 1)
    assert sorted(everything(tmp_path), key=str) == sorted(given_ones, key=str)


def test_others_read_the_partitions(tmp_path):
    with Catalogue.open(tmp_path, make=True) as catalogue:
        catalogue.add([fingerprint("i1", A), fingerprint("i2", OTHERS["url"], "url")])
        catalogue.compact()
    files = f"{tmp_path}/signal_type=pdq/*.parquet"
    (row,) = duckdb.sql(f"SELECT item, hex(signal), signal_type FROM read_parquet('{files}')").fetchall()  # noqa: S608
    assert row == ("i1", A.upper(), "pdq")


def test_small_partitions_become_one_and_unneeded_files_go(tmp_path):
    with Catalogue.open(tmp_path, make=True) as catalogue:
        for at in range(5):
            catalogue.add([fingerprint(f"i{at}", A), fingerprint(f"j{at}", B)])
            catalogue.compact()
        assert catalogue.status().partitions == 1
    assert len(list(tmp_path.glob("signal_type=pdq/*"))) == 2
    assert len(everything(tmp_path)) == 10


def test_a_hunt_that_reads_keeps_its_files(tmp_path):
    with Catalogue.open(tmp_path, make=True) as catalogue:
        catalogue.add([fingerprint("i1", A)])
        catalogue.compact()
        with catalogue.snapshot() as before:
            catalogue.add([fingerprint("i2", A)])
            catalogue.compact()
            assert [one.item for _, one in before.partitions[0].named([0])] == ["i1"]
        catalogue.compact()
    assert len(list(tmp_path.glob("signal_type=pdq/*"))) == 2


def test_what_is_forgotten_leaves_the_disk_with_the_next_compaction(tmp_path):
    secret = "an-item-nobody-may-know"
    with Catalogue.open(tmp_path, make=True) as catalogue:
        catalogue.add([fingerprint(secret, A), fingerprint("i2", B)])
        catalogue.compact()
        catalogue.forget([secret])
        assert catalogue.status().forgotten == 1
        assert {one.item for one in everything(tmp_path)} == {"i2"}
        catalogue.compact()
        assert catalogue.status().forgotten == 0
        assert catalogue.status().settled == {"pdq": 1}
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*.parquet"))
    assert secret.encode() not in held


ITEMS = st.sampled_from(["a", "b", "c", "d"])
STEPS = st.one_of(
    st.tuples(st.just("add"), ITEMS, st.sampled_from([A, B])),
    st.tuples(st.just("forget"), ITEMS, st.just("")),
    st.tuples(st.just("compact"), st.just(""), st.just("")),
    st.tuples(st.just("reopen"), st.just(""), st.just("")),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=14))
def test_any_order_of_changes_leaves_what_a_set_would_hold(tmp_path_factory, steps):
    folder, model = tmp_path_factory.mktemp("any"), set()
    catalogue = Catalogue.open(folder, make=True)
    for what, item, signal in steps:
        if what == "add":
            catalogue.add([fingerprint(item, signal)])
            model.add((item, signal))
        elif what == "forget":
            catalogue.forget([item])
            model = {one for one in model if one[0] != item}
        elif what == "compact":
            catalogue.compact()
        else:
            catalogue.close()
            catalogue = Catalogue.open(folder, make=True)
        assert {(one.item, one.signal) for one in everything(folder)} == model
    catalogue.compact()
    catalogue.close()
    found = [(one.item, one.signal) for one in everything(folder)]
    assert sorted(found) == sorted(model), "each once"


WRONG = [
    {"item": ""},
    {"item": "a\nb"},
    {"item": "x" * 2_001},
    {"url": "a\x00b"},
    {"signal": "00"},
    {"signal_type": "nonsense"},
    {"signal_type": "url_host", "signal": "example.org"},
    {"content_type": "smell"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_is_no_fingerprint_is_refused_and_nothing_of_its_call_is_kept(tmp_path, wrong):
    with Catalogue.open(tmp_path, make=True) as catalogue:
        with pytest.raises(FingerprintUnusable):
            catalogue.add([fingerprint("i1", A), replace(fingerprint("i2", A), **wrong)])
        assert catalogue.status().live == {}


def test_a_signal_is_kept_in_its_one_spelling():
    assert checked(fingerprint("i1", f" {A.upper()} ")).signal == A


def test_there_is_none_until_one_is_made(tmp_path):
    with pytest.raises(NoCatalogue):
        Catalogue.open(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_lost_or_foreign_ledger_is_not_taken_for_an_empty_one(tmp_path):
    with Catalogue.open(tmp_path, make=True) as catalogue:
        catalogue.add([fingerprint("i1", A)])
        catalogue.compact()
    for path in tmp_path.glob(f"{NAME}*"):
        path.unlink()
    for make in (True, False):
        with pytest.raises(CatalogueDamaged):
            Catalogue.open(tmp_path, make=make)
    (tmp_path / NAME).write_bytes(b"no database" * 1_000)
    with pytest.raises(CatalogueDamaged):
        Catalogue.open(tmp_path)


def test_a_damaged_parquet_file_is_never_made_part_of_another(tmp_path):
    with Catalogue.open(tmp_path, make=True) as catalogue:
        catalogue.add([fingerprint("i1", A)])
        catalogue.compact()
        (path,) = tmp_path.glob("signal_type=pdq/*.parquet")
        data = bytearray(path.read_bytes())
        data[60] ^= 1
        path.write_bytes(data)
        catalogue.add([fingerprint("i2", B)])
        with pytest.raises(PartitionDamaged, match=r"part-|parquet"):
            catalogue.compact()
        with catalogue.snapshot() as snapshot:
            assert {one.item for one in snapshot.live} <= {"i2"}
            assert path.exists()


def test_two_do_not_compact_at_once(tmp_path):
    with Catalogue.open(tmp_path, make=True) as catalogue, compacting._only(tmp_path), pytest.raises(Compacting):
        catalogue.compact()


def test_a_full_disk_is_not_acknowledged(tmp_path):
    with Catalogue.open(tmp_path, make=True) as catalogue:
        catalogue.add([fingerprint("i1", A)])
        other = sqlite3.connect(tmp_path / NAME)
        (pages,) = other.execute("PRAGMA page_count").fetchone()
        other.close()
        with catalogue.ledger._lock:
            catalogue.ledger._file.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(NotKept, match="full"):
            catalogue.add([fingerprint(f"i{at}", A) for at in range(5_000)])
        assert catalogue.status().live == {"pdq": 1}


def test_many_live_fingerprints_compact_themselves(tmp_path, monkeypatch):
    monkeypatch.setattr(service, "LIVE", 10)
    with Catalogue.open(tmp_path, make=True, live=10) as catalogue:
        for at in range(3):
            catalogue.add([fingerprint(f"i{at}-{number}", A) for number in range(6)])
    assert len(everything(tmp_path)) == 18
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.status().settled
