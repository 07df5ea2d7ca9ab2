"""The scan itself: pages in their order, items of a page at once, kept with the cursor in one transaction."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from comity.casefile.clock import Clock, Instant
from comity.matching.catalogue import Catalogue
from comity.matching.scanning.reading import Listed, Page, Read, Stored, read
from comity.matching.scanning.state import State, state_of
from comity.matching.signals.decoders import Decoders

T = TypeVar("T")
_AGAIN = (1.0, 4.0, 15.0)
"""Seconds between attempts while the platform does not answer; after them the scan stops where it is."""


@dataclass(frozen=True)
class Pace:
    """How fast a scan goes."""

    items_a_second: float = 50.0
    page: int = 100
    """Items asked for, and kept, at once: so many are read again after a crash."""
    threads: int = 2
    again: tuple[float, ...] = _AGAIN


def scan(  # noqa: PLR0913 -- a scan's parts, each named
    catalogue: Catalogue,
    stored: Stored,
    decoders: Decoders,
    *,
    failure: type[Exception],
    clock: Clock,
    pace: Pace | None = None,
    anew: bool = False,
    tell: Callable[[State], None] | None = None,
    stop: threading.Event | None = None,
) -> State:
    """Read everything that is stored, or go on with what was begun and not ended (unless ``anew``).

    ``failure``: what the platform's failures are; they carry ``code``, and ``retry`` where asking again can help. One
    that cannot be helped is counted under its code, and the item passed over; one that could, and was not, goes
    through, as does the lack of decoders: the scan is not over then, and the next one goes on. ``stop`` ends it
    between two pages.
    """
    run = _Run(stored, decoders, failure, pace or Pace(), stop or threading.Event())
    state = state_of(catalogue)
    if state is None or anew or state.ended_at is not None:
        state = State(began_at=clock.now())
    with ThreadPoolExecutor(run.pace.threads, thread_name_prefix="scanning") as pool:
        while not run.stop.is_set():
            began = time.monotonic()
            page: Page = run.patiently(partial(stored.listed, state.cursor, run.pace.page))
            outcomes = list(pool.map(partial(run.one, at=clock.now()), page.items))
            fingerprints = [one for outcome in outcomes for one in outcome.fingerprints]
            state = state.after(page.cursor, outcomes, clock.now())
            catalogue.add(fingerprints, state.facts)
            if tell is not None:
                tell(state)
            if page.cursor is None:
                return state
            run.stop.wait(max(0.0, len(page.items) / run.pace.items_a_second - (time.monotonic() - began)))
    return state


@dataclass(frozen=True)
class _Run:
    stored: Stored
    decoders: Decoders
    failure: type[Exception]
    pace: Pace
    stop: threading.Event

    def one(self, listed: Listed, at: Instant) -> Read:
        """One item; the platform's refusal is a reason like any other."""
        try:
            return self.patiently(partial(read, self.stored, self.decoders, listed, at))
        except self.failure as failure:
            if getattr(failure, "retry", False):
                raise
            return Read(unread=Counter({str(getattr(failure, "code", "platform_failure")): 1}))

    def patiently(self, ask: Callable[[], T]) -> T:
        """Ask again while that can help."""
        for pause in self.pace.again:
            try:
                return ask()
            except self.failure as failure:
                if not getattr(failure, "retry", False) or self.stop.wait(pause):
                    raise
        return ask()
