"""What the database itself refuses: forged, changed, moved, deleted leaves and checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from check_log import CheckLog, Writer
from psycopg.errors import InsufficientPrivilege

from comity.casefile.audit.sequencer import Sequencer
from comity.casefile.documents import new_id
from comity.casefile.records.roles import Role

Connect = Callable[[Role], psycopg.Connection[Any]]

FORGED_LEAF = "INSERT INTO leaf (document, data, hash) VALUES (gen_random_uuid(), 'x', sha256('x'))"
SET_INDEX = "UPDATE leaf SET idx = 0"
HEAD = "(size, root, frontier, at, body) VALUES (99, sha256('x'), sha256('x'), now(), 'x')"

SIGNED_HEAD = "(size, root, frontier, at, body, note) VALUES (99, sha256('x'), sha256('x'), now(), 'x', 'signed')"
DOCUMENT = (
    "(id, case_id, kind, at, actor, salt, body) VALUES"
    " (gen_random_uuid(), gen_random_uuid(), 'act', now(), 'system:x', pg_catalog.sha256('x'), 'x')"
)

REFUSED = [
    # The application: neither forged nor changed nor deleted, whatever it tries.
    (Role.APP, FORGED_LEAF),
    (Role.APP, SET_INDEX),
    (Role.APP, "UPDATE leaf SET data = 'x'"),
    (Role.APP, "DELETE FROM leaf"),
    (Role.APP, "TRUNCATE leaf"),
    (Role.APP, f"INSERT INTO checkpoint {HEAD}"),
    (Role.APP, "UPDATE checkpoint SET note = 'x'"),
    (Role.APP, "DELETE FROM checkpoint"),
    (Role.APP, "INSERT INTO tree_node VALUES (1, 99, sha256('x'))"),
    (Role.APP, "DELETE FROM tree_node"),
    (Role.APP, "INSERT INTO clock_alarm (raised_at, direction) VALUES (now(), 'forward')"),
    (Role.APP, "DELETE FROM clock_alarm"),
    (Role.APP, "UPDATE clock_alarm SET direction = 'backward'"),
    (Role.APP, "UPDATE clock_alarm SET settled_by = NULL"),
    (Role.APP, "ALTER TABLE document DISABLE TRIGGER audit_leaf"),
    (Role.APP, "SET session_replication_role = replica"),
    (Role.APP, "SET ROLE comity_sequencer"),
    (Role.APP, "SELECT audit_enter_leaves()"),
    # The sequencer: gives an index once, and signs once; nothing else.
    (Role.SEQUENCER, FORGED_LEAF),
    (Role.SEQUENCER, SET_INDEX),
    (Role.SEQUENCER, "UPDATE leaf SET idx = NULL"),
    (Role.SEQUENCER, "UPDATE leaf SET hash = sha256('x')"),
    (Role.SEQUENCER, "DELETE FROM leaf"),
    (Role.SEQUENCER, "UPDATE checkpoint SET note = 'another'"),
    (Role.SEQUENCER, "UPDATE checkpoint SET note = NULL"),
    (Role.SEQUENCER, "UPDATE checkpoint SET root = sha256('x')"),
    (Role.SEQUENCER, f"INSERT INTO checkpoint {HEAD.replace('99', '1')}"),
    (Role.SEQUENCER, f"INSERT INTO checkpoint {HEAD.replace('now()', 'to_timestamp(0)')}"),
    (Role.SEQUENCER, f"INSERT INTO checkpoint {SIGNED_HEAD}"),
    (Role.SEQUENCER, "DELETE FROM checkpoint"),
    (Role.SEQUENCER, "UPDATE tree_node SET hash = sha256('x')"),
    (Role.SEQUENCER, "SELECT * FROM document"),
    (Role.SEQUENCER, f"INSERT INTO document {DOCUMENT}"),
    # Even the owner of the tables, as long as he does not switch the triggers off (then fsck and every holder of a
    # checkpoint find it).
    (Role.OWNER, FORGED_LEAF),
    (Role.OWNER, SET_INDEX),
    (Role.OWNER, "UPDATE leaf SET data = 'x'"),
    (Role.OWNER, "DELETE FROM leaf"),
    (Role.OWNER, "TRUNCATE leaf"),
    (Role.OWNER, f"INSERT INTO checkpoint {HEAD}"),
    (Role.OWNER, "UPDATE checkpoint SET note = 'x'"),
    (Role.OWNER, "DELETE FROM checkpoint"),
    (Role.OWNER, "TRUNCATE checkpoint"),
    (Role.OWNER, "UPDATE tree_node SET hash = sha256('x')"),
    (Role.OWNER, "DELETE FROM tree_node"),
    (Role.OWNER, "TRUNCATE tree_node"),
    (Role.OWNER, "DELETE FROM clock_alarm"),
    (Role.OWNER, "UPDATE clock_alarm SET direction = 'backward'"),
]  # fmt: skip


def test_what_must_not_be_is_refused(
    writer: Writer, sequencer: Sequencer, connect: Connect, check_log: CheckLog
) -> None:
    writer.enter(4)
    sequencer.step()
    connect(Role.SEQUENCER).execute("INSERT INTO clock_alarm (raised_at, direction) VALUES (now(), 'forward')")
    for role, statement in REFUSED:
        conn = connect(role)
        with pytest.raises(InsufficientPrivilege):
            conn.execute(statement.encode())
        conn.close()
        assert check_log() == 4, statement


def test_an_alarm_once_settled_stays_settled(writer: Writer, connect: Connect) -> None:
    connect(Role.SEQUENCER).execute("INSERT INTO clock_alarm (raised_at, direction) VALUES (now(), 'forward')")
    conn = connect(Role.APP)
    first, second = (one.entry for one in writer.enter(2))
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        conn.execute("UPDATE clock_alarm SET settled_by = %s", (new_id(),))
    conn.execute("UPDATE clock_alarm SET settled_by = %s", (first,))
    with pytest.raises(InsufficientPrivilege):
        conn.execute("UPDATE clock_alarm SET settled_by = %s", (second,))


def test_a_table_of_the_same_name_catches_no_leaf(connect: Connect) -> None:
    """The trigger acts with its owner's rights: it must not be led to a table that the caller made."""
    conn = connect(Role.APP)
    conn.execute("CREATE TEMPORARY TABLE leaf (document uuid, data bytea, hash bytea, idx bigint)")
    conn.execute("CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT decode('00', 'hex') $$")
    conn.execute("SET search_path = pg_temp, public, pg_catalog")
    conn.execute(f"INSERT INTO public.document {DOCUMENT}".encode())
    assert conn.execute("SELECT count(*) FROM pg_temp.leaf").fetchone() == (0,)
    assert conn.execute("SELECT count(*), min(octet_length(hash)) FROM public.leaf").fetchone() == (1, 32)


def test_no_trigger_of_the_application_can_write_a_leaf(connect: Connect) -> None:
    """A leaf is written at trigger depth two; the application may make no trigger, and owns no table it could use."""
    conn = connect(Role.APP)
    conn.execute("CREATE TEMPORARY TABLE bait (x int)")
    body = f"BEGIN {FORGED_LEAF}; RETURN NULL; END"
    conn.execute(f"CREATE FUNCTION pg_temp.bite() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$".encode())
    conn.execute("CREATE TRIGGER bite AFTER INSERT ON bait FOR EACH ROW EXECUTE FUNCTION pg_temp.bite()")
    with pytest.raises(InsufficientPrivilege):
        conn.execute("INSERT INTO bait VALUES (1)")


def test_taking_the_migrations_back_leaves_nothing(owner_connection: psycopg.Connection[Any]) -> None:
    from importlib import import_module

    for name in ("0002_cosignature", "0001_initial"):
        migration = import_module(f"comity.casefile.audit.migrations.{name}").Migration
        owner_connection.execute(migration.operations[0].reverse_sql)
    rows = owner_connection.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'audit\\_%'").fetchall()
    assert rows == []
