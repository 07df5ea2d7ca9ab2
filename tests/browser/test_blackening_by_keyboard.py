"""Parts of a page made black in a real browser: by keyboard with numbers, by pointer with a stroke; undone before it
leaves; nothing bars anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import axe_playwright_python
import pytest
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import Browser, Page, sync_playwright

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port
from support.keyboard import apart, tab_to
from support.languages import english_left
from support.live import ARGUMENTS, CHROMIUM, served
from support.records import Shelf
from support.uploads import CONTENT, LETTER, rows
from support.user_pages import as_

if TYPE_CHECKING:
    from support.asking import Office

pytestmark = pytest.mark.browser
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=26).start()
    yield board
    board.stop()


@pytest.fixture
def office(database: Server, running_board: RunningBoard, tmp_path: Path) -> Iterator[Office]:
    from support.asking import Office
    from support.night import Night

    def collected() -> Office:
        clock = FixedClock(Instant.parse("2026-11-23T01:13:00Z"))
        opened = Office(Night(database, running_board, tmp_path, clock), Shelf(rows, holds=True))
        opened.ask(CONTENT)
        opened.answer(pieces=("1:CONTENT",), reasons="It can be carried out.")
        opened.agree()
        return opened

    opened = apart(collected)
    with override_settings(COMITY_DOCKET=opened.docket, SESSION_COOKIE_SECURE=False, CSRF_COOKIE_SECURE=False):
        yield opened
    apart(opened.night.close)


def entered(browser: Browser, base: str, complaints: list[str], **options: Any) -> Page:
    """A page of a member of staff who has just proven herself; what the browser complains of is kept."""
    cookie = apart(lambda: str(as_("mia").cookies["comity_staff"].value))
    context = browser.new_context(base_url=base, **options)
    context.add_cookies([{"name": "comity_staff", "value": cookie, "url": base}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    return page


def typed(page: Page, selector: str, text: str) -> None:
    """Reach a field with the tabulator alone, and type."""
    tab_to(page, selector, most=80)
    page.keyboard.type(text)


def forms(office: Office) -> tuple[str, int]:
    """The form in which the letter would leave, and how many redactions stand."""
    (line,) = office.page.collections
    return dict(line.instead).get(LETTER, LETTER), len(office.page.redactions)


def test_a_part_of_a_page_is_made_black_by_keyboard_and_by_pointer_and_given_after_all(office: Office) -> None:
    complaints: list[str] = []
    with served(get_wsgi_application()) as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        mia = entered(browser, base, complaints, viewport={"width": 1280, "height": 1600})
        (line,) = apart(lambda: office.page.collections)
        mia.goto(f"/demands/1/collections/{line.collection}/")
        tab_to(mia, "a[href*='/files/']", most=80)
        mia.keyboard.press("Enter")
        mia.wait_for_url("**/files/*/")
        tab_to(mia, "#lift", most=80)
        mia.keyboard.press("Space")
        for name, value in (("left_1", "20"), ("top_1", "25"), ("right_1", "80.5"), ("bottom_1", "45")):
            typed(mia, f"[name={name}]", value)
        assert mia.locator(".sheet rect").first.get_attribute("width") == "60.5"
        typed(mia, "[name=because]", "of a third person")
        tab_to(mia, "#black button")
        mia.keyboard.press("Enter")
        mia.wait_for_selector("text=Black in parts: this form leaves.")
        mia.wait_for_load_state()
        assert mia.locator(".sheet img").evaluate("one => one.complete && one.naturalWidth > 0")
        once = apart(lambda: forms(office))
        assert (once[0] != LETTER, once[1]) == (True, 1)

        mia.check("#lift")
        box = mia.locator(".sheet").bounding_box()
        assert box is not None
        mia.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.6)
        mia.mouse.down()
        mia.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.8, steps=4)
        mia.mouse.up()
        drawn = [float(mia.input_value(f"[name={edge}_1]")) for edge in ("left", "top", "right", "bottom")]
        assert drawn == pytest.approx([10, 60, 50, 80], abs=1)

        phone: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "bypass_csp": True}
        french = entered(browser, base, [], locale="fr", **phone)
        french.goto(mia.url.removeprefix(base))
        assert english_left(french.content(), "fr") == set()
        french.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        french.add_script_tag(content=AXE)
        found = french.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
        assert french.evaluate("document.documentElement.scrollWidth") <= 360

        tab_to(mia, "details:has([id^=undo]) summary", most=80)
        mia.keyboard.press("Enter")
        typed(mia, "#undo-because", "It is the suspect.")
        tab_to(mia, "form[action*='undo'] button")
        mia.keyboard.press("Enter")
        mia.wait_for_selector("text=Entered: the form before it leaves.")
        assert apart(lambda: forms(office)) == (LETTER, 0)
        assert complaints == []
        browser.close()
