"""Deadlines: set, suspended, restarted, met, cancelled, fired; every change with its entry, none twice."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, connections

from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.record import DeadlineEntry
from comity.casefile.records import deadline_store, deadlines, record, unit_of_work
from comity.casefile.records.deadlines import Anew, DeadlineRow, Standing, State, fire_due
from comity.casefile.records.errors import ClosedUnitOfWork, DeadlineRefused
from comity.casefile.records.roles import Role
from comity.casefile.records.ticker import run_ticker
from support.databases import point_django_at

CASE = new_id()
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def make(clock, case=CASE, name="remove_or_disable", **changes) -> DeadlineRow:
    due_at = changes.pop("due_at", clock.now().plus(HOUR))
    row = DeadlineRow(
        name=name,
        duty="remove the content or disable access to it",
        instrument="eu-tco",
        citations=("2021/784 Art 3(3)",),
        due_at=due_at,
        computation=("received at 2026-11-23T01:13:00Z", "plus one hour"),
        **changes,
    )
    with unit_of_work(clock.now(), "system:test") as work:
        deadlines.set_deadline(work, case, row, record(work, case, "demand", b"{}"))
    return row


def change(clock, how, *arguments) -> str:
    with unit_of_work(clock.now(), "staff:anna") as work:
        return how(work, CASE, "remove_or_disable", *arguments)


def standing(case=CASE) -> Standing:
    (one,) = deadlines.deadlines_of(case)
    return one


def entries() -> list[DeadlineEntry]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM document WHERE kind = 'deadline' ORDER BY xact")
        return [DeadlineEntry.from_canonical(bytes(body)) for (body,) in cursor.fetchall()]


def test_a_deadline_carries_its_computation_into_row_and_entry(database, clock):
    row = make(clock, warn_at=(clock.now().plus(30 * MINUTE),))
    now = standing()
    assert (now.state, now.due_at) == (State.RUNNING, row.due_at)
    assert (now.computation, now.citations) == (row.computation, row.citations)
    (entry,) = entries()
    assert (entry.change, entry.due_at) == ("set", row.due_at)
    assert entry.because == "received at 2026-11-23T01:13:00Z · plus one hour"


def test_the_day_of_a_deadline(database, clock):
    make(clock, warn_at=(clock.now().plus(30 * MINUTE), clock.now().plus(50 * MINUTE)))
    assert fire_due(clock.advance(29 * MINUTE)) == []
    (warning,) = fire_due(clock.advance(MINUTE))
    assert (warning.change, warning.entry) == ("warned", standing().entry)
    assert fire_due(clock.now()) == []
    assert [one.change for one in fire_due(clock.advance(20 * MINUTE))] == ["warned"]
    assert standing().state is State.RUNNING
    (missed,) = fire_due(clock.advance(10 * MINUTE))
    assert (missed.change, missed.case, missed.name, missed.id) == ("missed", CASE, "remove_or_disable", standing().id)
    assert standing().state is State.MISSED
    assert fire_due(clock.advance(timedelta(days=400))) == []
    assert [entry.change for entry in entries()] == ["set", "warned", "warned", "missed"]


def test_a_met_deadline_never_fires(database, clock):
    make(clock)
    change(clock, deadlines.meet, "disabled everywhere at 02:14")
    assert standing().state is State.MET
    assert fire_due(clock.advance(2 * HOUR)) == []
    assert [(entry.change, entry.because) for entry in entries()][1] == ("met", "disabled everywhere at 02:14")


def test_the_end_of_a_period_is_not_missed(database, clock):
    make(clock, ends=True)
    assert [one.change for one in fire_due(clock.advance(HOUR))] == ["met"]
    assert standing().state is State.MET


def test_suspended_it_stands_still_and_restarts_with_a_whole_new_hour(database, clock):
    make(clock, warn_at=(clock.now().plus(30 * MINUTE),))
    clock.advance(10 * MINUTE)
    change(clock, deadlines.suspend, "Annex III: the address does not resolve")
    assert (standing().state, standing().due_at) == (State.SUSPENDED, None)
    assert fire_due(clock.advance(48 * HOUR)) == []
    anew = Anew(
        clock.now().plus(HOUR), ("clarification came", "plus one hour"), (clock.now(), clock.now().plus(30 * MINUTE))
    )
    change(clock, deadlines.restart, "clarified", anew)
    now = standing()
    assert (now.state, now.due_at, now.warn_at) == (State.RUNNING, anew.due_at, anew.warn_at[1:])
    assert now.computation[-2:] == anew.computation
    assert [one.change for one in fire_due(clock.advance(HOUR))] == ["missed"]
    assert [entry.change for entry in entries()] == ["set", "suspended", "restarted", "missed"]


def test_after_an_outage_everything_overdue_is_raised_oldest_first_without_stale_warnings(database, clock):
    for number in range(5):
        due_at = clock.now().plus((5 - number) * HOUR)
        make(clock, case=new_id(), due_at=due_at, warn_at=(due_at.plus(-20 * MINUTE), due_at.plus(-MINUTE)))
    later = clock.advance(timedelta(days=3))
    fired = fire_due(later, batch=3) + fire_due(later, batch=3)
    assert [one.change for one in fired] == ["missed"] * 5
    assert [one.due_at for one in fired] == sorted(one.due_at for one in fired)
    named = [one.entry for one in fired]
    assert named[:3] == sorted(named[:3])
    assert len({entry[:12] for entry in named}) == 1  # the millisecond: neighbours in every index


@pytest.mark.parametrize(("due", "durable"), [(2, "local"), (3, "off"), (4, "off")])
def test_only_a_batch_that_another_follows_is_left_to_the_commit_of_that_one(database, clock, connect, due, durable):
    for _ in range(due):
        make(clock, case=new_id(), due_at=clock.now().plus(HOUR))
    with connect(Role.OWNER) as owner:
        owner.execute("CREATE TABLE seen AS SELECT current_setting('synchronous_commit') AS setting LIMIT 0")
        owner.execute("GRANT INSERT ON seen TO comity_app")
        owner.execute(
            "CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " INSERT INTO public.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$"
        )
        owner.execute(
            "CREATE CONSTRAINT TRIGGER looked AFTER UPDATE ON deadline DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION look()"
        )
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = local")  # the tests' server waits for no disk
    fire_due(clock.advance(HOUR), batch=3)
    with connect(Role.OWNER) as owner:
        assert owner.execute("SELECT DISTINCT setting FROM seen").fetchall() == [(durable,)]


@pytest.mark.parametrize("settle", [deadlines.meet, deadlines.cancel])
@pytest.mark.parametrize(
    "after",
    [
        (deadlines.meet, "again"),
        (deadlines.cancel, "again"),
        (deadlines.suspend, "again"),
        (deadlines.restart, "again", Anew(Instant.parse("2027-01-01T00:00:00Z"), ("x",))),
    ],
)
def test_what_is_settled_stays_settled(database, clock, settle, after):
    make(clock)
    change(clock, settle, "done")
    with pytest.raises(DeadlineRefused):
        change(clock, *after)
    assert len(entries()) == 2


def test_what_was_missed_is_not_met_afterwards(database, clock):
    make(clock)
    fire_due(clock.advance(HOUR))
    with pytest.raises(DeadlineRefused, match="not open"):
        change(clock, deadlines.meet, "a little late")
    assert standing().state is State.MISSED


def test_one_of_a_name_runs_in_a_case(database, clock):
    make(clock)
    with pytest.raises(DeadlineRefused, match="open in this case already"):
        make(clock)
    assert len(entries()) == 1
    change(clock, deadlines.cancel, "withdrawn")
    make(clock)
    assert {one.state for one in deadlines.deadlines_of(CASE)} == {State.CANCELLED, State.RUNNING}


def test_running_is_not_restarted_and_suspended_not_suspended(database, clock):
    make(clock)
    with pytest.raises(DeadlineRefused, match="running"):
        change(clock, deadlines.restart, "x", Anew(clock.now().plus(HOUR), ("x",)))
    change(clock, deadlines.suspend, "x")
    with pytest.raises(DeadlineRefused, match="suspended"):
        change(clock, deadlines.suspend, "x")


def test_an_unknown_deadline_and_a_closed_unit_are_refused(database, clock):
    with pytest.raises(DeadlineRefused):
        change(clock, deadlines.meet, "x")
    with unit_of_work(clock.now(), "system:test") as work:
        pass
    with pytest.raises(ClosedUnitOfWork):
        deadlines.meet(work, CASE, "remove_or_disable", "x")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE deadline SET due_at = due_at + interval '1 day', next_at = next_at + interval '1 day'",
        "UPDATE deadline SET state = 'met', next_at = NULL",
        "UPDATE deadline SET state = 'met', next_at = NULL, entry = gen_random_uuid()",
        "UPDATE deadline SET duty = 'nothing'",
        "UPDATE deadline SET case_id = gen_random_uuid()",
        "DELETE FROM deadline",
        "TRUNCATE deadline",
        """INSERT INTO deadline SELECT case_id, case_id, 'x', duty, instrument, citations, triggered_by, computation,
        ends, wakes, state, due_at, warn_at, next_at, entry FROM deadline""",
    ],
)
@pytest.mark.parametrize("role", [Role.APP, Role.OWNER])
def test_a_deadline_is_never_edited(database, connect, clock, statement, role):
    make(clock)
    before = standing()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connect(role).execute(statement)
    assert standing() == before


def test_the_state_of_a_settled_row_is_refused_even_with_an_entry(database, connect, clock):
    make(clock)
    change(clock, deadlines.meet, "done")
    app, made = connect(Role.APP), new_id()

    def reopen() -> None:
        with app.transaction():
            app.execute(
                "INSERT INTO document (id, case_id, kind, at, actor, salt, body) "
                "VALUES (%s, %s, 'deadline', now(), 'system:x', decode(repeat('00', 32), 'hex'), '{}')",
                [made, CASE],
            )
            app.execute("UPDATE deadline SET state = 'running', next_at = due_at, entry = %s", [made])

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="settled"):
        reopen()


def test_several_tickers_fire_nothing_twice(database, connect, clock):
    cases = [new_id() for _ in range(300)]
    for case in cases:
        make(clock, case=case, wakes=True)
    now = clock.advance(HOUR)
    fired: list[deadlines.Fired] = []

    def tick() -> None:
        while found := fire_due(now, batch=7, task="advance"):
            fired.extend(found)
        connections.close_all()

    tickers = [threading.Thread(target=tick) for _ in range(4)]
    for ticker in tickers:
        ticker.start()
    for ticker in tickers:
        ticker.join()
    assert sorted(one.case for one in fired) == sorted(cases)
    assert sum(entry.change == "missed" for entry in entries()) == 300
    woken = connect(Role.OWNER).execute("SELECT args ->> 'case', lock, task_name FROM procrastinate_jobs").fetchall()
    assert sorted(woken) == sorted((case, case, "advance") for case in cases)


def test_only_what_wakes_wakes_and_a_case_once(database, connect, clock):
    make(clock, name="one", wakes=True)
    make(clock, name="two", wakes=True)
    make(clock, case=new_id(), wakes=False)
    assert len(fire_due(clock.advance(HOUR), task="advance")) == 3
    assert connect(Role.OWNER).execute("SELECT args FROM procrastinate_jobs").fetchall() == [({"case": CASE},)]


def test_a_ticker_that_dies_before_committing_fired_nothing(database, clock):
    make(clock)
    now = clock.advance(HOUR)
    words = {"warned": "a", "missed": "b", "ended": "c"}

    def die() -> None:
        with unit_of_work(now, "system:ticker"):
            assert len(deadline_store.fire(now.utc, 10, "system:ticker", words)) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        die()
    assert standing().state is State.RUNNING
    assert [one.change for one in fire_due(now)] == ["missed"]


def test_the_ticker_begins_with_what_is_overdue_and_ends_when_told(database, clock):
    make(clock)
    clock.advance(HOUR)
    stop = threading.Event()
    ticker = threading.Thread(target=run_ticker, args=(clock, stop), kwargs={"every": 0.02})
    ticker.start()
    for _ in range(200):
        if standing().state is State.MISSED:
            break
        stop.wait(0.02)
    stop.set()
    ticker.join(timeout=5)
    assert not ticker.is_alive()
    assert standing().state is State.MISSED


def test_the_ticker_waits_for_a_database_that_is_away(database, clock):
    make(clock)
    clock.advance(HOUR)
    point_django_at(database.named("away"))
    stop = threading.Event()
    ticker = threading.Thread(target=run_ticker, args=(clock, stop), kwargs={"every": 0.02, "batch": 1})
    ticker.start()
    time.sleep(0.3)
    assert ticker.is_alive()
    point_django_at(database)
    for _ in range(200):
        if standing().state is State.MISSED:
            break
        time.sleep(0.02)
    stop.set()
    ticker.join(timeout=5)
    assert standing().state is State.MISSED
