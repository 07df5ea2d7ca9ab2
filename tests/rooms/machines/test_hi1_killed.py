"""Our process dies at each of its commits: a message is there whole or not at all, and a machine is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from comity.docket.hi1.models import NoticeRow, ObjectRow, TransactionRow
from comity.hi1.message import Encoding
from support.hi1 import certificate, message
from support.https_machine import TlsMachine

if TYPE_CHECKING:
    from support.machines import House

ASKED = ("assessed", "needs a person", "declined", "asked")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[TlsMachine]:
    with TlsMachine(tmp_path) as running:
        yield running


def struck(job: Callable[[], Any], at_commit: int, *, after: bool) -> bool:
    """Run a job in a process that dies at a commit; whether it did."""
    from support.failing import Crash, dying, in_thread

    def dies() -> None:
        with dying(at_commit, after=after):
            job()

    return isinstance(in_thread(dies), Crash)


@pytest.mark.parametrize("after", [False, True])
def test_a_message_is_taken_whole_or_not_at_all(house: House, *, after: bool) -> None:
    from comity.docket.hi1.views import MachineCall

    court = house.court
    body = message(*certificate(1))
    call = MachineCall(court.authority, court.client, True, body, Encoding.XML, house.night.clock.now(), "192.0.2.7")
    assert struck(lambda: house.night.docket.take_message(call), 1, after=after)
    assert (len(house.cases()), ObjectRow.objects.count(), TransactionRow.objects.count()) == (
        (1, 3, 1) if after else (0, 0, 0)
    )
    first = house.night.docket.take_message(call)
    assert b"CREATEResponse" in first
    assert house.night.docket.take_message(call) == first
    assert (len(house.cases()), ObjectRow.objects.count(), TransactionRow.objects.count()) == (1, 3, 1)
    assert house.kept() == 0


@pytest.mark.parametrize("after", [False, True])
def test_a_machine_is_told_once_wherever_we_die(house: House, machine: TlsMachine, *, after: bool) -> None:
    from comity.delivery.channels.hi1 import Hi1Outbound

    house.open(endpoint=machine.url, way=Hi1Outbound(machine.certificate))
    house.docket_changed()
    house.court.says(*certificate(1))
    house.move(*ASKED)
    (row,) = NoticeRow.objects.all()

    def tell() -> None:
        house.night.jobs["tell_machine"](notice=row.id.hex)

    deaths = [struck(tell, commit, after=after) for commit in (1, 1, 2, 2)]
    assert any(deaths)
    tell()
    row.refresh_from_db()
    assert row.progress == "delivered"
    assert len(set(machine.taken)) == 1
    tell()
    assert len(machine.taken) <= 1 + sum(deaths)
