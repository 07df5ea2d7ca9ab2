"""The unit of work: what it commits, what it undoes, what it refuses."""

from __future__ import annotations

import pytest
from django.db import transaction

from comity.casefile.documents import new_id
from comity.casefile.records import record, unit_of_work
from comity.casefile.records.errors import (
    ClosedUnitOfWork,
    NestedUnitOfWork,
    UnknownActor,
)
from comity.casefile.records.roles import Role

CASE = new_id()


def documents(connect):
    return connect(Role.OWNER).execute("SELECT id, case_id, kind, at, actor, salt, body FROM document").fetchall()


def test_what_is_recorded_is_there_whole(database, connect, clock):
    with unit_of_work(clock.now(), "staff:anna") as work:
        entry = record(work, CASE, "demand", b'{"a":1}')
    ((found, case, kind, at, actor, salt, body),) = documents(connect)
    assert (found.hex, case.hex, kind, at, actor) == (entry, CASE, "demand", clock.now().utc, "staff:anna")
    assert len(salt) == 32
    assert body == b'{"a":1}'


def test_an_error_undoes_everything(database, connect, clock):
    with pytest.raises(ZeroDivisionError), unit_of_work(clock.now(), "system:test") as work:
        record(work, CASE, "demand", b"{}")
        raise ZeroDivisionError
    assert documents(connect) == []


def test_nested_units_are_refused(database, connect, clock):
    with pytest.raises(NestedUnitOfWork), unit_of_work(clock.now(), "system:test") as work:
        record(work, CASE, "demand", b"{}")
        with unit_of_work(clock.now(), "system:test"):
            pass
    assert documents(connect) == []
    with pytest.raises(NestedUnitOfWork), transaction.atomic(), unit_of_work(clock.now(), "system:test"):
        pass


def test_a_closed_unit_records_nothing(database, connect, clock):
    with unit_of_work(clock.now(), "system:test") as work:
        pass
    with pytest.raises(ClosedUnitOfWork):
        record(work, CASE, "demand", b"{}")
    with unit_of_work(clock.now(), "system:test"), pytest.raises(ClosedUnitOfWork):
        record(work, CASE, "demand", b"{}")
    assert documents(connect) == []


@pytest.mark.parametrize("actor", ["", "anna", "staff:", "root:1", "staff:a b", "staff:x\n", "staff:" + "x" * 81])
def test_nobody_is_not_an_actor(database, clock, actor):
    with pytest.raises(UnknownActor), unit_of_work(clock.now(), actor):
        pass
