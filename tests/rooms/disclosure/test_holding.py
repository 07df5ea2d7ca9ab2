"""Records are kept from deletion before anybody assessed anything, and let go when their end comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comity.casefile import audit
from comity.casefile.documents.collection import Collection, HoldState, RecordsHold
from comity.casefile.documents.disclosure import Category, Preservation
from comity.casefile.documents.identifiers import new_id
from comity.casefile.evidence.errors import PeriodRunning
from comity.execution.disclosure import dataset, holding, service, store
from comity.execution.disclosure.errors import NoSuchHold
from comity.execution.disclosure.frozen import FrozenRecords
from comity.platform.errors import Absent, Cannot, Faulty, NotGranted, Unreachable
from support.grants import ENDS, terms
from support.records import Shelf, login, person, upload

INSIDE = "2026-11-12T01:00:00+01:00"


def shelf(*rows, **more) -> Shelf:
    return Shelf(lambda: iter(rows), **more)


def ordered(room, *categories: Category, signed: bool = True) -> str:
    kept = Preservation(basis=new_id(), terms=terms(*categories))
    with room.work() as unit:
        hold = holding.order(unit, room.case, kept).document.hold
    if signed:
        room.sign()
    return hold


def walk(room, records):
    again = holding.carry(room.case, room.means(records), room.work)
    room.sign()
    return again


def states(room) -> list[HoldState]:
    return [one.state for one in room.entered(RecordsHold)]


def test_the_platform_keeps_what_it_can_until_the_hold_is_released(room) -> None:
    platform, hold = shelf(holds=True), ordered(room)
    assert walk(room, platform) is None
    assert list(platform.held) == [hold]
    assert platform.asked == [], "nobody looked at anything"
    with room.work() as unit:
        holding.release(unit, hold, "the authority no longer needs it (2023/1543 Art 11(3))")
    assert list(platform.held) == [hold], "its end is entered and proven first"
    room.sign()
    walk(room, platform)
    assert platform.held == {}
    assert states(room) == [HoldState.ORDERED, HoldState.PLACED, HoldState.RELEASING, HoldState.RELEASED]
    assert "Art 11(3)" in room.entered(RecordsHold)[-1].detail


def test_nothing_is_told_to_the_platform_before_the_order_is_proven(room) -> None:
    platform = shelf(holds=True)
    ordered(room, signed=False)
    assert walk(room, platform) == timedelta(seconds=5)
    assert platform.held == {}
    assert walk(room, platform) is None
    assert platform.held


def test_a_hold_ends_by_itself_at_its_end(room) -> None:
    platform, hold = shelf(holds=True), ordered(room)
    walk(room, platform)
    with room.work() as unit:
        assert holding.expire(unit) == ()
    room.clock.set(ENDS)
    with room.work() as unit:
        assert holding.expire(unit) == (room.case,)
    room.sign()
    walk(room, platform)
    assert (platform.held, states(room)[-1]) == ({}, HoldState.EXPIRED)
    with room.work() as unit:
        assert holding.expire(unit) == ()
    with pytest.raises(NoSuchHold), room.work() as unit:
        holding.release(unit, hold, "again")


def test_where_the_platform_cannot_hold_a_copy_is_kept_unseen_and_produced_by_a_grant_alone(room) -> None:
    before = shelf(
        login(INSIDE, ended="2026-11-12T03:00:00+01:00"), upload(INSIDE, b"picture"), login(INSIDE, of="bob")
    )
    hold = ordered(room, Category.TRAFFIC, Category.CONTENT)
    assert walk(room, before) is None
    assert states(room)[-1] is HoldState.COPIED
    data, picture = store.hold(hold).exhibits

    def opener(digest: str):
        with room.work() as unit:
            return room.vault.open(unit, hold, digest, purpose="produced under a grant")

    (collection,) = room.decided(terms(Category.TRAFFIC, fields=("ip",)))
    room.collect(FrozenRecords(data, opener))
    row = store.collection(collection)
    assert (row.state, row.rows, row.cut) == ("performed", 1, {}), "and bob was never copied"
    _head, said = dataset.read([room.read(collection, row.exhibits[0])])
    assert (said.at.utc, said.at.offset) == ("2026-11-12T00:00:00Z", "+01:00")
    (with_file,) = room.decided(terms(Category.CONTENT), basis=new_id())
    room.collect(FrozenRecords(data, opener))
    assert room.read(with_file, picture) == b"picture"
    for ask in (FrozenRecords(data, opener).subscriber, FrozenRecords(data, opener).identification):
        with pytest.raises(NotGranted):
            list(ask(room.entered(Collection)[0].grant))
    for measure in (FrozenRecords(data, opener).hold, FrozenRecords(data, opener).release):
        with pytest.raises(Cannot):
            measure(Preservation(basis=new_id(), terms=terms()), key=hold)


def test_a_copy_is_erased_when_its_period_is_over_and_not_before(room) -> None:
    platform, hold = shelf(person()), ordered(room, Category.SUBSCRIBER)
    walk(room, platform)
    (data,) = store.hold(hold).exhibits
    with pytest.raises(NoSuchHold), room.work() as unit:
        holding.erase_copy(unit, hold, room.means(platform))
    with room.work() as unit:
        holding.release(unit, hold, "no longer needed")
    room.sign()
    walk(room, platform)
    with pytest.raises(PeriodRunning), room.work() as unit:
        holding.erase_copy(unit, hold, room.means(platform))
    room.clock.set(ENDS)
    with room.work() as unit:
        holding.erase_copy(unit, hold, room.means(platform))
    assert [one.erased for one in room.vault.exhibits(hold)] == [True]
    assert data == room.vault.exhibits(hold)[0].exhibit.digest


# --- Failures: lost, repeated, late, done but reported lost ---


@pytest.mark.parametrize("failure", [Unreachable(), Faulty()])
def test_a_lost_answer_is_asked_again_under_the_same_key(room, failure) -> None:
    platform, hold = shelf(holds=True, fails=[failure]), ordered(room)
    assert walk(room, platform) == timedelta(seconds=5)
    assert room.entered(RecordsHold)[-1].retry
    assert walk(room, platform) is None
    assert list(platform.held) == [hold]


def test_a_platform_that_refuses_is_a_matter_for_a_person(room) -> None:
    ordered(room)
    assert walk(room, shelf(holds=True, fails=[Absent("no such account")])) is None
    assert (states(room)[-1], room.entered(RecordsHold)[-1].retry) == (HoldState.FAILED, False)


def test_a_platform_that_confirms_and_holds_nothing_is_not_believed(room) -> None:
    class Liar(Shelf):
        def hold(self, preservation, *, key):
            return self.release(preservation, key=key)

    ordered(room)
    walk(room, Liar(lambda: iter(())))
    assert states(room)[-1] is HoldState.FAILED


def test_a_platform_that_still_holds_what_it_let_go_is_not_believed(room) -> None:
    class Sticky(Shelf):
        def release(self, preservation, *, key):
            return self.hold(preservation, key=key)

    platform, hold = Sticky(lambda: iter(()), holds=True), ordered(room)
    walk(room, platform)
    with room.work() as unit:
        holding.release(unit, hold, "no longer needed")
    room.sign()
    walk(room, platform)
    assert states(room)[-1] is HoldState.FAILED


def test_a_hold_that_the_platform_ended_itself_is_released(room) -> None:
    platform, hold = shelf(holds=True), ordered(room)
    walk(room, platform)
    with room.work() as unit:
        holding.release(unit, hold, "no longer needed")
    room.sign()
    platform.fails.append(Absent())
    walk(room, platform)
    assert states(room)[-1] is HoldState.RELEASED


def test_a_platform_keeps_what_is_prolonged_by_another_hold_that_begins_before_the_first_ends(room) -> None:
    platform, first = shelf(holds=True), ordered(room)
    walk(room, platform)
    with room.work() as unit:
        second = holding.prolong(unit, first, ENDS.plus(timedelta(days=30)), room.means(platform)).document
    room.sign()
    walk(room, platform)
    assert set(platform.held) == {first, second.hold}
    assert second.preservation.until == ENDS.plus(timedelta(days=30))
    room.clock.set(ENDS)
    with room.work() as unit:
        holding.expire(unit)
    room.sign()
    walk(room, platform)
    assert set(platform.held) == {second.hold}


def test_a_copy_that_is_prolonged_stays_the_same_copy(room) -> None:
    platform, hold = shelf(login(INSIDE)), ordered(room)
    walk(room, platform)
    before = store.hold(hold).exhibits
    with room.work() as unit:
        holding.prolong(unit, hold, ENDS.plus(timedelta(days=30)), room.means(platform))
    asked = list(platform.asked)
    walk(room, platform)
    assert (store.hold(hold).exhibits, platform.asked) == (before, asked)
    room.clock.set(ENDS)
    with room.work() as unit:
        assert holding.expire(unit) == ()
    room.clock.set(ENDS.plus(timedelta(days=30)))
    with room.work() as unit:
        assert holding.expire(unit) == (room.case,)


@pytest.mark.parametrize("days", [0, -1])
def test_a_hold_is_never_prolonged_to_an_end_that_is_no_later(room, days) -> None:
    platform, hold = shelf(holds=True), ordered(room)
    walk(room, platform)
    with pytest.raises(NoSuchHold), room.work() as unit:
        holding.prolong(unit, hold, ENDS.plus(timedelta(days=days)), room.means(platform))


def test_what_was_let_go_is_not_prolonged(room) -> None:
    platform, hold = shelf(holds=True), ordered(room)
    walk(room, platform)
    with room.work() as unit:
        holding.release(unit, hold, "no longer needed")
    with pytest.raises(NoSuchHold), room.work() as unit:
        holding.prolong(unit, hold, ENDS.plus(timedelta(days=30)), room.means(platform))


def test_a_hold_that_ended_before_it_began_is_not_ordered(room) -> None:
    room.clock.set(ENDS)
    with pytest.raises(NoSuchHold), room.work() as unit:
        holding.order(unit, room.case, Preservation(basis=new_id(), terms=terms()))
    assert audit.entries_of(room.case) == []
    with pytest.raises(NoSuchHold):
        store.hold(new_id())


def test_preserving_gives_nobody_a_collection(room) -> None:
    ordered(room)
    walk(room, shelf(login(INSIDE)))
    assert store.collections(room.case) == []
    assert service.progress(room.case).settled is False
