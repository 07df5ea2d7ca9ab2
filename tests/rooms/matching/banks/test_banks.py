"""Banks and their items in PostgreSQL: made, changed, switched, held back, withdrawn, and what is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest

from comity.casefile import audit
from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents.bank import BankChange, BankOpinion, BankTerms, EntryChange, Opinion
from comity.casefile.records import UnitOfWork
from comity.casefile.records.roles import Role

Begin = Callable[[], AbstractContextManager[UnitOfWork]]
HASH = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
SHA = "a" * 64


def terms(name: str = "PROPAGANDA", **more: Any) -> BankTerms:
    said = {"owner": "Trust team", "source": "reviewers", "reason": "known copies", "legal_basis": "2021/784 Art 5"}
    return BankTerms.model_validate({"name": name, **said, **more})


def a_bank(begin: Begin, name: str = "PROPAGANDA", **more: Any) -> None:
    from comity.matching.banks import service

    with begin() as work:
        service.create_bank(work, terms(name, **more))


def an_entry(begin: Begin, signals: dict[str, str] | None = None, reference: str | None = None) -> int:
    from comity.matching.banks import service

    with begin() as work:
        made = service.add_entry(
            work,
            "PROPAGANDA",
            {"pdq": HASH} if signals is None else signals,
            source="reviewers",
            member="us",
            reason="found",
            reference=reference,
        )
    return made.number


def kinds(case: str) -> list[str]:
    return [row.kind for row in audit.entries_of(case)]


def test_a_bank_is_entered_and_its_version_grows(begin: Begin) -> None:
    from comity.matching.banks import service, store

    a_bank(begin, thresholds={"pdq": 25})
    made = store.bank("PROPAGANDA")
    assert (made.number, made.version, made.terms.thresholds) == (1, 1, {"pdq": 25.0})
    with begin() as work:
        changed = service.change_bank(work, "PROPAGANDA", "quieter", enabled_ratio=0.5, shadow=True)
    assert (changed.version, changed.terms.enabled_ratio, changed.terms.shadow) == (2, 0.5, True)
    rows = audit.entries_of(made.id)
    assert [row.kind for row in rows] == ["bank", "bank"]
    assert audit.find(rows[1].entry, BankChange).document.because == "quieter"


def test_changing_nothing_enters_nothing(begin: Begin) -> None:
    from comity.matching.banks import service, store

    a_bank(begin)
    seen = store.position()
    with begin() as work:
        assert service.change_bank(work, "PROPAGANDA", enabled=True).version == 1
    assert store.position() == seen


def test_an_ended_bank_frees_its_name_and_never_its_number(begin: Begin) -> None:
    from comity.matching.banks import service, store
    from comity.matching.banks.errors import UnknownBank

    a_bank(begin)
    with begin() as work:
        service.remove_bank(work, "PROPAGANDA", "it erred")
    with pytest.raises(UnknownBank):
        store.bank("PROPAGANDA")
    assert store.snapshot()["banks"] == []
    a_bank(begin)
    assert store.bank("PROPAGANDA").number == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "lower"},
        {"name": "A" * 65},
        {"name": "ZWEI\n"},
        {"owner": " "},
        {"legal_basis": ""},
        {"enabled_ratio": 1.5},
        {"enabled_ratio": float("nan")},
        {"thresholds": {"pdq": 200}},
        {"thresholds": {"pdq": float("nan")}},
        {"thresholds": {"astrology": 1}},
        {"thresholds": {"sha256": 1}},
    ],
)
def test_unusable_terms_are_refused(begin: Begin, wrong: dict[str, Any]) -> None:
    from comity.matching.banks import service, store
    from comity.matching.banks.errors import UnusableTerms

    with pytest.raises(UnusableTerms), begin() as work:
        service.create_bank(work, terms(**wrong))
    assert store.banks() == ()


def test_unknown_and_doubled_banks_are_refused(begin: Begin) -> None:
    from comity.matching.banks import service
    from comity.matching.banks.errors import BankExists, UnknownBank, UnusableTerms

    a_bank(begin)
    a_bank(begin, "OTHER")
    with pytest.raises(BankExists), begin() as work:
        service.create_bank(work, terms())
    with pytest.raises(BankExists), begin() as work:
        service.change_bank(work, "OTHER", name="PROPAGANDA")
    with pytest.raises(UnknownBank), begin() as work:
        service.change_bank(work, "NOWHERE", enabled=False)
    with pytest.raises(UnusableTerms), begin() as work:
        service.change_bank(work, "OTHER", colour="red")


def test_an_item_is_listed_in_one_spelling_and_told(begin: Begin) -> None:
    from comity.matching.banks import store

    a_bank(begin)
    seen = store.position()
    number = an_entry(begin, {"pdq": HASH.upper(), "sha256": SHA})
    bank = store.bank("PROPAGANDA")
    assert store.item(bank, number).signals == {"pdq": HASH, "sha256": SHA}
    (change,) = store.changed_after(seen)
    assert (change.bank, change.first, change.last) == (1, number, number)
    ((told,),) = store.standing(change.first, change.last)
    assert (told.number, told.withdrawn) == (number, False)
    assert [one.number for one in store.holding(bank, "pdq", HASH)] == [number]
    said = audit.find(audit.entries_of(bank.id)[-1].entry, EntryChange).document
    assert (said.item, said.because, said.source) == (number, "found", "reviewers")


def test_the_same_reference_again_changes_nothing(begin: Begin) -> None:
    from comity.matching.banks import store

    a_bank(begin)
    first = an_entry(begin, reference="tip-1")
    seen = store.position()
    assert an_entry(begin, reference="tip-1") == first
    assert store.position() == seen
    assert store.count(store.bank("PROPAGANDA")) == 1


@pytest.mark.parametrize("signals", [{}, {"pdq": "zz"}, {"astrology": "x"}, {"sha256": "a" * 63}])
def test_unusable_items_are_refused(begin: Begin, signals: dict[str, str]) -> None:
    from comity.matching.banks import store
    from comity.matching.banks.errors import UnusableItem

    a_bank(begin)
    with pytest.raises(UnusableItem):
        an_entry(begin, signals)
    assert store.count(store.bank("PROPAGANDA")) == 0


def test_one_item_is_switched_off_until_an_instant_and_on_again(begin: Begin) -> None:
    from comity.matching.banks import service, store

    a_bank(begin)
    number = an_entry(begin)
    until = Instant.parse("2026-12-01T00:00:00Z")
    with begin() as work:
        service.switch_entry(work, "PROPAGANDA", number, "a news photograph", off_until=until)
    said = store.snapshot()["items"][str(number)]
    assert said["off"]
    assert Instant.parse(said["off_until"]) == until
    seen = store.position()
    with begin() as work:
        service.switch_entry(work, "PROPAGANDA", number, "again", off_until=until)
    assert store.position() == seen
    with begin() as work:
        service.switch_entry(work, "PROPAGANDA", number, "looked at", off=False)
    assert store.snapshot()["items"] == {}


def test_quarantine_holds_one_item_until_it_is_released(begin: Begin) -> None:
    from comity.matching.banks import service, store

    a_bank(begin)
    number = an_entry(begin)
    with begin() as work:
        service.quarantine(work, number, "pdq", "matches a grey picture")
    assert store.snapshot()["items"][str(number)]["quarantined"]
    bank = store.bank("PROPAGANDA")
    assert audit.find(audit.entries_of(bank.id)[-1].entry, EntryChange).document.signals == {"pdq": HASH}
    with begin() as work:
        service.release(work, number, "looked at")
    assert store.snapshot()["items"] == {}


def test_what_is_withdrawn_stays_so(begin: Begin, connect: Callable[[Role], psycopg.Connection[Any]]) -> None:
    from comity.matching.banks import service, store
    from comity.matching.banks.errors import UnknownItem

    a_bank(begin)
    number = an_entry(begin)
    with begin() as work:
        service.remove_entry(work, "PROPAGANDA", number, "not ours")
    with pytest.raises(UnknownItem):
        store.item(store.bank("PROPAGANDA"), number)
    with pytest.raises(UnknownItem), begin() as work:
        service.quarantine(work, number, "pdq", "too late")
    with pytest.raises(UnknownItem), begin() as work:
        service.give_opinion(work, "PROPAGANDA", number, Opinion.DISPUTE, "wrong", "ada")
    ((told,),) = store.standing(number, number)
    assert told.withdrawn


def test_an_opinion_waits_until_the_exchange_was_told(begin: Begin) -> None:
    from comity.matching.banks import papers, service, store

    a_bank(begin)
    number = an_entry(begin)
    with begin() as work:
        service.give_opinion(work, "PROPAGANDA", number, Opinion.CONFIRM, "seen", "ada")
    with begin() as work:
        service.give_opinion(work, "PROPAGANDA", number, Opinion.DISPUTE, "it is a newspaper", "ada")
    (given,) = papers.untold()
    assert (given.stance, given.because, given.told) == (Opinion.DISPUTE, "it is a newspaper", False)
    with begin() as work:
        service.opinion_told(work, given)
    assert papers.untold() == ()
    bank = store.bank("PROPAGANDA")
    assert kinds(bank.id)[2:] == ["bank_opinion"] * 3
    assert audit.find(audit.entries_of(bank.id)[-1].entry, BankOpinion).document.told


def test_a_crash_between_leaves_nothing(begin: Begin) -> None:
    from comity.matching.banks import store

    a_bank(begin)
    seen = store.position()

    def break_off() -> None:
        from comity.matching.banks import service

        with begin() as work:
            service.add_entry(work, "PROPAGANDA", {"pdq": HASH}, source="s", member="us", reason="r")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert (store.position(), store.count(store.bank("PROPAGANDA"))) == (seen, 0)
    assert kinds(store.bank("PROPAGANDA").id) == ["bank"]


def test_two_writers_take_turns(begin: Begin) -> None:
    from django.db import connection

    from comity.matching.banks import store

    a_bank(begin)

    def write() -> None:
        try:
            for _ in range(5):
                an_entry(begin)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    changes = store.changed_after(0)
    assert [one.position for one in changes] == sorted(one.position for one in changes)
    assert len({one.first for one in changes[1:]}) == 10
    assert store.count(store.bank("PROPAGANDA")) == 10


def test_two_writers_cannot_make_one_bank_twice(begin: Begin) -> None:
    from django.db import connection

    from comity.matching.banks import store
    from comity.matching.banks.errors import BankExists

    refused: list[str] = []

    def write() -> None:
        try:
            a_bank(begin)
        except BankExists as wrong:
            refused.append(wrong.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert refused == ["bank_exists"]
    assert [one.number for one in store.banks()] == [1]


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE banks_item SET off = true",
        "UPDATE banks_bank SET version = version + 1",
        "DELETE FROM banks_item",
        "DELETE FROM banks_bank",
        "UPDATE banks_change SET bank = 7",
        "DELETE FROM banks_change",
        "UPDATE banks_opinion SET told_at = now()",
        "INSERT INTO banks_item SELECT 99, entry, 1, 'x', NULL, '{}', NULL, false, NULL, false, false FROM banks_bank",
    ],
)
@pytest.mark.parametrize("role", [Role.APP, Role.OWNER])
def test_the_database_refuses_what_no_entry_says(
    begin: Begin, connect: Callable[[Role], psycopg.Connection[Any]], role: Role, attack: str
) -> None:
    from comity.matching.banks import service, store

    a_bank(begin)
    number = an_entry(begin)
    with begin() as work:
        service.give_opinion(work, "PROPAGANDA", number, Opinion.CONFIRM, "seen", "ada")
    before = store.snapshot(), store.count(store.bank("PROPAGANDA"))
    with pytest.raises(psycopg.errors.Error, match=r"refuse|permission"):
        connect(role).execute(attack.encode())
    assert (store.snapshot(), store.count(store.bank("PROPAGANDA"))) == before


def test_the_owner_cannot_change_what_an_item_is(
    begin: Begin, connect: Callable[[Role], psycopg.Connection[Any]]
) -> None:
    a_bank(begin)
    an_entry(begin)
    with pytest.raises(psycopg.errors.CheckViolation):
        connect(Role.OWNER).execute("UPDATE banks_item SET signals = '{}'")


def test_a_change_is_notified(begin: Begin, connect: Callable[[Role], psycopg.Connection[Any]]) -> None:
    listening = connect(Role.APP)
    listening.execute("LISTEN banks")
    a_bank(begin)
    assert [note.channel for note in listening.notifies(timeout=60, stop_after=1)] == ["banks"]


def test_the_snapshot_is_made_once_for_each_position(begin: Begin, clock: FixedClock) -> None:
    from comity.matching.banks import service, store

    a_bank(begin, negative=True)
    first = store.snapshot()
    first["rules"] = "of somebody else"
    assert "rules" not in store.snapshot()
    assert store.snapshot()["banks"] is first["banks"]
    with begin() as work:
        service.change_bank(work, "PROPAGANDA", expires_at=clock.now())
    assert store.snapshot()["position"] == first["position"] + 1
    assert store.snapshot()["banks"][0]["expires_at"]
