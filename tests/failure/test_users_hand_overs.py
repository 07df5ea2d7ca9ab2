"""Failure tables of demands about users: lost, reported lost, repeated and late, at every step of three playbooks.

Each job runs in a process of its own that dies before each of its commits, or after it when nobody was told; or twice
side by side; or once more with what it knew before the case moved on. What must hold afterwards is one of everything.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from comity.casefile.audit.fsck import fsck
from comity.casefile.clock import FixedClock
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port

if TYPE_CHECKING:
    from support.asking import Office

Job = Callable[[], None]
_COMMITS = 12


def died(job: Job, *, after: bool) -> None:
    """At each commit once, as long as there is another; then it comes through."""
    from support.failing import Crash, dying, in_thread

    for commit in range(1, _COMMITS):

        def mortal(commit: int = commit) -> None:
            with dying(commit, after=after):
                job()

        raised = in_thread(mortal)
        if raised is None:
            return
        assert isinstance(raised, Crash), raised
    assert in_thread(job) is None


def lost(job: Job) -> None:
    died(job, after=False)


def reported_lost(job: Job) -> None:
    died(job, after=True)


def repeated(job: Job) -> None:
    from support.failing import in_thread

    meeting = threading.Barrier(2)
    raised: list[BaseException | None] = []

    def beside() -> None:
        def at_once() -> None:
            meeting.wait(60)
            job()

        raised.append(in_thread(at_once))

    threads = [threading.Thread(target=beside) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == [None, None]


def late(job: Job) -> None:
    """The job, and then each step once more with the case as it stood before it."""
    from comity.docket import store
    from comity.docket.disclosures import walking
    from comity.docket.procedure import Status

    before = list(store.all_cases())
    job()
    for row in before:
        step = walking.STEPS.get(Status(row.status))
        if step is not None and store.case(row.id.hex).status != row.status:
            step(row, PARTS[0])


PARTS: list[Any] = []
FAULTS = {"lost": lost, "reported_lost": reported_lost, "repeated": repeated, "late": late}


@pytest.fixture(autouse=True)
def calm() -> None:
    """These tests bring their own house."""


@pytest.fixture(scope="module")
def some_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=20).start()
    yield board
    board.stop()


@pytest.fixture(params=sorted(FAULTS))
def office(
    request: pytest.FixtureRequest, database: Server, some_board: RunningBoard, tmp_path: Path, clock: FixedClock
) -> Iterator[Office]:
    from support.asking import Office
    from support.night import Night

    night = Night(database, some_board, tmp_path, clock)
    made, fault = Office(night), FAULTS[request.param]
    PARTS[:] = [night.parts]
    for name, job in list(night.jobs.items()):
        night.jobs[name] = lambda job=job, **arguments: fault(lambda: job(**arguments))
    yield made
    report = fsck(night.keys.verifiers, origin=night.keys.origin)
    night.close()
    assert report.sound, report.differences


def tally(office: Office) -> Counter[str]:
    found: Counter[str] = Counter()
    for kind in ("assessment", "disclosure_decision", "disclosure_package", "release", "form_reply", "contest"):
        found[kind] = len(office.bodies(kind))
    found.update(f"{kind} {one['state']}" for kind in ("collection", "records_hold") for one in office.bodies(kind))
    return found


def test_data_are_collected_packed_and_announced_once(office: Office) -> None:
    from support.asking import JUDGE

    office.ask(JUDGE)
    office.answer()
    office.agree()
    assert office.status == "collected"
    office.let_go()
    assert office.status == "in_effect"
    assert tally(office) == Counter(
        {
            "assessment": 1, "disclosure_decision": 1, "disclosure_package": 1, "release": 1, "form_reply": 1,
            "collection ordered": 1, "collection performed": 1,
            "records_hold ordered": 1, "records_hold placed": 1,
            "records_hold releasing": 1, "records_hold released": 1,
        }
    )  # fmt: skip
    assert len(office.page.packages) == 1


def test_a_refusal_goes_out_once_and_ends_what_was_kept(office: Office) -> None:
    from support.asking import JUDGE

    office.ask({**JUDGE, "I.type": "PUBLIC_PROSECUTOR"})
    office.answer("refuse", reasons="Traffic data take a judge (2023/1543 Art 4(2)).")
    office.agree("carla")
    found = tally(office)
    assert (office.status, found["form_reply"], found["records_hold released"]) == ("refused", 1, 1)


def test_an_objection_begins_once(office: Office) -> None:
    from support.asking import JUDGE, SECTION_E

    office.ask(JUDGE)
    office.answer("object", reasons="The law of a third country forbids it.", letter=SECTION_E)
    office.agree("carla")
    found = tally(office)
    assert (office.status, found["form_reply"], found["contest"]) == ("contesting", 1, 1)


def test_what_is_only_kept_is_acknowledged_once(office: Office) -> None:
    office.ask_to_keep()
    office.answer("comply", pieces=())
    found = tally(office)
    assert (office.status, found["form_reply"], found["records_hold placed"]) == ("in_effect", 1, 1)
