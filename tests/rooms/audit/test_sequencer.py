"""The sequencer's failure table: each write × (lost, persisted but reported lost), and death between any two."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from check_log import CheckLog, Writer
from workshop import Crash, Fault, Workshop, faulty

from comity.casefile.audit import clock_is_sane, entries_of, ledger, prove, settle_clock
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import (
    ImmutableDiffers,
    LogBroken,
    MalformedCheckpoint,
    NotInCheckpoint,
    SequencerElsewhere,
)
from comity.casefile.audit.keys import LogKeys
from comity.casefile.audit.rules import ClockTolerance
from comity.casefile.audit.sequencer import Pace, Sequencer
from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Role


@dataclass(frozen=True)
class Row:
    """A row of the failure table."""

    statement: str
    after: bool
    """It took effect, and only the answer was lost."""
    grown: bool = False
    signed: bool = False


TABLE = [
    Row("SELECT pg_try_advisory_lock", after=False),
    Row("UPDATE leaf", after=False),
    Row("UPDATE leaf", after=True),
    Row("INSERT INTO tree_node", after=False),
    Row("INSERT INTO tree_node", after=True),
    Row("INSERT INTO checkpoint", after=False),
    Row("INSERT INTO checkpoint", after=True),
    Row("COMMIT ", after=False),
    Row("COMMITTED", after=True, grown=True),
    Row("UPDATE checkpoint", after=False, grown=True),
    Row("UPDATE checkpoint", after=True, grown=True, signed=True),
]


@pytest.mark.parametrize("failure", [psycopg.OperationalError, Crash])
@pytest.mark.parametrize("row", TABLE, ids=str)
def test_every_write_lost_or_only_reported_lost(
    workshop: Workshop, writer: Writer, check_log: CheckLog, row: Row, failure: type[BaseException]
) -> None:
    before = workshop.sequencer()
    writer.enter(3)
    before.step()
    before.close()
    assert check_log() == 3

    entered = writer.enter(4)
    fault = Fault(row.statement, row.after, failure)
    struck = workshop.sequencer(connection=faulty(fault))
    with pytest.raises(failure):
        struck.step()
    assert not fault.armed
    assert check_log() == (7 if row.grown else 3)
    if row.signed:
        assert prove(entered[0]).tree_size == 7
    else:
        with pytest.raises(NotInCheckpoint):
            prove(entered[0])

    # The way back is the everyday path: by the same process, or by another one that remembers nothing.
    recovered = workshop.sequencer() if failure is Crash else struck
    recovered.step()
    assert check_log() == 7
    assert [prove(one).index for one in entered] == [3, 4, 5, 6]


@pytest.mark.parametrize("failure", [OSError, Crash])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", ["checkpoint", "000", "1"])
def test_every_file_lost_or_only_reported_lost(
    name: str, after: bool, failure: type[BaseException], request: pytest.FixtureRequest
) -> None:
    """254 leaves, then 3 more: a full tile (000), one hash above it and one partial tile (1), and the checkpoint."""
    writer, workshop, check_log, monkeypatch = map(
        request.getfixturevalue, ("writer", "workshop", "check_log", "monkeypatch")
    )
    sequencer = workshop.sequencer()
    writer.enter(254)
    sequencer.step()
    entered = writer.enter(3)
    fault = Fault(name, after, failure)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        with fault.around(target.name):
            return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(failure):
        sequencer.step()
    assert not fault.armed
    assert check_log(full=True) == 257  # signed before any file was written; what is published is old or new, and whole
    assert prove(entered[2]).tree_size == 257
    sequencer.step()
    assert check_log() == 257
    assert (workshop.folder / "checkpoint").read_bytes().split(b"\n")[1] == b"257"
    assert not (workshop.folder / "tile" / "0" / "000.p").exists()


class FailingSigner:
    """Keys out of reach once."""

    def __init__(self, keys: LogKeys) -> None:
        self.origin = keys.origin
        self.keys = keys
        self.calls = 0

    def sign(self, checkpoint: Checkpoint, timestamp: int) -> bytes:
        self.calls += 1
        if self.calls == 1:
            raise ConnectionError
        return self.keys.sign(checkpoint, timestamp)


def test_signing_that_fails_is_repeated_on_the_same_checkpoint(
    workshop: Workshop, writer: Writer, check_log: CheckLog
) -> None:
    signer = FailingSigner(workshop.keys)
    sequencer = workshop.sequencer(signer=signer)
    writer.enter(2)
    with pytest.raises(ConnectionError):
        sequencer.step()
    writer.enter(2)
    assert sequencer.step().size == 4
    assert check_log() == 4
    assert signer.calls == 3


def test_the_log_grows_in_any_portions(writer: Writer, sequencer: Sequencer, check_log: CheckLog) -> None:
    size = 0
    for count in (1, 1, 5, 0, 249, 1, 255, 2, 300):
        if count:
            writer.enter(count)
        size += count
        step = sequencer.step()
        assert (step.sequenced, step.size) == (count, size)
        assert check_log() == size
    assert [row.index for row in entries_of(writer.case)] == list(range(size))


def test_only_one_sequencer_lives(workshop: Workshop, writer: Writer) -> None:
    first, second = workshop.sequencer(), workshop.sequencer()
    writer.enter()
    first.step()
    with pytest.raises(SequencerElsewhere):
        second.step()
    first.close()
    assert second.step().size == 1
    with pytest.raises(SequencerElsewhere):
        first.step()


@contextmanager
def running(sequencer: Sequencer) -> Iterator[None]:
    """The sequencer in a thread of its own, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=sequencer.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_the_second_takes_over_when_the_first_dies(
    workshop: Workshop, writer: Writer, administrator: psycopg.Connection[Any], check_log: CheckLog
) -> None:
    end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'comity_sequencer'"
    workshop.sequencer().step()
    with running(workshop.sequencer(pace=Pace(again=0.01))):
        (entered,) = writer.enter()
        administrator.execute(end_all)
        wait_for(lambda: prove(entered), NotInCheckpoint)
        (another,) = writer.enter()
        administrator.execute(end_all)  # and when its own connection dies, it comes back by itself
        wait_for(lambda: prove(another), NotInCheckpoint)
    assert check_log() == 2


def wait_for(question: Callable[[], object], failure: type[Exception], seconds: float = 10) -> None:
    patience = threading.Event()
    for _ in range(int(seconds / 0.01)):
        try:
            question()
        except failure:
            patience.wait(0.01)
        else:
            return
    question()


def test_it_falls_asleep_and_is_woken(
    workshop: Workshop, writer: Writer, check_log: CheckLog, administrator: psycopg.Connection[Any]
) -> None:
    """With a long sleep, only the notification can explain that an entry is proven soon."""
    with running(workshop.sequencer(pace=Pace(drowsy=0.02, asleep=30, publish=0))):
        try:
            for number in range(15):
                (entered,) = writer.enter()
                wait_for(lambda one=entered: prove(one), NotInCheckpoint, 5)
                threading.Event().wait(0.1 if number % 5 == 4 else 0)  # longer than it takes to fall asleep
        finally:
            threading.Timer(0.1, administrator.execute, ("NOTIFY comity_leaf",)).start()  # so that it sees the end
    assert check_log() == 15


def test_writers_notify_only_while_it_sleeps(
    workshop: Workshop, writer: Writer, connect: Callable[[Role], psycopg.Connection[Any]]
) -> None:
    """Every notifying commit waits for all others, so under load none may notify, however writers overlap."""
    ear, awake, other = connect(Role.APP), connect(Role.SEQUENCER), connect(Role.APP)
    ear.execute("LISTEN comity_leaf")
    writer.enter()
    assert len(list(ear.notifies(timeout=0.05))) == 1
    other.execute("BEGIN")
    other.execute(
        "INSERT INTO document (id, case_id, kind, at, actor, salt, body) VALUES"
        " (gen_random_uuid(), gen_random_uuid(), 'act', now(), 'system:x', sha256('x'), 'x')"
    )
    assert ledger.stay_awake(awake)  # although a writer is in the middle of its transaction
    writer.enter()
    assert list(ear.notifies(timeout=0.05)) == []
    ledger.fall_asleep(awake)
    writer.enter()
    assert len(list(ear.notifies(timeout=0.05))) == 1
    other.execute("ROLLBACK")
    rows = other.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()
    assert rows == (0,)


def test_a_full_batch_is_followed_at_once(workshop: Workshop, writer: Writer, check_log: CheckLog) -> None:
    entered = writer.enter(25)
    with running(workshop.sequencer(pace=Pace(batch=10, awake=0.001, publish=0))):
        wait_for(lambda: prove(entered[-1]), NotInCheckpoint)
    assert check_log() == 25


# --- what it refuses to sign or to publish --------------------------------------------------------------------------


def test_a_database_older_than_what_was_published_grows_no_second_history(workshop: Workshop, writer: Writer) -> None:
    """Restored from a backup: the directory shows a larger tree than the database has."""
    writer.enter()
    workshop.publish(5, b"x" * 32)
    with pytest.raises(LogBroken):
        workshop.sequencer().step()


def test_another_history_of_the_same_size_is_not_published_over(workshop: Workshop, writer: Writer) -> None:
    writer.enter()
    workshop.publish(1, b"x" * 32)
    with pytest.raises(LogBroken):
        workshop.sequencer().step()


def test_an_immutable_tile_that_differs_is_not_overwritten(
    writer: Writer, sequencer: Sequencer, publish_dir: Path
) -> None:
    writer.enter()
    (publish_dir / "tile" / "0" / "000.p").mkdir(parents=True)
    (publish_dir / "tile" / "0" / "000.p" / "1").write_bytes(b"something else")
    with pytest.raises(ImmutableDiffers):
        sequencer.step()


@pytest.mark.parametrize(
    "change",
    [
        "body = replace(body, 'log.example', 'gol.example')",
        "root = sha256('another')",
        "frontier = sha256('another')",
        "at = at + interval '1 hour', body = body || 'more'",
    ],
)
def test_a_checkpoint_that_contradicts_itself_is_not_signed(
    workshop: Workshop, writer: Writer, administrator: psycopg.Connection[Any], change: str
) -> None:
    writer.enter()
    with pytest.raises(psycopg.OperationalError):
        workshop.sequencer(connection=faulty(Fault("UPDATE checkpoint", after=False))).step()
    administrator.execute("ALTER TABLE checkpoint DISABLE TRIGGER USER")
    administrator.execute(f"UPDATE checkpoint SET {change}".encode())  # noqa: S608 -- the changes stand above
    with pytest.raises((LogBroken, MalformedCheckpoint)):
        workshop.sequencer().step()
    row = administrator.execute("SELECT count(*) FROM checkpoint WHERE note IS NOT NULL").fetchone()
    assert row == (0,)


@pytest.mark.parametrize("published", [True, False])
def test_a_head_that_changes_under_the_live_sequencer_stops_it(
    writer: Writer, sequencer: Sequencer, administrator: psycopg.Connection[Any], publish_dir: Path, published: bool
) -> None:
    writer.enter()
    sequencer.step()
    if not published:
        (publish_dir / "checkpoint").unlink()
    administrator.execute("ALTER TABLE checkpoint DISABLE TRIGGER USER")
    administrator.execute("DELETE FROM checkpoint")
    writer.enter()
    with pytest.raises(LogBroken):
        sequencer.step()


def test_a_leaf_that_gets_an_index_from_elsewhere_stops_it(
    workshop: Workshop, writer: Writer, administrator: psycopg.Connection[Any]
) -> None:
    writer.enter(2)

    class Meddled(psycopg.Connection[Any]):
        def execute(self, query: Any, *arguments: Any, **options: Any) -> psycopg.Cursor[Any]:
            if str(query).startswith("UPDATE leaf"):
                administrator.execute("UPDATE leaf SET idx = 7 WHERE id = (SELECT min(id) FROM leaf)")
            return super().execute(query, *arguments, **options)

    administrator.execute("ALTER TABLE leaf DISABLE TRIGGER USER")
    with pytest.raises(LogBroken):
        workshop.sequencer(connection=Meddled).step()


def test_a_changed_leaf_is_not_published(
    writer: Writer, sequencer: Sequencer, administrator: psycopg.Connection[Any]
) -> None:
    writer.enter(2)
    administrator.execute("ALTER TABLE leaf DISABLE TRIGGER USER")
    administrator.execute("UPDATE leaf SET data = data || ' '")
    with pytest.raises(LogBroken):
        sequencer.step()


def test_a_missing_subtree_is_not_published_around(
    writer: Writer, sequencer: Sequencer, administrator: psycopg.Connection[Any], publish_dir: Path
) -> None:
    writer.enter(256)
    sequencer.step()
    (publish_dir / "checkpoint").unlink()
    administrator.execute("ALTER TABLE tree_node DISABLE TRIGGER USER")
    administrator.execute("DELETE FROM tree_node WHERE level = 8")
    with pytest.raises(LogBroken):
        sequencer.step()


# --- the clock ------------------------------------------------------------------------------------------------------


def test_time_in_the_log_never_goes_back(
    writer: Writer, sequencer: Sequencer, clock: FixedClock, administrator: psycopg.Connection[Any]
) -> None:
    for _ in range(3):
        writer.enter()
        sequencer.step()
        clock.advance(timedelta(seconds=-1))
    times = [row[0] for row in administrator.execute("SELECT at FROM checkpoint ORDER BY size").fetchall()]
    assert times == sorted(times)
    assert clock_is_sane()
    clock.advance(timedelta(seconds=-1))
    sequencer.step()
    assert not clock_is_sane()


def test_a_clock_that_runs_ahead_raises_the_alarm(workshop: Workshop, writer: Writer) -> None:
    sequencer = workshop.sequencer(tolerance=ClockTolerance())
    sequencer.step()
    workshop.clock.advance(timedelta(seconds=59))
    sequencer.step()
    assert clock_is_sane()
    workshop.clock.advance(timedelta(seconds=90))
    sequencer.step()
    assert not clock_is_sane()


def alarms(administrator: psycopg.Connection[Any]) -> list[tuple[str, bool]]:
    rows = administrator.execute("SELECT direction, settled_by IS NOT NULL FROM clock_alarm ORDER BY id").fetchall()
    return [(direction, settled) for direction, settled in rows]


def test_a_clock_put_right_after_a_jump_ahead_raises_one_alarm_and_none_again_once_settled(
    workshop: Workshop, writer: Writer, administrator: psycopg.Connection[Any]
) -> None:
    sequencer, clock = workshop.sequencer(tolerance=ClockTolerance()), workshop.clock
    year = timedelta(days=365)

    def step() -> None:
        writer.enter()
        sequencer.step()

    step()
    clock.advance(year)
    step()
    clock.advance(-year)
    for _ in range(3):
        step()
    assert alarms(administrator) == [("forward", False), ("backward", False)]
    (entry,) = writer.enter()
    assert settle_clock(entry.entry) == 2
    for _ in range(3):
        clock.advance(timedelta(seconds=20))
        step()
        sequencer.close()
        sequencer = workshop.sequencer(tolerance=ClockTolerance())
        assert clock_is_sane()
    times = [row[0] for row in administrator.execute("SELECT at FROM checkpoint ORDER BY size").fetchall()]
    assert times == sorted(times)
    assert Instant(times[-1]) > clock.now()  # the log's own time waits for real time


def test_a_second_jump_is_another_alarm_even_while_the_time_of_the_log_stands(
    workshop: Workshop, writer: Writer, administrator: psycopg.Connection[Any]
) -> None:
    clock = workshop.clock

    def step() -> None:
        writer.enter()
        sequencer = workshop.sequencer()
        sequencer.step()
        sequencer.close()

    clock.advance(timedelta(days=1))
    step()
    clock.advance(timedelta(days=-1))
    step()
    settle_clock(writer.enter()[0].entry)
    step()
    assert clock_is_sane()
    clock.advance(timedelta(seconds=-10))  # behind what the person vouched for
    step()
    assert alarms(administrator) == [("backward", True), ("backward", False)]
    clock.advance(timedelta(seconds=20))
    settle_clock(writer.enter()[0].entry)
    step()
    assert clock_is_sane()
    clock.advance(timedelta(days=1))  # real time has caught up: the ordinary rule holds again
    step()
    clock.advance(timedelta(seconds=-10))
    step()
    assert not clock_is_sane()


def test_an_alarm_that_stands_is_told_once(
    workshop: Workshop, writer: Writer, sequencer: Sequencer, capsys: pytest.CaptureFixture[str]
) -> None:
    writer.enter()
    sequencer.step()
    workshop.clock.advance(timedelta(seconds=-10))
    for _ in range(3):
        sequencer.step()
    assert capsys.readouterr().out.count("clock_jumped") == 1


def test_a_step_says_what_it_did(writer: Writer, sequencer: Sequencer) -> None:
    writer.enter(2)
    step = sequencer.step()
    assert replace(step, sequenced=0) == sequencer.step()
