"""What the database refuses about nights: deletions, steps taken back, rows without an entry."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from comity.casefile.records.roles import Role, Server

TABLES = ("nights_roster", "nights_ladder", "nights_contact", "nights_rule", "nights_alarm", "nights_page")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}"])
def test_nothing_of_a_night_is_deleted(database: Server, table: str, statement: str) -> None:
    with psycopg.connect(**database.parameters(Role.APP)) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(statement.format(table).encode())


ALARM = """
INSERT INTO nights_alarm (id, entry, case_id, number, reason, turn, state, verified, drill, began_at, step,
    acknowledged_by, ended_at, unanswered_at)
VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 'due', 'waiting', 'settled', false, false, now(), 0,
    '', now(), now())
"""
RULE = """
INSERT INTO nights_rule (id, entry, authority, proposed_by, approved_by, withdrawn)
VALUES (gen_random_uuid(), gen_random_uuid(), 'a', 'mia', 'ben', true)
"""
PAGE = """
INSERT INTO nights_page (id, entry, case_id, alarm, step, staff, way, state, attempts, ordered_at, used)
VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 0, 'mia', 'push', 'sent', 1, now(),
    true)
"""


@pytest.fixture
def rows(database: Server) -> Any:
    """One row each, written by the owner past the entries; what follows is refused by the steps alone."""
    with psycopg.connect(**database.parameters(Role.OWNER)) as conn:
        for table in ("nights_alarm", "nights_rule", "nights_page"):
            conn.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_entry".encode())
            conn.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_needs_entry".encode())
        for row in (ALARM, RULE, PAGE):
            conn.execute(row.encode())
        yield conn
        conn.rollback()


@pytest.mark.parametrize(
    "change",
    [
        "nights_rule SET withdrawn = false",
        "nights_rule SET approved_by = 'carla'",
        "nights_rule SET authority = 'b'",
        "nights_rule SET proposed_by = 'dan'",
        "nights_alarm SET ended_at = NULL",
        "nights_alarm SET unanswered_at = now() + interval '1 day'",
        "nights_alarm SET drill = true",
        "nights_page SET used = false",
        "nights_page SET staff = 'dan'",
    ],
)
def test_no_step_of_a_night_is_taken_back(rows: Any, change: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match=r"never changes|written once"):
        rows.execute(f"UPDATE {change}".encode())


@pytest.mark.parametrize(
    "change", ["nights_alarm SET step = 1", "nights_page SET attempts = 2", "nights_rule SET entry = gen_random_uuid()"]
)
def test_what_a_night_goes_through_is_written(rows: Any, change: str) -> None:
    assert rows.execute(f"UPDATE {change}".encode()).rowcount == 1
