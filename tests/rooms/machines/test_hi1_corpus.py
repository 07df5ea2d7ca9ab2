"""Bad messages through the door: what has no one meaning is refused by its code, what the law forbids is a finding."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from comity.hi1.message import Encoding
from comity.hi1.tree import TYPE
from support import hi1
from support.hi1 import asked, authorisation, certificate, document, entry, message, task

if TYPE_CHECKING:
    from support.machines import Court, House

BOMB = b"""<?xml version="1.0"?><!DOCTYPE HI1Message [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<HI1Message xmlns="http://uri.etsi.org/03120/common/2019/10/Core">&b;</HI1Message>"""
FETCHED = b'<!DOCTYPE HI1Message SYSTEM "file:///etc/passwd"><HI1Message/>'
NOTIFIED = {"AuthorisationFlag": [entry("EPOCAuthorisationFlag", "EnforcingAuthorityNotified")]}
SECTION_M = b"""<?xml version="1.0"?><f:EPOC xmlns:f="http://data.europa.eu/edm/1/ns/forms/EPOC-FORM_1#">
<f:SectionA/><f:SectionM><f:Summary>what no provider may read</f:Summary></f:SectionM></f:EPOC>"""


def wrapped(body: bytes) -> bytes:
    """A second message in the object of a signature: what was signed is not what would be read."""
    inside = body.partition(b"?>")[2].replace(b"@mallory:", b"@alice:")
    signature = b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Object>%s</ds:Object></ds:Signature>'
    return body.replace(b"</HI1Message>", signature % inside + b"</HI1Message>")


def two_ticks(body: bytes) -> bytes:
    """Both ten-day boxes, in the one member that says when."""
    start = body.index(b"<auth:AuthorisationPriority>")
    end = body.index(b"</auth:AuthorisationPriority>") + len(b"</auth:AuthorisationPriority>")
    return body[:end] + body[start:end].replace(b"TenDaysSubjectToEA", b"TenDaysASAP") + body[end:]


def test_what_has_no_one_meaning_is_refused_with_its_code_and_makes_no_case(house: House) -> None:
    from support.machines import answers

    whole = message(*certificate(1))
    # One name for the root, whichever prefix the writer chose for it.
    whole = whole.replace(b"core:", b"").replace(b"xmlns:core=", b"xmlns=")
    hostile = {
        "entity bomb": (BOMB, 3020, "document type"),
        "document type": (FETCHED, 3020, "document type"),
        "two ten-day ticks": (two_ticks(whole), 3020, "AuthorisationPriority: stands twice"),
        "the same action twice": (message(*certificate(1)[:1], *certificate(1)[:1]), 3002, "0 stands twice"),
        "time without a zone": (whole.replace(b"07:30:00.000000Z", b"07:30:00.000000"), 3007, "Timestamp"),
        "half a message": (whole[:-20], 3020, "not XML"),
        "nothing like it": (b"<a/>", 3020, "namespace"),
        "another sender": (message(*certificate(1), sender=hi1.HOST), 3007, "SenderIdentifier"),
        "another receiver": (message(*certificate(1), receiver=hi1.COURT), 3007, "ReceiverIdentifier"),
    }
    for number, (name, (body, code, words)) in enumerate(hostile.items(), 1):
        another = f"c02358b2-0000-4000-8000-{number:012d}".encode()
        found = answers(house.court.post(body.replace(b"c02358b2-0000-4000-8000-000000000001", another)))
        assert list(found) == ["top"], name
        assert found["top"][0] == code, name
        assert words in found["top"][1], name
    assert house.cases() == []
    assert house.kept() == len(hostile)


BAD_OBJECTS: dict[str, tuple[list[Any], dict[int, int]]] = {
    "no task": (certificate(2, authorisation(), document())[::2], {0: 3005, 2: 3000}),
    "two identifiers in a task": (
        certificate(3, task(RequestDetails={"RequestValues": {"RequestValue": [{}, {}]}})),
        {0: 3000, 1: 3007, 2: 3000},
    ),
    "a password": (certificate(4, task(kind="Passwords")), {0: 3000, 1: 3007, 2: 3000}),
    "no certificate": (certificate(5, authorisation(AuthorisationLegalType="MLA")), {0: 3007, 1: 3000, 2: 3000}),
    "a document that is none": (certificate(6, document("not Base64!")), {0: 3000, 1: 3000, 2: 3007}),
    "a program": (
        certificate(7, document() | {"Body": {"Contents": "TVo=", "ContentType": "application/x-msdownload"}}),
        {0: 3000, 1: 3000, 2: 3007},
    ),
    "too many documents": (
        certificate(10, *({**document(), "DocumentName": str(place)} for place in range(9))),
        {0: 3000, 1: 3000, 2: 3022, **dict.fromkeys(range(3, 11), 3000)},
    ),
    "a status of its own": (
        certificate(8, task(Status=entry("LDTaskStatus", "Disclosed"))),
        {0: 3000, 1: 3006, 2: 3000},
    ),
}


def test_a_bad_object_spoils_its_message(house: House) -> None:
    for number, (name, (actions, expected)) in enumerate(BAD_OBJECTS.items(), 1):
        found = house.court.says(*actions, transaction=number, encoding=Encoding.JSON)
        assert {place: said[0] for place, said in found.items()} == expected, name
    tap = [(0, "CREATE", {"HI1Object": [{**task(), TYPE: "LITaskObject"}]})]
    assert house.court.says(*tap, transaction=90)[0][0] == 3001
    assert house.cases() == []


def failing(house: House, court: Court, number: int, *changed: dict[str, Any]) -> set[str]:
    """What does not hold about a certificate that came through the door, beyond what no certificate here can say."""
    found = court.says(*certificate(number, *changed), transaction=number)
    assert {type(said) for said in found.values()} == {dict}, found
    return house.failing(number)


def test_what_the_law_forbids_is_received_and_has_its_exact_finding(house: House) -> None:
    plain = failing(house, house.court, 1)
    start, end = "2026-08-25T00:00:00.000000+02:00", "2026-08-30T00:00:00.000000+02:00"
    cases: dict[str, tuple[tuple[dict[str, Any], ...], set[str]]] = {
        "homoglyph": ((task(**asked("@m\u0430llory:board.example")),), {"identifiers_unambiguous"}),
        "twice the same": ((task(), task(2, Reference=task()["Reference"])), {"identifiers_distinct"}),
        "overlapping": ((task(), task(2, **asked(StartTime=start, EndTime=end))), {"periods_disjoint"}),
        "no zone": ((task(**asked(StartTime=start[:-6])),), {"period_readable"}),
        "prosecutor": ((hi1.prosecutor(),), {"issuer_competent"}),
        "section M": (
            (
                document(base64.b64encode(SECTION_M).decode())
                | {"Body": {"Contents": base64.b64encode(SECTION_M).decode(), "ContentType": "application/xml"}},
            ),
            {"section_m"},
        ),
    }
    for number, (name, (changed, expected)) in enumerate(cases.items(), 2):
        assert failing(house, house.court, number, *changed) - plain == expected, name
    assert b"no provider may read" not in repr(house.forms()).encode()


def test_what_a_signature_wraps_is_not_read_and_the_signature_proves_nothing(house: House) -> None:
    from support.machines import answers

    whole = message(*certificate(1)).replace(b"core:", b"").replace(b"xmlns:core=", b"xmlns=")
    assert set(answers(house.court.post(wrapped(whole)))) == {0, 1, 2}
    (form,) = house.forms()
    assert [one["value"] for one in form["E"]["identifiers"]] == ["@mallory:board.example"]
    assert "signature_broken" in house.faults()


def test_a_notified_authority_is_section_k(house: House) -> None:
    plain = failing(house, house.court, 1)
    assert "notification_consistent" in plain
    assert "notification_consistent" not in failing(house, house.court, 2, authorisation(AuthorisationFlags=NOTIFIED))
    assert house.forms()[1]["K"] == {"state": "IE"}


def test_letters_that_the_database_does_not_take_are_kept_all_the_same(house: House) -> None:
    from support.machines import answers

    named = document() | {"DocumentName": "a\0b", "Body": {"ContentType": "text/plain", "Contents": "eA=="}}
    judge = hi1.authorisation()
    judge["AuthorisationApprovalDetails"][0]["ApproverDetails"][0]["ApproverName"] = "A. \0 Martin \ufffe"
    whole = message(*certificate(1, judge, task(**asked("@mal\0lory")), named), encoding=Encoding.JSON)
    assert set(answers(house.court.post(whole, Encoding.JSON), Encoding.JSON)) == {0, 1, 2}
    (form,) = house.forms()
    assert form["E"]["identifiers"][0]["value"] == "@mal\0lory"
    odd = message(*certificate(2), encoding=Encoding.JSON, transaction=2)
    twice = odd.replace(b'"HI1Message": {', b'"HI1Message": {"a\\u0000b": 1, "a\\u0000b": 2, ', 1)
    assert answers(house.court.post(twice, Encoding.JSON), Encoding.JSON)["top"][0] == 3020
    strange = [(0, "CREATE", {"HI1Object": [{**task(), TYPE: "LD\0Task"}]})]
    assert house.court.says(*strange, transaction=3, encoding=Encoding.JSON)[0][0] == 3001
    for number, found in enumerate(("\0", "\u0661" * 8, "x" * 70_000), 4):
        asked_for = [(0, "GET", {"Identifier": found}), (1, "LIST", {"ObjectType": found, "LastChanged": found})]
        said = house.court.says(*asked_for, transaction=number, encoding=Encoding.JSON)
        assert (said[0][0], said[1][0]) == (3014, 3007)
