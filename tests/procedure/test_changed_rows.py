"""A database administrator changes what the house believes, every trigger off: `comity log fsck` finds each row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from comity.casefile.audit.fsck import fsck
from comity.casefile.audit.states import tables
from comity.casefile.documents import new_id
from comity.casefile.documents.record import CaseMove
from comity.casefile.records.embedded import administrator as administrator_of
from comity.docket.recount import KINDS, states


@pytest.fixture
def administrator(databases: Any, night) -> Iterator[psycopg.Connection[Any]]:
    where = {**administrator_of(databases.directory), "dbname": night.server.place["dbname"]}
    with psycopg.connect(**where, autocommit=True) as conn:
        yield conn


def differences(night) -> list[str]:
    night.wait_for_the_log()
    report = fsck(night.keys.verifiers, origin=night.keys.origin, states=states())
    return [str(one) for one in report.differences]


@pytest.fixture
def removed(watch) -> None:
    """A removal order, carried out by a standing rule and answered."""
    watch.rule("api")
    watch.order(watch.night.publish())
    assert watch.status() == "in_effect"


CHANGES = (
    ("UPDATE docket_case SET status = 'dismissed'", "status"),
    ("UPDATE docket_case SET decision = NULL", "decision"),
    ("UPDATE docket_case SET rule = gen_random_uuid()", "rule"),
    ("UPDATE docket_case SET received_at = received_at - interval '1 hour'", "received_at"),
    ("UPDATE docket_case SET authority = 'nobody'", "authority"),
    ("UPDATE docket_case SET entry = gen_random_uuid()", "state_entry: docket_case"),
    ("UPDATE docket_case SET entry = (SELECT entry FROM registry_authority LIMIT 1)", "state_case: docket_case"),
    ("UPDATE execution_content_item SET state = 'restored'", "execution_content_item"),
    ("UPDATE execution_content_item SET state = 'ordered'", "execution_content_item"),
    ("UPDATE execution_content_item SET act = gen_random_uuid()", "execution_content_item"),
    ("UPDATE execution_content_item SET url = url || '?'", "one address has no"),
    ("DELETE FROM execution_content_item", "has no row"),
    ("UPDATE decision_standing_rule SET valid_until = valid_until + interval '9 years'", "decision_standing_rule"),
    ("UPDATE decision_standing_rule SET withdrawn = true", "decision_standing_rule"),
    ("UPDATE decision_standing_rule SET entry = (SELECT id FROM document WHERE kind = 'act' LIMIT 1)", "state_case"),
    ("UPDATE registry_authority SET state = 'withdrawn'", "registry_authority"),
    ("UPDATE registry_authority SET mail_domains = '{evil.example}'", "registry_authority"),
    ("UPDATE registry_staff SET state = 'suspended'", "registry_staff"),
    ("UPDATE registry_staffrole SET revoked = true", "registry_staff"),
    ("UPDATE deadline SET entry = (SELECT demand FROM docket_case LIMIT 1)", "state_kind: deadline"),
)


def test_each_changed_row_is_found(watch, removed: None, administrator: psycopg.Connection[Any]) -> None:
    assert differences(watch.night) == []
    administrator.execute("SET session_replication_role = replica")  # foreign keys sleep
    for name in (held := sorted({table.name for table in tables(administrator)})):
        administrator.execute(f"ALTER TABLE {name} DISABLE TRIGGER ALL".encode())
        administrator.execute(f"CREATE TEMPORARY TABLE was_{name} AS TABLE {name}".encode())
    unguarded = sorted(f"state_unguarded: {name}" for name in held)
    assert sorted(differences(watch.night)) == unguarded
    for change, expected in CHANGES:
        administrator.execute(change.encode())
        found = sorted(set(differences(watch.night)) - set(unguarded))
        assert any(expected in one for one in found), (change, found)
        for name in held:
            administrator.execute(sql.SQL("DELETE FROM {0}").format(sql.Identifier(name)))
            administrator.execute(
                sql.SQL("INSERT INTO {0} TABLE {1}").format(*map(sql.Identifier, (name, f"was_{name}")))
            )
        assert sorted(differences(watch.night)) == unguarded, change


def test_every_table_of_which_a_kind_is_said_is_there(administrator: psycopg.Connection[Any]) -> None:
    """A table that was renamed would no longer be looked at."""
    assert KINDS.keys() <= {table.name for table in tables(administrator)}


def test_an_entry_that_is_no_move_of_the_procedure_is_found(watch, administrator: psycopg.Connection[Any]) -> None:
    """Whoever may write entries may not write any story: a case that waits was never executed."""
    watch.order(watch.night.publish())
    case = watch.case().line.case
    for event, expected in (("executed", "is no move of the procedure"), ("looked at", "")):
        body = CaseMove(case=case, event=event, because="x").canonical()
        made = new_id()
        administrator.execute(
            "INSERT INTO document (id, case_id, kind, at, actor, salt, body)"
            " VALUES (%s, %s, 'case_move', now(), 'system:thief', sha256('x'), %s)",
            (made, case, body),
        )
        found = differences(watch.night)
        assert all(expected in one for one in found)
        assert len(found) == 1  # the broken one stays broken
