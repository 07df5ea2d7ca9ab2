"""The pages of hunts in a real browser: a held hunt is narrowed by keyboard alone; nothing bars anybody."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from PIL import Image
from playwright.sync_api import Page

from comity.casefile.clock import Instant
from support.console_docket import ConsoleDocket

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
NOW = Instant.parse("2026-11-23T01:13:00Z")
SIGNAL = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"


@pytest.fixture
def shelf(house: ConsoleDocket, monkeypatch: pytest.MonkeyPatch) -> ConsoleDocket:
    """A docket that shows a hunt that waits for a person, and a case that offers one."""
    from comity.docket.hunts.views import Bin, Broad, Distances, FoundLine, HuntLine, HuntPage, HuntView, Offer

    line = HuntLine(
        number=7, state="held", source="bank", about="KNOWN", because="uploaded tonight", by="Mia", ordered_at=NOW,
        over_at=None, signals=1_200, left_out=0, stored=312_004, found=4_711, said="it found 4,711 of 312,004 items",
        review=None, done=312_004, total=312_004, entered=0,
    )  # fmt: skip
    bins = tuple(Bin(place * 2.0, place * 2.0 + 2, 600 - 40 * place) for place in range(15))
    sample = tuple(
        FoundLine(place, f"p{place}", "", "a1b2c3d4e5f6", "photo", "pdq", place, "waiting") for place in (1, 9)
    )
    view = HuntView(
        line=line, types=(("pdq", 4_711),), content=(("photo", 4_711),),
        distances=(Distances("pdq", "bits of 256", 31.0, bins),), accounts=1_310, unnamed=12,
        top=(("a1b2c3d4e5f6", 210), ("0f0f0f0f0f0f", 17)), broad=(Broad(3, "pdq", SIGNAL, 4_000),),
        became=(("waiting", 4_700), ("allowed", 11)), sample=sample, steps=((NOW, "Comity", "held", "it found much"),),
        thresholds=(("pdq", 24.0),), content_types=("photo",), case=None,
        may=frozenset({"release", "narrow", "stop"}), now=NOW,
    )  # fmt: skip

    def narrow(_viewer: str, number: int, without: frozenset[int], because: str) -> None:
        house.calls.append(("narrow_hunt", (number, without, because)))

    def drawn(_viewer: str, _number: int, _place: int) -> tuple[str, object]:
        out = io.BytesIO()
        Image.radial_gradient("L").save(out, "JPEG")
        return "image/jpeg", iter((out.getvalue(),))

    answers = {
        "hunts": lambda _viewer: HuntPage((line,), 312_004, ("KNOWN",), NOW),
        "hunt": lambda _number, _viewer: view,
        "hunt_offer": lambda case, _viewer: Offer(case, possible=True, secret=True, hunts=(line,)),
        "narrow_hunt": narrow,
        "hunt_picture": drawn,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(house, name, answer, raising=False)
    return house


def test_what_found_much_is_taken_out_by_keyboard(opened: Opened, shelf: ConsoleDocket, complaints: list[str]) -> None:
    page = opened(java_script_enabled=False)
    page.goto("/hunts/7/")
    page.locator("#without-3").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("a grey square")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert shelf.calls[-1] == ("narrow_hunt", (7, frozenset({3}), "a grey square"))
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_hunts_bars_anybody(opened: Opened, shelf: ConsoleDocket, scheme: str) -> None:
    page = opened(color_scheme=scheme, viewport={"width": 360, "height": 740}, bypass_csp=True)
    case = next(iter(shelf.cases))
    for address in ("/hunts/", "/hunts/new", "/hunts/7/", f"/cases/{case}/"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        page.add_script_tag(content=AXE)
        result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        assert [(one["id"], one["nodes"][0]["html"]) for one in result["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
