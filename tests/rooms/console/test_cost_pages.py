"""The page of a demand's costs over the whole house: recorded, asked back by a sealed statement, summed, refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client, override_settings

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port
from support.console_shapes import HOSTILE
from support.user_pages import as_, given, text_of

if TYPE_CHECKING:
    from support.asking import Office

PAGE = "/demands/1/costs"
HOURS = {"what": "four hours", "amount": "240.00", "currency": "eur"}


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=27).start()
    yield board
    board.stop()


@pytest.fixture
def office(database: Server, running_board: RunningBoard, tmp_path: Path) -> Iterator[Office]:
    from support.asking import JUDGE, Office
    from support.night import Night

    clock = FixedClock(Instant.parse("2026-11-23T01:13:00Z"))
    opened = Office(Night(database, running_board, tmp_path, clock))
    opened.ask(JUDGE)
    with override_settings(COMITY_DOCKET=opened.docket):
        yield opened
    opened.night.close()
    running_board.leave()


def answered(office: Office) -> None:
    office.answer()
    office.agree()
    office.let_go()
    assert office.status == "in_effect"


def numbers(office: Office) -> list[str]:
    return [one.note.cost for one in office.docket.costs(office.case, office.staff.mia).costs]


def test_costs_are_recorded_asked_back_by_a_sealed_statement_and_summed(office: Office) -> None:
    mia = as_("mia")
    assert f'href="{PAGE}"' in text_of(mia, "/demands/1/")
    empty = text_of(mia, PAGE)
    for shown in (
        "No costs are recorded.",
        "Only where the law of the issuing State foresees it",
        "Once the demand is",
    ):
        assert shown in empty
    given(mia, f"{PAGE}/note", HOURS)
    given(mia, f"{PAGE}/note", {"what": "a disk", "amount": "0.105", "currency": "USD"})
    answered(office)
    first, second = numbers(office)
    page = text_of(mia, PAGE)
    assert "Send the statement" in page
    assert re.findall(r'name="costs" value="([0-9a-f]+)"', page) == [first, second]
    before = len(office.bodies("form_reply"))

    given(mia, f"{PAGE}/claim", {"costs": [first, second], "provision": "CPP R213-1", "payment": "IBAN FR76"})
    office.night.work_on()
    (letter,) = office.bodies("form_reply")[before:]
    assert letter["form"] == "letter-costs"
    assert letter["fields"]["language"] == "fr"
    assert letter["fields"]["total"] == "240.00 EUR, 0.105 USD"
    assert {one["what"] for one in letter["fields"]["amounts"]} == {"four hours", "a disk"}
    assert office.status == "in_effect"
    newest = office.docket.answer(office.watch.authority, office.watch.client, office.case, form=None, pdf=False)
    assert newest.form != "letter-costs", "a bill is no answer"
    bill = office.docket.answer(office.watch.authority, office.watch.client, office.case, form="letter-costs", pdf=True)
    assert bill.content.startswith(b"%PDF")

    given(mia, f"{PAGE}/move", {"cost": first, "state": "reimbursed", "amount": "120.00"})
    given(mia, f"{PAGE}/move", {"cost": second, "state": "denied"})
    page = text_of(mia, PAGE)
    for shown in ("240.00 EUR, 0.105 USD", "120.00 EUR", "Nothing is left to be asked back.", "CPP R213-1"):
        assert shown in page
    assert "What became of it" not in page
    office.night.verify_log()


def test_what_is_no_cost_or_cannot_follow_is_said_beside_its_form(office: Office) -> None:
    mia = as_("mia")
    for wrong, why in (
        ({"amount": "1,50"}, "amount"), ({"amount": "0"}, "more than nothing"), ({"amount": "-1"}, "amount"),
        ({"currency": "E1"}, "at least 3"), ({"currency": "€€€"}, "currency"), ({"what": " "}, "required"),
    ):  # fmt: skip
        refused = mia.post(f"{PAGE}/note", {**HOURS, **wrong})
        assert refused.status_code == 422, wrong
        assert why in refused.content.decode(), wrong
    given(mia, f"{PAGE}/note", {**HOURS, "what": HOSTILE})
    (cost,) = numbers(office)
    page = text_of(mia, PAGE)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "style=" not in page
    for wrong in (
        {"state": "reimbursed"}, {"state": "claimed"}, {"state": "forgiven"},
        {"state": "claimed", "provision": "x", "amount": "300.00"},
    ):  # fmt: skip
        assert mia.post(f"{PAGE}/move", {"cost": cost, **wrong}).status_code == 422, wrong
    assert mia.post(f"{PAGE}/move", {"cost": "f" * 32, "state": "claimed"}).status_code == 404
    early = mia.post(f"{PAGE}/claim", {"costs": [cost], "provision": "x"})
    assert early.status_code == 422
    assert "Nothing was answered yet" in early.content.decode()
    assert [one["state"] for one in office.bodies("cost_note")] == ["incurred"]
    given(mia, f"{PAGE}/move", {"cost": cost, "state": "claimed", "provision": "a letter of our own"})
    assert mia.post(f"{PAGE}/move", {"cost": cost, "state": "reimbursed", "amount": "240.01"}).status_code == 422


def test_a_statement_that_says_nothing_or_says_it_twice_is_not_sent(office: Office) -> None:
    answered(office)
    mia = as_("mia")
    given(mia, f"{PAGE}/note", HOURS)
    (cost,) = numbers(office)
    before = office.bodies("form_reply")
    for wrong in ({}, {"costs": [cost]}, {"costs": [cost], "provision": " "}, {"costs": ["f" * 32], "provision": "x"}):
        assert mia.post(f"{PAGE}/claim", wrong).status_code == 422, wrong
    assert (office.bodies("form_reply"), len(office.bodies("cost_note"))) == (before, 1)
    given(mia, f"{PAGE}/claim", {"costs": [cost], "provision": "x"})
    assert mia.post(f"{PAGE}/claim", {"costs": [cost], "provision": "x"}).status_code == 422
    assert [one["state"] for one in office.bodies("cost_note")] == ["incurred", "claimed"]


def test_an_auditor_reads_it_and_strangers_do_not(office: Office) -> None:
    given(as_("mia"), f"{PAGE}/note", HOURS)
    (cost,) = numbers(office)
    dan = as_("dan")
    page = text_of(dan, PAGE)
    assert "four hours" in page
    assert "Record a cost" not in page
    for name, fields in (
        ("note", HOURS), ("move", {"cost": cost, "state": "claimed", "provision": "x"}),
        ("claim", {"costs": [cost], "provision": "x"}),
    ):  # fmt: skip
        assert dan.post(f"{PAGE}/{name}", fields).status_code == 403
    assert Client().get(PAGE).status_code == 302
    assert as_("mia").get("/demands/99/costs").status_code == 404
    office.watch.order(office.night.publish(), work=False)
    assert as_("mia").get("/demands/2/costs").status_code == 409
