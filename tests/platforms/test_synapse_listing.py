"""What a real homeserver's users uploaded is listed page by page, from any place, whoever it is of and whatever became
of it; and a scan makes fingerprints of it.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from test_synapse import UNION, a_picture, key

from comity.casefile.clock import FixedClock
from comity.matching.catalogue import Catalogue
from comity.matching.hunting import Query, hunt
from comity.matching.scanning import Pace, scan
from comity.matching.signals.decoders import Decoders
from comity.platform.errors import PlatformFailure, Unsendable
from comity.platform.synapse import Synapse
from support.pictures import encoded, scene
from support.synapse import RunningSynapse, User, enc


def pages(matrix: Synapse, most: int, cursor: str | None = None) -> tuple[list[str], list[str | None]]:
    """Everything from a place on, and where each page began."""
    items, cursors = [], [cursor]
    while True:
        page = matrix.listed(cursors[-1], most)
        assert len(page.items) <= most
        assert all(one.text is None for one in page.items), "messages are not listed"
        items += [one.item for one in page.items]
        if page.cursor is None:
            return items, cursors
        cursors.append(page.cursor)


def test_every_upload_is_listed_once_from_every_place(matrix: Synapse, ada: User, ben: User) -> None:
    room = ada.room()
    uploads = [ada.upload(a_picture()) for _ in range(5)]
    theirs = [ben.upload(a_picture()) for _ in range(3)]
    ada.say(room, "hello")
    ada.show(room, uploads[0])
    whole, _ = pages(matrix, 100)
    assert [[one for one in whole if one in some] for some in (uploads, theirs)] == [uploads, theirs], "oldest first"
    for most in (1, 2, 5):
        items, cursors = pages(matrix, most)
        assert items == whole
        assert all(earlier != later for earlier, later in pairwise(cursors)), "no page is followed by itself"
        rest, _ = pages(matrix, 100, cursors[-1])
        assert rest == whole[len(whole) - len(rest) :]
        assert 0 < len(rest) < len(whole)


def test_what_is_kept_away_and_of_accounts_that_ended_is_listed_and_read(
    homeserver: RunningSynapse, matrix: Synapse, ada: User, ben: User
) -> None:
    body = a_picture()
    shown, quarantined = ada.upload(body), ada.upload(a_picture())
    matrix.disable(quarantined, territories=UNION, key=key(), legal=None)
    theirs = ben.upload(a_picture())
    homeserver.admin.done("POST", f"/_synapse/admin/v1/deactivate/{enc(ben.name)}", json={"erase": False})
    items, _ = pages(matrix, 100)
    assert {shown, quarantined, theirs} <= set(items)
    (part,) = matrix.files(shown)
    assert (part.media_type, b"".join(part.chunks)) == ("image/png", body)
    assert matrix.describe(theirs).account == ben.name
    assert list(matrix.files(quarantined)), "who looks for copies sees what nobody else sees"


@pytest.mark.parametrize("cursor", ["", "7", "[1]", "[1, 2, 3]", '["a", 0]', "{}", "null", "[-1, 0]", "[0, -5]"])
def test_no_other_place_is_asked_for(matrix: Synapse, cursor: str) -> None:
    with pytest.raises(Unsendable):
        matrix.listed(cursor, 10)


def test_a_scan_of_a_homeserver_finds_a_picture_again(
    matrix: Synapse, ada: User, tmp_path: Path, clock: FixedClock
) -> None:
    picture = encoded(scene())
    uploaded = ada.upload(picture, "image/jpeg")
    pace = Pace(items_a_second=10_000, page=2)
    with Decoders() as decoders, Catalogue.open(tmp_path, make=True) as catalogue:
        state = scan(catalogue, matrix, decoders, failure=PlatformFailure, clock=clock, pace=pace)
        signal = decoders.picture(picture).views[0].pdq
    assert (state.ended_at, state.items) == (clock.now(), len(pages(matrix, 100)[0]))
    found = {one.item: one.account for one in hunt(tmp_path, [Query("pdq", signal)])}
    assert found[uploaded] == ada.name
