"""The overseer's room in a real browser: by keyboard alone with a passkey, for everybody, light and dark."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Role as DatabaseRole
from comity.casefile.records.roles import Server
from comity.main.web import portal_only
from support.board import RunningBoard, free_port
from support.databases import point_django_at
from support.keyboard import apart, tab_to
from support.live import ARGUMENTS, CHROMIUM, served
from support.portal import OVERSEER_NUMBER, overseer_codes, passkey_of

pytestmark = pytest.mark.browser

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
ADDRESS = "noor@dpa.example"
REASON = "Checking the order of 23 November"


@dataclass
class Room:
    """The browser, the portal's address, the house behind it, and the cookies of an overseer."""

    browser: Browser
    base: str
    watch: Any
    case: str
    state: Any = None


@pytest.fixture(scope="module")
def room(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=43).start()
    plain = {"SESSION_COOKIE_SECURE": False, "CSRF_COOKIE_SECURE": False}
    nowhere = Server({"host": "/nonexistent", "dbname": "ask_for_the_fixture_database"}, {DatabaseRole.APP: {}})
    with databases.clone() as server, override_settings(**portal_only(), **plain):
        point_django_at(server)
        watch, case = apart(lambda: _house(server, board, tmp_path_factory.mktemp("house")))
        with served(get_wsgi_application()) as base, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            with override_settings(COMITY_DOCKET=watch.night.docket, COMITY_PORTAL_URL=base):
                made = Room(browser, base, watch, case)
                made.state = _enrolled(made)
                yield made
            browser.close()
        watch.night.close()
        point_django_at(nowhere)
    board.stop()


def _house(server: Server, board: RunningBoard, folder: Path) -> tuple[Any, str]:
    from comity.docket import store
    from support.night import Night
    from support.watch import Watch

    watch = Watch.begin(Night(server, board, folder, FixedClock(Instant.parse("2026-11-23T11:00:00Z"))))
    watch.order(watch.night.publish())
    watch.rule("api")
    watch.order(watch.night.publish(), nondisclosure=True)
    return watch, store.by_number(2).id.hex


def _enrolled(room: Room) -> Any:
    """An overseer comes in by keyboard alone; gives the browser's cookies."""
    docket, staff = room.watch.night.docket, room.watch.staff

    def codes() -> tuple[str, str]:
        told = {"body": "Data protection authority", "name": "Noor Haddad", "address": ADDRESS}
        who = docket.propose_overseer(staff.anna, **told, number=OVERSEER_NUMBER)
        return overseer_codes(docket, staff, who)

    context = room.browser.new_context(base_url=room.base)
    page = context.new_page()
    page.set_default_timeout(30_000)
    passkey_of(page)
    page.goto("/enrol/")
    tab_to(page, "#id_address")
    page.keyboard.type(ADDRESS)
    for field, code in zip(("#id_code", "#id_second"), apart(codes), strict=True):
        tab_to(page, field)
        page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/enrol/passkey")
    tab_to(page, "#passkey")
    page.keyboard.press("Enter")
    page.wait_for_url("**/oversight/")
    state = context.storage_state()
    context.close()
    return state


def _page(room: Room, **options: Any) -> Page:
    page = room.browser.new_context(base_url=room.base, storage_state=room.state, **options).new_page()
    page.set_default_timeout(30_000)
    return page


def test_an_overseer_finds_and_opens_by_keyboard_alone(room: Room) -> None:
    page = _page(room)
    page.goto("/oversight/")
    tab_to(page, "a[href='/oversight/cases']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/oversight/cases")
    tab_to(page, f"a[href='/oversight/cases/{room.case}/']", most=40)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/oversight/cases/{room.case}/")
    expect(page.locator("main")).to_contain_text("secret until")
    tab_to(page, f"a[href^='/oversight/cases/{room.case}/documents/']", most=60)
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/*")
    tab_to(page, "#id_reason", most=40)
    page.keyboard.type(REASON)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text(REASON)
    expect(page.locator("pre")).to_contain_text("received, before it was read")
    page.goto("/oversight/accesses")
    expect(page.locator("main")).to_contain_text(REASON)
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_room(room: Room, scheme: str) -> None:
    from comity.casefile import audit

    entry = apart(lambda: audit.entries_of(room.case)[0].entry)
    case = f"/oversight/cases/{room.case}/"
    found = []
    page = _page(room, color_scheme=scheme, bypass_csp=True)
    for address in ("/oversight/", "/oversight/cases", "/oversight/accesses", case, f"{case}documents/{entry}"):
        page.goto(address)
        if folder := os.environ.get("COMITY_PICTURES"):
            page.screenshot(path=f"{folder}/{scheme}{address.replace('/', '_')[:40]}.png", full_page=True)
        page.evaluate(AXE)
        result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        found += [(address, one["id"], node["html"][:160]) for one in result["violations"] for node in one["nodes"]]
    page.context.close()
    assert found == []


def test_no_page_is_wider_than_a_telephone(room: Room) -> None:
    page = _page(room, viewport={"width": 360, "height": 740})
    for address in ("/oversight/", "/oversight/cases", f"/oversight/cases/{room.case}/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
    page.context.close()
