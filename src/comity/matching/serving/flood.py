"""The flood guard: an item that suddenly matches much of what is asked about is held back until a person looked.

Each process counts for itself, an hour at a time. A named thing counts once however often it is sent. What one of our
people confirmed or let go again, and a bank whose ``guarded`` is off, is never held back: terror content that spreads
matches much, too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog

from comity.casefile import audit
from comity.casefile.audit.errors import WrongKind
from comity.casefile.clock import Clock
from comity.casefile.documents.bank import EntryChange, Opinion
from comity.casefile.records import unit_of_work
from comity.matching.banks import papers, rules, service, store
from comity.matching.banks.errors import BankFailure
from comity.matching.serving.found import Found, Hit

log = structlog.get_logger("comity.matching.serving")
_WINDOW = 3_600.0
_MOST_THINGS = 10_000
"""Things by name that are remembered of one item; by then it is held back, or spared."""
_ACTOR = "system:match"
Hold = Callable[[int, str, str], None]


@dataclass
class _Matched:
    count: int = 0
    things: set[int] = field(default_factory=set)


class Flood:
    """Counts what is asked, and has ``hold`` called, in a thread of its own, for an item that matches much of it."""

    def __init__(self, hold: Hold, now: Callable[[], float] = time.monotonic) -> None:
        self._hold, self._now = hold, now
        self._lock = threading.Lock()
        self._began, self._asked = now(), 0
        self._matched: dict[int, _Matched] = {}
        self._told: set[int] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="flood")

    def looked(self, asked: int, found: Iterable[Found], thing: str | None = None) -> None:
        """So many signals were looked up; ``found`` are those near something, ``thing`` names what they are of."""
        with self._lock:
            if self._now() - self._began > _WINDOW:
                self._began, self._asked = self._now(), 0
                self._matched, self._told = {}, set()
            self._asked += asked
            for one in found:
                for hit in one.hits:
                    if hit.in_force and not (one.allowed or hit.negative or hit.match.shadow):
                        self._count(hit, thing)

    def close(self) -> None:
        """Finish what was begun."""
        self._thread.shutdown()

    def _count(self, hit: Hit, thing: str | None) -> None:
        number = hit.match.entry
        seen = self._matched.setdefault(number, _Matched())
        if thing is not None:
            if hash(thing) in seen.things:
                return
            if len(seen.things) < _MOST_THINGS:
                seen.things.add(hash(thing))
        seen.count += 1
        if number not in self._told and rules.suddenly(seen.count, self._asked):
            self._told.add(number)
            why = f"it matched {seen.count} of {self._asked} that were looked up within an hour"
            self._thread.submit(self._held, number, hit.match.signal_type, why)

    def _held(self, number: int, kind: str, why: str) -> None:
        try:
            self._hold(number, kind, why)
        except Exception as failure:  # noqa: BLE001 -- whatever it is, look-ups go on and it is tried again
            log.warning("an item that matches much was not held back", item=number, failure=type(failure).__name__)
            with self._lock:
                self._told.discard(number)


def holding(clock: Clock) -> Hold:
    """Hold an item back, by an entry; one that is spared stays as it is."""

    def hold(number: int, kind: str, why: str) -> None:
        try:
            with unit_of_work(clock.now(), _ACTOR) as work:
                if spared(number):
                    return
                service.quarantine(work, number, kind, why)
        except BankFailure:
            return  # listed no more
        log.warning("held back until a person looked", item=number, why=why)

    return hold


def spared(number: int) -> bool:
    """Whether an item is never held back: its bank is not guarded, or one of our people knows what it is."""
    if not store.bank_of(number).terms.guarded:
        return True
    if any(one.stance is Opinion.CONFIRM for one in papers.opinions((number,))):
        return True
    try:
        return audit.find(store.entry_of(number), EntryChange).document.change == "released"
    except WrongKind:  # it came in a list, and nothing was said of it since
        return False
