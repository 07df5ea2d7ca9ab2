"""A certificate over HI-1 from its receipt to the package: asked back, completed by an update, told each time."""

from __future__ import annotations

from typing import Any

import pyrage
import pytest

from support.hi1 import asked, entry
from support.machine_orders import IN_AUGUST, TASK, comply, epoc, key_enrolled, with_records


@pytest.fixture
def house(night):
    with with_records(night) as opened:
        yield opened


def status_of(house: Any, name: str, transaction: int) -> str:
    (shown,) = house.court.says((0, "GET", {"Identifier": name}), transaction=transaction)[0]["HI1Object"]
    return str((shown.get("Status") or shown["AuthorisationStatus"])["Value"])


def fetched(house: Any, path: str) -> Any:
    from django.test import Client

    return Client().get(path, headers={"Authorization": f"Bearer {house.court.token}"})


def told(house: Any, transaction: int) -> list[set[str]]:
    """The statuses of each notice that lies ready, the oldest first."""
    found = house.court.says((0, "LIST", {"ObjectType": "Notification"}), transaction=transaction)[0]
    names = [one["ObjectIdentifier"] for one in found["ListResponseRecord"]]
    shown = [house.court.says((0, "GET", {"Identifier": one}), transaction=transaction)[0] for one in reversed(names)]
    about = [one["HI1Object"][0]["StatusOfAssociatedObjects"]["AssociatedObjectStatus"] for one in shown]
    return [{one["Status"]["Value"] for one in objects} for objects in about]


def test_a_machine_is_asked_back_completes_its_order_and_gets_its_data(house):
    from comity.docket.disclosures.desk import Answered

    night, staff, docket = house.night, house.staff, house.night.docket
    key = key_enrolled(house)

    house.court.says(*epoc())
    night.work_on()
    (case,) = house.cases()
    page = docket.disclosure(case.id.hex, staff.mia)
    assert (case.instrument, case.status, page.assessment.answer) == ("eu-eevidence-production", "waiting", "execute")
    assert [one.key for one in page.pieces] == ["1:TRAFFIC"]
    assert status_of(house, TASK, 2) == "AwaitingApproval"

    docket.answer_demand(case.id.hex, staff.mia, Answered("clarify", reasons="Which of two accounts is meant?"))
    night.work_on()
    if house.status() == "second_person":
        docket.agree_to_answer(case.id.hex, staff.ben)
        night.work_on()
    assert house.status() == "clarifying"
    assert status_of(house, TASK, 3) == "Invalid"
    assert told(house, 4) == [{"Invalid"}]

    annex = fetched(house, f"/v1/orders/{case.id.hex}/answer")
    assert annex.content.startswith(b"%PDF-")
    assert "annex-3" in annex["Content-Disposition"]
    shorter = asked(
        "alice",
        StartTime=IN_AUGUST[0],
        EndTime="2026-08-28T22:00:00.000000+02:00",
        Type=entry("RequestType", "TrafficData"),
    )
    update = {"HI1Object": [{"@type": "LDTaskObject", "ObjectIdentifier": TASK, "Generation": 1, **shorter}]}
    assert house.court.says((0, "UPDATE", update), transaction=5)[0] == {"Identifier": TASK}
    night.work_on()
    assert house.status() == "waiting"

    comply(house)
    assert status_of(house, TASK, 6) == "AwaitingDisclosure"
    night.work_on()
    assert house.status() == "in_effect"
    assert status_of(house, TASK, 7) == "Disclosed"
    assert told(house, 8)[-1] == {"Active", "Disclosed"}
    assert len(fetched(house, f"/v1/orders/{case.id.hex}/packages").json()["packages"]) == 1
    (package,) = docket.packages_of(house.court.authority, case.id.hex)
    chunks = docket.fetch_package(house.court.authority, package.package, None, by=house.court.client).chunks
    assert pyrage.decrypt(b"".join(chunks), [key]).startswith(b"PK")
    night.verify_log()
