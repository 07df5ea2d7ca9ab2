"""Under load: what the hour runs against goes first, and nobody is forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from scenes import SCENES

from comity.casefile.documents import new_id
from comity.docket import walk
from comity.docket.procedure import Status
from support.failing import House

OTHER = new_id()


def waiting(case: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT priority FROM procrastinate_jobs WHERE args->>'case' = %s", [case])
        return [priority for (priority,) in cursor.fetchall()]


def forget_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture(autouse=True)
def _alone(house: House) -> Iterator[None]:
    """The house is shared: nothing of other tests waits, and nothing of these is left."""
    del house
    forget_all()
    yield
    forget_all()


def another_waits(house: House) -> None:
    with house.parts.work() as work:
        work.defer("advance", lock=OTHER, case=OTHER)


def test_an_order_that_is_carried_out_lets_others_by_before_it_is_answered(house: House) -> None:
    stage = SCENES[Status.EXECUTING, "executed"](house)
    another_waits(house)
    walk.advance(stage.case, house.parts)
    assert house.status(stage.case) is Status.EXECUTED
    assert house.gone(stage.url) is True
    assert waiting(stage.case) == [-1]
    assert not house.postman.letters(stage.case)


def test_its_answer_does_not_let_them_by_again(house: House) -> None:
    stage = SCENES[Status.EXECUTING, "executed"](house)
    another_waits(house)
    walk.advance(stage.case, house.parts)
    house.take_jobs(stage.case)
    walk.advance(stage.case, house.parts)
    assert house.status(stage.case) is Status.IN_EFFECT
    assert waiting(OTHER) == [0]


@pytest.mark.parametrize("later", [True, False])
def test_with_nobody_waiting_now_it_is_answered_at_once(house: House, *, later: bool) -> None:
    stage = SCENES[Status.EXECUTING, "executed"](house)
    if later:
        with connection.cursor() as cursor:
            another_waits(house)
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 day'")
    walk.advance(stage.case, house.parts)
    assert house.status(stage.case) is Status.IN_EFFECT
    assert waiting(stage.case) == []
