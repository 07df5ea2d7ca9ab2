"""An emergency that nothing bars, over the whole house: its page, its release, the rest, the review, the user told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from comity.casefile import audit
from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port
from support.user_pages import as_, given, text_of

if TYPE_CHECKING:
    from support.asking import Office


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=28).start()
    yield board
    board.stop()


@pytest.fixture
def office(database: Server, running_board: RunningBoard, tmp_path: Path) -> Iterator[Office]:
    """A plea of an authority that is known, called back."""
    from support.asking import AMERICAN, Office
    from support.night import Night

    clock = FixedClock(Instant.parse("2026-11-23T01:13:00Z"))
    opened = Office(Night(database, running_board, tmp_path, clock), profile=AMERICAN)
    opened.pretend_answered()
    opened.plead()
    opened.call_back()
    with override_settings(COMITY_DOCKET=opened.docket):
        yield opened
    opened.night.close()
    running_board.leave()


def address(office: Office) -> str:
    return f"/demands/{office.page.line.number}/"


def released(office: Office) -> str:
    """Subscriber data, by two, after the call to the supervisor."""
    office.call_supervisor()
    first = address(office)
    said = {
        "answer": "comply_in_part",
        "pieces": ["1:SUBSCRIBER"],
        "emergency": "on",
        "reasons": "A child is in danger.",
    }
    given(as_("mia"), f"{first}answer", said)
    given(as_("carla"), f"{first}agree", {})
    office.night.work_on()
    office.let_go()
    return first


def test_nothing_bars_it_so_that_the_page_says_what_it_takes(office: Office) -> None:
    mia, first = as_("mia"), address(office)
    page = text_of(mia, first)
    assert "It says that it is an emergency" in page
    assert "Two different persons sign its release" in page
    assert "It may not be released as one" not in page
    assert "Call the officer&#x27;s supervisor" in page
    assert office.page.bars == ()
    form = text_of(mia, f"{first}answer")
    assert 'name="emergency"' in form
    said = {
        "answer": "comply_in_part",
        "pieces": ["1:SUBSCRIBER"],
        "emergency": "on",
        "reasons": "A child is in danger.",
    }
    given(mia, f"{first}answer", said)
    early = as_("carla").post(f"{first}agree")
    assert early.status_code == 409, "nobody rang the supervisor yet"
    assert office.page.collections == ()


def test_the_rest_the_review_and_the_notice_are_given_by_whom_they_are_offered_to(office: Office) -> None:
    first = released(office)
    mia, ben, carla, dan = (as_(name) for name in ("mia", "ben", "carla", "dan"))
    assert "Review this emergency release" in text_of(ben, first)
    assert "Review this emergency release" not in text_of(carla, first)
    review = {"outcome": "rightful", "reasons": "The court's paper came."}
    own = carla.post(f"{first}steps/review", review)
    assert own.status_code == 422
    assert "Whoever signed a release does not review it" in own.content.decode()
    for wrong in ({"outcome": "rightful"}, {"outcome": "perfect", "reasons": "x"}, {"reasons": "x"}):
        assert ben.post(f"{first}steps/review", wrong).status_code == 422
    assert dan.post(f"{first}steps/review", review).status_code == 403
    assert office.bodies("emergency_review") == []
    given(ben, f"{first}steps/review", review)
    assert office.clock("emergency_review") == "met"
    assert "rightful: The court&#x27;s paper came." in text_of(mia, first)

    assert dan.post(f"{first}steps/tell", {}).status_code == 403
    assert mia.post(f"{first}steps/tell", {}).status_code == 403
    assert office.bodies("notice") == []
    for _twice in range(2):
        given(ben, f"{first}steps/tell", {})
    (told,) = (one for one in audit.entries_of(office.case, kind="notice"))
    assert told.actor == f"staff:{office.staff.ben}"

    assert mia.post(f"{first}steps/rest", {"because": " "}).status_code == 422
    assert dan.post(f"{first}steps/rest", {"because": "x"}).status_code == 403
    given(mia, f"{first}steps/rest", {"because": "The rest is needed."})
    assert office.status == "waiting"
    late = mia.post(f"{first}steps/rest", {"because": "Once more."})
    assert late.status_code == 422
    for name in ("review", "tell"):
        assert f'action="{first}steps/{name}"' not in text_of(mia, first)


def test_open_questions_are_answered_with_what_the_law_room_knows_and_nothing_else(office: Office) -> None:
    mia, first = as_("mia"), address(office)
    asked = [one for one in office.page.questions if one.path]
    assert asked
    question = asked[0]
    name, value = question.path.replace(".", "__"), str(question.answers[0])
    page = text_of(mia, first)
    assert f'name="{name}"' in page
    for wrong, why in (
        ({"source": "a register"}, "Answer at least one question."),
        ({name: "king", "source": "a register"}, "not one of the available choices"),
        ({name: value}, "required"),
        ({"no__such": "True", "source": "a register"}, "Answer at least one question."),
    ):  # fmt: skip
        refused = mia.post(f"{first}facts", wrong)
        assert refused.status_code == 422, wrong
        assert why in refused.content.decode(), wrong
    assert as_("dan").post(f"{first}facts", {name: value, "source": "x"}).status_code == 403
    assert office.page.facts == {}
    given(mia, f"{first}facts", {name: value, "source": "a register"})
    office.night.work_on()
    assert office.page.facts == {question.path: question.answers[0]}
    assert question.path not in {one.path for one in office.page.questions}
