"""Photograph every page of the console and the portal with Debian's Chromium: light, dark and on a telephone.

    .venv/bin/python tools/screenshots.py FOLDER [PAGE ...]

The pages show the docket in memory of ``tests/support/console_cases.py``: a picture never contains a real case.
With ``--readme`` the case page is also written to ``docs/console.png`` and an order's page to ``docs/portal.png``.
Names of pages are the console's; ``portal`` stands for the portal's.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

PAGES = {
    "docket": "/",
    "docket-all": "/?tab=all",
    "case": "/cases/417/",
    "case-done": "/cases/416/",
    "decide": "/cases/417/decide",
    "second": "/cases/415/decide",
    "authorities": "/authorities/",
    "authority": "/authorities/" + "a1" * 16 + "/",
    "rules": "/rules/",
    "complaints": "/complaints/",
    "complaint": "/complaints/" + "33" * 16 + "/",
    "paper": "/paper/",
    "staff": "/staff/",
    "log": "/log/",
    "factors": "/accounts/factors/",
    "missing": "/nowhere",
}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "light", "has_touch": True},
}


def photograph(folder: Path, wanted: list[str], *, readme: bool) -> None:
    """Start a database and the console, log in, take the pictures."""
    import conftest

    conftest.pytest_configure(None)  # type: ignore[arg-type]
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from playwright.sync_api import sync_playwright

    import portal_pictures
    from comity.registry.duties import Role
    from support.console_cases import example
    from support.console_staff import make_user
    from support.databases import point_django_at, start_databases
    from support.live import ARGUMENTS, CHROMIUM, served

    databases = start_databases()
    try:
        with databases.clone() as server:
            point_django_at(server)
            settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
            settings.ALLOWED_HOSTS = ["localhost"]
            docket = settings.COMITY_DOCKET = example()
            user, _secret = make_user("camille")
            docket.add_person(user.pk, "Camille Moreau", Role.MODERATOR, Role.APPROVER, Role.REGISTRAR)
            cookie = session_of(user)
            with served(get_wsgi_application()) as base, sync_playwright() as play:
                browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                _pictures(browser, base, cookie, folder, wanted)
                if readme:
                    _readme_picture(browser, base, cookie)
                browser.close()
            point_django_at(databases.embedded.server)
        if not wanted or "portal" in wanted:
            with databases.clone() as server:
                point_django_at(server)
                portal_pictures.photograph(server, folder, LOOKS, readme=readme)
                point_django_at(databases.embedded.server)
    finally:
        databases.close()


def session_of(user: Any) -> str:
    """A logged-in session's cookie."""
    from django.test import Client

    from support.console_staff import log_in

    client = Client()
    log_in(client, user)
    return str(client.cookies["comity_staff"].value)


def _pictures(browser: Any, base: str, cookie: str, folder: Path, wanted: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for look, options in LOOKS.items():
        context = browser.new_context(base_url=base, **options)
        page = context.new_page()
        if not wanted or "login" in wanted:
            page.goto("/accounts/login/")
            page.screenshot(path=folder / f"login-{look}.png")
        context.add_cookies([{"name": "comity_staff", "value": cookie, "url": base}])
        for name, address in PAGES.items():
            if not wanted or name in wanted:
                page.goto(address)
                page.screenshot(path=folder / f"{name}-{look}.png", full_page=True)
        context.close()


def _readme_picture(browser: Any, base: str, cookie: str) -> None:
    from PIL import Image

    context = browser.new_context(base_url=base, viewport={"width": 1240, "height": 1120}, color_scheme="light")
    context.add_cookies([{"name": "comity_staff", "value": cookie, "url": base}])
    page = context.new_page()
    page.goto(PAGES["case"])
    target = ROOT / "docs" / "console.png"
    page.screenshot(path=target)
    Image.open(target).convert("RGB").quantize(255, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        target, optimize=True
    )
    context.close()


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if not name.startswith("--")]
    photograph(Path(names[0] if names else "build/screenshots"), names[1:], readme="--readme" in sys.argv)
