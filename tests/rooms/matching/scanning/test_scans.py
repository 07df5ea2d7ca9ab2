"""A scan reads everything once, keeps no content, goes on where it was killed, and counts what it cannot read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from comity.casefile.clock import FixedClock
from comity.matching.catalogue import Catalogue
from comity.matching.hunting import Query, hunt
from comity.matching.scanning import Pace, scan, state_of
from comity.matching.signals import text
from comity.platform.errors import Cannot, Faulty, NotTrusted, PlatformFailure, Unintelligible
from comity.platform.listings import ListedItem, Page
from support.board import picture
from support.catalogued import AT
from support.pictures import encoded, scene

CLOCK = FixedClock(AT)
QUICK = Pace(items_a_second=10_000, page=3, again=(0.01, 0.01))
BRIDGE = encoded(scene())


@pytest.fixture(scope="module")
def items(board):
    """Three posts with the bridge, others without; one says nothing that can be compared."""
    board.user("ada").join()
    with_bridge = {board.publish("ada", "Bridge", f"number {at}", (BRIDGE,)) for at in range(3)}
    others = {board.publish("ada", f"Text {at}", "There is no picture beside these words") for at in range(6)}
    board.publish("ada", "Plain", "one colour only", (picture(size=(300, 300)),))
    return with_bridge, others


def scanned(catalogue, adapter, decoders, **more):
    more = {"pace": QUICK, **more}
    return scan(catalogue, adapter, decoders, failure=PlatformFailure, clock=CLOCK, **more)


def bridge(decoders):
    return decoders.picture(BRIDGE).views[0].pdq


def test_a_scan_finds_every_picture_and_text(items, adapter, decoders, tmp_path):
    told = []
    with Catalogue.open(tmp_path, make=True) as catalogue:
        state = scanned(catalogue, adapter, decoders, tell=told.append)
        assert state_of(catalogue) == state
        assert (state.items, state.ended_at, state.cursor) == (10, AT, None)
        assert [one.items for one in told] == [3, 6, 9, 10]
    found = list(hunt(tmp_path, [Query("pdq", bridge(decoders))]))
    assert {one.item for one in found} == items[0]
    assert all(one.account and one.url and one.url.startswith("https://board.example/p/") for one in found)
    said = "Text 2\nThere is no picture beside these words"
    (one,) = hunt(tmp_path, [Query("text", text.signal(said))])
    assert one.item in items[1]
    assert one.content_type == "text"
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"no picture beside" not in kept
    assert BRIDGE[100:200] not in kept


def test_a_second_scan_adds_nothing(items, adapter, decoders, tmp_path):
    assert items
    with Catalogue.open(tmp_path, make=True) as catalogue:
        scanned(catalogue, adapter, decoders)
        catalogue.compact()
        before = catalogue.status().settled
        scanned(catalogue, adapter, decoders)
        catalogue.compact()
        assert catalogue.status().settled == before


def test_what_has_nothing_to_see_is_counted_by_its_name(items, adapter, decoders, tmp_path):
    assert items
    with Catalogue.open(tmp_path, make=True) as catalogue:
        assert set(scanned(catalogue, adapter, decoders).unread) == {"featureless"}


def test_a_scan_that_was_stopped_goes_on(items, adapter, decoders, tmp_path):
    assert items
    stop = threading.Event()
    with Catalogue.open(tmp_path, make=True) as catalogue:
        state = scanned(catalogue, adapter, decoders, stop=stop, tell=lambda _state: stop.set())
        assert (state.items, state.ended_at) == (3, None)
        assert scanned(catalogue, adapter, decoders).items == 10
        state = scanned(catalogue, adapter, decoders, stop=stop, tell=lambda _state: stop.set())
        assert state.items == 0, "a stopped scan asks for nothing"


def test_a_platform_that_fails_now_and_then_is_asked_again(items, board, adapter, decoders, tmp_path):
    assert items
    board.faults({"kind": "items", "times": 1}, {"kind": "describe", "times": 2}, {"kind": "part", "how": "close"})
    with Catalogue.open(tmp_path, make=True) as catalogue:
        state = scanned(catalogue, adapter, decoders)
    assert (state.items, set(state.unread)) == (10, {"featureless"})


def test_a_platform_that_stays_away_stops_the_scan_and_the_next_goes_on(items, board, adapter, decoders, tmp_path):
    with Catalogue.open(tmp_path, make=True) as catalogue:
        stop = threading.Event()
        scanned(catalogue, adapter, decoders, stop=stop, tell=lambda _state: stop.set())
        board.faults({"kind": "describe", "times": 100})
        with pytest.raises(Faulty):
            scanned(catalogue, adapter, decoders)
        assert state_of(catalogue).items == 3, "nothing of the page that failed counts"
        board.faults()
        assert scanned(catalogue, adapter, decoders).items == 10
    assert {one.item for one in hunt(tmp_path, [Query("pdq", bridge(decoders))])} == items[0]


class Platform:
    """A platform whose failures are made to order."""

    def __init__(self, failures, size=10):
        self.failures, self.size = failures, size

    def listed(self, cursor, most):
        first = int(cursor or 0)
        last = min(first + most, self.size)
        names = tuple(ListedItem(f"p{at}", f"the words of number {at} are these") for at in range(first, last))
        return Page(names, str(last) if last < self.size else None)

    def describe(self, item):
        if item in self.failures:
            raise self.failures[item]
        return self

    account, urls = "ada", ()

    def files(self, _item):
        return iter(())


def test_items_that_cannot_be_read_are_counted_by_reason(decoders, tmp_path):
    failures = {"p1": Unintelligible("nonsense"), "p2": NotTrusted("no"), "p7": Unintelligible("more")}
    with Catalogue.open(tmp_path, make=True) as catalogue:
        state = scanned(catalogue, Platform(failures), decoders)
    assert state.unread == {"platform_unintelligible": 2, "platform_not_trusted": 1}
    assert (state.items, state.fingerprints) == (10, 14)


def test_a_platform_that_lists_nothing_says_so(decoders, tmp_path):
    class Silent(Platform):
        def listed(self, _cursor, _most):
            raise Cannot("this platform does not list what it stores")

    with Catalogue.open(tmp_path, make=True) as catalogue:
        with pytest.raises(Cannot, match="does not list"):
            scanned(catalogue, Silent({}), decoders)
        assert state_of(catalogue) is None


def test_no_more_items_a_second_than_allowed(decoders, tmp_path):
    with Catalogue.open(tmp_path, make=True) as catalogue:
        began = time.monotonic()
        scanned(catalogue, Platform({}), decoders, pace=Pace(items_a_second=20, page=4))
        assert time.monotonic() - began >= 8 / 20


_SCAN = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[4:]
from comity.casefile.clock import FixedClock
from comity.matching.catalogue import Catalogue
from comity.matching.scanning import Pace, scan
from comity.matching.signals.decoders import Decoders
from comity.platform.board import Board, BoardSettings
from comity.platform.errors import PlatformFailure
from support.catalogued import AT
settings = BoardSettings(base_url=sys.argv[2], secret=sys.argv[3], public_urls=("https://board.example",))
with Catalogue.open(Path(sys.argv[1]), make=True) as catalogue, Decoders() as decoders, Board(settings) as board:
    scan(catalogue, board, decoders, failure=PlatformFailure, clock=FixedClock(AT), pace=Pace(100, page=1),
         tell=lambda state: print(state.items, flush=True))
"""


def test_a_scan_that_is_killed_loses_nothing_and_repeats_a_page_at_most(items, board, decoders, tmp_path):
    for killed_after in (1, 4, None):
        arguments = [sys.executable, "-c", _SCAN, str(tmp_path), board.url, board.secret, *sys.path]
        child = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        counts = []
        for line in child.stdout:
            counts.append(int(line))
            if killed_after is not None and len(counts) == killed_after:
                os.kill(child.pid, signal.SIGKILL)
                break
        child.stdout.close()
        assert child.wait() == (0 if killed_after is None else -signal.SIGKILL)
        with Catalogue.open(tmp_path) as catalogue:
            assert state_of(catalogue).items >= counts[-1], "what was told was kept"
    with Catalogue.open(tmp_path) as catalogue:
        assert (state_of(catalogue).items, state_of(catalogue).ended_at) == (10, AT)
    assert {one.item for one in hunt(tmp_path, [Query("pdq", bridge(decoders))])} == items[0]
