"""What the keeper writes is what look-ups find: at once, after a crash, and after the folders were lost."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.matching.errors import InvalidSignal
from comity.matching.index import from_digits
from comity.matching.index.errors import FolderOwned
from comity.matching.serving.errors import NotAnswerable, NotLoaded
from comity.matching.serving.found import drawn
from comity.matching.serving.keeper import Keeper, Kept, position_of
from comity.matching.serving.lookup import Lookup
from comity.matching.signals import text, vpdq
from comity.matching.signals.minhash import signature
from support.match_shelf import CLOCK, Shelf

HASH = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
NEAR = "d8f8f1eec0f4a84f0e37022a078f63f0b36e2ed596621e1d33e6239c4e9c9b22"
FAR = "0" * 63 + "1"
LONG = "the bridge stands above the river and all the boats go under it every morning at seven "


def flipped(digits: str, bits: int) -> str:
    number = int(digits, 16)
    for bit in random.Random(bits).sample(range(256), bits):  # noqa: S311 -- a picture that differs
        number ^= 1 << bit
    return f"{number:064x}"


class House:
    """A shelf, its keeper and a look-up."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.shelf = folder, Shelf()
        self.kept = Kept(folder)
        self.lookup = Lookup.open(folder, clock=CLOCK)

    def keep(self) -> None:
        keeper = Keeper(self.kept, self.shelf)
        while keeper.step():
            pass

    def again(self) -> None:
        self.kept.close()
        self.kept = Kept(self.folder)
        self.keep()

    def found(self, kind: str, signal: str, **more: object) -> list[tuple[str, int, float]]:
        (matches,) = self.lookup.find(kind, [signal], **more)  # type: ignore[arg-type]
        return [(one.bank, one.entry, one.distance) for one in matches]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "match")
    yield made
    made.lookup.close()
    made.kept.close()


def test_before_the_keeper_spoke_nothing_is_said(house: House) -> None:
    with pytest.raises(NotLoaded):
        house.lookup.find("pdq", [HASH])


def test_a_listed_picture_is_found_with_everything_said_of_it(house: House) -> None:
    house.shelf.bank("ONE", thresholds={"pdq": 40.0}, shadow=True)
    entry = house.shelf.add("ONE", pdq=HASH)
    house.keep()
    ((match,),) = house.lookup.find("pdq", [NEAR])
    assert (match.bank, match.bank_version, match.entry, match.member) == ("ONE", 1, entry, "member")
    assert (match.listed, match.distance, match.threshold, match.shadow) == (HASH, 10.0, 40.0, True)


def test_each_bank_has_its_threshold_and_a_call_may_have_its_own(house: House) -> None:
    house.shelf.bank("NARROW", thresholds={"pdq": 10.0})
    house.shelf.bank("WIDE", thresholds={"pdq": 60.0})
    for bank in ("NARROW", "WIDE"):
        house.shelf.add(bank, pdq=HASH)
    house.keep()
    asked = flipped(HASH, 31)
    assert [bank for bank, _, _ in house.found("pdq", asked)] == ["WIDE"]
    assert [bank for bank, _, _ in house.found("pdq", asked, threshold=31.0)] == ["NARROW", "WIDE"]
    assert house.found("pdq", asked, threshold=30.0) == []
    assert [bank for bank, _, _ in house.found("pdq", HASH, banks={"NARROW"})] == ["NARROW"]
    with pytest.raises(NotAnswerable):
        house.found("pdq", asked, threshold=200.0)


@pytest.mark.parametrize("count", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("digits", [HASH, "0" * 64, "f" * 64, "0123456789abcdef" * 4])
def test_lists_that_other_indexes_lose(house: House, digits: str, count: int) -> None:
    house.shelf.bank("ONE")
    entries = [house.shelf.add("ONE", pdq=digits) for _ in range(count)]
    house.keep()
    house.again()
    assert [entry for _, entry, _ in house.found("pdq", flipped(digits, 31))] == entries
    assert house.found("pdq", flipped(digits, 32)) == []


def test_same_matches_as_brute_force(house: House) -> None:
    house.shelf.bank("ONE")
    chance = random.Random(7)  # noqa: S311 -- chance for examples
    listed = [f"{chance.getrandbits(256):064x}" for _ in range(300)]
    listed += [flipped(one, chance.randrange(64)) for one in listed[:100]]
    for one in listed:
        house.shelf.add("ONE", pdq=one)
    house.keep()
    for asked in [flipped(one, chance.randrange(33)) for one in listed[:150]]:
        distances = [(int(asked, 16) ^ int(one, 16)).bit_count() for one in listed]
        wanted = sorted((far, place + 1) for place, far in enumerate(distances) if far <= 31)
        assert [(far, entry) for _, entry, far in house.found("pdq", asked)] == wanted


def test_what_is_equal(house: House) -> None:
    house.shelf.bank("ONE")
    sentence = text.signal("The bridge stands above the river.")
    house.shelf.add("ONE", md5="900150983cd24fb0d6963f7d28e17f72", sha256=HASH, text=sentence)
    house.shelf.add("ONE", url="https://example.org/channel/9")
    house.keep()
    assert house.found("md5", "900150983CD24FB0D6963F7D28E17F72") == [("ONE", 1, 0.0)]
    assert house.found("sha256", HASH) == [("ONE", 1, 0.0)]
    assert house.found("text", sentence) == [("ONE", 1, 0.0)]
    assert house.found("url", "http://EXAMPLE.org/channel/9?utm_source=x") == [("ONE", 2, 0.0)]
    assert house.found("sha256", NEAR) == []
    with pytest.raises(InvalidSignal):
        house.found("sha256", "no digest")


def test_rules_cover_addresses(house: House) -> None:
    house.shelf.bank("ONE")
    house.shelf.add("ONE", url_host="*.example.org")
    house.shelf.add("ONE", url_path="https://board.example/channel/")
    house.keep()
    assert house.found("url_host", "https://a.b.example.org/x") == [("ONE", 1, 0.0)]
    assert house.found("url_host", "https://example.org/") == [("ONE", 1, 0.0)]
    assert house.found("url_host", "https://notexample.org/") == []
    assert house.found("url_path", "https://board.example/channel/1?x=2") == [("ONE", 2, 0.0)]
    assert house.found("url_path", "https://board.example/channel") == [("ONE", 2, 0.0)]
    assert house.found("url_path", "https://board.example/channel2") == []


def test_a_film_is_found_by_enough_of_its_frames(house: House) -> None:
    house.shelf.bank("ONE")
    chance = random.Random(3)  # noqa: S311 -- chance for examples
    frames = [f"{chance.getrandbits(256):064x}" for _ in range(10)]
    house.shelf.add("ONE", vpdq=vpdq.write((one, 90, float(at)) for at, one in enumerate(frames)))
    house.keep()
    other = [f"{chance.getrandbits(256):064x}" for _ in range(10)]
    clip = vpdq.write((one, 90, float(at)) for at, one in enumerate([*frames[:8], *other[:2]]))
    assert house.found("vpdq", clip) == [("ONE", 1, 20.0)]
    listed = house.shelf.items[1].signals["vpdq"]
    assert vpdq.distance(clip, listed) == 20.0
    half = vpdq.write((one, 90, float(at)) for at, one in enumerate([*frames[:5], *other[:5]]))
    assert house.found("vpdq", half) == []
    assert house.found("vpdq", half, threshold=50.0) == [("ONE", 1, 50.0)]
    assert house.found("vpdq", vpdq.write([(frames[0], 10, 0.0)])) == []


def test_texts_alike(house: House) -> None:
    house.shelf.bank("ONE")
    entry = house.shelf.add("ONE", text_likeness=signature(LONG * 3))
    house.keep()
    asked = signature(LONG * 3 + "indeed")
    assert [one[1] for one in house.found("text_likeness", asked)] == [entry]
    assert house.found("text_likeness", signature("nothing at all of what was said above is in this one")) == []
    house.shelf.withdraw(entry)
    house.keep()
    assert house.found("text_likeness", asked) == []


def test_what_leaves_matches_no_more(house: House) -> None:
    house.shelf.bank("ONE")
    gone, changed = house.shelf.add("ONE", pdq=HASH), house.shelf.add("ONE", pdq=HASH)
    house.keep()
    assert len(house.found("pdq", HASH)) == 2
    house.shelf.withdraw(gone)
    house.shelf.change(changed, pdq=FAR)
    house.keep()
    assert house.found("pdq", HASH) == []
    assert house.found("pdq", FAR) == [("ONE", changed, 0.0)]


def test_what_is_switched_off_does_not_count(house: House) -> None:
    house.shelf.bank("ONE")
    entry = house.shelf.add("ONE", pdq=HASH)
    for said, counts in (
        ({"off": True}, False),
        ({"off": True, "off_until": "2026-11-23T02:00:00+00:00"}, False),
        ({"off": True, "off_until": "2026-11-22T02:00:00+00:00"}, True),
        ({"quarantined": True}, False),
        ({"expires_at": "2026-11-22T02:00:00+00:00"}, False),
        ({"expires_at": "2026-11-24T02:00:00+00:00"}, True),
    ):
        house.shelf.say(entry, **said)
        house.keep()
        assert bool(house.found("pdq", HASH)) is counts, said
        (found,) = house.lookup.look("pdq", [HASH])
        assert len(found.hits) == 1
    house.shelf.bank("ONE", enabled=False)
    house.keep()
    assert house.found("pdq", HASH) == []


def test_an_allow_bank_wins(house: House) -> None:
    house.shelf.bank("LISTED")
    house.shelf.bank("ALLOWED", negative=True)
    house.shelf.add("LISTED", pdq=HASH)
    house.shelf.add("ALLOWED", pdq=HASH)
    house.keep()
    (found,) = house.lookup.look("pdq", [HASH], banks={"LISTED"})
    assert found.allowed
    assert found.matches == ()
    assert drawn(found, "seed") == ()


def test_an_allow_bank_that_is_only_tried_allows_nothing(house: House) -> None:
    house.shelf.bank("ONE")
    house.shelf.bank("FINE", negative=True, shadow=True)
    house.shelf.add("ONE", pdq=HASH)
    house.shelf.add("FINE", pdq=HASH)
    house.keep()
    (found,) = house.lookup.look("pdq", [HASH])
    assert not found.allowed
    assert [match.bank for match in found.matches] == ["ONE"]
    assert [hit.match.bank for hit in drawn(found, "seed")] == ["ONE"]


def test_a_bank_answers_its_share(house: House) -> None:
    house.shelf.bank("HALF", enabled_ratio=0.5)
    house.shelf.add("HALF", pdq=HASH)
    house.keep()
    (found,) = house.lookup.look("pdq", [HASH])
    answered = [bool(drawn(found, str(seed))) for seed in range(400)]
    assert 120 < sum(answered) < 280
    assert answered == [bool(drawn(found, str(seed))) for seed in range(400)]


def test_many_copies_are_capped_and_said_so(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.bank("ONE")
    for _ in range(20):
        shelf.add("ONE", pdq=HASH)
    kept = Kept(tmp_path)
    Keeper(kept, shelf).step()
    with Lookup.open(tmp_path, clock=CLOCK, most=5) as lookup:
        (found,) = lookup.look("pdq", [HASH])
    kept.close()
    assert len(found.hits) == 5
    assert found.capped


def test_lost_folders_are_made_again(house: House) -> None:
    house.shelf.bank("ONE")
    house.shelf.add("ONE", pdq=HASH)
    house.keep()
    house.kept.close()
    shutil.rmtree(house.folder / "pdq")
    house.kept = Kept(house.folder)
    house.keep()
    assert house.found("pdq", HASH) == [("ONE", 1, 0.0)]


@pytest.mark.parametrize("what", ["position", "listed.sqlite", "pdq/manifest"])
def test_a_damaged_file_is_made_again(house: House, what: str) -> None:
    house.shelf.bank("ONE")
    house.shelf.add("ONE", pdq=HASH)
    house.keep()
    house.kept.close()
    (house.folder / what).write_bytes(b"nonsense")
    house.kept = Kept(house.folder)
    house.keep()
    assert house.found("pdq", HASH) == [("ONE", 1, 0.0)]


def test_an_older_database_is_believed(house: House) -> None:
    house.shelf.bank("ONE")
    house.shelf.add("ONE", pdq=HASH)
    house.shelf.add("ONE", pdq=FAR)
    house.keep()
    house.shelf.items.popitem()
    house.shelf.changes.pop()
    house.keep()
    assert position_of(house.folder) == 2
    assert house.found("pdq", FAR) == []
    assert house.found("pdq", HASH) == [("ONE", 1, 0.0)]


def test_a_crash_between_two_files_loses_nothing(house: House) -> None:
    house.shelf.bank("ONE")
    entry = house.shelf.add("ONE", pdq=HASH)
    house.keep()
    before = (house.folder / "position").read_bytes()
    house.shelf.change(entry, pdq=FAR)
    house.shelf.add("ONE", pdq=NEAR)
    house.keep()
    house.kept.close()
    (house.folder / "position").write_bytes(before)  # as if it had not been written yet
    house.kept = Kept(house.folder)
    house.keep()
    assert house.found("pdq", FAR) == [("ONE", entry, 0.0)]
    assert house.found("pdq", HASH) == [("ONE", 2, 10.0)]


def test_two_keepers_are_refused(house: House) -> None:
    with pytest.raises(FolderOwned):
        Kept(house.folder)


def test_the_snapshot_is_plain_json(house: House) -> None:
    house.shelf.bank("ONE")
    house.keep()
    assert json.loads((house.folder / "banks.json").read_bytes())["banks"][0]["name"] == "ONE"


def test_a_cluster_hides_no_match_that_counts(tmp_path: Path) -> None:
    """Many switched-off copies, or copies in banks that were not asked for, come before the one that counts."""
    shelf = Shelf()
    for bank in ("MANY", "ONE", "ALLOW"):
        shelf.bank(bank, negative=bank == "ALLOW")
    for _ in range(40):
        shelf.say(shelf.add("MANY", pdq=HASH), off=True)
    for _ in range(40):
        shelf.add("MANY", pdq=HASH)
    number = shelf.add("ONE", pdq=HASH)
    kept = Kept(tmp_path)
    keeper = Keeper(kept, shelf)
    keeper.step()
    with Lookup.open(tmp_path, clock=CLOCK, most=5) as lookup:
        (found,) = lookup.look("pdq", [HASH], banks=["ONE"])
        assert [hit.match.entry for hit in found.hits] == [number]
        (found,) = lookup.look("pdq", [HASH])
        assert [hit.in_force for hit in found.hits] == [True] * 5
        assert found.capped
        shelf.add("ALLOW", pdq=HASH)
        keeper.step()
        assert lookup.look("pdq", [HASH])[0].allowed
        words = from_digits([HASH, "f" * 64])
        assert lookup.look_at_words("pdq", words)[0].allowed
    kept.close()
