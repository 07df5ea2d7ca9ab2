"""Judgement about hunts: what can be sought, what was found of one item, and when a person looks first."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.docket.hunts import rules
from comity.docket.hunts.errors import NothingSought, TooMuchSought, UnusableSearch
from comity.docket.hunts.models import State
from comity.docket.hunts.rules import Gathering
from comity.docket.seeking import Hit, Sought
from comity.matching.signals import TYPES
from support.reviewing import PDQ, bits

SHA = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
SOUGHT = (Sought("pdq", PDQ, 31.0), Sought("pdq", bits(PDQ, 8), 31.0), Sought("sha256", SHA, 0.0))


def hit(item: str, distance: float = 0.0, line: int = 0, **more: str | None) -> Hit:
    said: dict[str, str | None] = {"url": None, "account": "ada", "content_type": "photo", "signal_type": "pdq"}
    said |= {"signal": bits(PDQ, int(distance)), "recipe": None, **more}
    return Hit(item=item, line=line, distance=distance, **said)  # type: ignore[arg-type]  # names of fields


# -- lists -------------------------------------------------------------------------------------------------------------


def test_a_list_names_types_or_takes_the_one_it_is_given() -> None:
    text = f"# copies\n\n{PDQ.upper()}\nsha256 {SHA}\nSHA256 {SHA}\n"
    assert rules.read_list(text, "pdq", {}) == (Sought("pdq", PDQ, 31.0), Sought("sha256", SHA, 0.0))


def test_a_text_with_a_blank_is_no_type_and_its_signal() -> None:
    with pytest.raises(UnusableSearch, match="line 1: pdq"):
        rules.read_list("smell of rain", "pdq", {})


def test_thresholds_are_those_that_were_asked_for() -> None:
    (one,) = rules.read_list(PDQ, "pdq", {"pdq": 12})
    assert one.threshold == 12


@pytest.mark.parametrize("asked", [-1, 61, float("nan"), float("inf")])
def test_a_distance_at_which_a_match_says_nothing_is_refused(asked: float) -> None:
    with pytest.raises(UnusableSearch, match="pdq: a distance from 0 to 60"):
        rules.threshold_of("pdq", asked)


def test_an_empty_list_and_one_that_is_too_long_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NothingSought):
        rules.read_list("# nothing\n", "pdq", {})
    monkeypatch.setattr(rules, "LONGEST", 2)
    assert len(rules.limited([SOUGHT[0], SOUGHT[1], SOUGHT[0]])) == 2
    with pytest.raises(TooMuchSought):
        rules.limited(SOUGHT)


@given(st.text(max_size=200), st.sampled_from(sorted(TYPES)), st.floats())
def test_whatever_is_typed_is_refused_or_kept_as_it_is_read_back(text: str, kind: str, threshold: float) -> None:
    try:
        sought = rules.read_list(text, kind, {"pdq": threshold})
    except (UnusableSearch, NothingSought):
        return
    assert rules.read(rules.written(sought)) == sought
    assert all(TYPES[one.signal_type].normalise(one.signal) == one.signal for one in sought)


def test_what_is_sought_has_one_digest() -> None:
    body = rules.written((*SOUGHT, Sought("pdq", PDQ, 4.0, 17, "ESP 42")))
    assert rules.written(rules.read(body)) == body
    assert rules.digest(body) != rules.digest(rules.written(SOUGHT))


# -- what was found ----------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 31), st.sampled_from([0, 1])), max_size=90))
def test_the_same_hits_in_another_order_give_the_same(found: list[tuple[str, int, int]]) -> None:
    hits = [hit(item, distance, line) for item, distance, line in found]
    mixed = list(hits)
    random.Random(7).shuffle(mixed)  # noqa: S311 -- an order, no secret
    said = []
    for order in (hits, mixed, hits + mixed):
        gathering = Gathering(SOUGHT)
        assert all(gathering.add(one) for one in order)
        said.append([(one.item, one.nearest, one.matches) for one in gathering.sorted()])
    assert said[0] == said[1] == said[2]
    assert [item for item, *_ in said[0]] == sorted({item for item, *_ in said[0]}, key=lambda one: _key(said[0], one))


def _key(said: list, item: str) -> tuple:
    return next((pair, name) for name, pair, _matches in said if name == item)


def test_what_equals_a_file_is_as_near_as_can_be() -> None:
    gathering = Gathering(SOUGHT)
    gathering.add(hit("one", 9))
    gathering.add(hit("one", 0, 2, signal_type="sha256", signal=SHA))
    (one,) = gathering.sorted()
    assert (one.nearest.signal_type, one.matches) == ("sha256", [(2, 0)])


def test_more_items_than_one_hunt_takes_end_the_search() -> None:
    gathering = Gathering(SOUGHT, most=2)
    assert [gathering.add(hit(name)) for name in ("a", "b", "a", "c")] == [True, True, True, False]
    assert (gathering.full, len(gathering.items)) == (True, 2)


def test_counts_of_nothing_are_nothing() -> None:
    said = rules.counts([], SOUGHT, "salt")
    assert (said["types"], said["accounts"], said["top"]) == ({}, 0, [])


def test_distances_are_counted_up_to_the_widest_threshold() -> None:
    gathering = Gathering(SOUGHT)
    for number, distance in enumerate((0, 1, 31, 31)):
        gathering.add(hit(f"p{number}", distance))
    gathering.add(hit("file", 0, 2, signal_type="sha256", signal=SHA, account=None))
    said = rules.counts(gathering.sorted(), SOUGHT, "salt")
    assert said["distances"] == {
        "pdq": {"most": 31.0, "bins": [2, *[0] * 14, 2]},
        "sha256": {"most": 0.0, "bins": [1]},
    }
    assert (said["lines"], said["unnamed"]) == ([[0, 4], [2, 1]], 1)


# -- when a person looks first -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "stored", "held"),
    [(0, 0, False), (49, 49, False), (50, 5_000, False), (50, 4_999, True), (10_000, 10**9, False)],
)
def test_much_of_the_platform_waits_for_a_person(found: int, stored: int, held: bool) -> None:
    assert bool(rules.why_held(found, stored, full=False)) is held


def test_very_many_items_wait_however_large_the_platform_is() -> None:
    assert rules.why_held(10_001, 10**9, full=False) == "it found 10,001 items"
    assert "broken off" in rules.why_held(0, 10**9, full=True)


# -- moves -------------------------------------------------------------------------------------------------------------


def test_the_database_knows_the_same_moves() -> None:
    from importlib import import_module

    arrows = import_module("comity.docket.hunts.migrations.0002_guards").ARROWS
    assert set(arrows) == {(source.value, target.value) for source, to in rules.MOVES.items() for target in to}


def test_what_is_over_stays_so() -> None:
    assert {state for state in State if not rules.MOVES[state]} == rules.OVER


def test_of_one_item_the_nearest_pairs_are_remembered() -> None:
    sought = [Sought("pdq", bits(PDQ, number % 32), 31.0) for number in range(200)]
    gathering = Gathering(sought)
    for line in range(199, -1, -1):
        gathering.add(hit("one", line % 32, line))
    (one,) = gathering.sorted()
    assert (len(one.pairs), one.nearest.line, one.nearest.distance) == (64, 0, 0)
