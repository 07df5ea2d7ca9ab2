"""The page on which parts of a file are made black, over the whole house: what it shows, takes and refuses."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client, override_settings
from PIL import Image

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port
from support.console_shapes import HOSTILE
from support.records import Shelf, upload
from support.uploads import CONTENT, INSIDE, SECRET, letter, picture
from support.user_pages import as_, given, text_of

if TYPE_CHECKING:
    from support.asking import Office

FIRST = "/demands/1/"


def hostile_rows() -> Iterator[object]:
    """What a person wrote who wants the console to run it."""
    yield upload(INSIDE, letter(), name=f"{HOSTILE}.pdf", media_type="application/pdf", text=HOSTILE, file_name=HOSTILE)
    yield upload(INSIDE, picture(), name="p.png", subject="=cmd|' /C calc'!A0")
    yield upload(INSIDE, b"<script>alert(1)</script>", name="x.html", media_type="text/html")
    yield upload(INSIDE, b"no picture", name="y.png")


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=25).start()
    yield board
    board.stop()


@pytest.fixture
def office(database: Server, running_board: RunningBoard, tmp_path: Path) -> Iterator[Office]:
    from support.asking import Office
    from support.night import Night

    clock = FixedClock(Instant.parse("2026-11-23T01:13:00Z"))
    opened = Office(Night(database, running_board, tmp_path, clock), Shelf(hostile_rows, holds=True))  # type: ignore[arg-type]
    opened.ask(CONTENT)
    opened.answer(pieces=("1:CONTENT",), reasons="It can be carried out.")
    opened.agree()
    with override_settings(COMITY_DOCKET=opened.docket):
        yield opened
    opened.night.close()
    running_board.leave()


def collected(office: Office) -> str:
    (line,) = office.page.collections
    return f"{FIRST}collections/{line.collection}/"


def file_pages(page: str) -> list[str]:
    return re.findall(r'href="(/demands/1/collections/[0-9a-f]+/files/[0-9a-f]{64}/)"', page)


def form_of(page: str) -> str:
    found = re.search(r'name="form" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found.group(1)


AREA = {"left_1": "10", "top_1": "10", "right_1": "90.5", "bottom_1": "60", "because": "a third person"}


def test_what_a_user_wrote_stays_text_where_it_is_looked_at(office: Office) -> None:
    mia = as_("mia")
    page = text_of(mia, collected(office))
    assert page.count("&lt;script&gt;alert(1)") >= 2
    assert "=cmd|&#x27; /C calc&#x27;!A0" in page
    addresses = file_pages(page)
    assert len(addresses) == 3, "a text is no page"
    pages = [page, text_of(mia, addresses[0]), text_of(mia, FIRST)]
    given(mia, f"{addresses[0]}blacken", {**AREA, "form": form_of(pages[1]), "because": HOSTILE})
    pages += [text_of(mia, address) for address in (collected(office), addresses[0], FIRST)]
    for shown in pages:
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
    assert "redacted.pdf" in pages[3]


def test_a_page_is_made_black_shown_and_given_after_all(office: Office) -> None:
    mia = as_("mia")
    letter_page, picture_page, _broken = file_pages(text_of(mia, collected(office)))
    page = text_of(mia, letter_page)
    assert "Page 1 of 2" in page
    assert "style=" not in page
    assert "Page 2 of 2" in text_of(mia, f"{letter_page}?page=99")
    assert "Undo what was made black last" not in page
    drawn = mia.get(f"{letter_page}picture?page=1")
    assert (drawn["Content-Type"], drawn["Content-Security-Policy"]) == ("image/jpeg", "sandbox; default-src 'none'")

    given(mia, f"{letter_page}blacken?page=1", {**AREA, "form": form_of(page)})
    black = text_of(mia, letter_page)
    assert "Black in parts: this form leaves." in black
    with Image.open(io.BytesIO(mia.get(f"{letter_page}picture?page=1").content)) as seen:
        assert max(seen.convert("RGB").getpixel((seen.width // 2, seen.height // 3))) < 40  # type: ignore[arg-type]
    assert "Black in parts: look at it" in text_of(mia, collected(office))
    assert "1 part made black" in text_of(mia, FIRST)

    stale = mia.post(f"{letter_page}blacken", {**AREA, "form": form_of(page)})
    assert stale.status_code == 422
    assert "What leaves was changed since you looked" in stale.content.decode()
    assert mia.post(f"{letter_page}undo", {"form": form_of(black)}).status_code == 422
    given(mia, f"{letter_page}undo", {"form": form_of(black), "because": "It is the suspect."})
    assert form_of(text_of(mia, letter_page)) == form_of(page)
    assert "Redaction undone" in text_of(mia, FIRST)
    assert form_of(text_of(mia, picture_page)) != form_of(page)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"left_1": "", "top_1": "", "right_1": "", "bottom_1": ""}, "Say where the page is made black."),
        ({"right_1": "120"}, "less than or equal to 100"),
        ({"top_1": "-1"}, "greater than or equal to 0"),
        ({"left_1": "95"}, "The right edge lies right of the left one"),
        ({"bottom_1": ""}, "The right edge lies right of the left one"),
        ({"left_1": "nan"}, "Enter a number."),
        ({"left_3": "5"}, "The right edge lies right of the left one"),
        ({"because": " "}, "required"),
        ({"form": ""}, "Nothing was entered."),
    ],
    ids=["nothing", "beyond", "before", "inside out", "open", "no number", "begun", "no reason", "unseen"],
)
def test_an_area_that_is_none_is_said_beside_its_field(changes: dict[str, str], why: str) -> None:
    from comity.console.forms_redacting import RegionsForm

    form = RegionsForm({**AREA, "form": "0" * 64, **changes})
    assert not form.is_valid()
    shown = f"Nothing was entered. {form.errors} {form.non_field_errors()}"
    assert why in shown
    assert [area for area, _fields, begun in form.areas() if begun] == sorted({1, 3} if "left_3" in changes else {1} - (
        {1} if changes.get("left_1") == "" else set()))  # fmt: skip


def test_what_cannot_be_drawn_is_refused_and_nothing_is_entered(office: Office) -> None:
    mia = as_("mia")
    *_ok, broken = file_pages(text_of(mia, collected(office)))
    page = text_of(mia, broken)
    assert mia.get(f"{broken}picture").status_code == 409
    refused = mia.post(f"{broken}blacken", {**AREA, "form": form_of(page)})
    assert refused.status_code == 422
    assert "could not be drawn" in refused.content.decode()
    assert office.bodies("redaction") == []


def test_nobody_else_reaches_it_by_its_address(office: Office) -> None:
    mia, dan = as_("mia"), as_("dan")
    address, *_more = file_pages(text_of(mia, collected(office)))
    form = form_of(text_of(mia, address))
    for name in ("", "picture"):
        assert dan.get(f"{address}{name}").status_code == 403
        assert Client().get(f"{address}{name}").status_code == 302
        assert mia.get(f"{collected(office)}files/{'0' * 64}/{name}").status_code == 404
        assert mia.get(f"{FIRST}collections/{'ab' * 16}/files/{'0' * 64}/{name}").status_code == 404
    for name in ("blacken", "undo"):
        assert dan.post(f"{address}{name}", {**AREA, "form": form}).status_code == 403
        assert mia.get(f"{address}{name}").status_code == 405
    given(mia, f"{address}blacken", {**AREA, "form": form})
    black = form_of(text_of(mia, address))
    for digest in (black, office.page.collections[0].data):
        assert mia.get(f"{collected(office)}files/{digest}/").status_code == 404
    assert SECRET.encode() not in mia.get(f"{address}picture").content

    given(mia, f"{FIRST}release", {"looked": "on", "seen": office.page.leaves})
    office.night.work_on(until=office.night.clock.now())
    office.watch.later(minutes=15)
    late = mia.post(f"{address}undo", {"form": black, "because": "x"})
    assert late.status_code in (409, 422)
    assert "Nothing can be made black now." in text_of(mia, address)


def test_what_changed_since_is_not_let_go(office: Office) -> None:
    mia, carla = as_("mia"), as_("carla")
    seen = office.page.leaves
    address, *_more = file_pages(text_of(mia, collected(office)))
    given(carla, f"{address}blacken", {**AREA, "form": form_of(text_of(carla, address))})
    refused = mia.post(f"{FIRST}release", {"looked": "on", "seen": seen})
    assert refused.status_code == 422
    assert "look again" in refused.content.decode()
    assert mia.post(f"{FIRST}release", {"looked": "on"}).status_code == 422
    assert office.status == "collected"
