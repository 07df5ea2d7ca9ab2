"""Failure tables of every hand-over that the clock causes. All its cases are made first; then months pass once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scenes import ARROWS, SCENES, Stage, named
from table import HARMS, check

from comity.casefile.audit.fsck import fsck
from comity.casefile.clock import Instant
from comity.casefile.records.deadlines import fire_due
from comity.docket.procedure import Arrow
from support.failing import House

CLOCK = [arrow for arrow in ARROWS if arrow.by == "clock"]
PASSES = {"secrecy ended": timedelta(weeks=7), "preservation ended": timedelta(days=200)}
"""How much later it is when the arrow's time has come."""
EVENTS = sorted({arrow.event for arrow in CLOCK}, key=PASSES.__getitem__)

Key = tuple[str, str]


@pytest.fixture(scope="module")
def stages(house: House) -> dict[Key, Stage]:
    """A case for each row, while it is still night."""
    return {(named(arrow), harm): SCENES[arrow.source, arrow.event](house) for arrow in CLOCK for harm in HARMS}


@pytest.fixture(scope="module")
def night(house: House, stages: dict[Key, Stage]) -> Instant:
    """When all this began."""
    return house.clock.now()


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("arrow", sorted(CLOCK, key=lambda arrow: EVENTS.index(arrow.event)), ids=named)
def test_nothing_is_lost_and_nothing_happens_twice(
    house: House, night: Instant, stages: dict[Key, Stage], arrow: Arrow, harm: str
) -> None:
    stage = stages[named(arrow), harm]
    if arrow.event == "secrecy ended" and harm == next(iter(HARMS)):
        assert house.inbox(stage.url) == 0, "nobody is told before the silence ends"
    house.clock.set(max(house.clock.now(), night.plus(PASSES[arrow.event])))
    while fire_due(house.clock.now(), task="advance"):
        pass
    house.take_jobs(stage.case)
    HARMS[harm](house, stage)
    check(house, stage)


def test_after_all_of_it_the_log_is_sound(house: House) -> None:
    report = fsck(house.keys.verifiers, origin=house.keys.origin)
    assert report.sound, report.differences
