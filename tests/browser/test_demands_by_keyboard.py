"""A demand about a user in a real browser: answered, signed, looked at and let go by keyboard; nothing bars anybody."""

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
from support.user_pages import as_

if TYPE_CHECKING:
    from support.asking import Office

pytestmark = pytest.mark.browser
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=24).start()
    yield board
    board.stop()


@pytest.fixture
def office(database: Server, running_board: RunningBoard, tmp_path: Path) -> Iterator[Office]:
    from support.asking import JUDGE, Office
    from support.night import Night

    clock = FixedClock(Instant.parse("2026-11-23T01:13:00Z"))
    opened = apart(lambda: Office(Night(database, running_board, tmp_path, clock)))
    with override_settings(COMITY_DOCKET=opened.docket, SESSION_COOKIE_SECURE=False, CSRF_COOKIE_SECURE=False):
        apart(lambda: opened.ask(JUDGE))
        yield opened
    apart(opened.night.close)


def entered(browser: Browser, base: str, name: str, **options: Any) -> Page:
    """A page of a member of staff who has just proven himself."""
    cookie = apart(lambda: str(as_(name).cookies["comity_staff"].value))
    context = browser.new_context(base_url=base, **options)
    context.add_cookies([{"name": "comity_staff", "value": cookie, "url": base}])
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


def pressed(page: Page, selector: str, key: str = "Enter", *, most: int = 80) -> None:
    """Reach something with the tabulator alone, and press a key on it."""
    tab_to(page, selector, most=most)
    page.keyboard.press(key)


def barred(page: Page) -> list[Any]:
    """What bars people from a page: rules of WCAG, and a page that is wider than a telephone."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.add_script_tag(content=AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    return [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]


def test_a_demand_is_answered_signed_looked_at_and_let_go_by_keyboard(office: Office) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "bypass_csp": True}
    with served(get_wsgi_application()) as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        mia = entered(browser, base, "mia")
        complaints: list[str] = []
        mia.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        mia.goto("/demands/1/")
        pressed(mia, ".skip[href$='answer']")
        mia.wait_for_url("**/answer")
        pressed(mia, ".answering button.primary")
        mia.wait_for_url("**/demands/1/")
        assert "waits for a second person" in mia.content()

        ben = entered(browser, base, "ben")
        ben.goto("/demands/1/answer")
        pressed(ben, "form[action$='agree'] button")
        ben.wait_for_url("**/demands/1/")
        apart(office.night.work_on)

        mia.goto("/demands/1/")
        pressed(mia, ".callout a.button")
        mia.wait_for_url("**/collections/*/")
        assert "192.0.2.1" in mia.content()
        pressed(mia, "[name=rows_out][value='1']", "Space")
        pressed(mia, "[name=because]", "x")
        pressed(mia, "section .card button, section.card button")
        mia.wait_for_selector(".said")
        assert "192.0.2.1" not in mia.content()

        french = entered(browser, base, "mia", locale="fr", **phone)
        for address in ("/demands/1/", "/demands/1/answer", mia.url.removeprefix(base)):
            french.goto(address)
            assert english_left(french.content(), "fr") == set()
            assert barred(french) == []

        mia.goto("/demands/1/")
        pressed(mia, "#release-looked", "Space")
        pressed(mia, "form[action$='release'] button")
        mia.wait_for_selector("text=Entered: it is sealed")
        apart(office.night.work_on)
        mia.goto("/demands/1/")
        assert "Looked at and let go" in mia.content()
        assert apart(lambda: len(office.page.packages)) == 1
        assert complaints == []
        browser.close()
