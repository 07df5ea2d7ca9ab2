"""The pages of exchanges in a real browser: a waiting list is discarded by keyboard alone; nothing bars anybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from comity.casefile.clock import Instant
from support.console_docket import ConsoleDocket

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
NOW = Instant.parse("2026-11-23T01:13:00Z")
WAITING = "ab" * 16


@pytest.fixture
def shelf(house: ConsoleDocket, monkeypatch: pytest.MonkeyPatch) -> ConsoleDocket:
    """A docket that shows an exchange that failed, a list that waits, an item that is held back."""
    from comity.docket.exchange_views import ExchangeLine, ExchangePage, HeldBack
    from comity.matching.banks.papers import Waiting
    from comity.matching.exchanges.batches import Refused
    from comity.matching.exchanges.kinds import KINDS

    line = ExchangeLine(
        name="tcap", kind="tcap", bank="LIST", pace=300, hurried=30, enabled=True, settings="what: hashes",
        secrets="credentials: tcap.key", next_at=NOW, looked_at=NOW, failures=2, said="the log-in gave no token",
        refused=(Refused("page 1, entry 1", "no address"),), waits=False,
    )  # fmt: skip
    waiting = Waiting(WAITING, "LIST", "ESP 42", "fetched from them", 20_000, 5_000, 431, NOW)
    held = HeldBack(7, "LIST", "ESP 42", "pdq", "it matched 431 of 1,000", NOW)
    page = ExchangePage((line,), (waiting,), (held,), tuple(KINDS.values()), ("LIST",), NOW)

    def settle(_viewer: str, waiting: str, because: str, *, release: bool) -> None:
        house.calls.append(("settle_list", (waiting, because, release)))

    monkeypatch.setattr(house, "exchanges", lambda _viewer: page, raising=False)
    monkeypatch.setattr(house, "settle_list", settle, raising=False)
    return house


def test_a_waiting_list_is_discarded_by_keyboard(opened: Opened, shelf: ConsoleDocket, complaints: list[str]) -> None:
    page = opened(java_script_enabled=False)
    page.goto("/exchanges/")
    page.locator(f"#because-{WAITING[:8]}").focus()
    page.keyboard.type("it lists the letter e")
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "no"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert shelf.calls[-1] == ("settle_list", (WAITING, "it lists the letter e", False))
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_bars_anybody(opened: Opened, shelf: ConsoleDocket, scheme: str) -> None:
    page = opened(color_scheme=scheme, viewport={"width": 360, "height": 740}, bypass_csp=True)
    assert shelf.calls == []
    for address in ("/exchanges/", "/exchanges/new", "/exchanges/import", "/exchanges/tcap/"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        page.add_script_tag(content=AXE)
        result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        assert [(one["id"], one["nodes"][0]["html"]) for one in result["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
