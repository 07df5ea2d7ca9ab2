"""Something else moves the case in the middle of a job, before any of its commits: the job gives way."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from scenes import SCENES, Stage, in_effect, lapse

from comity.casefile.clock import FixedClock
from comity.casefile.records import UnitOfWork
from comity.casefile.records.deadlines import fire_due
from comity.docket import walk
from comity.docket.parts import MACHINE, Parts
from comity.docket.procedure import Status
from comity.platform import Effect, LegalNote
from comity.platform.board import Board
from support.failing import House, in_thread

MOMENTS = (1, 2, 3, 4)
"""Before which unit of work of the job, counted from one."""
SOURCES = {
    Status.EXECUTING: "executed",
    Status.EXECUTED: "answered",
    Status.ANSWERED: "noticed",
}


@dataclass(frozen=True, kw_only=True)
class Disturbed(Parts):
    """The same parts; before its n-th unit of work something else happens."""

    event: Callable[[], None]
    left: list[int]

    @contextmanager
    def work(self, actor: str = MACHINE) -> Iterator[UnitOfWork]:
        self.left[0] -= 1
        if self.left[0] == 0:
            assert in_thread(self.event) is None
        with super().work(actor) as unit:
            yield unit


def disturbed(house: House, event: Callable[[], None], moment: int) -> Disturbed:
    known = {field.name: getattr(house.parts, field.name) for field in dataclasses.fields(Parts)}
    return Disturbed(**known, event=event, left=[moment])


def undone(house: House, stage: Stage) -> None:
    """It stands again, whatever had been begun; and what was told was told once."""
    house.run(stage.case)
    assert house.status(stage.case) is Status.REINSTATED
    assert house.gone(stage.url) is False
    tally = house.tally(stage.case)
    assert not {what: number for what, number in tally.items() if number > 1 and what not in {"decision", "secrecy"}}
    assert len(house.postman.letters(stage.case)) <= 1
    assert house.inbox(stage.url) <= 1


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.value)
def test_an_order_that_ends_in_the_middle_of_a_job_is_undone(house: House, source: Status, moment: int) -> None:
    stage = SCENES[source, SOURCES[source]](house)
    parts = disturbed(house, lambda: lapse(house, stage.case), moment)
    walk.advance(stage.case, parts)
    house.take_jobs(stage.case)
    if parts.left[0] > 0:  # the job had fewer units of work than that
        lapse(house, stage.case)
    undone(house, stage)


class Slow(Board):
    """The board's adapter; while it disables, something else happens, before it is done or after."""

    def __init__(self, house: House, event: Callable[[], None], *, after: bool) -> None:
        super().__init__(house.board.settings(public_urls=("https://board.example",)))
        self._event, self._after = event, after

    def disable(self, item: str, *, territories: tuple[str, ...], key: str, legal: LegalNote | None) -> Effect:
        if not self._after:
            assert in_thread(self._event) is None
        effect = super().disable(item, territories=territories, key=key, legal=legal)
        if self._after:
            assert in_thread(self._event) is None
        return effect


@pytest.mark.parametrize("after", [False, True])
def test_an_order_that_ends_while_the_platform_disables_is_undone(house: House, after: bool) -> None:
    stage = SCENES[Status.EXECUTING, "executed"](house)
    with Slow(house, lambda: lapse(house, stage.case), after=after) as slow:
        walk.advance(stage.case, dataclasses.replace(house.parts, content=slow))
    house.take_jobs(stage.case)
    undone(house, stage)


@dataclass(frozen=True, kw_only=True)
class Crossing(Parts):
    """The same parts; while its n-th unit of work holds its locks, something else begins and has to wait for it."""

    event: Callable[[], None]
    left: list[int]
    began: list[threading.Thread]

    @contextmanager
    def work(self, actor: str = MACHINE) -> Iterator[UnitOfWork]:
        self.left[0] -= 1
        with super().work(actor) as unit:
            yield unit
            if self.left[0] == 0:
                self.began.append(threading.Thread(target=lambda: in_thread(self.event)))
                self.began[0].start()
                until = time.monotonic() + 30
                while not waiting_for_locks() and self.began[0].is_alive() and time.monotonic() < until:
                    time.sleep(0.005)


def waiting_for_locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def test_an_order_that_ends_while_its_item_is_taken_into_custody_leaves_nothing_disabled(house: House) -> None:
    """What ends the order must see the item as it is after that commit, not as it was when it began to look."""
    stage = SCENES[Status.EXECUTING, "executed"](house)
    known = {field.name: getattr(house.parts, field.name) for field in dataclasses.fields(Parts)}
    parts = Crossing(**known, event=lambda: lapse(house, stage.case), left=[1], began=[])
    walk.advance(stage.case, parts)
    for thread in parts.began:
        thread.join()
    assert parts.began
    house.take_jobs(stage.case)
    undone(house, stage)


def test_a_complaint_that_comes_while_erasure_begins_keeps_the_evidence(house: House) -> None:
    stage = in_effect(house)
    clock = house.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=200))
    while fire_due(clock.now(), task="advance"):
        pass
    house.take_jobs(stage.case)
    token = house.token(stage.case)
    walk.advance(stage.case, disturbed(house, lambda: house.docket.file_complaint(token, "It was satire.", "en"), 1))
    assert house.status(stage.case) is Status.IN_EFFECT
    assert not any(one.erased for one in house.parts.vault.exhibits(stage.case))
