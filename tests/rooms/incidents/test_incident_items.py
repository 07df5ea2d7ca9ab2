"""An item of the platform is named by its address: the machine works out its signals, or nothing is listed."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

import numpy as np
import pdqhash
import pytest
from PIL import Image

from comity.casefile import audit
from comity.casefile.documents.bank import EntryChange
from comity.docket.incidents.errors import IncidentOver, ItemNotRead, NoSuchIncident, NoSuchItem, NothingToList
from comity.registry.errors import NotYourDutyError
from support.board import picture

if TYPE_CHECKING:
    from comity.matching.banks.store import BankEntry
    from support.incidents import Scene
    from support.reviewing import Gallery


@pytest.fixture
def scene(gallery: Gallery) -> Scene:
    from support.incidents import Scene

    return Scene(gallery)


@pytest.fixture
def drawn() -> bytes:
    """A picture with enough in it to be compared."""
    waves = np.indices((128, 160)).sum(axis=0)
    made = Image.fromarray((127 + 120 * np.sin(waves / 9 + waves**2 / 4000)).astype("uint8")).convert("RGB")
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def listed(scene: Scene) -> dict[str, str]:
    lines = scene.docket.incident(1, scene.gallery.staff.mia).signals
    return {kind: signal for line in lines for kind, signal in line.signals.items()}


def posted(scene: Scene, *pictures: bytes) -> str:
    """Ada publishes something; gives its public address."""
    night = scene.gallery.night
    return str(night.board_adapter.describe(night.board.publish("ada", pictures=pictures)).urls[0])


def stored(scene: Scene, url: str) -> list[bytes]:
    """The pictures of an item as the platform keeps them."""
    platform = scene.gallery.night.board_adapter
    return [b"".join(part.chunks) for part in platform.files(platform.resolve(url).item)]


def by_address(scene: Scene, address: str, by: str = "") -> int:
    who = by or scene.gallery.staff.mia
    return int(scene.docket.list_incident_item(who, 1, address=address, because="it spreads"))


def test_an_address_is_enough(scene: Scene, drawn: bytes) -> None:
    scene.declare()
    url = posted(scene, drawn)
    count = by_address(scene, f" {url}\n")
    found = listed(scene)
    assert count == len(found)
    (kept,) = stored(scene, url)
    assert found["sha256"] == hashlib.sha256(kept).hexdigest()
    peer, _quality = pdqhash.compute(np.asarray(Image.open(io.BytesIO(kept))))
    bits = int("".join(map(str, peer)), 2)
    assert (int(found["pdq"], 16) ^ bits).bit_count() <= 10
    assert "md5" not in found
    notes = {
        EntryChange.from_canonical(one.body).note
        for one in audit.entries_of(scene.bank().id)
        if one.kind == EntryChange.kind and one.body
    }
    assert notes == {f"of {scene.gallery.night.board_adapter.resolve(url).item}"}


def _items(scene: Scene) -> list[BankEntry]:
    from comity.matching.banks import store

    return list(store.items(scene.bank(), after=0, most=100))


def test_named_again_it_is_listed_once(scene: Scene, drawn: bytes) -> None:
    scene.declare()
    url = posted(scene, drawn)
    assert by_address(scene, url) == by_address(scene, url) == len(_items(scene))
    twice = posted(scene, drawn, drawn)
    by_address(scene, twice)
    assert len(_items(scene)) == len(listed(scene))


def test_each_picture_of_an_item_is_listed(scene: Scene, drawn: bytes) -> None:
    scene.declare()
    other = picture((1, 2, 3), "PNG", (90, 70))
    url = posted(scene, drawn, other)
    by_address(scene, url)
    sums = {one.signals["sha256"] for one in _items(scene) if "sha256" in one.signals}
    assert sums == {hashlib.sha256(body).hexdigest() for body in stored(scene, url)}
    assert len(sums) == 2


def test_what_cannot_be_compared_or_found_lists_nothing(scene: Scene) -> None:
    scene.declare()
    words = posted(scene)
    before = scene.entries()
    for address, refusal in (
        (words, NothingToList),
        (f"{words}x", NoSuchItem),
        (f"{words}999999", NoSuchItem),
        ("https://elsewhere.example/posts/1", NoSuchItem),
        ("http://169.254.169.254/latest", NoSuchItem),
        ("file:///etc/passwd", NoSuchItem),
        ("", NoSuchItem),
    ):
        with pytest.raises(refusal):
            by_address(scene, address)
    assert _items(scene) == []
    assert scene.entries() == before


def test_a_platform_that_is_away_lists_nothing(scene: Scene, drawn: bytes) -> None:
    scene.declare()
    board = scene.gallery.night.board
    url = posted(scene, drawn)
    board.stop()
    try:
        with pytest.raises(ItemNotRead):
            by_address(scene, url)
    finally:
        board.start()
    assert _items(scene) == []
    assert by_address(scene, url) == len(_items(scene)) > 0


def test_only_who_decides_and_only_while_it_lasts(scene: Scene, drawn: bytes) -> None:
    staff = scene.gallery.staff
    url = posted(scene, drawn)
    with pytest.raises(NoSuchIncident):
        by_address(scene, url)
    scene.declare()
    with pytest.raises(NotYourDutyError):
        by_address(scene, url, by=staff.dan)
    scene.docket.close_incident(staff.mia, 1, "over")
    with pytest.raises(IncidentOver):
        by_address(scene, url)
    assert _items(scene) == []
