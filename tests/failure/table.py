"""What goes wrong, and what must hold afterwards, for any case on its way."""

from __future__ import annotations

import threading

from scenes import Stage

from comity.docket import store, walk
from comity.docket.procedure import Status
from support.failing import Crash, House, dying, in_thread

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


HARMS = {"lost": lost, "reported_lost": reported_lost, "repeated": repeated, "late": late}


def check(house: House, stage: Stage) -> None:
    """Nothing lost, nothing twice, and the case stands where it should."""
    house.board.faults()
    assert house.status(stage.case) is stage.rests
    tally = house.tally(stage.case)
    twice = {what: number for what, number in tally.items() if number > 1 and what not in _MORE}
    assert not twice
    assert tally["decision"] <= 2, "one for each of removal and return"
    assert house.gone(stage.url) is stage.gone
    assert len(house.postman.letters(stage.case)) == stage.letters == tally["form_reply"] == tally["receipt"]
    assert house.inbox(stage.url) == stage.notices


_MORE = frozenset({"decision", "secrecy"})
"""Entries of which a case may have more than one: removal and return; silence, and its end."""
