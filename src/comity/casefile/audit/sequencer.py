"""The one process that gives leaves their place, and signs.

One step, and what is true after each commit point:

 1. ``_finish``: sign what is committed and unsigned, store the signature, publish. The everyday path and the way
    back from any crash are the same call.
 2. ``_give_indices``: in ONE transaction, indices for what waits, the subtrees that became complete, and the
    checkpoint that is to be signed.
 3. ``_finish`` again.

Never the other way round: a signature over leaves that a crash then takes back would be a lie nobody can unsay.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import structlog

from comity.casefile.audit import ledger, publisher, store
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import LogBroken, SequencerElsewhere
from comity.casefile.audit.keys import Signer
from comity.casefile.audit.merkle import Frontier
from comity.casefile.audit.rules import ClockTolerance, believed, clock_fault
from comity.casefile.audit.store import Connection, Head
from comity.casefile.clock import Clock, Instant

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the sequencer looks, and how much it takes at once. Seconds."""

    batch: int = 2048
    awake: float = 0.008
    """Between two looks while there is work; writers do not notify then."""
    asleep: float = 0.05
    """Between two looks when no notification comes: the net under the notifications."""
    drowsy: float = 1.0
    """Without work for so long, it falls asleep."""
    publish: float = 0.2
    """At most one publication in so long while work keeps coming; each costs several fsyncs."""
    again: float = 0.25
    """Before trying again after a failure, or while another sequencer lives."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did: how many leaves got their index, and how large the log is."""

    sequenced: int
    size: int


class Sequencer:
    """Sequences, signs and publishes, over one connection of the role ``comity_sequencer`` that it opens itself."""

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection[tuple[object, ...]]],
        signer: Signer,
        publish_dir: Path,
        clock: Clock,
        *,
        tolerance: ClockTolerance | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._connect = connect
        self._signer = signer
        self._folder = publish_dir
        self._clock = clock
        self._tolerance = tolerance or ClockTolerance()
        self._pace = pace or Pace()
        self._conn: Connection | None = None
        self._finished = False
        self._published_at = 0.0
        self._newest: Head | None = None
        self._looked: tuple[Instant, float] | None = None

    # --- Driving ----------------------------------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop``. Storage that fails is tried again; a contradiction (``LogBroken``) ends it."""
        while not stop.is_set():
            try:
                self._live(stop)
            except SequencerElsewhere:
                stop.wait(self._pace.again)
            except (psycopg.Error, OSError) as failure:
                log.warning("sequencer_retries", failure=type(failure).__name__)
                stop.wait(self._pace.again)
            finally:
                self.close()

    def step(self) -> Step:
        """Finish what was begun, give indices to what waits, sign, publish."""
        return self._step(publish=True)

    def close(self) -> None:
        """Let another sequencer live: the connection holds the lock."""
        conn, self._conn = self._conn, None
        self._finished, self._newest = False, None
        if conn is not None:
            conn.close()

    def _live(self, stop: threading.Event) -> None:
        awake, worked_at = False, 0.0
        while not stop.is_set():
            now = time.monotonic()
            step = self._step(publish=now - self._published_at >= self._pace.publish)
            conn = self._lead()
            if step.sequenced:
                worked_at = now
                awake = awake or ledger.stay_awake(conn)
            elif awake and now - worked_at > self._pace.drowsy:
                ledger.fall_asleep(conn)
                awake = False
                continue
            if step.sequenced < self._pace.batch:
                self._wait(stop, conn, awake=awake)

    def _wait(self, stop: threading.Event, conn: Connection, *, awake: bool) -> None:
        if awake:
            stop.wait(self._pace.awake)
            return
        for _ in conn.notifies(timeout=self._pace.asleep, stop_after=1):
            pass

    # --- One step ---------------------------------------------------------------------------------------------------

    def _step(self, *, publish: bool) -> Step:
        try:
            conn = self._lead()
            self._finish(conn, publish=publish)
            self._watch_clock(conn)
            sequenced = self._give_indices(conn)
            if sequenced:
                self._finish(conn, publish=publish)
        except BaseException:
            # Whatever happened, what we remember may be wrong now; the database remembers right.
            self.close()
            raise
        return Step(sequenced, self._size)

    def _lead(self) -> Connection:
        if self._conn is None:
            conn = self._connect()
            try:
                conn.autocommit = True
                ledger.lead(conn)
                self._newest = store.newest_head(conn)
            except BaseException:
                conn.close()
                raise
            self._conn = conn
        return self._conn

    @property
    def _size(self) -> int:
        return _frontier(self._newest).size

    def _give_indices(self, conn: Connection) -> int:
        with conn.transaction():
            waiting = ledger.waiting(conn, self._pace.batch)
            if not waiting:
                return 0
            before = _frontier(store.newest_head(conn))
            if before != _frontier(self._newest):
                raise LogBroken("The newest checkpoint changed under the only sequencer.")
            frontier, made = before.extend([value for _, value in waiting])
            head = self._head_over(frontier)
            ledger.give_indices(conn, [row for row, _ in waiting], before.size)
            ledger.add_nodes(conn, made)
            ledger.add_head(conn, head)
        # Commit point 1. Indices, subtrees and the checkpoint to be signed are in the database, or none of them is.
        # A crash here leaves a committed checkpoint without a signature: the next _finish signs exactly that one.
        self._newest = head
        self._finished = False
        return len(waiting)

    def _head_over(self, frontier: Frontier) -> Head:
        now = self._clock.now()
        at = max(now, self._newest.at) if self._newest else now  # time in the log never goes back
        text = Checkpoint(self._signer.origin, frontier.size, frontier.root).text()
        return Head(frontier, frontier.root, at, text, None)

    def _finish(self, conn: Connection, *, publish: bool) -> None:
        if not self._finished:
            for head in store.unsigned_heads(conn):
                self._sign(conn, head)
            self._finished = True
        if publish:
            self._publish(conn)

    def _sign(self, conn: Connection, head: Head) -> None:
        checkpoint = Checkpoint.parse(head.body)
        expected = Checkpoint(self._signer.origin, head.frontier.size, head.frontier.root)
        if checkpoint != expected or head.root != expected.root:
            raise LogBroken(f"The checkpoint of {head.frontier.size} leaves contradicts itself; it was not signed.")
        note = self._signer.sign(checkpoint, int(head.at.utc.timestamp()))
        # A signature exists, in memory only. A crash here loses it; signing the same text again makes no second
        # history, only a second signature.
        ledger.sign_head(conn, head.frontier.size, note)
        # Commit point 2. The signed checkpoint is in the database: entries up to it are proven, effects may follow.
        # A crash here leaves it unpublished: the next _finish publishes it.

    def _publish(self, conn: Connection) -> None:
        publisher.publish(conn, self._folder)
        # Commit point 3. The directory shows the newest signed checkpoint with all its tiles.
        self._published_at = time.monotonic()

    def _watch_clock(self, conn: Connection) -> None:
        now, running = self._clock.now(), time.clock_gettime(time.CLOCK_BOOTTIME)
        newest = self._newest.at if self._newest else None
        elapsed = None
        if self._looked is not None:
            elapsed = (now.since(self._looked[0]), timedelta(seconds=running - self._looked[1]))
        self._looked = (now, running)
        direction = clock_fault(now, newest=newest, elapsed=elapsed, tolerance=self._tolerance)
        if direction == "backward" and newest is not None:
            # Only now is it worth asking whether somebody has looked at this jump already.
            known = believed(newest, store.vouched(conn))
            direction = clock_fault(now, newest=known, elapsed=elapsed, tolerance=self._tolerance)
        if direction is not None and ledger.raise_alarm(conn, now, direction, newest):
            log.error("clock_jumped", direction=direction)


def _frontier(head: Head | None) -> Frontier:
    return head.frontier if head else Frontier()
