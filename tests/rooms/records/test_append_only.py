"""What the database itself refuses, whoever connects and whatever code runs."""

from __future__ import annotations

import psycopg
import pytest

from comity.casefile.documents import new_id
from comity.casefile.documents.record import ErasureCertificate
from comity.casefile.records import erase_document, record, unit_of_work
from comity.casefile.records.errors import ErasureRefused
from comity.casefile.records.roles import Role

CASE, OTHER = new_id(), new_id()
REFUSED = psycopg.errors.InsufficientPrivilege
CHANGES = (
    "UPDATE document SET actor = 'staff:boris'",
    "UPDATE document SET body = NULL, salt = NULL",
    "UPDATE document SET at = at - interval '1 hour'",
    "UPDATE document SET xact = pg_current_xact_id()",
    "DELETE FROM document",
    "TRUNCATE document CASCADE",
)


@pytest.fixture
def entry(database, clock) -> str:
    with unit_of_work(clock.now(), "system:test") as work:
        return record(work, CASE, "demand", b'{"a":1}')


def certificate(work, documents, case=CASE) -> str:
    said = ErasureCertificate(
        case=case, exhibits=(), documents=tuple(documents), because="period over", citations=(), at=work.at
    )
    return record(work, case, "erasure", said.canonical())


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_a_document(entry, connect, role, change):
    with pytest.raises(REFUSED):
        connect(role).execute(change)


def test_the_owner_who_pretends_to_erase_is_refused_other_changes(entry, owner_connection):
    with owner_connection.transaction():
        owner_connection.execute("SELECT set_config('comity.erasing', %s, true)", [str(psycopg_uuid(entry))])
        with pytest.raises(REFUSED):
            owner_connection.execute("UPDATE document SET actor = 'staff:boris', salt = NULL, body = NULL")


def psycopg_uuid(entry: str) -> str:
    return f"{entry[:8]}-{entry[8:12]}-{entry[12:16]}-{entry[16:20]}-{entry[20:]}"


@pytest.mark.parametrize(
    "ddl",
    [
        "ALTER TABLE document DISABLE TRIGGER USER",
        "DROP TRIGGER document_kept ON document",
        "DROP TABLE document CASCADE",
        "CREATE TABLE loot (a int)",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "SET ROLE comity_owner",
        "SELECT make_append_only('document')",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('records', 'x', now())",
    ],
)
@pytest.mark.parametrize("role", [Role.APP, Role.SEQUENCER])
def test_no_process_takes_a_guard_away(server, connect, role, ddl):
    with pytest.raises(REFUSED):
        connect(role).execute(ddl)


def test_nobody_chooses_the_transaction_of_a_document(server, connect):
    row = (
        "INSERT INTO document (id, case_id, kind, at, actor, salt, body, xact) VALUES (gen_random_uuid(), "
        "gen_random_uuid(), 'act', now(), 'system:x', decode(repeat('00', 32), 'hex'), 'x', '5')"
    )
    for role in Role:
        with pytest.raises(REFUSED):
            connect(role).execute(row)


def test_a_document_without_salt_and_body_is_refused(server, connect):
    row = (
        "INSERT INTO document (id, case_id, kind, at, actor) "
        "VALUES (gen_random_uuid(), gen_random_uuid(), 'act', now(), 'system:x')"
    )
    for role in (Role.OWNER, Role.APP):
        with pytest.raises((REFUSED, psycopg.errors.NotNullViolation)):  # the leaf's own guard may come first
            connect(role).execute(row)


@pytest.mark.parametrize(
    ("column", "value"),
    [("kind", "'x'"), ("actor", "'root:1'"), ("salt", "'short'"), ("body", "''"), ("salt", "NULL"), ("body", "NULL")],
)
def test_a_malformed_document_is_refused(server, connect, column, value):
    values = {"kind": "'act'", "actor": "'system:x'", "salt": "decode(repeat('00', 32), 'hex')", "body": "'x'"}
    values[column] = value
    with pytest.raises(psycopg.errors.CheckViolation):
        connect(Role.APP).execute(
            f"INSERT INTO document (id, case_id, at, {', '.join(values)}) "  # noqa: S608 -- this test's own words
            f"VALUES (gen_random_uuid(), gen_random_uuid(), now(), {', '.join(values.values())})"
        )


def test_the_sequencer_enters_nothing(server, connect):
    with pytest.raises(REFUSED):
        connect(Role.SEQUENCER).execute("INSERT INTO document (id) VALUES (gen_random_uuid())")


def test_erasure_destroys_salt_and_body_and_nothing_else(entry, database, connect, clock):
    with unit_of_work(clock.now(), "system:test") as work:
        other = record(work, CASE, "act", b"{}")
        erase_document(work, entry, certificate(work, [entry]))
    rows = connect(Role.OWNER).execute("SELECT id, salt, body FROM document WHERE kind <> 'erasure'").fetchall()
    assert {row[0].hex: (row[1] is None, row[2] is None) for row in rows} == {
        entry: (True, True),
        other: (False, False),
    }


def test_erasure_needs_a_certificate_of_the_case_that_names_the_document(entry, database, connect, clock):
    def erase(make) -> None:
        with unit_of_work(clock.now(), "system:test") as work:
            erase_document(work, entry, make(work))

    attempts = [
        lambda _work: new_id(),
        lambda _work: entry,
        lambda work: record(work, CASE, "act", b'{"documents":["%s"]}' % entry.encode()),
        lambda work: certificate(work, []),
        lambda work: certificate(work, [new_id()]),
        lambda work: certificate(work, [entry], case=OTHER),
        lambda work: record(work, CASE, "erasure", b'{"documents":{"x":1}}'),
        lambda work: record(work, CASE, "erasure", b"not json"),
    ]
    for make in attempts:
        with pytest.raises(ErasureRefused):
            erase(make)
    ((body,),) = connect(Role.OWNER).execute("SELECT body FROM document").fetchall()
    assert body == b'{"a":1}'


def test_a_certificate_is_never_erased(database, clock):
    with unit_of_work(clock.now(), "system:test") as work:
        first = certificate(work, [])
        with pytest.raises(ErasureRefused):
            erase_document(work, first, certificate(work, [first]))


STATE = """
CREATE TABLE thing (
    id int PRIMARY KEY, case_id uuid NOT NULL, entry uuid NOT NULL REFERENCES document (id), state text
);
CREATE TRIGGER thing_entry BEFORE INSERT OR UPDATE ON thing FOR EACH ROW EXECUTE FUNCTION require_entry('case_id');
"""


def test_no_state_row_without_an_entry_of_its_transaction(entry, database, connect, clock):
    connect(Role.OWNER).execute(STATE)
    app = connect(Role.APP)
    for name in (entry, new_id()):
        with pytest.raises(REFUSED):
            app.execute("INSERT INTO thing VALUES (1, %s, %s, 'new')", [CASE, name])
    from django.db import connection

    with unit_of_work(clock.now(), "system:test") as work, connection.cursor() as cursor:
        made = record(work, CASE, "act", b"{}")
        cursor.execute("INSERT INTO thing VALUES (1, %s, %s, 'new')", [CASE, made])
    for change in ("state = 'done'", f"entry = '{entry}', state = 'done'", "entry = entry"):
        with pytest.raises(REFUSED):
            app.execute(f"UPDATE thing SET {change}")  # noqa: S608 -- this test's own words
    assert app.execute("SELECT state FROM thing").fetchall() == [("new",)]


def test_an_entry_of_another_case_does_not_do(database, connect, clock):
    connect(Role.OWNER).execute(STATE)
    app = connect(Role.APP)
    with app.transaction(force_rollback=True):
        other = new_id()
        app.execute(
            "INSERT INTO document (id, case_id, kind, at, actor, salt, body) VALUES "
            "(%s, %s, 'act', now(), 'system:x', decode(repeat('00', 32), 'hex'), 'x')",
            [other, OTHER],
        )
        with pytest.raises(REFUSED):
            app.execute("INSERT INTO thing VALUES (1, %s, %s, 'new')", [CASE, other])


def test_append_only_tables_of_other_rooms(server, connect):
    owner, app = connect(Role.OWNER), connect(Role.APP)
    owner.execute("CREATE TABLE grows (a int)")
    owner.execute("SELECT make_append_only('grows')")
    app.execute("INSERT INTO grows VALUES (1)")
    for connection in (owner, app):
        for change in ("UPDATE grows SET a = 2", "DELETE FROM grows", "TRUNCATE grows"):
            with pytest.raises(REFUSED):
                connection.execute(change)
    assert app.execute("SELECT a FROM grows").fetchall() == [(1,)]
