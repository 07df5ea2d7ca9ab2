"""What the database itself refuses about threats."""

from __future__ import annotations

import importlib
from typing import Any

import psycopg
import pytest

from comity.casefile.records.roles import Role, Server
from comity.docket.threats import rules

ROW = b"""
INSERT INTO threats_threat (id, entry, number, state, origin, file, file_number, known_at, grounds, states, raised_by,
    decided_by, confirmed_by)
VALUES (gen_random_uuid(), gen_random_uuid(), 1, %s, 'incident', gen_random_uuid(), 1, now(), '[]', '[]', 'mia', %s, %s)
"""
TOLD = b"""
INSERT INTO threats_recipient (id, entry, threat, place, tell, state, name, channel, address, reply, progress, attempts)
SELECT gen_random_uuid(), gen_random_uuid(), id, 0, 'europol', '', 'Europol', 'email', 'a@b.example',
    gen_random_uuid(), %s, 0 FROM threats_threat
"""
TABLES = ("threats_threat", "threats_recipient")


def test_the_database_knows_the_arrows_of_the_rules() -> None:
    migration = importlib.import_module("comity.docket.threats.migrations.0002_guards")
    assert set(migration.ARROWS) == rules.ARROWS


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}"])
def test_nothing_of_a_threat_is_deleted(database: Server, table: str, statement: str) -> None:
    with psycopg.connect(**database.parameters(Role.OWNER)) as conn, pytest.raises(psycopg.errors.DatabaseError):
        conn.execute(statement.format(table).encode())


def test_no_threat_without_an_entry(database: Server) -> None:
    with (
        psycopg.connect(**database.parameters(Role.APP)) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="entry"),
    ):
        conn.execute(ROW, ("raised", "", ""))


@pytest.fixture
def past_the_entries(database: Server) -> Any:
    """The owner, with the guard of the entries lifted; what follows is refused by the moves alone."""
    with psycopg.connect(**database.parameters(Role.OWNER)) as conn:
        for table in TABLES:
            conn.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_entry".encode())
            conn.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_needs_entry".encode())
        yield conn
        conn.rollback()


@pytest.mark.parametrize(
    "row", [("telling", "", ""), ("informed", "mia", ""), ("raised", "mia", ""), ("raised", "", "b")]
)
def test_a_threat_begins_undecided(past_the_entries: Any, row: tuple[str, str, str]) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        past_the_entries.execute(ROW, row)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'informed', decided_by = 'mia'",
        "state = 'closed', decided_by = 'mia'",
        "state = 'telling'",
        "state = 'no_threat'",
        "known_at = now() + interval '1 hour'",
        "raised_by = 'ben'",
        "file = gen_random_uuid()",
        "confirmed_by = 'mia', decided_by = 'mia'",
    ],
)
def test_no_threat_moves_without_a_person(past_the_entries: Any, change: str) -> None:
    past_the_entries.execute(ROW, ("raised", "", ""))
    with pytest.raises(psycopg.errors.CheckViolation):
        past_the_entries.execute(b"UPDATE threats_threat SET " + change.encode())


def test_nobody_is_told_before_a_decision_and_nobody_twice(past_the_entries: Any) -> None:
    past_the_entries.execute(ROW, ("raised", "", ""))
    with pytest.raises(psycopg.errors.CheckViolation, match="by a decision"), past_the_entries.transaction():
        past_the_entries.execute(TOLD, ("ordered",))
    past_the_entries.execute("UPDATE threats_threat SET state = 'telling', decided_by = 'mia'")
    with pytest.raises(psycopg.errors.CheckViolation, match="by a decision"), past_the_entries.transaction():
        past_the_entries.execute(TOLD, ("delivered",))
    past_the_entries.execute(TOLD, ("ordered",))
    with pytest.raises(psycopg.errors.UniqueViolation), past_the_entries.transaction():
        past_the_entries.execute(TOLD, ("ordered",))


@pytest.mark.parametrize(
    "change", ["address = 'x@y.example'", "reply = gen_random_uuid()", "progress = 'lost'", "name = 'another'"]
)
def test_who_is_told_what_never_changes(past_the_entries: Any, change: str) -> None:
    past_the_entries.execute(ROW, ("raised", "", ""))
    past_the_entries.execute("UPDATE threats_threat SET state = 'telling', decided_by = 'mia'")
    past_the_entries.execute(TOLD, ("ordered",))
    with pytest.raises(psycopg.errors.CheckViolation):
        past_the_entries.execute(b"UPDATE threats_recipient SET " + change.encode())


def test_what_was_delivered_stays_so(past_the_entries: Any) -> None:
    past_the_entries.execute(ROW, ("raised", "", ""))
    past_the_entries.execute("UPDATE threats_threat SET state = 'telling', decided_by = 'mia'")
    past_the_entries.execute(TOLD, ("ordered",))
    past_the_entries.execute("UPDATE threats_recipient SET progress = 'by_hand'")
    with pytest.raises(psycopg.errors.CheckViolation), past_the_entries.transaction():
        past_the_entries.execute("UPDATE threats_recipient SET progress = 'ordered'")
    past_the_entries.execute("UPDATE threats_recipient SET progress = 'delivered'")
    with pytest.raises(psycopg.errors.CheckViolation):
        past_the_entries.execute("UPDATE threats_recipient SET progress = 'by_hand'")
