"""Photograph the console's pages of demands about users with Debian's Chromium; for ``tools/screenshots.py``.

A whole house in a temporary folder and one certificate that goes its ordinary way: no picture contains a real case.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pictures

PAGE, ANSWER = "/demands/1/", "/demands/1/answer"


def photograph(server: Any, folder: Path, looks: dict[str, dict[str, Any]], *, docs: bool) -> None:
    """Start the house and its console, ask, answer, sign, look; take the pictures. Django points at ``server``."""
    from django.core.wsgi import get_wsgi_application
    from django.test import override_settings
    from playwright.sync_api import sync_playwright

    from support.board import RunningBoard, free_port
    from support.keyboard import apart
    from support.live import ARGUMENTS, CHROMIUM, served

    with tempfile.TemporaryDirectory() as place:
        board = RunningBoard(Path(place) / "board", free_port(), seed=6).start()
        office = apart(lambda: _office(server, board, Path(place)))
        plain = {"SESSION_COOKIE_SECURE": False, "CSRF_COOKIE_SECURE": False, "ALLOWED_HOSTS": ["localhost"]}
        given = override_settings(COMITY_DOCKET=office.docket, **plain)
        with given, served(get_wsgi_application()) as base, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            _pictures(office, browser, base, folder, looks, docs=docs)
            browser.close()
        apart(office.night.close)
        board.stop()


def _office(server: Any, board: Any, folder: Path) -> Any:
    from comity.casefile.clock import FixedClock, Instant
    from support.asking import JUDGE, Office
    from support.night import Night

    (folder / "house").mkdir()
    night = Night(server, board, folder / "house", FixedClock(Instant.parse("2026-11-23T11:00:00Z")))
    office = Office(night)
    office.ask({**JUDGE, "F": {"a": ["USER_INFORMATION"], "c": ["log files"]}})
    return office


def _pictures(
    office: Any, browser: Any, base: str, folder: Path, looks: dict[str, dict[str, Any]], *, docs: bool
) -> None:
    from support.keyboard import apart

    def shot(name: str, address: str, who: str) -> None:
        stored = apart(lambda: _session(who))
        pictures.take(browser, folder, looks, {name: address}, base_url=base, storage_state=stored)

    shot("demand", PAGE, "mia")
    shot("demand-answer", ANSWER, "mia")
    if docs:
        pictures.for_docs(browser, "demand", PAGE, base_url=base, storage_state=apart(lambda: _session("mia")))
    apart(office.answer)
    shot("demand-second", ANSWER, "ben")
    apart(office.agree)
    shot("demand-collected", PAGE, "mia")
    (line,) = apart(lambda: office.page.collections)
    shot("demand-rows", f"{PAGE}collections/{line.collection}/", "mia")
    apart(office.let_go)
    shot("demand-done", PAGE, "mia")


def _session(name: str) -> dict[str, Any]:
    """A log-in as a browser keeps it."""
    from support.user_pages import as_

    kept = {"name": "comity_staff", "value": str(as_(name).cookies["comity_staff"].value), "domain": "localhost"}
    more = {"path": "/", "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return {"cookies": [kept | more], "origins": []}
