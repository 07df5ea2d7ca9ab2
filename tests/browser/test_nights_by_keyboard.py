"""The night in a real browser, by keyboard alone: from the link in a page to the case; a forecast without a mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.console_docket import ConsoleDocket
from support.console_nights import TOKEN

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]


def tab_to(page: Page, selector: str, *, most: int = 40) -> None:
    """Press the tabulator until an element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached within {most} presses")


def test_a_page_is_answered_by_keyboard(opened: Opened, house: ConsoleDocket) -> None:
    page = opened()
    page.goto(f"/nights/answer/{TOKEN}/")
    expect(page.locator("main")).to_contain_text("This is a drill.")
    tab_to(page, "main button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/417/")
    assert ("answer_page", TOKEN) in house.calls


def test_what_rings_is_acknowledged_by_keyboard(opened: Opened, house: ConsoleDocket) -> None:
    page = opened()
    page.goto("/nights/")
    tab_to(page, "form[action$='acknowledge'] button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert house.calls[-1] == ("acknowledge", f"{417:032x}")


def test_a_forecast_needs_neither_mouse_nor_scripts(opened: Opened) -> None:
    page = opened(java_script_enabled=False)
    page.goto("/workload/")
    page.locator("#id_arrivals").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    expect(page.locator("#forecast ~ p[role=status]")).to_contain_text("people at a time")
    assert page.locator("svg[role=img]").count() == 2
    assert page.locator("svg title").count() == 2
