"""The unit of work: what it commits, what it undoes, what it refuses."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from comity.casefile.records import UnitOfWork, record, unit_of_work
from comity.casefile.records.errors import ClosedUnitOfWork, NestedUnitOfWork, UnknownActor, UnusableEntry
from comity.casefile.records.roles import Role

CASE = "ca5e" * 8  # fixed: it names parametrised tests, which must be the same in every process


@pytest.fixture
def documents(connect):
    owner = connect(Role.OWNER)
    return lambda: owner.execute("SELECT id, case_id, kind, at, actor, salt, body FROM document").fetchall()


def test_what_is_recorded_is_there_whole(database, documents, clock):
    with unit_of_work(clock.now(), "staff:anna") as work:
        entry = record(work, CASE, "demand", b'{"a":1}')
    ((found, case, kind, at, actor, salt, body),) = documents()
    assert (found.hex, case.hex, kind, at, actor) == (entry, CASE, "demand", clock.now().utc, "staff:anna")
    assert len(salt) == 32
    assert body == b'{"a":1}'


def test_no_two_salts_are_alike(database, documents, clock):
    with unit_of_work(clock.now(), "system:test") as work:
        for _ in range(20):
            record(work, CASE, "demand", b"{}")
    assert len({row[5] for row in documents()}) == 20


def test_an_error_undoes_everything(database, documents, clock):
    def fail() -> None:
        with unit_of_work(clock.now(), "system:test") as work:
            record(work, CASE, "demand", b"{}")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert documents() == []


def test_nested_units_are_refused_and_undo_the_outer_one(database, documents, clock):
    def nest() -> None:
        with unit_of_work(clock.now(), "system:test") as work:
            record(work, CASE, "demand", b"{}")
            with unit_of_work(clock.now(), "system:test"):
                pass

    with pytest.raises(NestedUnitOfWork):
        nest()
    assert documents() == []


def test_a_unit_inside_any_transaction_is_refused(database, clock):
    with pytest.raises(NestedUnitOfWork), transaction.atomic(), unit_of_work(clock.now(), "system:test"):
        pass


def test_a_closed_unit_records_nothing(database, documents, clock):
    with unit_of_work(clock.now(), "system:test") as work:
        pass
    with pytest.raises(ClosedUnitOfWork):
        record(work, CASE, "demand", b"{}")
    with unit_of_work(clock.now(), "system:test"), pytest.raises(ClosedUnitOfWork):
        record(work, CASE, "demand", b"{}")
    assert documents() == []


def test_a_forged_unit_records_nothing(database, documents, clock):
    with pytest.raises(ClosedUnitOfWork):
        record(UnitOfWork(clock.now(), "staff:nobody"), CASE, "demand", b"{}")
    with unit_of_work(clock.now(), "staff:anna"), pytest.raises(ClosedUnitOfWork):
        record(UnitOfWork(clock.now(), "staff:boris"), CASE, "demand", b"{}")
    assert documents() == []


def test_the_unit_of_another_thread_is_not_ours(database, documents, clock):
    refused: list[BaseException] = []

    def elsewhere(work: UnitOfWork) -> None:
        try:
            record(work, CASE, "demand", b"{}")
        except ClosedUnitOfWork as error:
            refused.append(error)
        finally:
            connections.close_all()

    with unit_of_work(clock.now(), "system:test") as work:
        thread = threading.Thread(target=elsewhere, args=(work,))
        thread.start()
        thread.join()
    assert len(refused) == 1
    assert documents() == []


@pytest.mark.parametrize("actor", ["", "anna", "staff:", "root:1", "staff:a b", "staff:x\n", "staff:" + "x" * 81])
def test_nobody_is_not_an_actor(database, clock, actor):
    with pytest.raises(UnknownActor), unit_of_work(clock.now(), actor):
        pass


@pytest.mark.parametrize(
    ("case", "kind", "body", "entry"),
    [
        ("", "demand", b"{}", None),
        (CASE.upper() + "G", "demand", b"{}", None),
        (CASE + "\n", "demand", b"{}", None),
        (CASE, "", b"{}", None),
        (CASE, "De mand", b"{}", None),
        (CASE, "demand", b"", None),
        (CASE, "demand", b"{}", "short"),
        (CASE, "demand", b"{}", "../" + CASE[3:]),
    ],
)
def test_what_is_no_entry_is_refused(database, documents, clock, case, kind, body, entry):  # noqa: PLR0917 -- fixtures
    with unit_of_work(clock.now(), "system:test") as work, pytest.raises(UnusableEntry):
        record(work, case, kind, body, entry=entry)
    assert documents() == []
