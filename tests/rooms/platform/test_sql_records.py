# ruff: noqa: S608, E501 -- statements of this file, each on its line
"""Records by the provider's own queries: one SELECT, bound values, a database that only reads."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import Category, IdentifierKind, Preservation
from comity.casefile.documents.identifiers import new_id
from comity.casefile.records.roles import Role, Server
from comity.platform.errors import Cannot, Faulty, Misconfigured, NotGranted, Unintelligible, Unreachable
from comity.platform.sql import SqlRecords, read
from comity.platform.sql.databases import Exports, Postgres
from comity.platform.sql.statements import UnusableStatement, statement
from support.grants import grant, terms, user

QUERIES = """
version: 1
queries:
  - category: SUBSCRIBER
    identifiers: [USER_ID]
    sql: |
      SELECT account AS identifier, account, name, email, registered_at::text AS registered_at FROM people
      WHERE account = :identifier
  - category: TRAFFIC
    identifiers: [USER_ID]
    sql: |
      SELECT account AS identifier, happened_at, ended_at, ip, source_port, 'login' AS event FROM logins
      WHERE account = :identifier AND happened_at >= :since AND happened_at < :until AND happened_at <= :stored_by -- by the grant's period
"""
TABLES = """
CREATE TABLE people (account text, name text, email text, registered_at timestamptz);
CREATE TABLE logins (account text, happened_at timestamptz, ended_at timestamptz, ip text, source_port int);
INSERT INTO people VALUES ('alice', 'Alice A.', 'a@b.example', '2020-01-01T00:00:00Z'), ('mallory', 'M', '', NULL);
INSERT INTO logins VALUES
  ('alice', '2026-11-09T22:59:59Z', NULL, '192.0.2.1', 1),
  ('alice', '2026-11-09T23:00:00Z', '2026-11-09T23:10:00Z', '192.0.2.2', 2),
  ('alice', '2026-11-18T22:59:59.999999Z', NULL, '192.0.2.3', 3),
  ('alice', '2026-11-18T23:00:00Z', NULL, '192.0.2.4', 4),
  ('alice2', '2026-11-12T00:00:00Z', NULL, '192.0.2.5', 5);
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "records.yaml"
    path.write_text(text)
    return path


@pytest.fixture
def conninfo(server: Server) -> str:
    parameters = {name: value for name, value in server.parameters(Role.OWNER).items() if name != "options"}
    conninfo = make_conninfo("", **parameters)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA theirs; SET search_path = theirs;" + TABLES)
        connection.execute(f"ALTER DATABASE {parameters['dbname']} SET search_path = theirs")
    return conninfo


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    import duckdb

    folder = tmp_path / "exports"
    folder.mkdir()
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(TABLES)
        connection.execute(f"COPY people TO '{folder}/people.csv' (HEADER)")
        (folder / "logins").mkdir()
        connection.execute(f"COPY logins TO '{folder}/logins/1.parquet'")
    return folder


@pytest.fixture(params=["postgres", "duckdb"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> SqlRecords:
    where: Any = (
        Postgres(request.getfixturevalue("conninfo"))
        if request.param == "postgres"
        else Exports(request.getfixturevalue("exported"))
    )
    return SqlRecords(where, read(written(tmp_path, QUERIES)))


def test_a_grant_gives_its_account_and_its_period_and_no_more(records: SqlRecords) -> None:
    records.check()
    rows = list(records.traffic(grant(Category.TRAFFIC)))
    assert [row.fields["ip"] for row in rows] == ["192.0.2.2", "192.0.2.3"]
    assert {row.identifier.value for row in rows} == {"alice"}
    assert rows[0].at == Instant.parse("2026-11-09T23:00:00Z")
    assert rows[0].ended_at == Instant.parse("2026-11-09T23:10:00Z")
    (one,) = records.subscriber(grant(Category.SUBSCRIBER))
    assert (one.fields["name"], one.at) == ("Alice A.", None)


def test_an_unknown_account_has_no_rows(records: SqlRecords) -> None:
    assert list(records.traffic(grant(Category.TRAFFIC, of="nobody"))) == []
    assert list(records.subscriber(grant(Category.SUBSCRIBER, of="nobody"))) == []


@pytest.mark.parametrize("value", ["alice'OR'1'='1", "';DROP+TABLE+people;--", "alice\\", "$identifier", ":identifier"])
def test_an_identifier_is_a_value_and_never_a_part_of_the_statement(records: SqlRecords, value: str) -> None:
    assert list(records.subscriber(grant(Category.SUBSCRIBER, of=value))) == []
    assert list(records.subscriber(grant(Category.SUBSCRIBER)))


def test_a_category_that_is_not_granted_is_not_asked(records: SqlRecords) -> None:
    for ask in (records.subscriber, records.identification, records.content):
        with pytest.raises(NotGranted):
            ask(grant(Category.TRAFFIC))
    assert list(records.content(grant(Category.CONTENT))) == [], "no query answers it"


def test_what_reads_only_holds_nothing(records: SqlRecords) -> None:
    kept = Preservation(basis=new_id(), terms=terms())
    for measure in (records.hold, records.release):
        with pytest.raises(Cannot):
            measure(kept, key=new_id())


GOOD = "SELECT account AS identifier, happened_at FROM t WHERE account = :identifier AND happened_at >= :since AND happened_at < :until"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "begin"),
        ("DELETE FROM t", "begin"),
        (f"{GOOD}; SELECT 1", "cannot stand"),
        (f"{GOOD}; DROP TABLE t", "cannot stand"),
        (f"WITH gone AS (DELETE FROM t RETURNING *) {GOOD}", "DELETE"),
        (f"{GOOD} FOR UPDATE", "FOR, UPDATE"),
        ("SELECT 1 INTO t WHERE :identifier = :since || :until", "INTO"),
        ("SELECT 1 WHERE :identifier = :since", "until"),
        (f"{GOOD} AND x = :password", "password"),
        (f"{GOOD} AND x = $1", "cannot stand"),
        (f"{GOOD} AND x = $$;$$", "cannot stand"),
        (f"{GOOD} AND x = 'it\\'s; --'", "cannot stand"),
        (f"{GOOD} AND x % 2 = 0", "cannot stand"),
        (f"{GOOD} AND x = 'open", "cannot stand"),
        (f"{GOOD} /* open", "cannot stand"),
        ("SELECT ':identifier :since :until' -- :identifier :since :until", "identifier"),
        ("COPY t TO '/tmp/x'", "begin"),
        ("EXPLAIN ANALYZE SELECT 1", "begin"),
    ],
)
def test_what_is_not_one_select_with_its_parameters_is_refused(text: str, why: str) -> None:
    with pytest.raises(UnusableStatement, match=why):
        statement(text, frozenset({"identifier", "since", "until"}))


def test_texts_comments_and_casts_are_no_words_and_no_parameters() -> None:
    made = statement(
        "SELECT \"for\", 'delete; :x 100%'::text, happened_at::timestamptz /* drop */ -- insert\n FROM t WHERE a = :identifier;",
        frozenset({"identifier"}),
    )
    assert made.parameters == {"identifier"}
    assert made.for_duckdb().count("$identifier") == 1
    assert "100%%" in made.for_postgres()
    assert "drop" not in made.for_postgres()


@given(st.text(alphabet=string.printable, max_size=60))
def test_any_text_is_a_statement_or_refused(text: str) -> None:
    try:
        made = statement(f"SELECT {text}", frozenset())
    except UnusableStatement:
        return
    assert ";" not in "".join(one for one, named in made.pieces if not named and one[0] not in "'\"eE")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("version: 1", "version: 2"), "version"),
        (("version: 1", "version: ["), "cannot be read"),
        (("queries:", "queries: []\nx:"), "Extra inputs|extra"),
        (("category: TRAFFIC", "category: EVERYTHING"), "category"),
        (("category: TRAFFIC", "category: SUBSCRIBER"), "two queries"),
        (("AND happened_at >= :since", ""), "since"),
        (
            ("SELECT account AS identifier, happened_at,", "DELETE FROM t; SELECT account AS identifier, happened_at,"),
            "TRAFFIC",
        ),
    ],
)
def test_a_file_of_queries_that_cannot_be_used(tmp_path: Path, change: tuple[str, str], why: str) -> None:
    with pytest.raises(Misconfigured, match=why):
        read(written(tmp_path, QUERIES.replace(*change)))


def test_a_file_that_is_missing_or_answers_nothing(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="FileNotFound"):
        read(tmp_path / "none.yaml")
    with pytest.raises(Misconfigured, match="no query answers"):
        read(written(tmp_path, "version: 1\nqueries: []\n"))
    with pytest.raises(Misconfigured, match="larger"):
        read(written(tmp_path, QUERIES + "#" * (1 << 20)))


def asked(where: Any, folder: Path, sql: str, category: str = "TRAFFIC") -> SqlRecords:
    text = f"version: 1\nqueries:\n  - {{category: {category}, identifiers: [USER_ID], sql: {sql!r}}}\n"
    return SqlRecords(where, read(written(folder, text.replace("\\'", "''"))))


ONE = "WHERE account = :identifier AND happened_at >= :since AND happened_at < :until"


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ("happened_at, ip", "identifier is missing"),
        ("account AS identifier, ip", "happened_at is missing"),
        ("account AS identifier, happened_at, ip AS password", "no field password"),
        ("account AS identifier, happened_at, ip, ip AS ip", "one name"),
    ],
)
def test_columns_that_say_too_little_or_too_much_are_refused_at_the_start(
    conninfo: str, tmp_path: Path, columns: str, why: str
) -> None:
    made = asked(Postgres(conninfo), tmp_path, f"SELECT {columns} FROM logins {ONE}")
    with pytest.raises(Misconfigured, match=why):
        made.check()


def test_a_query_that_the_database_does_not_understand_is_refused_at_the_start(
    conninfo: str, exported: Path, tmp_path: Path
) -> None:
    for where in (Postgres(conninfo), Exports(exported)):
        with pytest.raises(Misconfigured, match="refuses"):
            asked(
                where, tmp_path, f"SELECT account AS identifier, happened_at, nothing AS ip FROM logins {ONE}"
            ).check()


def test_the_database_itself_writes_nothing(conninfo: str, tmp_path: Path) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION theirs.wipe() RETURNS text LANGUAGE sql AS 'DELETE FROM theirs.people RETURNING name'"
        )
    made = asked(
        Postgres(conninfo), tmp_path, f"SELECT account AS identifier, happened_at, wipe() AS ip FROM logins {ONE}"
    )
    with pytest.raises(Misconfigured, match="ReadOnlySqlTransaction"):
        list(made.traffic(grant(Category.TRAFFIC)))


def test_a_query_that_takes_too_long_is_given_up(conninfo: str, exported: Path, tmp_path: Path) -> None:
    slow = f"SELECT account AS identifier, happened_at, pg_sleep(20)::text AS ip FROM logins {ONE}"
    with pytest.raises(Faulty):
        list(asked(Postgres(conninfo, seconds=1), tmp_path, slow).traffic(grant()))
    product = "(SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b)::text"
    many = f"SELECT account AS identifier, happened_at, {product} AS ip FROM logins {ONE}"
    with pytest.raises(Faulty):
        list(asked(Exports(exported, seconds=1), tmp_path, many).traffic(grant()))


@pytest.mark.parametrize("source", ["read_csv(''/etc/passwd'')", "read_text(''/etc/hostname'')", "glob(''/etc/*'')"])
def test_duckdb_sees_the_folder_of_exports_alone(exported: Path, tmp_path: Path, source: str) -> None:
    text = f"SELECT :identifier AS identifier, :since AS happened_at, :until::text AS ip FROM {source}".replace(
        "''", "'"
    )
    with pytest.raises(Misconfigured):
        list(asked(Exports(exported), tmp_path, text).traffic(grant()))


def test_a_database_that_is_away_may_come_back(tmp_path: Path) -> None:
    made = asked(
        Postgres("host=127.0.0.1 port=1 dbname=x user=x"),
        tmp_path,
        f"SELECT account AS identifier, happened_at FROM t {ONE}",
    )
    with pytest.raises(Unreachable):
        list(made.traffic(grant()))
    with pytest.raises(Misconfigured):
        Exports(tmp_path / "none")


def test_times_without_a_zone_are_no_times(conninfo: str, tmp_path: Path) -> None:
    text = f"SELECT account AS identifier, happened_at::timestamp AS happened_at, ip FROM logins {ONE}"
    assert {row.at for row in asked(Postgres(conninfo), tmp_path, text).traffic(grant())} == {None}


def test_a_row_of_something_that_is_no_account_is_no_answer(conninfo: str, tmp_path: Path) -> None:
    made = asked(Postgres(conninfo), tmp_path, f"SELECT 'a b' AS identifier, happened_at FROM logins {ONE}")
    with pytest.raises(Unintelligible):
        list(made.traffic(grant()))


def test_a_query_answers_the_kinds_of_identifier_it_names(records: SqlRecords) -> None:
    mail = user("alice").model_copy(update={"kind": IdentifierKind.EMAIL})
    assert list(records.traffic(grant(Category.TRAFFIC, identifiers=(mail,)))) == []


def test_only_granted_fields_are_given(records: SqlRecords) -> None:
    rows = list(records.traffic(grant(Category.TRAFFIC, fields=("ip",))))
    assert {tuple(row.fields) for row in rows} == {("ip",)}
