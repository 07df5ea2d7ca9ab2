"""Failure tables of every hand-over that a job makes: lost, repeated, reordered, late, done but reported lost."""

from __future__ import annotations

import pytest
from moves import MOVES
from scenes import ARROWS, SCENES, named
from table import CELLS, HARMS, check, overtaken, why_not

from comity.casefile.audit.fsck import fsck
from comity.docket.procedure import PROCEDURE, Arrow
from support.failing import House

MACHINE = [cell for cell in CELLS if cell[0].by == "machine" and not why_not(*cell)]


def test_every_arrow_of_the_procedure_has_its_rows() -> None:
    """A new arrow without a scene (and, for a person's or an authority's, a command) fails here."""
    assert set(SCENES) == {(arrow.source, arrow.event) for arrow in ARROWS}
    assert set(MOVES) == {(arrow.source, arrow.event) for arrow in PROCEDURE if arrow not in ARROWS}
    assert len(CELLS) == 5 * len(PROCEDURE)


def test_what_cannot_go_wrong_is_said_with_its_reason_and_is_little() -> None:
    left_out = {(arrow.source.value, arrow.event, fault) for arrow, fault in CELLS if why_not(arrow, fault)}
    assert {fault for _, _, fault in left_out} == {"reordered"}
    assert {source for source, _, _ in left_out} == {
        "assessed", "declining", "reinstating", "reinstated", "refused", "dismissed",
    }  # fmt: skip


@pytest.mark.parametrize(("arrow", "harm"), MACHINE, ids=lambda one: named(one) if isinstance(one, Arrow) else one)
def test_a_crash_anywhere(house: House, arrow: Arrow, harm: str) -> None:
    stage = SCENES[arrow.source, arrow.event](house)
    stood = house.status(stage.case)
    HARMS[harm](house, stage)
    check(house, overtaken(stage, stood) if harm == "reordered" else stage)


def test_after_all_of_it_the_log_is_sound(house: House) -> None:
    report = fsck(house.keys.verifiers, origin=house.keys.origin)
    assert report.sound, report.differences
