"""An item that suddenly matches much is held back until a person looked; what people know is not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest

from comity.casefile.clock import FixedClock
from comity.casefile.documents.bank import BankTerms, Opinion
from comity.casefile.documents.detection import ListedMatch
from comity.casefile.records import UnitOfWork, unit_of_work
from support.match_service import MatchService, a_hash

Begin = Callable[[], AbstractContextManager[UnitOfWork]]


class Held:
    """What a guard asked to be held back."""

    def __init__(self, failures: int = 0) -> None:
        self.asked: list[tuple[int, str, str]] = []
        self.failures, self.now = failures, 0.0
        self.happened = threading.Semaphore(0)

    def __call__(self, number: int, kind: str, why: str) -> None:
        self.asked.append((number, kind, why))
        self.happened.release()
        if len(self.asked) <= self.failures:
            raise OSError(why)

    def flood(self) -> Any:
        from comity.matching.serving.flood import Flood

        return Flood(self, lambda: self.now)


def found(number: int = 7, *, negative: bool = False, in_force: bool = True, shadow: bool = False) -> Any:
    from comity.matching.serving.found import Found, Hit

    said = {"bank": "B", "bank_version": 1, "entry": number, "member": "m", "signal_type": "pdq", "listed": "0" * 64}
    match = ListedMatch.model_validate({**said, "distance": 0.0, "threshold": 31.0, "shadow": shadow})
    return Found((Hit(match, 1.0, negative, in_force),))


def test_it_is_held_back_once_when_it_matches_much() -> None:
    held = Held()
    flood = held.flood()
    flood.looked(1_900, ())
    for _ in range(30):
        flood.looked(1, [found()])
    flood.close()
    assert [(number, kind) for number, kind, _ in held.asked] == [(7, "pdq")]
    assert "matched 20 of 1920" in held.asked[0][2]


@pytest.mark.parametrize(("asked", "times"), [(2_000, 19), (900, 50), (100_000, 200)])
def test_what_is_little_or_a_little_of_much_is_not(asked: int, times: int) -> None:
    held = Held()
    flood = held.flood()
    flood.looked(asked, ())
    for _ in range(times):
        flood.looked(1, [found()])
    flood.close()
    assert held.asked == []


@pytest.mark.parametrize("said", [{"negative": True}, {"in_force": False}, {"shadow": True}])
def test_what_does_not_count_is_not_counted(said: dict[str, bool]) -> None:
    held = Held()
    flood = held.flood()
    flood.looked(2_000, [found(**said) for _ in range(50)])
    flood.close()
    assert held.asked == []


def test_one_thing_that_is_sent_often_counts_once_and_an_hour_later_anew() -> None:
    held = Held()
    flood = held.flood()
    flood.looked(2_000, ())
    for _ in range(50):
        flood.looked(1, [found()], "the same upload")
    for place in range(18):
        flood.looked(1, [found()], f"upload {place}")
    held.now = 3_601.0
    flood.looked(2_000, [found() for _ in range(19)])
    flood.close()
    assert held.asked == []


def test_however_many_items_match_few_are_remembered_and_none_that_matches_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from comity.matching.serving import flood as guard

    monkeypatch.setattr(guard, "_MOST_ITEMS", 100)
    held = Held()
    flood = held.flood()
    flood.looked(1_900, ())
    for number in range(1_000):
        flood.looked(0, [found(number + 10)], f"upload {number}")
        if number % 50 == 0:
            flood.looked(0, [found()])
    assert len(flood._matched) <= 100
    assert set(flood._things) <= set(flood._matched)
    for _ in range(5):
        flood.looked(1, [found()])
    flood.close()
    assert [number for number, _kind, _why in held.asked] == [7]


def test_what_could_not_be_held_back_is_tried_again() -> None:
    held = Held(failures=1)
    flood = held.flood()
    flood.looked(1_900, [found() for _ in range(20)])
    assert held.happened.acquire(timeout=10)
    for _ in range(200):
        flood.looked(1, [found()])
        if held.happened.acquire(timeout=0.05):
            break
    flood.close()
    assert len(held.asked) == 2


@pytest.fixture
def begin(database: object, clock: FixedClock) -> Begin:
    return partial(unit_of_work, clock.now(), "system:test")


def listed(begin: Begin, **terms: Any) -> int:
    from comity.matching.banks import service

    said = {"name": "GUARD", "owner": "us", "source": "s", "reason": "r", "legal_basis": "terms 4"}
    with begin() as work:
        service.create_bank(work, BankTerms.model_validate(said | terms))
        return service.add_entry(work, "GUARD", {"pdq": a_hash()}, source="s", member="m", reason="r").number


def is_held(number: int) -> bool:
    from comity.matching.banks import store

    return store.item(store.bank("GUARD"), number).quarantined


def test_a_person_lets_it_go_and_then_it_is_spared(begin: Begin, clock: FixedClock) -> None:
    from comity.matching.banks import service, store
    from comity.matching.serving.flood import holding

    number, hold = listed(begin), holding(clock)
    hold(number, "pdq", "it matched 20 of 1000")
    assert is_held(number)
    assert [(bank, one.number) for bank, one in store.held_back()] == [("GUARD", number)]
    with begin() as work:
        service.release(work, number, "a poster that everybody shows")
    hold(number, "pdq", "it matched 30 of 1000")
    assert not is_held(number)
    assert store.held_back() == ()


def test_what_our_people_confirmed_spreads_and_is_not_held_back(begin: Begin, clock: FixedClock) -> None:
    from comity.matching.banks import service
    from comity.matching.serving.flood import holding

    number = listed(begin)
    with begin() as work:
        service.give_opinion(work, "GUARD", number, Opinion.CONFIRM, "R-1", "mia")
    holding(clock)(number, "pdq", "it matched 20 of 1000")
    assert not is_held(number)


@pytest.mark.parametrize("stance", [Opinion.SEEN, Opinion.DISPUTE])
def test_other_opinions_spare_nothing(begin: Begin, clock: FixedClock, stance: Opinion) -> None:
    from comity.matching.banks import service
    from comity.matching.serving.flood import holding

    number = listed(begin)
    with begin() as work:
        service.give_opinion(work, "GUARD", number, stance, "R-1", "mia")
    holding(clock)(number, "pdq", "it matched 20 of 1000")
    assert is_held(number)


def test_an_unguarded_bank_and_an_item_of_a_list(begin: Begin, clock: FixedClock) -> None:
    from comity.matching.banks import service
    from comity.matching.banks.rules import NewEntry
    from comity.matching.serving.flood import holding

    number = listed(begin, guarded=False)
    holding(clock)(number, "pdq", "much")
    assert not is_held(number)
    with begin() as work:
        service.change_bank(work, "GUARD", guarded=True)
        service.add_many(work, "GUARD", [NewEntry({"pdq": a_hash()}, "m", "x")], "a list")
    holding(clock)(number + 1, "pdq", "much")
    assert is_held(number + 1)
    holding(clock)(number + 999, "pdq", "listed no more")


def test_the_running_service_holds_back(service: MatchService) -> None:
    one = a_hash()
    (number,) = service.bank("FLOODED", {"pdq": one})
    lines = "\n".join([*(a_hash() for _ in range(1_000)), *([one] * 40)])
    for _ in range(3):
        service.client.post("/v1/match/batch?type=pdq", content=lines.encode(), headers={"content-type": "text/plain"})
    query = {"signal": one, "signal_type": "pdq"}
    service.wait(lambda: service.client.get("/m/lookup", params=query).json() == {})
    assert service.client.get("/m/raw_lookup", params=query).json() == {"matches": [number]}
    (match,) = service.client.get("/v1/match", params={"type": "pdq", "signal": one}).json()["matches"]
    assert match["in_force"] is False
