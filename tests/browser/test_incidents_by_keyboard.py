"""The pages of incidents and threats in a real browser: by keyboard alone, without scripts; nothing bars anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from comity.casefile.clock import Instant
from support.console_docket import ConsoleDocket
from support.keyboard import tab_to

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
NOW = Instant.parse("2026-11-23T01:13:00Z")
SINCE = NOW.plus(timedelta(hours=-3))


def _incident() -> Any:
    from comity.docket.incident_types import ours
    from comity.docket.incidents import tally, views
    from comity.docket.incidents.tally import Done, Seen, Signal
    from support.console_nights import _alarm

    line = views.IncidentLine(
        number=7, title="Attack on the market", type=ours().named("bombing"), type_id="bombing", state="lasts",
        standing="awaited", bank="INCIDENT_7", declared_by="Camille Moreau", declared_at=SINCE, confirmed_by="",
        ends_at=NOW.plus(timedelta(hours=3)),
    )  # fmt: skip
    seen = [
        Seen(str(n), f"post/{n % 40}", "INCIDENT_7" if n % 3 else "KNOWN", n % 2 + 1, SINCE.plus(timedelta(minutes=n)))
        for n in range(0, 180, 2)
    ]
    done = [Done(one.at.plus(timedelta(minutes=9)), NOW.plus(timedelta(minutes=-5))) for one in seen[:30:3]]
    done += [Done(one.at.plus(timedelta(minutes=9)), None) for one in seen[30:]]
    counted = tally.signals("INCIDENT_7", seen)
    signal = views.SignalLine(1, {"pdq": "f8" * 32}, "Camille Moreau", off=False, seen=counted[1])
    never = views.SignalLine(2, {"sha256": "0" * 64}, "Jonas Weber", off=True, seen=Signal())
    return views.IncidentView(
        line=line, because="Many uploads of one film since 02:00.", confirm_by=NOW.plus(timedelta(minutes=20)),
        spread=tally.spread("INCIDENT_7", seen, done, SINCE, NOW), signals=(signal, never), more_signals=True,
        reviews=(views.OpenReview(31, 12, SINCE),),
        exchanges=(views.FreshLine("tcap", 30, True, True, NOW, NOW, 2, False),),
        alarm=_alarm(7, "ringing"), callable=True, clocks=(),
        changes=(views.ChangeLine("a" * 32, "declared", "Camille Moreau", "many uploads", NOW, SINCE),),
        hand_offs=(views.HandOffLine("b" * 32, "Jonas Weber", NOW, "c" * 64),), threats=((3, "raised"),),
        may=("hand_off", "extend", "close", "list", "confirm"), kinds=("pdq", "sha256"), now=NOW,
    )  # fmt: skip


def _threat() -> Any:
    from comity.docket.threats import views

    line = views.ThreatLine(3, "raised", "incident", 7, SINCE, "Camille Moreau", "", None, "", None, NOW, late=True)
    told = views.RecipientLine("d" * 32, "europol", "", "Europol", "paper", "", "by_hand", 1, None, "550", "e" * 32)
    changes = (views.EntryLine("f" * 32, "raised", "Camille Moreau", "he names a place", SINCE),)
    may = ("read", "decide", "no_threat", "bring", "confirm")
    return views.ThreatView(line, "he names a place", (), (told,), changes, may, NOW)


@pytest.fixture
def stirred(house: ConsoleDocket, monkeypatch: pytest.MonkeyPatch) -> ConsoleDocket:
    """A docket that shows one incident and one threat, and writes down what is asked of it."""
    from comity.docket.incident_types import ours
    from comity.docket.incidents.views import IncidentPage
    from comity.docket.threats.views import Figures, ThreatPage

    view, threat = _incident(), _threat()
    over = view.line.__class__(**{**vars(view.line), "number": 6, "state": "ended", "standing": "unconfirmed"})
    page = IncidentPage((view.line,), (over,), ours().types, "PT15M", "P3D", NOW)
    threats = ThreatPage((threat.line,), (), Figures(None, None, None, None), ("Europol",), NOW)

    def noted(name: str) -> Callable[..., int]:
        def note(_viewer: str, *said: Any, **more: Any) -> int:
            house.calls.append((name, (said, more)))
            return 7

        return note

    shown = {"incidents": page, "threats": threats, "incident": view, "threat": threat}
    for name, value in shown.items():
        monkeypatch.setattr(house, name, lambda *_asked, value=value: value, raising=False)
    for name in ("declare_incident", "close_incident", "decide_threat", "hand_off"):
        monkeypatch.setattr(house, name, noted(name), raising=False)
    return house


def test_an_incident_is_declared_by_keyboard(opened: Opened, stirred: ConsoleDocket, complaints: list[str]) -> None:
    page = opened(java_script_enabled=False)
    page.goto("/incidents/declare")
    tab_to(page, "#id_kind_0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#id_title")
    page.keyboard.type("Attack on the market")
    tab_to(page, "#id_because")
    page.keyboard.type("many uploads")
    assert tab_to(page, "main button") <= 2
    with page.expect_navigation():
        page.keyboard.press("Enter")
    name, (_said, more) = stirred.calls[-1]
    assert name == "declare_incident"
    assert (more["kind"], more["title"], more["because"]) == ("bombing", "Attack on the market", "many uploads")
    assert more["ends_at"] == NOW.plus(timedelta(hours=6))
    assert "Attack on the market" in page.locator("h1").inner_text()
    assert complaints == []


def test_the_figures_stand_in_a_table_too(opened: Opened, stirred: ConsoleDocket) -> None:
    assert stirred.calls == []
    page = opened(java_script_enabled=False)
    page.goto("/incidents/7/")
    assert page.locator("svg[role=img] rect").count() > 20
    page.get_by_text("As a table").click()
    assert page.get_by_role("row").filter(has_text="01:08 UTC").count() >= 1


def test_a_threat_is_not_told_by_checking(opened: Opened, stirred: ConsoleDocket) -> None:
    page = opened(java_script_enabled=False)
    page.goto("/threats/3/")
    page.locator("#id_grounds_0").check()
    page.locator("#id_explanation").fill("he names a place")
    page.locator("#id_content_description").fill("a film")
    page.get_by_role("button", name="Decide and send").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    name, (said, _more) = stirred.calls[-1]
    assert (name, said[0], said[1]["grounds"]) == ("decide_threat", 3, ["IMMINENT"])


ADDRESSES = ("/incidents/", "/incidents/7/", "/incidents/declare", "/incidents/7/extend", "/threats/", "/threats/3/",
             "/threats/new")  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_bars_anybody_from_an_incident(opened: Opened, stirred: ConsoleDocket, scheme: str) -> None:
    page = opened(color_scheme=scheme, viewport={"width": 360, "height": 740}, bypass_csp=True)
    assert stirred.calls == []
    for address in ADDRESSES:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        page.add_script_tag(content=AXE)
        result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        assert [(one["id"], one["nodes"][0]["html"]) for one in result["violations"]] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address


def test_it_prints_without_commands(opened: Opened, stirred: ConsoleDocket) -> None:
    assert stirred.calls == []
    page = opened()
    page.goto("/incidents/7/")
    page.emulate_media(media="print")
    assert not page.get_by_role("heading", name="Commands").is_visible()
    assert page.locator("figure").first.is_visible()
