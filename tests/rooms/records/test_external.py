"""A PostgreSQL of the operator's own: made ready where we may, explained where we may not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

from comity.casefile.records.embedded import Embedded, administrator
from comity.casefile.records.errors import UnusableServer
from comity.casefile.records.external import external
from comity.casefile.records.roles import Role

ROLES_FILE = Path(__file__).parents[3] / "src/comity/casefile/records/sql/roles.sql"


@pytest.fixture
def dba(tmp_path) -> Iterator[psycopg.Connection]:
    """An administrator on a server that knows nothing of Comity."""
    with Embedded.start(tmp_path / "theirs", fast=True) as embedded:
        connection = psycopg.connect(**administrator(tmp_path / "theirs"), autocommit=True)
        connection.execute("DROP DATABASE comity")
        for role in Role:
            connection.execute(f"DROP ROLE {role.value}")
        yield connection
        connection.close()
        embedded.destroy()


def url_of(dba: psycopg.Connection, **changes: str) -> str:
    given = {"host": dba.info.host, "dbname": "comity", "user": dba.info.user, "password": dba.info.password}
    return conninfo.make_conninfo(**{**given, **changes})


def who(server, role: Role) -> tuple[str, str]:
    with psycopg.connect(**server.parameters(role)) as connection:
        return connection.execute("SELECT current_user, session_user").fetchone()


def test_a_superuser_makes_the_roles_once_and_is_needed_no_more(dba, tmp_path):
    dba.execute("CREATE DATABASE comity")
    server = external(url_of(dba), tmp_path / "home")
    assert [who(server, role) for role in Role] == [(role.value, role.value) for role in Role]
    kept = tmp_path / "home" / "passwords"
    assert kept.stat().st_mode & 0o777 == 0o600
    again = external(url_of(dba, user="nobody", password="forgotten"), tmp_path / "home")
    assert who(again, Role.APP) == ("comity_app", "comity_app")
    with psycopg.connect(**server.parameters(Role.OWNER)) as owner:
        owner.execute("CREATE TABLE made (a int)")
    with psycopg.connect(**server.parameters(Role.APP)) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("CREATE TABLE loot (a int)")


def test_a_login_that_is_a_member_takes_each_role(dba, tmp_path):
    for statement in ROLES_FILE.read_text().split(";"):
        if statement.strip():
            dba.execute(statement)
    dba.execute("CREATE ROLE site LOGIN PASSWORD 'secret' IN ROLE comity_owner, comity_app, comity_sequencer")
    server = external(url_of(dba, user="site", password="secret"), tmp_path / "home")
    assert [who(server, role) for role in Role] == [(role.value, "site") for role in Role]
    assert not (tmp_path / "home" / "passwords").exists()
    with psycopg.connect(**server.parameters(Role.APP)) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("CREATE TABLE loot (a int)")


def test_any_other_login_is_refused_with_the_way_out(dba, tmp_path):
    dba.execute("CREATE DATABASE comity")
    dba.execute("CREATE ROLE site LOGIN PASSWORD 'secret'")
    with pytest.raises(UnusableServer, match=r"roles\.sql"):
        external(url_of(dba, user="site", password="secret"), tmp_path / "home")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("url", ["http://db.example/comity", "host='unclosed", "postgresql://[bad/comity"])
def test_what_is_no_address_is_refused(tmp_path, url):
    with pytest.raises(UnusableServer, match="not an address"):
        external(url, tmp_path)


def test_no_answer_is_said_without_the_password(dba, tmp_path):
    with pytest.raises(UnusableServer, match="does not answer") as refused:
        external(url_of(dba, host="/nonexistent", password="hunter2hunter2"), tmp_path)
    assert "hunter2" not in str(refused.value)
