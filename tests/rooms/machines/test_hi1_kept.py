"""A preservation order and its later annexes; and what is left of a machine's objects once their case is over."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from comity.casefile import audit
from comity.hi1.message import Encoding
from comity.hi1.tree import TYPE
from support.hi1 import authorisation, certificate, entry, identifier, message, task

if TYPE_CHECKING:
    from support.machines import House

AUTHORISATION, TASK, KEPT = identifier(100), identifier(101), identifier(102)
KEEP = "EPOCPR-FR-IE-2026-09-01-0001-5"


def epoc_pr() -> list[tuple[int, str, Any]]:
    """Form 2: an authorisation of the other kind, its task one to preserve."""
    legal = {"AuthorisationLegalType": entry("EPOCLegalType", "EPOCPR")}
    wanted = {"DesiredStatus": entry("LPTaskDesiredStatus", "AwaitingPreservation")}
    one = {**task(Type="x"), TYPE: "LPTaskObject", **wanted}
    found = certificate(1, authorisation(**legal), one)
    found = [action for action in found if action[2]["HI1Object"][0][TYPE] != "LDTaskObject"]
    found[0][2]["HI1Object"][0]["AuthorisationReference"] = KEEP
    return [(number, verb, body) for number, (_n, verb, body) in enumerate(found)]


def directly(house: House, body: bytes) -> Any:
    """A message past the door: tokens end by the wall's clock, which stands months before this house's."""
    from django.http import HttpResponse

    from comity.docket.hi1.views import MachineCall
    from support.machines import answers

    court, now = house.court, house.night.clock.now()
    call = MachineCall(court.authority, court.client, True, body, Encoding.XML, now, "192.0.2.7")
    return answers(HttpResponse(house.night.docket.take_message(call)))


def notes(house: House) -> list[str]:
    case = house.cases()[0].id.hex
    return [json.loads(one.body or b"{}")["because"] for one in audit.entries_of(case, kind="case_note")]


def test_a_preservation_order_is_received_and_its_annexes_are_put_before_a_person(house: House) -> None:
    found = house.court.says(*epoc_pr())
    assert {type(said) for said in found.values()} == {dict}, found
    (case,) = house.cases()
    assert (case.instrument, case.reference) == ("eu-eevidence-preservation", KEEP)
    until = "2026-11-30T00:00:00.000000Z"
    for number, members in enumerate(
        (
            {"DesiredPreservationExpiration": until},
            {"DesiredStatus": entry("LPTaskDesiredStatus", "SubsequentProductionRequest")},
        ),
        2,
    ):
        change = {"HI1Object": [{TYPE: "LPTaskObject", "ObjectIdentifier": KEPT, **members}]}
        assert house.court.says((0, "UPDATE", change), transaction=number)[0] == {"Identifier": KEPT}
    said = " ".join(notes(house))
    assert f"Annex VI: to be kept until {until}" in said
    assert "Annex V: production" in said
    (shown,) = house.court.says((0, "GET", {"Identifier": KEPT}), transaction=9)[0]["HI1Object"]
    assert (str(shown["Generation"]), shown["DesiredPreservationExpiration"]) == ("3", until)


def test_once_its_period_is_over_nothing_of_an_object_is_left_but_that_it_was(house: House) -> None:
    body = message(*certificate(1))
    house.court.post(body)
    wanted = entry("AuthorisationDesiredStatus", "Cancelled", "ETSI")
    change = {TYPE: "AuthorisationObject", "ObjectIdentifier": AUTHORISATION, "AuthorisationDesiredStatus": wanted}
    house.court.says((0, "UPDATE", {"HI1Object": [change]}), transaction=2)
    house.night.work_on()
    house.night.pass_time(house.night.clock.now().plus(timedelta(days=200)))
    assert house.status() == "closed"
    found = directly(house, message((0, "GET", {"Identifier": TASK}), (1, "LIST", {}), transaction=3))
    assert found[0][0] == 3014
    assert len(found[1]["ListResponseRecord"]) >= 3
    again = directly(house, body)
    assert again["top"][0] == 3012
    case = house.cases()[0].id.hex
    left = {one.kind for one in audit.entries_of(case) if one.body is not None}
    assert left.isdisjoint({"message_object", "message_answer"})
    house.night.verify_log()
