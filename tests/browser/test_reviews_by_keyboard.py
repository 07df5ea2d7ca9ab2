"""The pages of reviews in a real browser: claimed, looked at and decided by keyboard alone; nothing bars anybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from support.console_docket import ConsoleDocket
from support.keyboard import tab_to

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
LOOK = "#content form button"
FILTER = "image => getComputedStyle(image).filter"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_review_is_claimed_looked_at_and_decided_by_keyboard(
    opened: Opened, house: ConsoleDocket, complaints: list[str], scripts: bool
) -> None:
    page = opened(java_script_enabled=scripts)
    page.goto("/reviews/")
    tab_to(page, "#waiting ~ table a", most=60)
    page.keyboard.press("Enter")
    page.wait_for_url("**/reviews/31/")
    assert page.locator("#content img").count() == 0
    tab_to(page, "form[action$='/claim'] button", most=60)
    page.keyboard.press("Enter")
    page.wait_for_selector(LOOK)
    assert page.locator("#content img").count() == 2
    assert "The words of the post." not in page.content()
    tab_to(page, LOOK, most=60)
    page.keyboard.press("Enter")
    page.wait_for_selector("#colour")
    assert "The words of the post." in page.content()
    picture = page.locator("#content img").first
    assert picture.evaluate(FILTER) == "grayscale(1)"
    tab_to(page, "#colour", most=60)
    page.keyboard.press("Space")
    assert picture.evaluate(FILTER) == "none"
    page.locator(LOOK).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".veil")
    tab_to(page, "[name=outcome]", most=80)
    page.keyboard.press("Space")
    tab_to(page, "[name=limbs]")
    page.keyboard.press("Space")
    tab_to(page, "[name=why]")
    page.keyboard.type("No sign of any purpose.")
    tab_to(page, "#decide > button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reviews/")
    (choice, about) = house.calls[-1][1]
    assert ([one.value for one in choice.limbs], about["upto"]) == (["incites"], 3)
    assert [name for name, _said in house.calls if name != "review_medium"] == [
        "claim_review", "look_at", "look_away", "decide_review",
    ]  # fmt: skip
    assert complaints == []


def test_nothing_clear_was_asked_for_before_somebody_looked(opened: Opened, house: ConsoleDocket) -> None:
    house.claimed = True
    page = opened()
    page.goto("/reviews/31/")
    page.wait_for_load_state("networkidle")
    assert "blur" in page.locator("#content img").first.evaluate(FILTER)
    assert {said for name, said in house.calls if name == "review_medium"} <= {("media-1", False), ("", False)}
    page.keyboard.press("Tab")
    assert page.locator("video, audio, iframe, object, embed").count() == 0


def test_what_is_shown_veils_itself_and_what_was_written_stays(opened: Opened, house: ConsoleDocket) -> None:
    house.claimed = house.looking = True
    page = opened()
    page.clock.install()
    page.goto("/reviews/31/")
    page.wait_for_selector("#colour")
    page.locator("[name=why]").fill("Half a sentence")
    house.looking = False
    page.clock.run_for(119_000)
    page.wait_for_selector(".veil")
    assert "The words of the post." not in page.content()
    assert page.locator("[name=why]").input_value() == "Half a sentence"


def test_paper_shows_nothing_of_it(opened: Opened, house: ConsoleDocket) -> None:
    house.claimed = house.looking = True
    page = opened()
    page.goto("/reviews/31/")
    page.emulate_media(media="print")
    assert not any(image.is_visible() for image in page.locator("#content img").all())
    assert not page.locator(".found").first.is_visible()
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_reviews_bar_nobody(opened: Opened, house: ConsoleDocket, scheme: str) -> None:
    page = opened(color_scheme=scheme, viewport={"width": 360, "height": 740}, bypass_csp=True)
    for claimed, looking, address in (
        (False, False, "/reviews/"), (False, False, "/reviews/31/"), (True, False, "/reviews/31/"),
        (True, True, "/reviews/31/"), (False, False, "/matching-rules/"),
    ):  # fmt: skip
        house.claimed, house.looking = claimed, looking
        answer = page.goto(address)
        assert answer is not None
        assert len(answer.body()) < 150_000
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        page.add_script_tag(content=AXE)
        result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        assert [(address, one["id"], one["nodes"][0]["html"]) for one in result["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
