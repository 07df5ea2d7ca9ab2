"""Failure tables of every hand-over by a person, an authority or a rule for the night.

Lost: the process dies before it commits. Reported lost: after. Repeated: given twice side by side, and once more.
Reordered: another hand-over comes first, out of turn. Late: it comes when the hour has passed.
"""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta

import pytest
from moves import MOVES, Move
from scenes import Stage, named
from table import CELLS, check, why_not

from comity.casefile.audit.fsck import fsck
from comity.casefile.records.deadlines import fire_due
from comity.decision.errors import DecisionRefused
from comity.docket.errors import DocketRefused
from comity.docket.procedure import Arrow
from comity.transparency.errors import TransparencyRefused
from support import orders
from support.failing import Crash, House, dying, in_thread

REFUSED = (DocketRefused, DecisionRefused, TransparencyRefused)
NIGHT = "decided by night rule"
COMMANDS = [cell for cell in CELLS if cell[0].by in {"person", "authority"} and not why_not(*cell)]
AT_ONCE = [cell for cell in COMMANDS if cell[1] != "late" and cell[0].event != NIGHT]
BEFORE_THE_HOUR_ENDS = [cell for cell in COMMANDS if cell[1] != "late" and cell[0].event == NIGHT]
LATE = [cell for cell in COMMANDS if cell[1] == "late"]


def names(one: object) -> str:
    return named(one) if isinstance(one, Arrow) else str(one)


def given(house: House, move: Move, stage: Stage) -> BaseException | None:
    """The command, from a process of its own; what it raised, which must be a refusal in words."""
    raised = in_thread(lambda: move.command(house, stage))
    assert raised is None or isinstance(raised, REFUSED), raised
    return raised


def struck(house: House, move: Move, stage: Stage, *, after: bool) -> None:
    def command() -> None:
        with dying(1, after=after):
            move.command(house, stage)

    raised = in_thread(command)
    assert isinstance(raised, Crash), raised


def lost(house: House, move: Move, stage: Stage) -> None:
    before = (house.status(stage.case), house.tally(stage.case))
    struck(house, move, stage, after=False)
    assert (house.status(stage.case), house.tally(stage.case)) == before
    assert house.take_jobs(stage.case) == 0, "no job without what caused it"
    assert given(house, move, stage) is None


def reported_lost(house: House, move: Move, stage: Stage) -> None:
    struck(house, move, stage, after=True)
    given(house, move, stage)


def repeated(house: House, move: Move, stage: Stage) -> None:
    meeting = threading.Barrier(2)
    raised: list[BaseException | None] = []

    def beside() -> None:
        def command() -> None:
            meeting.wait(60)
            move.command(house, stage)

        raised.append(in_thread(command))

    threads = [threading.Thread(target=beside) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert None in raised
    assert all(one is None or isinstance(one, REFUSED) for one in raised), raised
    given(house, move, stage)


def reordered(house: House, move: Move, stage: Stage) -> None:
    assert move.rival is not None
    move.rival(house, stage)
    given(house, move, stage)


def late(house: House, move: Move, stage: Stage) -> None:
    given(house, move, stage)


FAULTS = {"lost": lost, "reported_lost": reported_lost, "repeated": repeated, "reordered": reordered, "late": late}


def played(house: House, arrow: Arrow, fault: str, stage: Stage | None = None) -> None:
    move = MOVES[arrow.source, arrow.event]
    stage = stage or move.scene(house)
    FAULTS[fault](house, move, stage)
    house.run(stage.case)
    if fault == "reordered" and move.instead is not None:
        stage = dataclasses.replace(move.instead, case=stage.case, url=stage.url)
    check(house, stage, move.twice)


@pytest.mark.parametrize(("arrow", "fault"), AT_ONCE, ids=names)
def test_nothing_is_lost_and_nothing_happens_twice(house: House, arrow: Arrow, fault: str) -> None:
    played(house, arrow, fault)


def prepared(house: House) -> dict[tuple[str, str], Stage]:
    """Cases for what comes when time has passed, made while it has not; a rule stands by for one authority."""
    signer = house.signers["dark"] = orders.Authority.named("Préfecture de test", "orders@prefecture.example")
    house.ids["dark"] = house.enrol(house.who, signer)
    house.clients["dark"] = house.client(house.who, house.ids["dark"])
    until = house.clock.now().plus(timedelta(days=90))
    house.docket.propose_night_rule(
        house.who.carla, authority=house.ids["dark"], channels=("api",), minutes=30, terms=(until, "nights")
    )
    house.docket.approve_night_rule(house.who.ben, house.docket.nights(house.who.carla).rules[-1].rule)
    house.ordered("dark", house.publish())  # a first order leaves the twelve hours of Article 3(2) open
    cells = BEFORE_THE_HOUR_ENDS + LATE
    return {(named(arrow), fault): MOVES[arrow.source, arrow.event].scene(house) for arrow, fault in cells}


def test_a_rule_for_the_night_speaks_once_and_what_comes_after_the_hour_still_counts(
    house: House, subtests: pytest.Subtests
) -> None:
    """One test with a part for each cell: the hour passes once, so all of them belong to one process."""
    begun, later = house.clock.now(), prepared(house)
    house.clock.set(begun.plus(timedelta(minutes=35)))
    for arrow, fault in BEFORE_THE_HOUR_ENDS:
        with subtests.test(arrow=named(arrow), fault=fault):
            played(house, arrow, fault, later[named(arrow), fault])
    house.clock.set(begun.plus(timedelta(minutes=65)))
    while fire_due(house.clock.now(), task="advance"):
        pass
    for arrow, fault in LATE:
        with subtests.test(arrow=named(arrow), fault=fault):
            stage = later[named(arrow), fault]
            house.take_jobs(stage.case)
            if arrow.event == NIGHT:  # no rule speaks any more
                stage = dataclasses.replace(stage, rests=arrow.source, gone=False, letters=0, notices=0)
            played(house, arrow, fault, stage)


def test_after_all_of_it_the_log_is_sound(house: House) -> None:
    report = fsck(house.keys.verifiers, origin=house.keys.origin)
    assert report.sound, report.differences
