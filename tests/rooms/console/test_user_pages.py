"""The pages of demands about users over the whole house: read, answered by two, looked at, let go, contested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port
from support.user_pages import as_, given, text_of

if TYPE_CHECKING:
    from support.asking import Office

FIRST = "/demands/1/"
COMPLY = {"answer": "comply", "pieces": ["1:TRAFFIC"]}


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=23).start()
    yield board
    board.stop()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(Instant.parse("2026-11-23T01:13:00Z"))


@pytest.fixture
def office(database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Office]:
    from support.asking import Office
    from support.night import Night

    opened = Office(Night(database, running_board, tmp_path, clock))
    with override_settings(COMITY_DOCKET=opened.docket):
        yield opened
    opened.night.close()
    running_board.leave()


def asked(office: Office, **changes: Any) -> None:
    from support.asking import JUDGE

    office.ask({**JUDGE, **changes})


def signed(office: Office) -> None:
    """Answered by one person, signed by another, collected."""
    given(as_("mia"), f"{FIRST}answer", COMPLY)
    given(as_("ben"), f"{FIRST}agree", {})
    office.night.work_on()


def test_a_demand_is_read_answered_by_two_looked_at_and_let_go(office: Office) -> None:
    asked(office)
    mia, ben = as_("mia"), as_("ben")
    assert 'href="/demands/1/"' in text_of(mia, "/")
    assert mia.get("/cases/1/")["Location"] == FIRST
    assert mia.get("/cases/1/decide")["Location"] == f"{FIRST}answer"
    page = text_of(mia, FIRST)
    for shown in (
        "Did the certificate come through the decentralised IT system?", "2023/1543 Art 19(5)", "What other laws say",
        "The provider is established in the Union and must follow the order.", "may be given", "ruled out by",
        "checked against the official text", "Would be given", "Holds on the platform",
    ):  # fmt: skip
        assert shown in page
    assert "style=" not in page
    form = text_of(mia, f"{FIRST}answer")
    assert re.search(r'value="comply"[^>]*checked', form)
    assert re.search(r'value="1:TRAFFIC"[^>]*checked', form)

    given(mia, f"{FIRST}answer", {**COMPLY, "left_out": ["user_agent"], "until": "2026-11-18T00:00:00+01:00"})
    second = text_of(ben, f"{FIRST}answer")
    for shown in ("exactly this was signed", "traffic, location and content are released by two", "alice",
                  "17 Nov 2026, 23:00:00 UTC", "reference 12 Js"):  # fmt: skip
        assert shown in second
    assert "program" not in second.split("Fields", 1)[1].split("</dd>", 1)[0]
    given(ben, f"{FIRST}agree", {})
    office.night.work_on()

    collected = text_of(mia, FIRST)
    for shown in ("It lies in custody: look before it leaves", "less time:", "rows outside of the period"):
        assert shown in collected
    (line,) = office.page.collections
    preview = text_of(mia, f"{FIRST}collections/{line.collection}/")
    assert "Exactly this would leave" in preview
    assert "2026-11-09T23:00:00Z" in preview
    assert "2026-11-18T22:59:59Z" not in preview
    given(mia, f"{FIRST}release", {"looked": "on", "because": "as ordered"})
    office.night.work_on()
    done = text_of(mia, FIRST)
    assert office.status == "in_effect"
    for shown in ("Looked at and let go", "available until", "encrypted to age", "letter-cover"):
        assert shown in done
    office.night.verify_log()
