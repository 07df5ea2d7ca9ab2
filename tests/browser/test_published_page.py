"""The page that a provider must publish in a real browser: light, dark, on a telephone, under its own policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import Browser, sync_playwright

from comity.docket.publishing import Contacts, published
from comity.law import parse_provider
from comity.main.house import EXAMPLE
from comity.main.web import django_options
from comity.settings import Settings
from support.console_docket import ConsoleDocket
from support.live import ARGUMENTS, CHROMIUM, served

pytestmark = pytest.mark.browser

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "telephone": {"viewport": {"width": 375, "height": 720}},
}
EVERYTHING = Contacts(
    orders="orders@a-rather-long-host-name-of-a-small-board.example",
    authorities="dsa@board.example",
    authorities_languages=("fr", "en"),
    users="https://board.example/help/where-people-answer-and-not-only-a-machine",
    representative="Represent Ltd",
    representative_address="1 Quay, Dublin",
    representative_email="rep@represent.example",
    representative_telephone="+353 1 000 0000",
)


@pytest.fixture(scope="module")
def page_at() -> Iterator[tuple[Browser, str]]:
    profile = EXAMPLE.replace("home_state: FR", "home_state: US").replace(
        "{state: FR, kind: main}", "{state: US, kind: main}, {state: IE, kind: representative}"
    )
    shown = published(parse_provider(profile), EVERYTHING)
    house = ConsoleDocket()
    house.published = lambda: shown.declared
    door = django_options(Settings(), database={}, secret_key="only for tests", door="public")["MIDDLEWARE"]
    with (
        override_settings(COMITY_DOCKET=house, ROOT_URLCONF="comity.public.urls", MIDDLEWARE=door),
        served(get_wsgi_application()) as base,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser, base
        browser.close()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_it_is_accessible_in_every_look_and_language_and_nothing_runs_over(page_at, look, language):
    browser, base = page_at
    context = browser.new_context(bypass_csp=True, **LOOKS[look])
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{base}/contact?language={language}")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then(result => result.violations.map(one => one.id))")
    assert found == []
    context.close()


def test_it_is_reached_from_the_first_page_by_keyboard_and_its_own_policy_lets_it_be_seen(page_at):
    browser, base = page_at
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(60_000)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(base)
    link = page.locator("main a", has_text="Where authorities and users reach us")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/contact")
    assert page.locator("h1").inner_text() == "Contact points"
    assert page.locator("a[href^='mailto:orders']").is_visible()
    assert [line for line in said if "favicon" not in line and "404" not in line] == []
    context.close()
