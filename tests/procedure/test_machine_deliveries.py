"""What was packed is brought to the authority's machine: once, after its entry, and proven by its own receipt."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pyrage
import pytest

from comity.casefile import audit
from comity.casefile.records.roles import Role
from comity.docket.hi1 import deliveries, noticing
from comity.docket.hi1.models import NoticeRow
from comity.hi1 import read
from comity.hi1.message import Encoding
from support.failing import Crash, dying, in_thread
from support.https_machine import TlsMachine
from support.machine_orders import comply, epoc, key_enrolled, with_records

if TYPE_CHECKING:
    from support.machines import House


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[TlsMachine]:
    with TlsMachine(tmp_path) as running:
        yield running


@pytest.fixture
def house(night: Any, machine: TlsMachine) -> Iterator[House]:
    from comity.delivery.channels.hi1 import Hi1Outbound

    with with_records(night) as opened:
        opened.open(endpoint=machine.url, way=Hi1Outbound(machine.certificate), deliver=True)
        opened.docket_changed()
        yield opened


def packed(house: House) -> pyrage.x25519.Identity:
    """A case that was answered with data; its delivery is raised, and every notice was told."""
    key = key_enrolled(house)
    house.court.says(*epoc())
    house.night.work_on()
    comply(house)
    _until_answered(house)
    return key


def _until_answered(house: House) -> None:
    """Run everything but the delivery itself."""
    kept = house.night.jobs["tell_machine"]
    house.night.jobs["tell_machine"] = lambda notice: _is_delivery(notice) or kept(notice=notice)
    house.night.work_on()
    house.night.jobs["tell_machine"] = kept
    assert house.status() == "in_effect"


def _is_delivery(notice: str) -> bool:
    return NoticeRow.objects.get(pk=notice).package is not None


def row() -> NoticeRow:
    return NoticeRow.objects.get(package__isnull=False)


def bring(house: House) -> str:
    """One run of the job, and a minute later."""
    house.night.jobs["tell_machine"](notice=row().id.hex)
    house.night.clock.set(house.night.clock.now().plus(timedelta(minutes=1)))
    return str(row().progress)


def changes(house: House) -> list[tuple[str, str]]:
    """What was entered of the delivery, in order, each with its digest."""
    found = audit.entries_of(house.cases()[0].id.hex, kind="message_notice", newest=1000)
    said = [json.loads(one.body or b"{}") for one in found]
    return [(one["change"], one["digest"]) for one in said if one["notice"] == row().id.hex]


def brought(machine: TlsMachine) -> list[bytes]:
    return [body for body in machine.taken if b"DELIVER" in body]


def shown(body: bytes) -> dict[str, Any]:
    (action,) = read(body, Encoding.XML).actions
    assert action.verb.value == "DELIVER"
    return action.object


def test_a_small_package_is_enclosed_and_its_receipt_kept(house: House, machine: TlsMachine) -> None:
    key = packed(house)
    assert bring(house) == "delivered"
    (body,) = brought(machine)
    delivered = shown(body)
    binary = delivered["Delivery"]["BinaryData"]
    data = base64.b64decode(binary["Data"])
    assert hashlib.sha256(data).hexdigest() == binary["Checksum"]
    assert pyrage.decrypt(data, [key]).startswith(b"PK")
    assert delivered["Reference"] == "EPOC-FR-IE-2026-09-01-0001-5"
    from comity.docket.sayings import says

    (case,) = house.cases()
    (ordered, digest), (arrived, receipt) = changes(house)
    assert (ordered, arrived) == ("ordered", "delivered")
    lines = [says(one.kind, json.loads(one.body or b"{}")) for one in audit.entries_of(case.id.hex, newest=1000)]
    assert f"Taken by its authority's machine ({machine.url}): taken" in lines
    assert digest == hashlib.sha256(body).hexdigest()
    assert receipt in {one.exhibit.digest for one in house.night.parts.vault.exhibits(case.id.hex)}
    assert bring(house) == "delivered"
    assert len(brought(machine)) == 1  # repeated
    opened = [
        json.loads(one.body or b"{}") for one in audit.entries_of(case.id.hex, newest=1000) if one.kind == "custody"
    ]
    del opened
    house.night.verify_log()


def test_a_larger_one_is_announced_by_its_address_and_digest(
    house: House, machine: TlsMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = packed(house)
    small = deliveries.Names(deliveries.names().members, 1)
    monkeypatch.setattr(deliveries, "names", lambda: small)
    assert bring(house) == "delivered"
    (body,) = brought(machine)
    binary = shown(body)["Delivery"]["BinaryData"]
    assert "Data" not in binary
    package = binary["Address"].rpartition("/")[2]
    chunks = house.night.docket.fetch_package(house.court.authority, package, None, by="client x").chunks
    data = b"".join(chunks)
    assert hashlib.sha256(data).hexdigest() == binary["Checksum"]
    assert pyrage.decrypt(data, [key]).startswith(b"PK")


@pytest.mark.parametrize("how", ["down", "busy", "another's"])
def test_what_is_lost_or_answered_by_no_receipt_goes_again_with_the_same_bytes(
    house: House, machine: TlsMachine, how: str
) -> None:
    packed(house)
    machine.next = [how, how]
    assert [bring(house) for _ in range(3)] == ["ordered", "ordered", "delivered"]
    assert [change for change, _digest in changes(house)] == ["ordered", "failed", "failed", "delivered"]
    assert len(set(brought(machine))) == 1


def test_what_was_taken_and_reported_lost_is_there_already(house: House, machine: TlsMachine) -> None:
    packed(house)
    machine.next = ["take and hang up"]
    assert [bring(house) for _ in range(2)] == ["ordered", "delivered"]
    assert len(brought(machine)) == 2
    assert len(set(brought(machine))) == 1


def test_nothing_leaves_before_its_entry_is_in_a_checkpoint(
    house: House, machine: TlsMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(house)
    house.night.stop_the_log()
    monkeypatch.setattr(noticing, "_SECONDS_FOR_CHECKPOINT", 0.05)
    assert bring(house) == "ordered"
    assert brought(machine) == []
    house.night.start_the_log()
    assert bring(house) == "delivered"


def test_what_comes_too_late_is_not_brought(house: House, machine: TlsMachine) -> None:
    packed(house)
    machine.next = ["down"]
    assert bring(house) == "ordered"
    house.night.clock.set(house.night.clock.now().plus(timedelta(days=46)))
    assert bring(house) == "kept"
    assert brought(machine) == []


def test_what_will_never_be_taken_is_given_up_and_can_be_fetched(house: House, machine: TlsMachine) -> None:
    packed(house)
    machine.next = ["refuse"]
    assert bring(house) == "given_up"
    (case,) = house.cases()
    assert len(house.night.docket.packages_of(house.court.authority, case.id.hex)) == 1
    listed = house.court.says((0, "LIST", {"ObjectType": "Delivery"}), transaction=80)[0]["ListResponseRecord"]
    asked = (0, "GET", {"Identifier": listed[0]["ObjectIdentifier"]})
    (one,) = house.court.says(asked, transaction=81)[0]["HI1Object"]
    assert "Data" not in one["Delivery"]["BinaryData"]
    assert house.stranger.says(asked, transaction=82)[0][0] == 3014


@pytest.mark.parametrize("who", ["authority", "client", "nobody asked"])
def test_nothing_is_brought_to_whom_nobody_confirms_or_the_operator_did_not_name(
    house: House, machine: TlsMachine, who: str
) -> None:
    from comity.delivery.channels.hi1 import Hi1Outbound
    from comity.registry import service as registry
    from comity.registry import store_credentials
    from comity.registry.means import CredentialKind

    packed(house)
    with house.night.parts.work(f"staff:{house.staff.anna}") as work:
        if who == "authority":
            registry.suspend_authority(work, by=house.staff.anna, authority=house.court.authority, because="a call")
        if who == "client":
            held = store_credentials.by_mark(CredentialKind.CLIENT, house.court.client)
            assert held is not None
            registry.withdraw_credential(work, by=house.staff.anna, credential=held.id, because="it leaked")
    if who == "nobody asked":
        house.open(endpoint=machine.url, way=Hi1Outbound(machine.certificate))
    assert bring(house) == "kept"
    assert brought(machine) == []
    assert [change for change, _digest in changes(house)] == ["kept"]


def test_what_was_entered_is_what_goes(house: House, machine: TlsMachine) -> None:
    packed(house)
    machine.next = ["down"]
    assert bring(house) == "ordered"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deliveries, "names", lambda: deliveries.Names({"reference": "Reference"}, 1))
        assert bring(house) == "delivered"
    told = changes(house)
    assert [change for change, _digest in told] == ["ordered", "failed", "ordered", "delivered"]
    (body,) = brought(machine)
    assert told[2][1] == hashlib.sha256(body).hexdigest() != told[0][1]


@pytest.mark.parametrize(("commit", "after"), [(1, True), (2, False), (2, True), (3, False)])
def test_it_is_brought_once_wherever_we_die(house: House, machine: TlsMachine, commit: int, *, after: bool) -> None:
    packed(house)
    notice = row().id.hex

    def dies() -> None:
        with dying(commit, after=after):
            house.night.jobs["tell_machine"](notice=notice)

    assert isinstance(in_thread(dies), Crash)
    assert bring(house) == "delivered"
    assert len(set(brought(machine))) == 1


REFUSED = (
    "UPDATE hi1_notice SET package = NULL WHERE package IS NOT NULL",
    "UPDATE hi1_notice SET package = gen_random_uuid() WHERE package IS NOT NULL",
    (
        "INSERT INTO hi1_notice (id, entry, case_id, authority, status, made_at, progress, attempts, package) "
        "SELECT gen_random_uuid(), entry, case_id, authority, status, now(), 'raised', 0, package "
        "FROM hi1_notice WHERE package IS NOT NULL"
    ),
)


def test_the_database_refuses_another_package(house: House) -> None:
    packed(house)
    for statement in REFUSED:
        with (
            psycopg.connect(**house.night.server.parameters(Role.OWNER), autocommit=True) as conn,
            pytest.raises(psycopg.Error) as refused,
        ):
            conn.execute(statement)
        assert refused.value.sqlstate in ("23514", "42501", "P0001", "23001", "23505")
