"""The clock is moved: nothing irreversible happens by itself, and no deadline moves with it."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from comity.casefile.audit import ledger
from comity.casefile.records import deadlines
from comity.casefile.records.deadlines import fire_due
from comity.casefile.records.roles import Role
from comity.docket import walk
from comity.docket.procedure import Status
from support.failing import House


@pytest.fixture(scope="module")
def cases(house: House) -> dict[str, tuple[str, str]]:
    """One removal that must be kept secret, one whose bytes are in custody; each with its address."""
    made = {}
    for name, secret in (("secret", True), ("kept", False)):
        url = house.publish()
        more = {"nondisclosure": True, "nondisclosure_decided_at": "2026-11-23T02:10:00+01:00"} if secret else {}
        case = house.ordered("ruled", url, **more)
        house.run(case)
        assert house.status(case) is Status.IN_EFFECT
        made[name] = (case, url)
    return made


def test_the_clock_is_moved(house: House, cases: dict[str, tuple[str, str]]) -> None:
    secret, url = cases["secret"]
    kept, _ = cases["kept"]
    before = {case: [one.due_at for one in deadlines.deadlines_of(case)] for case, _ in cases.values()}
    house.clock.set(house.clock.now().plus(timedelta(days=300)))
    with psycopg.connect(**house.server.parameters(Role.SEQUENCER), autocommit=True) as sequencer:
        ledger.raise_alarm(sequencer, house.clock.now(), "forward", None)
    while fire_due(house.clock.now(), task="advance"):
        pass
    for case in (secret, kept):
        walk.advance(case, house.parts)
        house.take_jobs(case)
    assert house.inbox(url) == 0
    assert house.status(kept) is Status.IN_EFFECT
    assert all(not one.erased for one in house.parts.vault.exhibits(kept))
    assert {case: [one.due_at for one in deadlines.deadlines_of(case)] for case in before} == before

    fresh = house.ordered("ruled", house.publish())
    house.run(fresh)
    assert house.status(fresh) is Status.WAITING, "no rule decides meanwhile"

    house.docket.settle_clock(house.who.ben, "The year is right.")
    for case in (secret, kept):
        house.run(case)
    assert house.inbox(url) == 1
    assert house.status(kept) is Status.CLOSED
