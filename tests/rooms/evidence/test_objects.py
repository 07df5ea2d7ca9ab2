"""Exhibits in an object store: locked by the store itself, so that nobody deletes early, and we neither."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents import new_id
from comity.casefile.evidence import KeyEncryptionKeys, Vault, new_line
from comity.casefile.evidence.errors import ExhibitErased, ExhibitMissing, StoreAway, StoreUnfit
from comity.casefile.evidence.object_place import ObjectPlace
from comity.casefile.evidence.objects import PART_BYTES, ObjectStore
from comity.casefile.records import unit_of_work
from comity.settings import Settings
from support.weed import Weed

pytestmark = [pytest.mark.xdist_group("weed")]
PLAIN = b"the post and its picture" * 1000
DIGEST = hashlib.sha256(PLAIN).hexdigest()
LAW = ("2021/784 Art 6(2)",)


@pytest.fixture(scope="module")
def weed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weed]:
    running = Weed(tmp_path_factory.mktemp("weed"))
    yield running
    running.close()


@pytest.fixture
def store(weed: Weed) -> ObjectStore:
    return ObjectStore(ObjectPlace.parse(weed.uri, weed.credentials), unclaimed=timedelta(0))


@pytest.fixture
def now() -> FixedClock:
    """The store locks by its own time, so these tests live now."""
    return FixedClock(Instant(datetime.now(UTC)))


@pytest.fixture
def vault(store: ObjectStore) -> Vault:
    return Vault(store, KeyEncryptionKeys.parse(new_line("kek-1")))


def taken_in(vault: Vault, clock: FixedClock) -> str:
    case = new_id()
    with unit_of_work(clock.now(), "system:intake") as work:
        vault.take_in(work, case, [PLAIN], media_type="text/plain", name="post", purpose="preservation")
    return case


def held(vault: Vault, clock: FixedClock, case: str, until: Instant | None) -> None:
    with unit_of_work(clock.now(), "system:clocks") as work:
        vault.hold(work, case, DIGEST, because="2021/784 Art 6(2)", until=until)


def opened(vault: Vault, clock: FixedClock, case: str) -> bytes:
    with unit_of_work(clock.now(), "staff:anna") as work:
        chunks = vault.open(work, case, DIGEST, purpose="proof")
    return b"".join(chunks)


def versions(weed: Weed, store: ObjectStore, name: str) -> list[dict[str, Any]]:
    return store._versions(name)


def name_of(case: str) -> str:
    from comity.casefile.evidence import store as rows

    return rows.of_case(case)[0].file


def test_an_exhibit_comes_back_as_it_was_and_the_store_sees_ciphertext_only(database, vault, store, weed, now):
    case = taken_in(vault, now)
    assert opened(vault, now, case) == PLAIN
    assert vault.verify(case, DIGEST).size == len(PLAIN)
    found = weed.client().get_object(Bucket="exhibits", Key=f"house/{name_of(case)}")["Body"].read()
    assert PLAIN[:24] not in found
    assert found.startswith(b"comity exhibit 1")


def test_a_large_exhibit_streams_in_little_memory(database, vault, now):
    block = b"\x07" * (1 << 20)
    case = new_id()
    tracemalloc.start()
    try:
        with unit_of_work(now.now(), "system:intake") as work:
            taken = vault.take_in(work, case, (block for _ in range(150)), media_type="a/b", name="n", purpose="p")
        assert vault.verify(case, taken.digest).size == 150 << 20
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES])
def test_every_length_is_stored_whole(store, size):
    data = b"\x05" * size
    written = store.write(iter([data[: size // 3], data[size // 3 :]]))
    assert store.open(written.name).read() == data


def test_until_the_legal_period_ends_nobody_deletes_and_we_neither(database, vault, store, weed, now):
    case = taken_in(vault, now)
    held(vault, now, case, now.now().plus(timedelta(days=184)))
    name = name_of(case)
    (version,) = versions(weed, store, name)
    place = {"Bucket": "exhibits", "Key": f"house/{name}", "VersionId": version["VersionId"]}
    for more in ({}, {"BypassGovernanceRetention": True}):
        with pytest.raises(ClientError, match="AccessDenied"):
            weed.client().delete_object(**place, **more)
    sooner = {"Mode": "COMPLIANCE", "RetainUntilDate": now.now().plus(timedelta(days=1)).utc}
    with pytest.raises(ClientError):
        weed.client().put_object_retention(**place, Retention=sooner)
    store.remove(name)
    assert store.remove_abandoned(name, lambda: False) is False
    assert opened(vault, now, case) == PLAIN


def test_what_is_put_on_top_or_deleted_on_top_changes_nothing(database, vault, store, weed, now):
    case = taken_in(vault, now)
    held(vault, now, case, now.now().plus(timedelta(days=184)))
    key = {"Bucket": "exhibits", "Key": f"house/{name_of(case)}"}
    weed.client().put_object(**key, Body=b"another")
    assert opened(vault, now, case) == PLAIN
    weed.client().delete_object(**key)
    assert opened(vault, now, case) == PLAIN
    assert name_of(case) in set(store.names())


def test_a_longer_period_extends_and_a_shorter_one_shortens_nothing(database, vault, store, weed, now):
    case = taken_in(vault, now)
    for days in (10, 20, 5):
        held(vault, now, case, now.now().plus(timedelta(days=days)))
    place = store._at(name_of(case))
    found = weed.client().get_object_retention(**place)["Retention"]
    assert found["Mode"] == "COMPLIANCE"
    assert abs(found["RetainUntilDate"] - now.now().plus(timedelta(days=20)).utc) <= timedelta(seconds=2)


def test_an_open_hold_locks_until_it_is_released(database, vault, store, weed, now):
    case = taken_in(vault, now)
    held(vault, now, case, None)
    store.remove(name_of(case))
    assert opened(vault, now, case) == PLAIN
    with unit_of_work(now.now(), "staff:anna") as work:
        vault.release(work, case, DIGEST, because="the court is done")
    assert weed.client().get_object_legal_hold(**store._at(name_of(case)))["LegalHold"]["Status"] == "OFF"


def test_erasure_destroys_the_key_though_a_lock_still_keeps_the_object(database, vault, store, now):
    case = taken_in(vault, now)
    held(vault, now, case, now.now().plus(timedelta(days=1)))
    name = name_of(case)
    now.advance(timedelta(days=2))  # by our clock the period is over, by the store's it is not
    with unit_of_work(now.now(), "system:clocks") as work:
        vault.erase(work, case, because="the period ended", citations=LAW)
    assert name in set(store.names())
    with unit_of_work(now.now(), "staff:anna") as work, pytest.raises(ExhibitErased):
        vault.open(work, case, DIGEST, purpose="curiosity")
    assert vault.sweep() >= 0
    assert name in set(store.names())


def test_erased_without_a_lock_the_object_goes_too(database, vault, store, now):
    case = taken_in(vault, now)
    held(vault, now, case, now.now())
    name = name_of(case)
    now.advance(timedelta(seconds=1))
    with unit_of_work(now.now(), "system:clocks") as work:
        vault.erase(work, case, because="the period ended", citations=LAW)
    assert name not in set(store.names())


def test_sweep_takes_what_a_crash_left_once_it_is_old_and_nothing_else(database, vault, store, weed, now):
    case, left = taken_in(vault, now), store.write(iter([b"left"])).name
    patient = Vault(ObjectStore(ObjectPlace.parse(weed.uri, weed.credentials)), KeyEncryptionKeys.parse(new_line("k")))
    patient.sweep()
    assert left in set(store.names())
    vault.sweep()
    assert left not in set(store.names())
    assert opened(vault, now, case) == PLAIN


def test_a_stream_that_breaks_leaves_nothing(store):
    def broken() -> Iterator[bytes]:
        yield b"\x01" * (PART_BYTES + 1)
        message = "the platform went away"
        raise ConnectionError(message)

    before = set(store.names())
    with pytest.raises(ConnectionError):
        store.write(broken())
    assert set(store.names()) == before


def test_a_store_that_is_away_fails_closed_and_nothing_is_held(database, vault, now, weed):
    case = taken_in(vault, now)
    away = ObjectPlace.parse(weed.uri.replace(weed.endpoint, "http://127.0.0.1:9"), weed.credentials)
    gone = Vault(ObjectStore(away), KeyEncryptionKeys.parse(new_line("k")))
    with unit_of_work(now.now(), "system:clocks") as work, pytest.raises(StoreAway):
        gone.hold(work, case, DIGEST, because="2021/784 Art 6(2)", until=now.now().plus(timedelta(days=9)))
    with unit_of_work(now.now(), "system:intake") as work, pytest.raises(StoreAway):
        gone.take_in(work, case, [b"other"], media_type="a/b", name="n", purpose="p")


def test_what_was_never_there_is_missing(store):
    for name in (new_id(), "../secret"):
        with pytest.raises(ExhibitMissing):
            store.open(name)
    with pytest.raises(ExhibitMissing):
        store.keep(new_id(), until=None)


def test_a_bucket_without_object_lock_is_refused(weed):
    place = ObjectPlace.parse(weed.uri.replace("//exhibits", "//plain"), weed.credentials)
    with pytest.raises(StoreUnfit, match="no Object Lock"):
        ObjectStore(place).write(iter([b"x"]))


def test_a_restored_object_keeps_its_name_and_is_not_written_over(store):
    name = new_id()
    store.put_back(name, iter([b"first"]))
    store.put_back(name, iter([b"second"]))
    assert store.open(name).read() == b"first"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "exhibits",
        "s3://",
        "https://bucket/x",
        "s3://b?endpoint=http://store.example",
        "s3://b?endpoint=ftp://127.0.0.1",
        "s3://b?endpoint=https://",
        "s3://b?secret=1",
        "s3://b#x",
    ],
)
def test_an_address_that_is_unsafe_or_unclear_is_refused(uri):
    with pytest.raises(StoreUnfit):
        ObjectPlace.parse(uri)


def test_credentials_come_from_a_private_file_of_two_lines_and_are_not_shown(tmp_path):
    path = tmp_path / "credentials"
    path.write_text("AKID\nvery-secret\n")
    with pytest.raises(StoreUnfit, match="chmod 600"):
        ObjectPlace.parse("s3://b", path)
    path.chmod(0o600)
    place = ObjectPlace.parse("s3://b/p?region=eu-west-3", path)
    assert (place.bucket, place.prefix, place.region) == ("b", "p/", "eu-west-3")
    assert place.credentials == ("AKID", "very-secret")
    assert "very-secret" not in repr(place)
    path.write_text("one")
    with pytest.raises(StoreUnfit, match="two lines"):
        ObjectPlace.parse("s3://b", path)


def test_the_house_uses_the_store_that_is_set_and_a_directory_otherwise(tmp_path: Path, weed):
    from comity.casefile.evidence.files import VaultDirectory
    from comity.main.house import exhibit_store

    assert isinstance(exhibit_store(Settings(home=tmp_path)), VaultDirectory)
    there = Settings(home=tmp_path, exhibits=weed.uri, exhibits_credentials_file=weed.credentials)
    assert isinstance(exhibit_store(there), ObjectStore)
