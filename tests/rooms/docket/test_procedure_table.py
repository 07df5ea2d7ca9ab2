"""The life of a demand: one table in code, the same in the database, and no move beside it."""

from __future__ import annotations

import importlib
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.record import CaseMove
from comity.casefile.records import unit_of_work
from comity.docket import walk
from comity.docket.disclosures import walking
from comity.docket.procedure import MACHINE_STEPS, PROCEDURE, ForbiddenMove, Status, target
from comity.docket.user_procedure import ABOUT_USERS, table_of

NOW = Instant.parse("2026-11-23T01:13:00Z")
GUARDS = importlib.import_module("comity.docket.migrations.0002_guards")
ENDINGS = importlib.import_module("comity.docket.migrations.0004_ends")
USERS = importlib.import_module("comity.docket.migrations.0006_about_users")
MIGRATED = {*GUARDS.ARROWS, *ENDINGS.ARROWS, *USERS.ARROWS}
TABLES = {"content": PROCEDURE, "users": ABOUT_USERS}
BOTH = (*PROCEDURE, *ABOUT_USERS)
PAIRS = {(arrow.source.value, arrow.target.value) for arrow in BOTH if arrow.source is not arrow.target}
ENDS = {Status.CLOSED}


def test_the_database_knows_exactly_the_arrows_of_the_procedure(server, owner_connection):
    assert MIGRATED == PAIRS
    assert set(owner_connection.execute("SELECT source, target FROM docket_arrow").fetchall()) == PAIRS


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_event_leads_from_a_status_to_one_other_and_is_explained(table):
    assert len({(arrow.source, arrow.event) for arrow in table}) == len(table)
    assert {arrow.by for arrow in table} == {"machine", "person", "authority", "clock"}
    assert all(arrow.means for arrow in table)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_status_is_reached_and_only_ends_are_never_left(table):
    reached, sources = {arrow.target for arrow in table}, {arrow.source for arrow in table}
    assert reached - sources == ENDS
    assert sources <= reached


def test_no_status_belongs_to_no_procedure_and_each_instrument_follows_one():
    assert {arrow.target for arrow in BOTH} == set(Status)
    assert (table_of("eu-tco"), table_of("eu-eevidence-production"), table_of("us-sca")) == (
        PROCEDURE, ABOUT_USERS, ABOUT_USERS
    )  # fmt: skip


def test_wherever_the_machine_moves_a_demand_about_users_there_is_a_step_that_does_it():
    moves = {arrow.source for arrow in ABOUT_USERS if arrow.by in {"machine", "clock"}} - {Status.ASSESSED}
    assert moves <= set(walking.STEPS)
    assert not set(walking.STEPS) & ENDS


def test_no_rule_and_no_machine_answers_a_demand_about_users():
    decided = {arrow.by for arrow in ABOUT_USERS if arrow.event in {"decided", "declined", "released", "dismissed"}}
    assert decided == {"person"}


def test_wherever_the_machine_moves_by_itself_there_is_a_step_that_does_it():
    # Assessed and decided is one transaction, so that no case ever rests between the two.
    assert MACHINE_STEPS - {Status.ASSESSED} <= set(walk.STEPS)
    clocks = {arrow.source for arrow in PROCEDURE if arrow.by == "clock"}
    assert clocks <= set(walk.STEPS)
    assert not set(walk.STEPS) & (ENDS | {Status.WAITING, Status.SECOND})


@given(source=st.sampled_from(Status), event=st.sampled_from(sorted({arrow.event for arrow in PROCEDURE})) | st.text())
def test_a_move_that_stands_in_no_arrow_is_refused(source, event):
    arrows = [arrow for arrow in PROCEDURE if (arrow.source, arrow.event) == (source, event)]
    if arrows:
        assert target(source, event) is arrows[0].target
        return
    with pytest.raises(ForbiddenMove):
        target(source, event)


def test_nothing_declines_or_dismisses_a_demand_without_a_person_or_its_authority():
    turned_down = {Status.DECLINING, Status.REFUSED, Status.DISMISSED}
    by_machine = {(arrow.source, arrow.target) for arrow in PROCEDURE if arrow.by == "machine"}
    assert {pair for pair in by_machine if pair[1] in turned_down} == {(Status.DECLINING, Status.REFUSED)}


INSERT = (
    "INSERT INTO docket_case (id, entry, number, status, instrument, channel, authority, authority_name, reference, "
    "received_at, due_duty, needs_person, demand, test) "
    "VALUES (%s, %s, nextval('docket_case_number'), %s, 'eu-tco', 'api', '', '', '', %s, '', false, %s, false)"
)


def _case(status: str = "received") -> str:
    """A case row made with an entry of its own, whatever status it claims."""
    from django.db import connection

    case = new_id()
    with unit_of_work(NOW, "system:test") as work, connection.cursor() as cursor:
        entry = audit.enter(work, case, CaseMove(case=case, event="x", because="x")).entry
        cursor.execute(INSERT, [UUID(case), UUID(entry), status, NOW.utc, UUID(entry)])
    return case


def _move(case: str, change: str, *values: object) -> None:
    from django.db import connection

    with unit_of_work(NOW, "system:test") as work, connection.cursor() as cursor:
        entry = audit.enter(work, case, CaseMove(case=case, event="x", because="x")).entry
        cursor.execute(f"UPDATE docket_case SET {change}, entry = %s WHERE id = %s", [*values, entry, case])  # noqa: S608


@pytest.mark.parametrize("source", list(Status))
def test_with_an_entry_the_database_permits_every_arrow_and_no_other_move(database, source):
    from django.db import IntegrityError

    for wanted in Status:
        case = _case()
        _put(database, case, source)
        if wanted is source or (source.value, wanted.value) in PAIRS:
            _move(case, "status = %s", wanted.value)
        else:
            with pytest.raises(IntegrityError, match="no arrow"):
                _move(case, "status = %s", wanted.value)


def _put(database, case: str, status: Status) -> None:
    """Place a case anywhere, as only the owner of the tables can, its guards asleep."""
    from comity.casefile.records.roles import Role

    with psycopg.connect(**database.parameters(Role.OWNER), autocommit=True) as owner:
        owner.execute("ALTER TABLE docket_case DISABLE TRIGGER USER")
        owner.execute("UPDATE docket_case SET status = %s WHERE id = %s", (status.value, case))
        for trigger in ("needs_entry", "moves", "stays"):
            owner.execute(f"ALTER TABLE docket_case ENABLE ALWAYS TRIGGER docket_case_{trigger}")


def test_a_case_begins_as_received_and_its_instant_of_receipt_is_never_overwritten(database):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError, match="begins as received"):
        _case("executing")
    case = _case()
    for moment in (NOW.plus(timedelta(microseconds=1)), NOW.plus(timedelta(hours=-1))):
        with pytest.raises(IntegrityError, match="never overwritten"):
            _move(case, "received_at = %s", moment.utc)
    _move(case, "received_at = %s", NOW.utc)
