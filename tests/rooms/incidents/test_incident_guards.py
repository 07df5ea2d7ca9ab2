"""What the database itself refuses about incidents."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from comity.casefile.records.roles import Role, Server

ROW = """
INSERT INTO incidents_incident (id, entry, number, state, type, title, bank, pace, declared_by, declared_at,
    confirmed_by, ends_at)
VALUES (gen_random_uuid(), gen_random_uuid(), 1, '{state}', 'bombing', 'Attack', 'INCIDENT_1', 30, 'mia', now(),
    '{second}', now() + interval '{length}')
"""


def row(state: str = "lasts", second: str = "", length: str = "1 hour") -> bytes:
    return ROW.format(state=state, second=second, length=length).encode()


@pytest.mark.parametrize("statement", ["DELETE FROM incidents_incident", "TRUNCATE incidents_incident"])
def test_nothing_of_an_incident_is_deleted(database: Server, statement: str) -> None:
    with psycopg.connect(**database.parameters(Role.OWNER)) as conn, pytest.raises(psycopg.errors.DatabaseError):
        conn.execute(statement.encode())


def test_no_incident_without_an_entry(database: Server) -> None:
    with (
        psycopg.connect(**database.parameters(Role.APP)) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="entry"),
    ):
        conn.execute(row())


@pytest.fixture
def past_the_entries(database: Server) -> Any:
    """The owner, with the guard of the entries lifted; what follows is refused by the moves alone."""
    with psycopg.connect(**database.parameters(Role.OWNER)) as conn:
        conn.execute("ALTER TABLE incidents_incident DROP CONSTRAINT incidents_incident_entry")
        conn.execute("ALTER TABLE incidents_incident DISABLE TRIGGER incidents_incident_needs_entry")
        yield conn
        conn.rollback()


@pytest.mark.parametrize(
    "wrong", [row(state="closed"), row(state="ended"), row(second="ben"), row(length="0"), row(length="-1 hour")]
)
def test_an_incident_begins_with_an_end_to_come_and_one_person(past_the_entries: Any, wrong: bytes) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="begins"):
        past_the_entries.execute(wrong)


@pytest.mark.parametrize(
    "change",
    [
        "declared_by = 'ben'",
        "title = 'Another'",
        "bank = 'KNOWN'",
        "number = 2",
        "declared_at = now() - interval '1 day'",
        "state = 'paused'",
        "confirmed_by = 'mia'",
    ],
)
def test_what_an_incident_is_never_changes(past_the_entries: Any, change: str) -> None:
    past_the_entries.execute(row())
    with pytest.raises(psycopg.errors.CheckViolation):
        past_the_entries.execute(b"UPDATE incidents_incident SET " + change.encode())


def test_a_second_person_stays_and_what_is_over_stays_over(past_the_entries: Any) -> None:
    past_the_entries.execute(row())
    past_the_entries.execute("UPDATE incidents_incident SET confirmed_by = 'ben'")
    with pytest.raises(psycopg.errors.CheckViolation, match="never changes"), past_the_entries.transaction():
        past_the_entries.execute("UPDATE incidents_incident SET confirmed_by = 'carla'")
    past_the_entries.execute("UPDATE incidents_incident SET state = 'ended'")
    with pytest.raises(psycopg.errors.CheckViolation, match="over"):
        past_the_entries.execute("UPDATE incidents_incident SET state = 'lasts'")


def test_two_of_a_name_never_last_at_a_time(past_the_entries: Any) -> None:
    past_the_entries.execute(row())
    with pytest.raises(psycopg.errors.UniqueViolation):
        past_the_entries.execute(row().replace(b", 1, 'lasts'", b", 2, 'lasts'").replace(b"'Attack'", b"'ATTACK'"))
