"""Lists of many items: listed by one entry, repeated, taken back, tried first and held for a person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import pytest

from comity.casefile import audit
from comity.casefile.documents.bank import BankImport, BankTerms
from comity.casefile.records import UnitOfWork

if TYPE_CHECKING:
    from comity.matching.banks.rules import NewEntry

Begin = Callable[[], AbstractContextManager[UnitOfWork]]


@pytest.fixture(autouse=True)
def bank(begin: Begin) -> str:
    from comity.matching.banks import service

    said = {"owner": "us", "source": "an exchange", "reason": "r", "legal_basis": "terms 4"}
    with begin() as work:
        return service.create_bank(work, BankTerms.model_validate({"name": "LIST", **said})).id


def rows(count: int, **more: Any) -> list[NewEntry]:
    from comity.matching.banks.rules import NewEntry

    digests = [hashlib.sha256(str(place).encode()).hexdigest() for place in range(count)]
    return [NewEntry({"sha256": digest}, "member", digest[:12], **more) for digest in digests]


def listed(begin: Begin, new: Sequence[NewEntry], **more: Any) -> Any:
    from comity.matching.banks import service

    with begin() as work:
        return service.add_many(work, "LIST", new, "fetched", **more)


def test_one_entry_for_the_whole_list(begin: Begin, bank: str) -> None:
    from comity.matching.banks import store

    seen = store.position()
    done = listed(begin, rows(2500))
    assert (done.items, done.withdrawn, done.waiting) == (2500, 0, None)
    (change,) = store.changed_after(seen)
    assert change.last - change.first == 2499
    written = audit.entries_of(bank)
    assert len(written) == 2
    said = audit.find(written[-1].entry, BankImport).document
    assert (said.change, said.items, said.digest) == ("imported", 2500, done.digest)
    assert [len(batch) for batch in store.standing(change.first, change.last, 1000)] == [1000, 1000, 500]


def test_the_same_list_again_adds_nothing(begin: Begin) -> None:
    from comity.matching.banks import store

    first = listed(begin, rows(10))
    again = listed(begin, rows(10) + rows(10))
    assert (again.items, again.withdrawn) == (0, 0)
    assert first.digest != again.digest
    assert store.count(store.bank("LIST")) == 10


def test_what_the_lister_took_back_leaves(begin: Begin) -> None:
    from comity.matching.banks import store
    from comity.matching.banks.rules import NewEntry

    listed(begin, rows(10))
    gone = [NewEntry({}, "member", one.reference, withdrawn=True) for one in rows(3)]
    done = listed(begin, [*gone, NewEntry({}, "member", "never listed", withdrawn=True)])
    assert (done.items, done.withdrawn) == (0, 3)
    assert store.count(store.bank("LIST")) == 7
    assert listed(begin, rows(3)).items == 3


def test_other_signals_under_a_known_reference_take_its_place(begin: Begin) -> None:
    from comity.matching.banks import store
    from comity.matching.banks.rules import NewEntry

    listed(begin, [NewEntry({"sha256": "a" * 64}, "member", "one")])
    done = listed(begin, [NewEntry({"sha256": "b" * 64}, "member", "one")])
    assert (done.items, done.withdrawn) == (1, 1)
    (item,) = store.items(store.bank("LIST"))
    assert item.signals == {"sha256": "b" * 64}


def test_one_unusable_row_refuses_the_list(begin: Begin, bank: str) -> None:
    from comity.matching.banks import store
    from comity.matching.banks.errors import UnknownBank, UnusableItem
    from comity.matching.banks.rules import NewEntry
    from comity.matching.banks.service import add_many

    with pytest.raises(UnusableItem):
        listed(begin, [*rows(5), NewEntry({"pdq": "short"}, "member")])
    with pytest.raises(UnknownBank), begin() as work:
        add_many(work, "NOWHERE", rows(1), "x")
    assert store.count(store.bank("LIST")) == 0
    assert len(audit.entries_of(bank)) == 1


def test_a_list_that_would_match_much_waits_and_nothing_changes(begin: Begin, bank: str) -> None:
    from comity.matching.banks import papers, service, store
    from comity.matching.banks.errors import UnknownList

    seen = store.position()
    done = listed(begin, rows(10), sample=lambda _new: (1000, 50))
    assert (done.items, store.position()) == (0, seen)
    (waiting,) = papers.all_waiting()
    assert (waiting.id, waiting.items, waiting.compared, waiting.would_match) == (done.waiting, 10, 1000, 50)
    with begin() as work:
        released = service.settle_import(work, waiting.id, "they are copies of one film", release=True)
    assert (released.items, released.digest) == (10, done.digest)
    assert papers.all_waiting() == ()
    changes = [audit.find(row.entry, BankImport).document.change for row in audit.entries_of(bank)[1:]]
    assert changes == ["held", "released"]
    with pytest.raises(UnknownList), begin() as work:
        service.settle_import(work, waiting.id, "again", release=True)


def test_a_discarded_list_is_gone(begin: Begin, bank: str) -> None:
    from comity.matching.banks import papers, service, store
    from comity.matching.banks.errors import UnknownList

    done = listed(begin, rows(10), sample=lambda _new: (100, 100))
    with begin() as work:
        service.settle_import(work, done.waiting, "it lists the letter e", release=False)
    assert store.count(store.bank("LIST")) == 0
    assert audit.find(audit.entries_of(bank)[-1].entry, BankImport).document.change == "discarded"
    for wrong in (done.waiting, "0" * 32, "nonsense"):
        with pytest.raises(UnknownList):
            papers.waiting(wrong)


def test_a_list_of_an_ended_bank_can_only_be_discarded(begin: Begin) -> None:
    from comity.matching.banks import service
    from comity.matching.banks.errors import UnknownBank

    done = listed(begin, rows(2), sample=lambda _new: (100, 100))
    with begin() as work:
        service.remove_bank(work, "LIST", "over")
    with pytest.raises(UnknownBank), begin() as work:
        service.settle_import(work, done.waiting, "yes", release=True)
    with begin() as work:
        assert service.settle_import(work, done.waiting, "no", release=False).items == 0
