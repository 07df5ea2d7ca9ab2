"""What a machine created it may change, take back and follow; the same message twice is one; others see nothing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection

from comity.casefile.clock import Instant
from comity.casefile.records.roles import Role
from comity.docket.hi1.models import ObjectRow, TransactionRow
from comity.hi1.message import Encoding
from comity.hi1.tree import TYPE
from support.hi1 import asked, certificate, document, entry, identifier, message

if TYPE_CHECKING:
    from support.machines import House

_REFUSALS = ("23514", "42501", "P0001", "23001")
"""Check violated, privilege missing, raised, restricted: refused by a rule and not for its spelling."""
AUTHORISATION, TASK, DOCUMENT = identifier(100), identifier(101), identifier(102)


def update(name: str, kind: str, number: int = 0, **members: Any) -> tuple[int, str, Any]:
    return number, "UPDATE", {"HI1Object": [{TYPE: kind, "ObjectIdentifier": name, **members}]}


def get(name: str, number: int = 0) -> tuple[int, str, Any]:
    return number, "GET", {"Identifier": name}


def filed(house: House) -> None:
    found = house.court.says(*certificate(1))
    assert [said["Identifier"] for said in found.values()] == [AUTHORISATION, TASK, DOCUMENT]


def test_the_same_message_again_gets_the_same_bytes_and_other_bytes_an_error(house: House) -> None:
    from support.machines import answers

    body = message(*certificate(1))
    first = house.court.post(body)
    house.night.clock.set(Instant.parse("2026-09-01T08:05:00Z"))
    assert house.court.post(body).content == first.content
    again = answers(house.court.post(message(*certificate(2))))
    assert again["top"][0] == 3007
    assert "named another message" in again["top"][1]
    assert len(house.cases()) == 1
    # The same objects under another transaction are there already.
    twice = house.court.says(*certificate(1), transaction=2)
    assert {said[0] for said in twice.values()} == {3010}
    assert len(house.cases()) == 1


def test_one_message_sent_side_by_side_is_one_case_and_one_answer(house: House) -> None:
    body, found = message(*certificate(1)), []

    def send() -> None:
        try:
            found.append(house.court.post(body).content)
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(4)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert len(house.cases()) == 1
    assert TransactionRow.objects.count() == 1


@pytest.mark.parametrize("encoding", list(Encoding))
def test_a_machine_follows_its_objects(house: House, encoding: Encoding) -> None:
    filed(house)
    found = house.court.says((0, "LIST", {}), get(AUTHORISATION, 1), get(DOCUMENT, 2), transaction=2, encoding=encoding)
    listed = {one["ObjectIdentifier"]: one["ObjectType"] for one in found[0]["ListResponseRecord"]}
    assert listed == {AUTHORISATION: "AuthorisationObject", TASK: "LDTaskObject", DOCUMENT: "DocumentObject"}
    (shown,) = found[1]["HI1Object"]
    assert shown["AuthorisationStatus"]["Value"] == "AwaitingApproval"
    assert shown["AuthorisationServedTimestamp"] == "2026-09-01T08:00:00.000000Z"
    assert list(shown)[:5] == [TYPE, "ObjectIdentifier", "CountryCode", "OwnerIdentifier", "Generation"]
    assert found[2]["HI1Object"][0]["Body"] == {"ContentType": "application/pdf"}


def test_a_list_is_cut_as_it_is_asked(house: House) -> None:
    filed(house)

    def listed(**filters: Any) -> Any:
        found = house.court.says((0, "LIST", filters), transaction=9)[0]
        if isinstance(found, tuple):
            return found[0]
        return sorted(one["ObjectType"] for one in (found or {"ListResponseRecord": []})["ListResponseRecord"])

    assert listed(ObjectType="LDTask") == ["LDTaskObject"]
    assert listed(Status="AwaitingApproval") == ["AuthorisationObject", "LDTaskObject"]
    assert listed(Status="Disclosed") == []
    assert listed(CountryCode="DE") == []
    assert listed(MaximumObjectCount="1") == listed(MaximumObjectCount=1)
    assert len(listed(MaximumObjectCount="1")) == 1
    assert listed(LastChanged="2026-09-01T08:00:01.000000Z") == []
    assert len(listed(LastChanged="2026-09-01T08:00:00.000000Z")) == 3
    assert listed(LastChanged="2026-09-01T08:00:00") == 3007
    assert listed(ObjectType="LITaskObject") == 3007
    assert listed(MaximumObjectCount="many") == 3007


def test_others_objects_are_not_there(house: House) -> None:
    filed(house)
    nothing = identifier(555)
    mine = house.stranger.says(get(TASK), get(nothing, 1), get("no uuid", 2), (3, "LIST", {}), transaction=3)
    assert mine[0] == mine[1] == mine[2]
    assert mine[0][0] == 3014
    assert mine[3] in ("", {"ListResponseRecord": []})
    changed = house.stranger.says(update(TASK, "LDTaskObject", Flags="x"), transaction=4)
    absent = house.stranger.says(update(nothing, "LDTaskObject", Flags="x"), transaction=5)
    assert changed == absent
    assert changed[0][0] == 3011
    # The same identifiers are free for another authority.
    theirs = [(number, verb, body) for number, verb, body in certificate(1)]
    for _number, _verb, body in theirs:
        (one,) = body["HI1Object"]
        one.pop("CountryCode", None)
        one.pop("OwnerIdentifier", None)
    assert {type(said) for said in house.stranger.says(*theirs, transaction=6).values()} == {dict}


def test_a_change_counts_generations_keeps_the_bytes_and_calls_a_person(house: House) -> None:
    filed(house)
    house.court.says(update(TASK, "LDTaskObject", Generation=1, **asked("@eve:board.example")), transaction=2)
    late = house.court.says(update(TASK, "LDTaskObject", Generation=1, Flags="x"), transaction=3)
    assert late[0][0] == 3008
    (shown,) = house.court.says(get(TASK), transaction=4)[0]["HI1Object"]
    assert str(shown["Generation"]) == "2"
    assert shown["RequestDetails"]["RequestValues"]["RequestValue"][0]["Value"] == "@eve:board.example"
    (case,) = house.cases()
    assert case.needs_person
    # What was assessed is what arrived, until a person or the procedure says otherwise.
    assert house.forms()[0]["E"]["identifiers"][0]["value"] == "@mallory:board.example"
    assert len(house.night.parts.vault.exhibits(case.id.hex)) == 3


def test_a_document_joins_its_case(house: House) -> None:
    filed(house)
    more = document() | {
        "ObjectIdentifier": identifier(900),
        "AssociatedObjects": {"AssociatedObject": [AUTHORISATION]},
    }
    assert house.court.says((0, "CREATE", {"HI1Object": [more]}), transaction=2)[0] == {"Identifier": identifier(900)}
    alone = {**document(), "ObjectIdentifier": identifier(901)}
    assert house.court.says((0, "CREATE", {"HI1Object": [alone]}), transaction=3)[0][0] == 3000
    assert ObjectRow.objects.filter(case_id=house.cases()[0].id).count() == 4


def test_an_order_is_taken_back(house: House) -> None:
    filed(house)
    wanted = entry("AuthorisationDesiredStatus", "Cancelled", "ETSI")
    gone = update(AUTHORISATION, "AuthorisationObject", AuthorisationDesiredStatus=wanted)
    assert house.court.says(gone, transaction=2)[0] == {"Identifier": AUTHORISATION}
    assert house.status() == "dismissed"
    (shown,) = house.court.says(get(TASK), transaction=3)[0]["HI1Object"]
    assert shown["Status"]["Value"] == "Cancelled"
    assert house.court.says(gone, transaction=4)[0][0] == 3012


def test_an_authority_that_is_not_confirmed_files_and_is_shown_nothing(house: House) -> None:
    from comity.registry import service as registry

    with house.night.parts.work(f"staff:{house.staff.anna}") as work:
        registry.suspend_authority(work, by=house.staff.anna, authority=house.court.authority, because="a call")
    filed(house)
    assert house.court.says(get(TASK), transaction=2)[0][0] == 3004
    (case,) = house.cases()
    assert case.verified is False


def test_a_client_that_is_not_set_up_is_told_so_and_its_message_is_kept(house: House) -> None:
    house.open()
    house.night.parts.machines.machines.pop(house.court.client)  # type: ignore[attr-defined]
    house.docket_changed()
    assert house.court.says(*certificate(1))["top"][0] == 3004
    assert (house.cases(), house.kept()) == ([], 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hi1_object SET authority = 'x'",
        "UPDATE hi1_object SET generation = 5",
        "DELETE FROM hi1_object",
        "UPDATE hi1_transaction SET digest = 'x'",
        "DELETE FROM hi1_transaction",
        (
            "INSERT INTO hi1_notice (id, entry, case_id, authority, status, made_at, progress, attempts) "
            "SELECT gen_random_uuid(), entry, id, authority, status, now(), 'delivered', 0 FROM docket_case"
        ),
        (
            "INSERT INTO hi1_object SELECT gen_random_uuid(), entry, 'x', gen_random_uuid(), type, case_id, 1, now(), "
            "now() FROM hi1_object LIMIT 1"
        ),
    ],
)
def test_the_database_refuses_rows_that_no_entry_made(house: House, statement: str) -> None:
    filed(house)
    with (
        psycopg.connect(**house.night.server.parameters(Role.OWNER), autocommit=True) as conn,
        pytest.raises(psycopg.Error) as refused,
    ):
        conn.execute(statement)
    assert refused.value.sqlstate in _REFUSALS


def test_what_a_machine_put_with_us_is_in_the_log(house: House) -> None:
    filed(house)
    house.court.says(update(TASK, "LDTaskObject", Flags="x"), transaction=2)
    house.night.verify_log()
