"""Failure tables of every hand-over that a job makes: lost, repeated, late, done but reported lost."""

from __future__ import annotations

import pytest
from scenes import ARROWS, SCENES, named
from table import HARMS, check

from comity.casefile.audit.fsck import fsck
from comity.docket.procedure import Arrow
from support.failing import House

MACHINE = [arrow for arrow in ARROWS if arrow.by == "machine"]


def test_every_arrow_of_the_machine_and_the_clock_has_its_rows() -> None:
    assert set(SCENES) == {(arrow.source, arrow.event) for arrow in ARROWS}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("arrow", MACHINE, ids=named)
def test_nothing_is_lost_and_nothing_happens_twice(house: House, arrow: Arrow, harm: str) -> None:
    stage = SCENES[arrow.source, arrow.event](house)
    HARMS[harm](house, stage)
    check(house, stage)


def test_after_all_of_it_the_log_is_sound(house: House) -> None:
    report = fsck(house.keys.verifiers, origin=house.keys.origin)
    assert report.sound, report.differences
