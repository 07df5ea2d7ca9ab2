"""A backup from a directory into a house whose exhibits lie in an object store: the locks are there again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records import unit_of_work
from comity.casefile.records.migrate import migrate
from comity.main import backup, restore
from comity.main.house import Places, exhibit_store
from support.backup_house import House
from support.databases import point_django_at
from support.weed import Weed

pytestmark = [pytest.mark.xdist_group("weed")]


@pytest.fixture
def weed(tmp_path: Path) -> Iterator[Weed]:
    (tmp_path / "weed").mkdir()
    running = Weed(tmp_path / "weed")
    yield running
    running.close()


def test_exhibits_move_into_an_object_store_and_are_locked_there(
    house: House, empty: House, weed: Weed, tmp_path: Path
):
    case, digest = house.take_in(b"kept for half a year")
    clock = FixedClock(Instant(datetime.now(UTC)))
    with unit_of_work(clock.now(), "system:clocks") as work:
        until = clock.now().plus(timedelta(days=184))
        house.vault.hold(work, case, digest, because="2021/784 Art 6(2)", until=until)
    house.sequence()
    backup.back_up(house.settings, house.server, tmp_path / "b", clock=house.clock)

    there = {"exhibits": weed.uri, "exhibits_credentials_file": weed.credentials}
    empty.settings = empty.settings.model_copy(update=there)
    Places(house.home).keys.rename(Places(empty.home).keys)
    point_django_at(empty.server)
    keys = restore.place_keys(empty.settings, tmp_path / "b", None)
    manifest = restore.read_manifest(tmp_path / "b", keys, empty.settings.log_origin)
    restore.put_back(empty.settings, empty.server, tmp_path / "b", manifest)
    migrate(empty.server)
    restore.publish(empty.settings, empty.server)
    assert list(restore.missing_from(empty.settings, manifest)) == []
    assert empty.vault.verify(case, digest).size == 20

    store = exhibit_store(empty.settings)
    locked = []
    for name in store.names():
        for version in weed.client().list_object_versions(Bucket="exhibits", Prefix=f"house/{name}")["Versions"]:
            place = {"Bucket": "exhibits", "Key": version["Key"], "VersionId": version["VersionId"]}
            try:
                weed.client().delete_object(**place)
            except ClientError:
                locked.append(name)
    assert len(locked) == 1
