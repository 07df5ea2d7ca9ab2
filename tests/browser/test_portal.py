"""The portal in a real browser: by keyboard alone with a passkey, without scripts, on a telephone, for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Role as DatabaseRole
from comity.casefile.records.roles import Server
from comity.main.web import django_options, portal_only
from comity.settings import Settings
from support.board import RunningBoard, free_port
from support.databases import point_django_at
from support.keyboard import apart, tab_to
from support.live import ARGUMENTS, CHROMIUM, served
from support.portal import APPLICATION, passkey_of

pytestmark = pytest.mark.browser

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
OUTSIDE = ("/", "/access/", "/access/asked", "/enrol/", "/sign-in/", "/nowhere")
NOON = "2026-11-23T11:00:00Z"


@dataclass
class Stage:
    """The browser, the portal's address, the house behind it and what happened in it."""

    browser: Browser
    base: str
    night: Any
    staff: Any
    authority: str

    def approved(self) -> tuple[str, str]:
        """Somebody asked in the browser; we call and agree. Gives both halves of the code."""

        def agreed() -> tuple[str, str]:
            from support.portal import call

            docket = self.night.docket
            (held,) = (one for one in docket.officers(self.staff.anna) if one.state.value == "applied")
            docket.propose_officer(self.staff.anna, held.id, self.authority)
            call(self.night, self.staff.mia, held.id)
            return docket.approve_officer(self.staff.ben, held.id), docket.officer_half(self.staff.mia, held.id)

        codes: tuple[str, str] = apart(agreed)
        return codes


@pytest.fixture(scope="module")
def stage(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=41).start()
    plain = {"SESSION_COOKIE_SECURE": False, "CSRF_COOKIE_SECURE": False}
    with databases.clone() as server, override_settings(**portal_only(), **plain):
        point_django_at(server)
        night, staff, authority = apart(lambda: _house(server, board, tmp_path_factory.mktemp("house")))
        with served(get_wsgi_application()) as base, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            with override_settings(COMITY_DOCKET=night.docket, COMITY_PORTAL_URL=base):
                yield Stage(browser, base, night, staff, authority)
            browser.close()
        night.close()
        point_django_at(
            Server({"host": "/nonexistent", "dbname": "ask_for_the_fixture_database"}, {DatabaseRole.APP: {}})
        )
    board.stop()


def _house(server: Server, board: RunningBoard, folder: Path) -> tuple[Any, Any, str]:
    from support import orders
    from support.night import Night

    night = Night(server, board, folder, FixedClock(Instant.parse("2026-11-20T09:00:00Z")))
    staff = night.staff()
    authority = night.enrol(staff, orders.Authority.named())
    night.clock.set(Instant.parse(NOON))
    return night, staff, authority


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about."""
    return []


@pytest.fixture
def opened(stage: Stage, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def open_page(*, state: Any = None, **options: Any) -> Page:
        context = stage.browser.new_context(base_url=stage.base, storage_state=state, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def signed_in(stage: Stage) -> tuple[Any, str]:
    """Cookies of an officer who came in by keyboard alone, and a case filed on the way."""
    context = stage.browser.new_context(base_url=stage.base)
    page = context.new_page()
    page.set_default_timeout(30_000)
    passkey_of(page)
    _ask(page)
    _enrol(page, stage.approved())
    url = stage.night.publish()
    case = _file(page, url)
    apart(stage.night.work_on)
    state = context.storage_state()
    context.close()
    return state, case


def _ask(page: Page) -> None:
    page.goto("/")
    tab_to(page, "a[href='/access/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/access/")
    for name in ("authority", "name", "post", "address"):
        tab_to(page, f"#id_{name}")
        page.keyboard.type(APPLICATION[name])
    page.keyboard.press("Enter")
    page.wait_for_url("**/access/asked")


def _enrol(page: Page, codes: tuple[str, str]) -> None:
    page.goto("/enrol/")
    tab_to(page, "#id_address")
    page.keyboard.type(APPLICATION["address"])
    for field, code in zip(("#id_code", "#id_second"), codes, strict=True):
        tab_to(page, field)
        page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/enrol/passkey")
    tab_to(page, "#passkey")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/")


TYPED = {
    "#id_order_reference": "OFAC-2026-000417",
    "#id_additional_reasons": "The video glorifies the attack.",
    "#id_issuer_file_no": "PV-2026-1187",
    "#id_issuer_address": "101 rue du Test, 92000 Nanterre",
    "#id_issuer_tel": "+33140000000",
    "#id_redress_body": "Tribunal administratif de Test",
    "#id_redress_deadline_n": "2",
    "#id_redress_deadline_from": "notification of the order",
    "#id_redress_legal_link": "https://legal.authority.example/redress",
}


def _file(page: Page, url: str) -> str:
    """The whole annex by keyboard; findings appear while it is typed."""
    tab_to(page, "a[href='/orders/new']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/new")
    steps = [
        ("#id_issued_at", "11232026" + "\t" + "1050AM"),
        ("#id_order_reference", TYPED["#id_order_reference"]),
        ("#id_content_locations_0_url", url),
        ("#id_grounds_1", " "),
        ("#id_additional_reasons", TYPED["#id_additional_reasons"]),
        ("#id_issuer_type_1", " "),
        ("#id_issuer_file_no", TYPED["#id_issuer_file_no"]),
        ("#id_issuer_address", TYPED["#id_issuer_address"]),
        ("#id_issuer_tel", TYPED["#id_issuer_tel"]),
        ("#id_issuer_date", "11232026"),
        *(
            (field, TYPED[field])
            for field in TYPED
            if field.startswith("#id_redress") and field != "#id_redress_deadline_unit"
        ),
    ]
    for field, text in steps:
        tab_to(page, field, most=40)
        for part in text.split("\t"):
            page.keyboard.type(part)
            if part != text and "\t" in text and text.startswith(part):
                page.keyboard.press("Tab")
        if field == "#id_order_reference":
            expect(page.locator("#findings .fails").first).to_be_visible()
    tab_to(page, "button[name=file]", most=40)
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*/?said=filed")
    return page.url.split("/orders/")[1].split("/")[0]


def test_an_officer_comes_in_and_files_by_keyboard_alone(stage: Stage, signed_in: tuple[Any, str], opened: Any) -> None:
    state, case = signed_in
    page = opened(state=state)
    page.goto(f"/orders/{case}/")
    expect(page.locator("h1")).to_contain_text("OFAC-2026-000417")
    tab_to(page, "#id_text", most=40)
    page.keyboard.type("Is it done?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".thread")).to_contain_text("Is it done?")
    from comity.casefile import audit
    from comity.casefile.documents.demand import Demand
    from comity.docket import store

    demand = apart(lambda: audit.find(store.case(case).demand.hex, Demand).document)
    assert demand.channel.sender_verified is True
    assert demand.form["issued_at"] == "2026-11-23T10:50:00+01:00"


def test_a_passkey_signs_in_again_and_a_wrong_one_does_not(stage: Stage, opened: Any) -> None:
    page = opened()
    authenticator = passkey_of(page)
    page.goto("/sign-in/")
    tab_to(page, "#passkey")
    page.keyboard.press("Enter")
    expect(page.locator("#passkey-failed")).to_be_visible()
    assert authenticator


def test_the_form_works_without_scripts(stage: Stage, signed_in: tuple[Any, str], opened: Any) -> None:
    page = opened(state=signed_in[0], java_script_enabled=False)
    page.goto("/orders/new")
    page.fill("#id_order_reference", "OFAC-3")
    page.click("button[name=check]")
    expect(page.locator("#findings")).to_contain_text("A person of the provider")
    expect(page.locator("#id_order_reference")).to_have_value("OFAC-3")
    page.click("button[name=more]")
    expect(page.locator("[id$=_url]")).to_have_count(8)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_every_page(signed_in: tuple[Any, str], opened: Any, scheme: str) -> None:
    state, case = signed_in
    found = []
    for inside, addresses in ((False, OUTSIDE), (True, _inside(case))):
        page = opened(state=state if inside else None, color_scheme=scheme, bypass_csp=True)
        for address in addresses:
            page.goto(address)
            page.evaluate(AXE)
            result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
            found += [
                (address, one["id"], node["html"][:160], node["failureSummary"][:300])
                for one in result["violations"]
                for node in one["nodes"]
            ]
    assert found == []


def test_nothing_breaks_the_policy(signed_in: tuple[Any, str], opened: Any, complaints: list[str]) -> None:
    state, case = signed_in
    for inside, addresses in ((False, OUTSIDE[:-1]), (True, _inside(case))):
        page = opened(state=state if inside else None)
        for address in addresses:
            page.goto(address)
            page.wait_for_load_state("load")
    assert complaints == []


@pytest.mark.parametrize("width", [360, 320])
def test_a_telephone_never_scrolls_sideways(signed_in: tuple[Any, str], opened: Any, width: int) -> None:
    state, case = signed_in
    for inside, addresses in ((False, OUTSIDE), (True, _inside(case))):
        page = opened(state=state if inside else None, viewport={"width": width, "height": 740})
        for address in addresses:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def _inside(case: str) -> tuple[str, ...]:
    return ("/orders/", "/orders/new", "/orders/information", f"/orders/{case}/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_staff_can_use_every_page_about_officers(
    stage: Stage, signed_in: tuple[Any, str], opened: Any, scheme: str
) -> None:
    options = django_options(Settings(), database={}, secret_key="only for tests", door="console")
    names = ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES")
    told = {name: options[name] for name in names} | {"CSRF_COOKIE_NAME": "csrftoken"}
    found = []
    with override_settings(**told), served(get_wsgi_application()) as base:
        cookie, officer = apart(lambda: (_staff_cookie(), stage.night.docket.officers(stage.staff.anna)[0].id))
        page = opened(bypass_csp=True, color_scheme=scheme, viewport={"width": 360, "height": 740})
        page.context.add_cookies([{"name": "comity_staff", "value": cookie, "url": base}])
        for address in ("/officers/", f"/officers/{officer}/", "/threads/", "/cases/1/thread"):
            page.goto(base + address)
            assert page.url == base + address
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
            page.evaluate(AXE)
            result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
            found += [(address, one["id"], one["nodes"][0]["html"][:160]) for one in result["violations"]]
    assert found == []


def _staff_cookie() -> str:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.contrib.auth.models import User
    from django.test import Client

    from support.console_staff import log_in

    user = User.objects.get(username="anna")
    if not user.authenticator_set.exists():
        TOTP.activate(user, generate_totp_secret())
    client = Client()
    log_in(client, user)
    return str(client.cookies["comity_staff"].value)
