"""What an authority's machine says twice, since it never saw our answer, is done and entered once."""

from __future__ import annotations

from collections import Counter

import pytest
from scenes import received

from comity.casefile import audit
from comity.docket.errors import NoSuchCase, NotYourTurn
from comity.docket.order_views import Message
from comity.docket.procedure import Status
from comity.registry.means import AuthorityRole
from support import orders
from support.failing import House, in_thread


def message(house: House, key: str, body: bytes, authority: str | None = None) -> Message:
    now = house.clock.now()
    who = authority or house.ids["ruled"]
    return Message(who, house.clients["ruled"], body, "application/json", key, now, now, "192.0.2.9")


def ends(case: str) -> int:
    return Counter(one.kind for one in audit.entries_of(case))["scrutiny_decision"]


def test_an_order_filed_twice_side_by_side_is_one_case(house: House) -> None:
    body = orders.as_json(orders.order(order_reference="TWICE", content_locations=[{"url": house.publish()}]))
    filed: list[str] = []

    def file() -> None:
        filed.append(house.docket.receive_order(message(house, "twice", body)).reference)

    assert [in_thread(file) for _ in range(3)] == [None] * 3
    assert len(set(filed)) == 1
    assert house.take_jobs(filed[0]) == 1
    assert house.tally(filed[0])["demand"] == 1


def test_a_withdrawal_said_twice_calls_a_person_once(house: House) -> None:
    stage = received(house)
    house.bring(stage.case, Status.IN_EFFECT)
    for _ in range(2):
        house.docket.withdraw(stage.case, message(house, "w", b'{"reasons": "an error"}'), reasons="an error")
    assert ends(stage.case) == 1


def test_a_scrutiny_decision_said_twice_is_one_even_when_it_was_acted_on_meanwhile(house: House) -> None:
    stage = received(house)
    house.bring(stage.case, Status.IN_EFFECT)
    home = orders.Authority.named("Autorité de contrôle", "controle@home.example")
    scrutineer = house.enrol(house.who, home, roles={AuthorityRole.SCRUTINISES})
    said = message(house, "s", b'{"infringement": true}', scrutineer)
    house.docket.scrutinise(stage.case, said, infringement=True, reasons="satire")
    house.docket.scrutiny(stage.case, house.who.carla, authority="the same", infringement=True, reasons="satire")
    house.run(stage.case)
    assert house.status(stage.case) is Status.REINSTATED
    before = ends(stage.case)
    house.docket.scrutinise(stage.case, said, infringement=True, reasons="satire")
    assert ends(stage.case) == before
    other = message(house, "t", b'{"infringement": true, "x": 1}', scrutineer)
    with pytest.raises(NoSuchCase):
        house.docket.scrutinise(stage.case, other, infringement=True, reasons="satire")


def test_a_clarification_said_twice_begins_one_hour(house: House) -> None:
    url = house.publish()
    case = house.ordered("ruled", url, additional_reasons=None, grounds=None)
    house.run(case)
    house.decide(case, "clarify")
    house.run(case)
    assert house.status(case) is Status.CLARIFYING
    said = message(house, "c", b'{"changes": {}}')
    house.docket.clarify(case, said, changes={"grounds": ["INCITES"]}, grounds_ceased=False, note="")
    with pytest.raises(NotYourTurn):
        house.docket.clarify(case, said, changes={"grounds": ["INCITES"]}, grounds_ceased=False, note="")
    assert house.tally(case)["clarification"] == 1
