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
_MOST_ITEMS = 200_000
"""Items that are counted at a time, some 25 MB; of more, those are forgotten that matched least."""
_ACTOR = "system:match"
Hold = Callable[[int, str, str], None]


class Flood:
    """Counts what is asked, and has ``hold`` called, in a thread of its own, for an item that matches much of it."""

    def __init__(self, hold: Hold, now: Callable[[], float] = time.monotonic) -> None:
        self._hold, self._now = hold, now
        self._lock = threading.Lock()
        self._began, self._asked = now(), 0
        self._matched: dict[int, int] = {}
        self._things: dict[int, set[int]] = {}
        self._told: set[int] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="flood")

    def looked(self, asked: int, found: Iterable[Found], thing: str | None = None) -> None:
        """So many signals were looked up; ``found`` are those near something, ``thing`` names what they are of."""
        with self._lock:
            if self._now() - self._began > _WINDOW:
                self._began, self._asked = self._now(), 0
                self._matched, self._things, self._told = {}, {}, set()
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
        if thing is not None:
            things = self._things.setdefault(number, set())
            if hash(thing) in things:
                return
            if len(things) < _MOST_THINGS:
                things.add(hash(thing))
        count = self._matched[number] = self._matched.get(number, 0) + 1
        if number not in self._told and rules.suddenly(count, self._asked):
            self._told.add(number)
            why = f"it matched {count} of {self._asked} that were looked up within an hour"
            self._thread.submit(self._held, number, hit.match.signal_type, why)
        if len(self._matched) > _MOST_ITEMS:
            self._forget()

    def _forget(self) -> None:
        """Drop what matched least, until half of it is left: what matches much loses a few counts at most."""
        least = 1
        while len(self._matched) > _MOST_ITEMS // 2:
            self._matched = {number: count for number, count in self._matched.items() if count > least}
            least *= 2
        self._things = {number: things for number, things in self._things.items() if number in self._matched}

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
