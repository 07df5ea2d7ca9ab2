"""Failure tables of every hand-over that the clock causes. All its cases are made first; then months pass once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scenes import ARROWS, SCENES, Stage, named
from table import CELLS, HARMS, check, overtaken, why_not

from comity.casefile.audit.fsck import fsck
from comity.casefile.clock import Instant
from comity.casefile.records.deadlines import fire_due
from comity.docket.procedure import Arrow
from support.failing import House

CLOCK = [arrow for arrow in ARROWS if arrow.by == "clock"]
PASSES = {
    "secrecy ended": timedelta(weeks=7),
    "preservation ended": timedelta(days=200),
    "retention ended": timedelta(days=201),
}
"""How much later it is when the arrow's time has come."""
EVENTS = sorted({arrow.event for arrow in CLOCK}, key=PASSES.__getitem__)

ROWS = sorted(
    (cell for cell in CELLS if cell[0].by == "clock" and not why_not(*cell)),
    key=lambda cell: EVENTS.index(cell[0].event),
)
Key = tuple[str, str]


@pytest.fixture(scope="module")
def stages(house: House) -> dict[Key, Stage]:
    """A case for each row, while it is still night."""
    return {(named(arrow), harm): SCENES[arrow.source, arrow.event](house) for arrow, harm in ROWS}


@pytest.fixture(scope="module")
def night(house: House, stages: dict[Key, Stage]) -> Instant:
    """When all this began."""
    return house.clock.now()


def test_nothing_is_lost_and_nothing_happens_twice(
    house: House, night: Instant, stages: dict[Key, Stage], subtests: pytest.Subtests
) -> None:
    """One test with a part for each cell: months pass once, so all of them belong to one process."""
    secret = [stages[named(arrow), harm] for arrow, harm in ROWS if arrow.event == "secrecy ended"]
    assert [house.inbox(stage.url) for stage in secret] == [0] * len(secret), "nobody is told before the silence ends"
    for arrow, harm in ROWS:
        with subtests.test(arrow=named(arrow), fault=harm):
            played(house, night, stages[named(arrow), harm], arrow, harm)


def played(house: House, night: Instant, stage: Stage, arrow: Arrow, harm: str) -> None:
    house.clock.set(max(house.clock.now(), night.plus(PASSES[arrow.event])))
    while fire_due(house.clock.now(), task="advance"):
        pass
    house.take_jobs(stage.case)
    stood, closes = house.status(stage.case), arrow.event == "preservation ended"
    HARMS[harm](house, stage)
    check(house, overtaken(stage, stood, closes=closes) if harm == "reordered" else stage)


def test_after_all_of_it_the_log_is_sound(house: House) -> None:
    report = fsck(house.keys.verifiers, origin=house.keys.origin)
    assert report.sound, report.differences
