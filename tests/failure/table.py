"""What goes wrong, and what must hold afterwards, for any case on its way."""

from __future__ import annotations

import threading
from collections.abc import Callable

from scenes import Stage, lapse

from comity.docket import store, walk
from comity.docket.order_views import Message
from comity.docket.procedure import PROCEDURE, Arrow, Status
from support.failing import Crash, House, address, dying, in_thread

_KINDS = ("resolve", "describe", "parts", "part", "disable", "restore", "notify", "page")
_CRASHES = 4


def lost(house: House, stage: Stage) -> None:
    """The process dies before each of its commits, the platform before it does anything, the relay before it takes."""
    for commit in (1, *(2 for _ in range(_CRASHES))):
        if _struck(house, stage, commit, after=False) is None:
            break
    house.board.faults(*({"kind": kind, "times": 1, "how": "close"} for kind in _KINDS))
    house.postman.loses = 1
    house.run(stage.case)


def reported_lost(house: House, stage: Stage) -> None:
    """Each commit is on the disk and its process dies; the platform and the relay did it, and their answer is lost."""
    for _ in range(_CRASHES):
        if _struck(house, stage, 1, after=True) is None:
            break
    house.board.faults(*({"kind": kind, "times": 1, "how": "close", "after": True} for kind in _KINDS))
    house.postman.denies = 1
    house.run(stage.case)


def repeated(house: House, stage: Stage) -> None:
    """The job runs twice side by side, and once more when it is done."""
    meeting = threading.Barrier(2)
    raised: list[BaseException | None] = []

    def beside() -> None:
        def job() -> None:
            meeting.wait(60)
            house.run(stage.case)

        raised.append(in_thread(job))

    threads = [threading.Thread(target=beside) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == [None, None]
    house.run(stage.case)


def late(house: House, stage: Stage) -> None:
    """The job comes when the case has moved on: with what it knew before, it does nothing any more."""
    row = store.case(stage.case)
    house.run(stage.case)
    before = house.tally(stage.case)
    walk.STEPS[Status(row.status)](row, house.parts)
    assert house.tally(stage.case) == before
    house.run(stage.case)


def _struck(house: House, stage: Stage, commit: int, *, after: bool) -> BaseException | None:
    def job() -> None:
        with dying(commit, after=after):
            walk.advance(stage.case, house.parts)

    raised = in_thread(job)
    assert raised is None or isinstance(raised, Crash), raised
    return raised


def reordered(house: House, stage: Stage) -> None:
    """Its authority ends the order before the job comes that was deferred earlier: the job follows the case."""
    overtake = OVERTAKING[house.status(stage.case)]
    overtake(house, stage.case)
    house.run(stage.case)


def _withdrawn(house: House, case: str) -> None:
    row, now = store.case(case), house.clock.now()
    body = b'{"reasons": "an error"}'
    client = house.clients[next(name for name, one in house.ids.items() if one == row.authority)]
    said = Message(row.authority, client, body, "application/json", f"{case}-w", now, now, "192.0.2.9")
    house.docket.withdraw(case, said, reasons="an error")


OVERTAKING: dict[Status, Callable[[House, str], None]] = {
    Status.RECEIVED: _withdrawn,
    Status.CLARIFYING: _withdrawn,
    **dict.fromkeys((Status.EXECUTING, Status.EXECUTED, Status.ANSWERED, Status.IN_EFFECT), lapse),
}
"""What may come before a job, by where the case stands."""


def overtaken(stage: Stage, stood: Status, *, closes: bool = False) -> Stage:
    """Where a case rests when its order ended while it stood there, and what was told by then."""
    if OVERTAKING[stood] is _withdrawn:
        return Stage(stage.case, stage.url, Status.DISMISSED, gone=False, letters=int(stood is Status.CLARIFYING))
    letters = int(stood in (Status.ANSWERED, Status.IN_EFFECT))
    rests = Status.CLOSED if closes else Status.REINSTATED
    gone = stage.url == address(stage.url.rpartition("/")[2])  # there was never anything
    return Stage(stage.case, stage.url, rests, gone=gone, letters=letters, notices=int(stood is not Status.EXECUTING))


def why_not(arrow: Arrow, fault: str) -> str:
    """Why a fault cannot befall an arrow, checked against the procedure; empty where it can, and is played."""
    if fault != "reordered":
        return ""
    rivals = {one.by for one in PROCEDURE if one.source is arrow.source}
    if arrow.source is Status.ASSESSED:
        assert Status.ASSESSED not in walk.STEPS
        return "no case rests there: assessed and decided commit together, so nothing comes in between"
    if arrow.by in {"machine", "clock"} and rivals <= {"machine", "clock"}:
        return "nothing but this case's own job leaves this status, and every job of a case is the same job"
    return ""


HARMS = {
    "lost": lost,
    "repeated": repeated,
    "reordered": reordered,
    "late": late,
    "reported_lost": reported_lost,
}
CELLS = tuple((arrow, fault) for arrow in PROCEDURE for fault in HARMS)
"""The whole table: every arrow of the procedure and every fault."""


def check(house: House, stage: Stage, twice: tuple[str, ...] = ()) -> None:
    """Nothing lost, nothing twice, and the case stands where it should."""
    house.board.faults()
    assert house.status(stage.case) is stage.rests
    tally = house.tally(stage.case)
    most = {what: _MORE.get(what, 1) + any(part in what for part in twice) for what in tally}
    assert not {what: number for what, number in tally.items() if number > most[what]}
    assert house.gone(stage.url) is stage.gone
    assert len(house.postman.letters(stage.case)) == stage.letters == tally["form_reply"] == tally["receipt"]
    assert house.inbox(stage.url) == stage.notices


_MORE = {"decision": 2, "secrecy": 3}
"""Entries of which a case may have more than one: removal and return; silence, that it was kept, and its end."""
