"""The table of failures: a part lost, repeated, late, or kept and reported lost; and lists that wait for a person."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from comity.casefile import audit
from comity.casefile.documents.exchange import ExchangeFetch, ExchangeTerms
from comity.casefile.records import UnitOfWork
from support.exchange_servers import HashList, serving
from support.exchanges import BANK, House, digest

if TYPE_CHECKING:
    from comity.matching.exchanges.batches import Batch

ALL = {("sha256", digest(number)) for number in range(7)} - {("sha256", digest(1))}


class PowerCut(Exception):  # noqa: N818 -- what it is
    """The process is gone at this point."""


class Cutting:
    """Units of work of which one fails: before it is on the disk, or after, when nobody hears of it any more."""

    def __init__(self, house: House, *, at: int, kept: bool) -> None:
        self.house, self.left, self.kept = house, at, kept

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        self.left -= 1
        with self.house.begin() as work:
            yield work
            if self.left == 0 and not self.kept:
                raise PowerCut
        if self.left == 0:
            raise PowerCut


def a_list() -> HashList:
    said = HashList(page=2)
    for number in range(6):
        said.add(number, "SHA256", digest(number))
    said.add(1, "SHA256", digest(1), deleted=True)
    said.add(6, "SHA256", digest(6))
    return said


def set_up(house: House, url: str) -> Any:
    house.secret("tcap", "us:pass:word")
    return house.set_up("tcap", settings={"what": "hashes", "url": url}, secrets={"credentials": "tcap"})


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
def test_a_fetch_cut_off_anywhere_loses_nothing_and_takes_nothing_twice(
    house: House, monkeypatch: pytest.MonkeyPatch, at: int, kept: bool
) -> None:
    from comity.matching.banks import store as banks
    from comity.matching.exchanges import running, store

    monkeypatch.setattr(running, "AT_ONCE", 2)
    with serving(a_list()) as server:
        held = set_up(house, server.url)
        cutting, due = Cutting(house, at=at, kept=kept), house.clock.now().z()
        with pytest.raises(PowerCut):
            running.fetch(running.Fetching(house.means, cutting.begin, house.clock.now), held.id, due)
        if kept and at == 5:
            assert len(house.jobs()) == 2
        running.fetch(running.Fetching(house.means, house.begin, house.clock.now), held.id, due)
    assert house.signals() == ALL
    turns = [audit.find(row.entry, ExchangeFetch).document for row in audit.entries_of(held.id)[1:]]
    assert [one.turn for one in turns] == [1, 2, 3, 4]
    assert sum(one.items for one in turns) == 7
    assert sum(one.withdrawn for one in turns) == 1
    assert store.progress(held.id).turn == 4
    assert banks.count(banks.bank(BANK)) == 6
    assert len({due for _, due in house.jobs()}) == 2


def test_a_job_that_comes_late_or_again_does_nothing(house: House) -> None:
    from comity.matching.exchanges import running

    with serving(a_list()) as server:
        held = set_up(house, server.url)
        due = house.clock.now().z()
        house.fetch()
        asked = len(server.calls)
        for late in (due, house.clock.now().plus(timedelta(days=1)).z()):
            running.fetch(running.Fetching(house.means, house.begin, house.clock.now), held.id, late)
        assert len(server.calls) == asked
    assert len(house.jobs()) == 2


def batch(*seeds: object, checkpoint: Any = None) -> Batch:
    from comity.matching.banks.rules import NewEntry
    from comity.matching.exchanges.batches import Batch

    entries = tuple(NewEntry({"sha256": digest(seed)}, "them", str(seed)) for seed in seeds)
    return Batch(entries, checkpoint or {"at": str(seeds)})


def test_a_part_that_another_worker_took_is_not_taken_again(house: House) -> None:
    from comity.matching.exchanges import service
    from comity.matching.exchanges.errors import Overtaken

    held = house.set_up("file", settings={"path": "x"})
    with house.begin() as work:
        assert service.take(work, held, 0, batch(1), None) == 1
    with pytest.raises(Overtaken), house.begin() as work:
        service.take(work, held, 0, batch(1, 2), None)
    assert house.signals() == {("sha256", digest(1))}


def test_a_part_fetched_for_what_is_said_no_more_is_not_taken(house: House) -> None:
    from comity.matching.exchanges import service
    from comity.matching.exchanges.errors import Overtaken

    held = house.set_up("file", settings={"path": "x"})
    with house.begin() as work:
        service.change(work, "them", "another list", settings={"path": "y"})
    with pytest.raises(Overtaken), house.begin() as work:
        service.take(work, held, 0, batch(1), None)
    assert house.signals() == set()


def test_two_workers_at_once_take_it_once(house: House) -> None:
    from django.db import connections

    from comity.matching.exchanges import running

    with serving(a_list()) as server:
        held = set_up(house, server.url)
        due, wrong = house.clock.now().z(), []

        def work() -> None:
            try:
                running.fetch(running.Fetching(house.means, house.begin, house.clock.now), held.id, due)
            except Exception as failure:
                wrong.append(failure)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert wrong == []
    assert house.signals() == ALL
    assert len(audit.entries_of(held.id)) == 2
    assert len(house.jobs()) == 2


def test_the_database_refuses_a_turn_that_does_not_follow(house: House) -> None:
    from django.db import DatabaseError

    from comity.matching.exchanges import service, store
    from comity.matching.exchanges.store import Progress

    held = house.set_up("file", settings={"path": "x"})
    with house.begin() as work:
        service.take(work, held, 0, batch(1), None)

    def jump(turn: int) -> None:
        with house.begin() as work:
            entry = audit.enter(work, held.id, _said(held.id, work))
            store.advance(held.id, entry.entry, Progress(turn), work.at)

    for turn in (1, 3):
        with pytest.raises(DatabaseError, match="does not follow"):
            jump(turn)
    with pytest.raises(DatabaseError, match="entry"), house.begin() as work:
        store.advance(held.id, audit.entries_of(held.id)[0].entry, Progress(2), work.at)


def _said(exchange: str, work: UnitOfWork) -> ExchangeFetch:
    return ExchangeFetch(
        exchange=exchange, turn=9, change="taken", bank=BANK, items=0, withdrawn=0, refused=0, passed=0, at=work.at
    )


def broad(things: int) -> Any:
    """A sample of so many things, every one of which is in the list."""
    from comity.matching.exchanges.sampling import of_signals

    return of_signals([{"sha256": digest(number)} for number in range(things)])


def test_a_list_that_would_match_much_waits_and_nothing_more_is_fetched(house: House) -> None:
    from comity.matching.banks import papers
    from comity.matching.banks import service as banks
    from comity.matching.exchanges import store
    from comity.matching.exchanges.means import Means

    said = a_list()
    house.means = Means(house.secrets, house.files, lambda: broad(5))
    with serving(said) as server:
        held = set_up(house, server.url)
        house.fetch()
        assert house.signals() == set()
        (waiting,) = papers.all_waiting()
        assert (waiting.items, waiting.compared, waiting.would_match) == (6, 5, 4)
        assert store.progress(held.id).held == waiting.id
        asked = len(server.calls)
        said.add(7, "SHA256", digest(7))
        house.fetch()
        assert len(server.calls) == asked
        with house.begin() as work:
            banks.settle_import(work, waiting.id, "copies of one film", release=True)
        assert house.signals() == ALL
        house.fetch()
    assert house.signals() == ALL | {("sha256", digest(7))}


def test_a_list_in_slices_is_tried_as_one(house: House) -> None:
    """Of a hundred things each page would match one only."""
    from comity.matching.banks import papers
    from comity.matching.exchanges.means import Means

    said = HashList(page=1)
    for number in range(5):
        said.add(number, "SHA256", digest(number))
    house.means = Means(house.secrets, house.files, lambda: broad(100))
    with serving(said) as server:
        set_up(house, server.url)
        house.fetch()
    assert [one.would_match for one in papers.all_waiting()] == [5]
    assert house.signals() == set()


def test_a_discarded_list_is_not_fetched_again(house: House) -> None:
    from comity.matching.banks import papers
    from comity.matching.banks import service as banks
    from comity.matching.exchanges.means import Means

    said = a_list()
    house.means = Means(house.secrets, house.files, lambda: broad(5))
    with serving(said) as server:
        set_up(house, server.url)
        house.fetch()
        with house.begin() as work:
            banks.settle_import(work, papers.all_waiting()[0].id, "it lists the letter e", release=False)
        said.add(7, "SHA256", digest(7))
        house.fetch()
    assert house.signals() == {("sha256", digest(7))}


def test_an_exchange_that_never_ends_is_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.matching.exchanges import running
    from comity.matching.exchanges.batches import Batch
    from comity.matching.exchanges.errors import UnusableAnswer

    monkeypatch.setattr(running, "MOST_EMPTY", 5)
    endless = iter(lambda: Batch((), {"at": 1}), None)
    with pytest.raises(UnusableAnswer, match="still no end"):
        list(running._ending(endless))


def test_a_bank_that_ended_is_said(house: House) -> None:
    from comity.matching.banks import service as banks

    house.write("x", f"sha256 {digest(1)}\n")
    house.set_up("file", settings={"path": "x"})
    with house.begin() as work:
        banks.remove_bank(work, BANK, "over")
    pulse = house.fetch()
    assert (pulse.code, "no bank" in pulse.said) == ("exchange_answer", True)


def test_what_a_sample_compares() -> None:
    from comity.matching.banks.rules import NewEntry
    from comity.matching.exchanges.sampling import of_signals

    near = f"{int('f8' * 32, 16) ^ 0xFF:064x}"
    far = "0f" * 32
    sample = of_signals([{"pdq": near}, {"pdq": near, "md5": "ab" * 16}, {"pdq": far}, {"url": "https://b.a.example/"}])
    assert sample([NewEntry({"pdq": "f8" * 32}, "them")]) == (4, 2)
    assert sample([NewEntry({"pdq": "f8" * 32}, "them", withdrawn=True)]) == (4, 0)
    assert sample([NewEntry({"md5": "ab" * 16}, "them"), NewEntry({"url_host": "*.a.example"}, "them")]) == (4, 2)
    assert of_signals([])([NewEntry({"pdq": far}, "them")]) == (0, 0)


def test_terms_are_entered_as_they_are_said(house: House) -> None:
    held = house.set_up("file", settings={"path": "x"})
    assert held.terms == ExchangeTerms(name="them", type="file", bank=BANK, settings={"path": "x"}, pace=300)


def test_a_long_fetch_ends_at_a_checkpoint_and_the_next_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.matching.exchanges import running

    monkeypatch.setattr(running, "AT_ONCE", 2)
    monkeypatch.setattr(running, "LONGEST", -1.0)
    with serving(a_list()) as server:
        set_up(house, server.url)
        assert house.fetch().failures == 0
        assert len(house.signals()) == 2
        for _ in range(3):
            house.fetch()
    assert house.signals() == ALL


def test_a_library_that_is_not_there_is_said(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "comity.matching.exchanges.kinds.ncmec", raising=False)
    monkeypatch.setitem(sys.modules, "threatexchange.exchanges.clients.ncmec", None)
    house.secret("ncmec", "us:pass")
    house.set_up("ncmec", settings={"environment": "Industry"}, secrets={"credentials": "ncmec"})
    pulse = house.fetch()
    assert (pulse.code, "comity[exchanges]" in pulse.said) == ("exchange_unusable", True)
