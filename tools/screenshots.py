"""Photograph every page with Debian's Chromium: console, portal, overseer's room, public log; light, dark, telephone.

    .venv/bin/python tools/screenshots.py FOLDER [PAGE ...]

The pages show the docket in memory of ``tests/support/console_cases.py``: a picture never contains a real case.
With ``--docs`` the pictures in ``docs/`` are written too: ``console.png`` (README's), ``portal.png``, ``nights.png``,
``review.png``, ``workload.png``, ``oversight.png``, ``log.png`` and ``demand.png``. Names of pages are the console's;
``portal`` stands for the officers' pages, ``outside`` for the overseer's room and the public log, ``demand`` for
demands about users.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

import pictures  # noqa: E402 -- found only after the path is extended

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
    "nights": "/nights/",
    "reviews": "/reviews/",
    "review": "/reviews/31/",
    "matching-rules": "/matching-rules/",
    "workload": "/workload/",
    "missing": "/nowhere",
}
DOCS = {"console": "case", "nights": "nights", "review": "review", "workload": "workload"}
"""Pictures in ``docs/`` with the page that each shows."""
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "light", "has_touch": True},
}


def photograph(folder: Path, wanted: list[str], *, docs: bool) -> None:
    """Start a database and the console, log in, take the pictures."""
    import conftest

    conftest.pytest_configure(None)  # type: ignore[arg-type]
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from playwright.sync_api import sync_playwright

    houses = {name: import_module(f"{name}_pictures") for name in ("portal", "outside", "demand")}
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
            docket.claimed = True
            user, _secret = make_user("camille")
            docket.add_person(user.pk, "Camille Moreau", Role.MODERATOR, Role.APPROVER, Role.REGISTRAR)
            cookie = session_of(user)
            with served(get_wsgi_application()) as base, sync_playwright() as play:
                browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                _console(browser, base, cookie, folder, wanted)
                if docs:
                    cookies = _stored(cookie)
                    for name, page in DOCS.items():
                        pictures.for_docs(browser, name, PAGES[page], base_url=base, storage_state=cookies)
                browser.close()
            point_django_at(databases.embedded.server)
        for name, photographer in houses.items():
            if not wanted or name in wanted:
                with databases.clone() as server:
                    point_django_at(server)
                    photographer.photograph(server, folder, LOOKS, docs=docs)
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


def _stored(cookie: str) -> dict[str, Any]:
    """The session as a browser keeps it."""
    kept = {"name": "comity_staff", "value": cookie, "domain": "localhost", "path": "/", "expires": -1}
    return {"cookies": [kept | {"httpOnly": True, "secure": False, "sameSite": "Lax"}], "origins": []}


def _console(browser: Any, base: str, cookie: str, folder: Path, wanted: list[str]) -> None:
    if not wanted or "login" in wanted:
        pictures.take(browser, folder, LOOKS, {"login": "/accounts/login/"}, base_url=base)
    chosen = {name: address for name, address in PAGES.items() if not wanted or name in wanted}
    pictures.take(browser, folder, LOOKS, chosen, base_url=base, storage_state=_stored(cookie))


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if not name.startswith("--")]
    photograph(Path(names[0] if names else "build/screenshots"), names[1:], docs="--docs" in sys.argv)
