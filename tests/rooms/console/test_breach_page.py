"""The page of a demand whose release was found forged: who must act, until when, and how it is ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port
from support.user_pages import as_, text_of

if TYPE_CHECKING:
    from support.asking import Office

FIRST = frozenset({"1:SUBSCRIBER"})


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=29).start()
    yield board
    board.stop()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(Instant.parse("2026-11-23T01:13:00Z"))


@pytest.fixture
def office(database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Office]:
    from comity.docket.disclosures.desk import Answered
    from support.asking import AMERICAN, Office
    from support.night import Night

    opened = Office(Night(database, running_board, tmp_path, clock), profile=AMERICAN)
    opened.pretend_answered()
    opened.plead()
    opened.call_back()
    opened.call_supervisor()
    said = Answered("comply_in_part", FIRST, reasons="A child is in danger (18 USC 2702(c)(4)).")
    opened.docket.answer_demand(opened.case, opened.staff.mia, said)
    opened.agree("carla")
    opened.let_go()
    with override_settings(COMITY_DOCKET=opened.docket):
        yield opened
    opened.night.close()
    running_board.leave()


def test_a_breach_stands_on_the_page_with_its_end_and_is_ended_there(office: Office) -> None:
    page = f"/demands/{office.page.line.number}/"
    ben = as_("ben")
    assert "Breach of personal data" not in text_of(ben, page)
    forged = {"outcome": "forged", "reasons": "Nobody there sent it."}
    assert ben.post(f"{page}steps/review", forged).status_code == 302
    shown = text_of(ben, page)
    for words in ("Breach of personal data", "Who must act", "GDPR Art 33", "checked against the official text"):
        assert words in shown
    assert str(office.page.breach.due_at.z()) in shown
    assert "End the breach of personal data" not in text_of(as_("mia"), page)
    refused = ben.post(f"{page}steps/breach", {"outcome": "notified", "reasons": "By its form."})
    assert refused.status_code == 422
    assert "Name whom you told, and when" in refused.content.decode()
    carla = as_("carla").post(f"{page}steps/breach", {"outcome": "not_required", "reasons": "It is harmless."})
    assert carla.status_code == 422
    ended = {"outcome": "not_required", "reasons": "Every value was invented."}
    assert ben.post(f"{page}steps/breach", ended).status_code == 302
    shown = text_of(ben, page)
    assert "Nobody has to be notified" in shown
    assert "End the breach of personal data" not in shown
