"""The console in a real browser: by keyboard alone, without scripts, on a telephone, for everybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from support.console_docket import ConsoleDocket
from support.console_shapes import FR_AUTHORITY
from support.console_staff import PASSWORD, code_now

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]
PAGES = (
    "/", "/?tab=all", "/cases/417/", "/cases/417/decide", "/cases/416/", "/cases/415/decide", "/authorities/",
    f"/authorities/{FR_AUTHORITY}/", "/authorities/propose", "/rules/", "/complaints/", f"/complaints/{'33' * 16}/",
    "/paper/", "/staff/", "/log/", "/accounts/factors/", "/accounts/factors/passkeys/add/", "/nights/", "/nights/order",
    "/workload/", "/workload/?arrivals=6&minutes=12&shape=varied&bound=1&seed=1",
    f"/nights/answer/{'5' * 64}/", "/nowhere",
)  # fmt: skip
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


def tab_to(page: Page, selector: str, *, most: int = 30) -> int:
    """Press the tabulator until an element has the focus; gives how often it took."""
    for presses in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return presses
    raise AssertionError(f"{selector} is not reached within {most} presses")


def test_the_02_13_case_by_keyboard_alone(opened: Opened, house: ConsoleDocket, stage: Any) -> None:
    page = opened(inside=False)
    page.goto("/")
    tab_to(page, "#id_login")
    page.keyboard.type("camille")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/factors/prove/")
    tab_to(page, "#id_code")
    page.keyboard.type(code_now(stage.secret))
    page.keyboard.press("Enter")
    page.wait_for_selector("#lines")
    presses = tab_to(page, "a.skip[href='#lines']")
    page.keyboard.press("Enter")
    presses += tab_to(page, "#case-413", most=3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "case-417"
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/417/")
    presses += tab_to(page, "a.skip[href$='/decide']", most=2)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/417/decide")
    presses += tab_to(page, "a.skip[href='#start']", most=2)
    page.keyboard.press("Enter")
    presses += tab_to(page, "#id_spoken_to", most=3)
    page.keyboard.type("duty desk")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    presses += tab_to(page, "form[action$='authenticate'] button", most=3)
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_answer_0:checked")
    presses += tab_to(page, "a.skip[href='#start']", most=2)
    page.keyboard.press("Enter")
    presses += tab_to(page, "#decision button.primary", most=8)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/417/")
    expect(page.locator(".said").first).to_contain_text("Entered: Comply.")
    assert presses < 30
    assert [call[0] for call in house.calls if call[0] in {"authenticate", "decide"}] == ["authenticate", "decide"]


def test_an_exhibit_is_held_and_the_clock_settled_by_keyboard_alone(opened: Opened, house: ConsoleDocket) -> None:
    page = opened()
    page.goto("/cases/416/")
    tab_to(page, "form[action$='/steps/hold'] button, details:has(form[action$='/steps/hold']) summary", most=90)
    page.keyboard.press("Enter")
    tab_to(page, "#hold-digest", most=2)
    page.keyboard.press("Tab")
    page.keyboard.type("A court has asked for it.")
    tab_to(page, "form[action$='/steps/hold'] button", most=2)
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("Entered: Hold an exhibit.")
    assert house.calls[-1][0] == "hold"

    house.jumped = True
    page.goto("/")
    tab_to(page, "[role=alert] a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/log/")
    tab_to(page, "#id_because")
    page.keyboard.type("The time server was wrong; it is right now.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("you looked at the clock")
    assert house.calls[-1] == ("settle_clock", "The time server was wrong; it is right now.")


def test_the_same_without_scripts(opened: Opened, house: ConsoleDocket) -> None:
    page = opened(java_script_enabled=False)
    page.goto("/")
    page.click("#case-417")
    page.click("text=Decide >> nth=0")
    page.fill("#id_spoken_to", "duty desk")
    page.check("#id_confirmed_0")
    page.click("text=Enter the call-back")
    expect(page.locator("#id_answer_0")).to_be_checked()
    page.click("text=Enter the decision")
    expect(page.locator("main")).to_contain_text("being carried out")
    assert "decide" in [call[0] for call in house.calls]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_every_page(opened: Opened, house: ConsoleDocket, complaints: list[str], scheme: str) -> None:
    page = opened(color_scheme=scheme, bypass_csp=True)
    house.jumped = scheme == "light"  # the warning, too, is for everybody
    found = []
    for address in PAGES:
        page.goto(address)
        page.evaluate(AXE)
        result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        found += [
            (address, one["id"], node["html"][:160], node["failureSummary"][:300])
            for one in result["violations"]
            for node in one["nodes"]
        ]
    assert found == []


def test_nothing_breaks_the_policy(opened: Opened, complaints: list[str]) -> None:
    page = opened()
    for address in PAGES[:-1]:
        page.goto(address)
        page.wait_for_load_state("networkidle")
    assert complaints == []


@pytest.mark.parametrize("width", [360, 320])
def test_a_telephone_never_scrolls_sideways(opened: Opened, width: int) -> None:
    page = opened(viewport={"width": width, "height": 740})
    for address in (*PAGES, "/accounts/logout/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_focus_stays_when_the_clocks_are_refreshed(opened: Opened) -> None:
    page = opened()
    page.goto("/")
    page.focus("#case-415")
    page.evaluate("htmx.ajax('GET', '/?tab=pending', {source: '#lines', target: '#lines', swap: 'innerHTML'})")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.activeElement.id") == "case-415"
    assert page.locator("#lines table").count() == 1


def test_a_moderator_is_harmed_by_what_must_be_reviewed(opened: Opened, house: ConsoleDocket) -> None:
    page = opened()
    page.goto("/cases/417/")
    row = page.locator(".exhibits li", has_text="first frame.png")
    row.locator("select").select_option("decide")
    row.locator("button").click()
    image = page.locator(".veiled img")
    page.wait_for_function("() => document.querySelector('.veiled img').naturalWidth === 640")
    assert "blur" in image.evaluate("image => getComputedStyle(image).filter")
    page.check("#lift")
    assert image.evaluate("image => getComputedStyle(image).filter") == "grayscale(1)"
    page.check("#colour")
    assert image.evaluate("image => getComputedStyle(image).filter") == "none"


def test_a_hostile_mail_runs_nothing(opened: Opened, house: ConsoleDocket) -> None:
    page = opened()
    alarms: list[str] = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    page.goto("/cases/417/")
    row = page.locator(".exhibits li", has_text=".eml")
    row.locator("select").select_option("decide")
    row.locator("button").click()
    expect(page.locator("pre.exhibit")).to_contain_text("<script>alert(1)</script>")
    assert alarms == []


def test_paper_shows_the_law_and_no_buttons(opened: Opened) -> None:
    page = opened()
    page.goto("/cases/417/")
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible()
    assert page.locator(".law").first.is_visible()
