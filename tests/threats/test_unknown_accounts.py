"""Who asks about an account learns nothing from how long the answer takes or what it looks like: an account that never
was, and one that was silent all the time asked about, are one.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents.collection import Collection
from comity.casefile.documents.disclosure import Category, Span
from comity.casefile.documents.identifiers import new_id
from comity.casefile.records.roles import Role, Server
from comity.platform.sql import SqlRecords, read
from comity.platform.sql.databases import Exports, Postgres
from comity.platform.synapse import SynapseRecords
from comity.platform.webhook import WebhookRecords, WebhookSettings
from support.board import free_port
from support.grants import grant, terms
from support.synapse import PYTHON, SERVER, RunningSynapse
from support.template import running

if TYPE_CHECKING:
    from support.disclosing import Room

QUERIES = """
version: 1
queries:
  - category: SUBSCRIBER
    identifiers: [USER_ID]
    sql: |
      SELECT account AS identifier, account, name FROM SCHEMA.people WHERE account = :identifier
  - category: TRAFFIC
    identifiers: [USER_ID]
    sql: |
      SELECT account AS identifier, happened_at, NULL::timestamptz AS ended_at, ip, 'login' AS event FROM SCHEMA.logins
      WHERE account = :identifier AND happened_at >= :since AND happened_at < :until AND happened_at <= :stored_by
"""
TABLES = """
CREATE TABLE people (account text, name text);
CREATE TABLE logins (account text, happened_at timestamptz, ip text);
INSERT INTO people SELECT 'user' || n, 'Name ' || n FROM generate_series(1000, 1400) AS held(n);
INSERT INTO people VALUES ('silent', 'Silent S.'), ('user', 'U'), ('user1', 'U1');
INSERT INTO logins SELECT 'user' || (1000 + n % 400), '2026-11-12T00:00:00Z', '192.0.2.' || n % 200
  FROM generate_series(1, 4000) AS held(n);
INSERT INTO logins VALUES ('silent', '2020-01-01T00:00:00Z', '192.0.2.1');
"""
EDGES = """
INSERT INTO logins VALUES
  ('night', '2026-11-11T18:29:59.999999Z', 'before'), ('night', '2026-11-11T18:30:00Z', 'first'),
  ('night', '2026-11-12T00:00:00+05:30', 'first, as it was written'), ('night', '2026-11-12T18:29:59.999999Z', 'last'),
  ('night', '2026-11-12T23:59:59.999999+05:30', 'last, as it was written'),
  ('night', '2026-11-12T18:30:00Z', 'after'), ('night', '2026-11-12T23:59:59Z', 'the same day in UTC, and after');
"""
SILENT, NOBODY = "silent", "nobody"
"""Both are as long: what an entry holds of them has one size."""
ROUNDS = 30


def prepared(server: Server) -> Postgres:
    """The provider's own database."""
    parameters = {name: value for name, value in server.parameters(Role.OWNER).items() if name != "options"}
    where = make_conninfo("", **parameters)
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA theirs; SET search_path = theirs;" + TABLES + EDGES)
    return Postgres(where)


def exported(folder: Path) -> Exports:
    """The same as files that the provider exports."""
    import duckdb

    (folder / "exports").mkdir()
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC';" + TABLES + EDGES)
        for name in ("people", "logins"):
            connection.execute(f"COPY {name} TO '{folder}/exports/{name}.parquet'")
    return Exports(folder / "exports")


def asking(where: Any, folder: Path, schema: str) -> SqlRecords:
    (folder / "records.yaml").write_text(QUERIES.replace("SCHEMA.", schema))
    return SqlRecords(where, read(folder / "records.yaml"))


@pytest.fixture(params=["postgres", "exports"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> SqlRecords:
    where: Any = prepared(request.getfixturevalue("server")) if request.param == "postgres" else exported(tmp_path)
    return asking(where, tmp_path, "theirs." if request.param == "postgres" else "")


def medians(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float, float]:
    """Seconds that each takes, as medians over interleaved rounds, and in which share of them the other was slower."""
    times: tuple[list[float], list[float]] = ([], [])
    gc.disable()
    try:
        for number in range(2 * ROUNDS + 4):
            place = (number + number // 2) % 2  # each is first as often as second
            begun = time.perf_counter()
            (one, other)[place]()
            if number >= 4:
                times[place].append(time.perf_counter() - begun)
    finally:
        gc.enable()
    slower = sum(b > a for a, b in zip(*times, strict=True)) / ROUNDS
    return statistics.median(times[0]), statistics.median(times[1]), slower


def alike(found: tuple[float, float, float], *, most: float = 1.5) -> bool:
    """Generous to a busy machine: a look-up that is made only for accounts that exist costs more than that, and makes
    one of the two the slower nearly always. Medians that are far apart while each is the slower as often are noise.
    """
    one, other, slower = found
    near = max(one, other) <= most * min(one, other)
    return 0.1 <= slower <= 0.9 and (near or 0.25 <= slower <= 0.75)


def test_an_answer_of_the_platform_does_not_say_whether_an_account_exists(records: SqlRecords) -> None:
    silent, nobody = grant(of=SILENT), grant(of=NOBODY)
    assert list(records.traffic(silent)) == list(records.traffic(nobody)) == []
    assert alike(medians(lambda: list(records.traffic(silent)), lambda: list(records.traffic(nobody))))


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebhookRecords]:
    """The template over signed calls."""
    with running(tmp_path_factory.mktemp("template")) as template:
        secret = template.secret_file.read_text().strip()
        with WebhookRecords(WebhookSettings(template.url, secret)) as adapter:
            yield adapter


QUIET = Span(since=Instant.parse("2020-01-01T00:00:00Z"), until=Instant.parse("2020-01-02T00:00:00Z"))


def test_a_platform_that_is_called_is_asked_alike(signed: WebhookRecords) -> None:
    ada, nobody = (grant(of=of, period=QUIET) for of in ("ada", "eve"))
    assert list(signed.traffic(grant(of="ada"))) != []
    assert list(signed.traffic(ada)) == list(signed.traffic(nobody)) == []
    assert alike(medians(lambda: list(signed.traffic(ada)), lambda: list(signed.traffic(nobody))))


@pytest.fixture(scope="module")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSynapse]:
    assert PYTHON.exists(), "the tests' homeserver is not set up: run tools/synapse.sh"
    started = RunningSynapse(tmp_path_factory.mktemp("synapse") / "data", free_port()).start()
    yield started
    started.stop()


@pytest.mark.parametrize("question", ["subscriber", "identification", "traffic", "content"])
def test_a_homeserver_is_asked_as_often_for_an_account_that_never_was(
    homeserver: RunningSynapse, question: str
) -> None:
    silent = homeserver.someone().name
    nobody = "@" + "z" * (len(silent.partition(":")[0]) - 1) + f":{SERVER}"
    category = {"subscriber": Category.SUBSCRIBER, "identification": Category.USER_ID, "content": Category.CONTENT}
    named = category.get(question, Category.TRAFFIC)
    with SynapseRecords(homeserver.settings()) as records:
        ask = getattr(records, question)
        scopes = [grant(named, of=of, period=QUIET) for of in (silent, nobody)]
        assert list(ask(scopes[1])) == []
        assert bool(list(ask(scopes[0]))) == (question == "subscriber")
        asked: list[str] = []
        for pool in (records._client._admin, records._client._account, records._client._nobody):
            pool.event_hooks = {"request": [lambda request: asked.append(request.method)]}
        calls = []
        for scope in scopes:
            asked.clear()
            list(ask(scope))
            calls.append(tuple(asked))
        assert calls[0] == calls[1] != ()
        # The homeserver takes its own time over an account that it has; questions left out would triple it.
        one, other, slower = medians(lambda: list(ask(scopes[0])), lambda: list(ask(scopes[1])))
        assert max(one, other) <= 3 * min(one, other) or 0.25 <= slower <= 0.75


def test_the_measure_tells_what_it_should_tell() -> None:
    assert alike(medians(lambda: sum(range(20_000)), lambda: sum(range(20_000))))
    assert not alike(medians(lambda: sum(range(20_000)), lambda: sum(range(60_000))), most=2.2)


@pytest.mark.parametrize("asked", ["user", "user1", "user100", "user100_", "USER1000"])
def test_an_identifier_that_begins_another_finds_nobody_else(records: SqlRecords, asked: str) -> None:
    assert list(records.traffic(grant(of=asked))) == []
    found = [row.identifier.value for row in records.subscriber(grant(Category.SUBSCRIBER, of=asked))]
    assert found == ([asked] if asked in ("user", "user1") else [])
    assert len(list(records.traffic(grant(of="user1000")))) == 10


def test_a_day_of_another_zone_begins_and_ends_with_its_own_midnights(records: SqlRecords) -> None:
    day = Span(since=Instant.parse("2026-11-12T00:00:00+05:30"), until=Instant.parse("2026-11-13T00:00:00+05:30"))
    rows = list(records.traffic(grant(of="night", period=day)))
    assert sorted(row.fields["ip"] for row in rows) == [
        "first",
        "first, as it was written",
        "last",
        "last, as it was written",
    ]
    utc = Span(since=Instant.parse("2026-11-11T18:30:00Z"), until=Instant.parse("2026-11-12T18:30:00Z"))
    assert len(list(records.traffic(grant(of="night", period=utc)))) == len(rows)


@pytest.fixture
def room(database: Server, tmp_path: Path, clock: FixedClock) -> Iterator[Room]:
    from support.disclosing import disclosing

    clock.set(Instant.parse("2026-11-23T04:00:00Z"))
    with disclosing(database, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def platform(database: Server, tmp_path: Path) -> SqlRecords:
    return asking(prepared(database), tmp_path, "theirs.")


def test_a_collection_takes_one_shape_and_one_time_whether_an_account_exists(room: Room, platform: SqlRecords) -> None:
    from comity.execution.disclosure import service, store

    asked: dict[str, list[tuple[str, str]]] = {SILENT: [], NOBODY: []}
    for of, cases in asked.items():
        for _ in range(ROUNDS + 2):
            room.case = new_id()
            (collection,) = room.decided(terms(of=of), signed=False)
            cases.append((room.case, collection))
    room.sign()
    means, left = room.means(platform), {of: iter(cases) for of, cases in asked.items()}

    def carry(of: str) -> None:
        assert service.carry(next(left[of])[0], means, room.work).settled

    assert alike(medians(lambda: carry(SILENT), lambda: carry(NOBODY)))
    shapes = {of: [shape(room, case, collection) for case, collection in cases] for of, cases in asked.items()}
    assert len({str(one) for of in asked for one in shapes[of]}) == 1
    rows = [store.collection(collection) for cases in asked.values() for _case, collection in cases]
    assert {(row.state, len(row.exhibits)) for row in rows} == {("performed", 1)}
    room.case = new_id()
    room.decided(terms(of="user1000"))
    assert room.collect(platform).settled
    assert room.entered(Collection)[-1].rows == 10, "and an account that was not silent is found"


def shape(room: Room, case: str, collection: str) -> tuple[object, ...]:
    """Everything of a collection but who was asked about, and the numbers that are made anew for each."""
    from comity.execution.disclosure import store

    room.case = case
    ordered, performed = room.entered(Collection)
    row = store.collection(collection)
    sizes = [len(room.read(collection, digest)) for digest in row.exhibits]
    return (
        [one.state.value for one in (ordered, performed)],
        len(performed.canonical()),
        (performed.rows, performed.cut, performed.detail, performed.retry),
        (row.state, row.detail, row.cut, sizes),
    )
