"""A machine is told when its case moves: lost, repeated, late, or taken with the answer lost, it learns it once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from comity.casefile import audit
from comity.docket import store
from comity.docket.hi1.models import NoticeRow
from comity.hi1 import read
from comity.hi1.message import Encoding
from support.hi1 import COURT, HOST, certificate
from support.https_machine import TlsMachine

if TYPE_CHECKING:
    from support.machines import House

ASKED = ("assessed", "needs a person", "declined", "asked")
CLARIFIED = ("clarified", "assessed", "needs a person", "declined", "refused")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[TlsMachine]:
    with TlsMachine(tmp_path) as running:
        yield running


@pytest.fixture
def told(house: House, machine: TlsMachine) -> House:
    """The house, which tells the court's machine, and its one case."""
    from comity.delivery.channels.hi1 import Hi1Outbound

    house.open(endpoint=machine.url, way=Hi1Outbound(machine.certificate))
    house.docket_changed()
    house.court.says(*certificate(1))
    return house


def changes(house: House) -> list[str]:
    """What was entered of notices, in order."""
    entries = audit.entries_of(house.cases()[0].id.hex, kind="message_notice")
    return [json.loads(one.body or b"{}")["change"] for one in entries]


def shown(body: bytes) -> dict[str, Any]:
    """The notification inside a message, and each object's status."""
    message = read(body, Encoding.XML)
    assert (message.sender, message.receiver) == (HOST, COURT)
    (action,) = message.actions
    return action.object


def statuses(body: bytes) -> set[str]:
    about = shown(body)["StatusOfAssociatedObjects"]["AssociatedObjectStatus"]
    return {one["Status"]["Value"] for one in about}


def test_a_case_that_moves_tells_its_machine_once(told: House, machine: TlsMachine) -> None:
    told.move(*ASKED[:2])
    assert NoticeRow.objects.count() == 0  # nothing that a machine is shown has changed
    told.move(*ASKED[2:])
    assert told.tell() == ["delivered"]
    (body,) = machine.taken
    assert statuses(body) == {"Invalid"}
    assert "Annex III" in shown(body)["NotificationDetails"]
    assert changes(told) == ["ordered", "delivered"]
    told.tell()
    assert len(machine.taken) == 1  # repeated
    told.move(*CLARIFIED)
    assert told.tell()[-1] == "delivered"
    assert statuses(machine.taken[1]) == {"Rejected"}
    told.night.wait_for_the_log()


@pytest.mark.parametrize("how", ["hang up", "down", "busy", "words", "endless"])
def test_what_is_lost_on_the_way_goes_again_with_the_same_bytes(told: House, machine: TlsMachine, how: str) -> None:
    machine.next = [how, how]
    told.move(*ASKED)
    assert [told.tell() for _ in range(3)] == [["ordered"], ["ordered"], ["delivered"]]
    assert changes(told) == ["ordered", "failed", "failed", "delivered"]
    assert len(machine.taken) == 1


def test_what_was_taken_and_reported_lost_is_there_already(told: House, machine: TlsMachine) -> None:
    machine.next = ["take and hang up"]
    told.move(*ASKED)
    assert [told.tell() for _ in range(2)] == [["ordered"], ["delivered"]]
    assert len(machine.taken) == 2
    assert len(set(machine.taken)) == 1


def test_what_comes_late_says_where_the_case_stood(told: House, machine: TlsMachine) -> None:
    told.move(*ASKED)
    told.move(*CLARIFIED)
    assert told.tell() == ["delivered", "delivered"]
    assert [statuses(body) for body in machine.taken] == [{"Invalid"}, {"Rejected"}]


@pytest.mark.parametrize("how", ["redirect", "refuse"])
def test_what_will_never_be_taken_is_given_up_said_so_and_can_be_fetched(
    told: House, machine: TlsMachine, how: str
) -> None:
    machine.next = [how]
    told.move(*ASKED)
    assert told.tell() == ["given_up"]
    assert machine.taken == []
    case = told.cases()[0].id.hex
    notes = [json.loads(one.body or b"{}") for one in audit.entries_of(case, kind="case_note")]
    assert [one["event"] for one in notes] == ["machine not told"]
    listed = told.court.says((0, "LIST", {"ObjectType": "Notification"}), transaction=5)[0]["ListResponseRecord"]
    (one,) = told.court.says((0, "GET", {"Identifier": listed[0]["ObjectIdentifier"]}), transaction=6)[0]["HI1Object"]
    assert one["StatusOfAssociatedObjects"]["AssociatedObjectStatus"][0]["Status"]["Value"] == "Invalid"
    stranger = told.stranger.says((0, "GET", {"Identifier": listed[0]["ObjectIdentifier"]}), transaction=7)
    assert stranger[0][0] == 3014


def test_a_machine_that_stays_away_is_given_up_after_twelve_attempts(told: House, machine: TlsMachine) -> None:
    machine.next = ["down"] * 12
    told.move(*ASKED)
    assert [told.tell() for _ in range(12)][-1] == ["given_up"]
    assert changes(told) == ["ordered", *["failed"] * 11, "given_up"]


def test_nothing_leaves_before_its_entry_is_in_a_checkpoint(told: House, machine: TlsMachine) -> None:
    from comity.docket.hi1 import noticing

    told.night.stop_the_log()
    told.move(*ASKED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(noticing, "_SECONDS_FOR_CHECKPOINT", 0.05)
        assert told.tell() == ["ordered"]
    assert machine.taken == []
    told.night.start_the_log()
    assert told.tell() == ["delivered"]


def test_a_move_that_is_undone_tells_nothing(told: House) -> None:
    told.move(*ASKED[:3])

    def undone() -> None:
        with told.night.parts.work() as work:
            store.walk(work, store.locked(told.cases()[0].id.hex), "asked", "tried")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert NoticeRow.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tell_machine'")
        assert cursor.fetchone() == (0,)
    told.move("asked")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tell_machine'")
        assert cursor.fetchone() == (1,)


def test_a_machine_whose_certificate_nobody_trusts_gets_nothing(told: House, machine: TlsMachine) -> None:
    from comity.delivery.channels.hi1 import Hi1Outbound

    told.open(endpoint=machine.url, way=Hi1Outbound())
    told.move(*ASKED)
    assert told.tell() == ["ordered"]
    assert machine.taken == []


def test_without_an_address_or_without_trust_it_is_kept_to_be_fetched(told: House, machine: TlsMachine) -> None:
    from comity.registry import service as registry

    with told.night.parts.work(f"staff:{told.staff.anna}") as work:
        registry.suspend_authority(work, by=told.staff.anna, authority=told.court.authority, because="a call")
    told.move(*ASKED)
    assert told.tell() == ["kept"]
    told.open()
    told.move(*CLARIFIED)
    assert told.tell() == ["kept", "kept"]
    assert machine.taken == []
