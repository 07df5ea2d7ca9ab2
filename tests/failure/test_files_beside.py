"""The end of a file beside the cases under every fault: erased once, with one certificate, or not at all."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from comity.casefile import audit
from comity.casefile.documents.record import ErasureCertificate
from comity.casefile.records.deadlines import fire_due
from comity.docket import walk
from comity.intake.models import Message
from support import letters
from support.failing import Crash, House, dying, in_thread

_NUMBERS = iter(range(1, 100))


@pytest.fixture
def file(house: House) -> str:
    """Mail that was set aside and whose period is over."""
    identifier = f"<away-{next(_NUMBERS)}@authority.example>"
    body = letters.text_mail(b"I am away.", message_id=identifier, Auto_Submitted="auto-replied")
    kept = house.mail(body, "orders@authority.example")
    house.jobs["read"]()
    house.take_reading()
    row = Message.objects.get(pk=kept)
    assert row.state == "set_aside"
    house.clock.set(house.clock.now().plus(timedelta(days=190)))
    while fire_due(house.clock.now(), task="advance"):
        pass
    house.take_jobs(row.case_id.hex)
    return row.case_id.hex


def _erased(house: House, file: str) -> tuple[int, bool]:
    certificates = audit.entries_of(file, kind=ErasureCertificate.kind)
    return len(certificates), all(one.erased for one in house.parts.vault.exhibits(file))


def _dies(house: House, file: str, *, after: bool) -> None:
    def job() -> None:
        with dying(1, after=after):
            walk.advance(file, house.parts)

    assert isinstance(in_thread(job), Crash)


def _until_done(house: House, file: str) -> None:
    for _ in range(40):
        walk.advance(file, house.parts)
        if not house.take_jobs(file):
            return


def test_lost(house, file):
    _dies(house, file, after=False)
    assert _erased(house, file) == (0, False)
    _until_done(house, file)
    assert _erased(house, file) == (1, True)


def test_reported_lost(house, file):
    house.wait_for_the_log()
    _dies(house, file, after=True)
    assert _erased(house, file) == (1, True)
    _until_done(house, file)
    assert _erased(house, file) == (1, True)


def test_repeated(house, file):
    raised: list[BaseException | None] = []
    meeting = threading.Barrier(2)

    def beside() -> None:
        def job() -> None:
            meeting.wait(60)
            _until_done(house, file)

        raised.append(in_thread(job))

    threads = [threading.Thread(target=beside) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == [None, None]
    assert _erased(house, file) == (1, True)


def test_early(house, file):
    """The job comes before the end, as after a clock that was wrong: nothing happens, and it comes again in a day."""
    now = house.clock.now()
    house.clock.set(now.plus(timedelta(days=-100)))
    walk.advance(file, house.parts)
    assert house.take_jobs(file) == 1
    assert _erased(house, file) == (0, False)
    house.clock.set(now)
    house.settle_clock(house.who.carla)  # the log saw the clock go back: nothing is erased before somebody looked
    _until_done(house, file)
    assert _erased(house, file) == (1, True)
