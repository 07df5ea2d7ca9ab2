"""A real Chromium before a real console. Its driver keeps an event loop: the database is asked from a thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from comity.casefile.records.roles import Role as DatabaseRole
from comity.casefile.records.roles import Server
from comity.registry.duties import Role
from support.console_cases import example
from support.console_docket import ConsoleDocket
from support.console_staff import log_in, make_user
from support.databases import point_django_at
from support.live import ARGUMENTS, CHROMIUM, served


def apart(work: Callable[[], Any]) -> Any:
    """Do something with the database in a thread of its own."""

    def closing() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result()


@dataclass(frozen=True)
class Stage:
    """The browser, the console's address, and the one account."""

    browser: Browser
    base: str
    user: int
    secret: str
    cookie: str


@pytest.fixture(scope="module")
def stage(databases: Any) -> Iterator[Stage]:
    with databases.clone() as server, override_settings(SESSION_COOKIE_SECURE=False, CSRF_COOKIE_SECURE=False):
        point_django_at(server)
        user, secret, cookie = apart(_account)
        with served(get_wsgi_application()) as base, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            yield Stage(browser, base, user, secret, cookie)
            browser.close()
        point_django_at(
            Server({"host": "/nonexistent", "dbname": "ask_for_the_fixture_database"}, {DatabaseRole.APP: {}})
        )


def _account() -> tuple[int, str, str]:
    user, secret = make_user("camille")
    client = Client()
    log_in(client, user)
    return user.pk, secret, str(client.cookies["comity_staff"].value)


@pytest.fixture
def house(stage: Stage) -> Iterator[ConsoleDocket]:
    docket = example()
    docket.add_person(stage.user, "Camille Moreau", Role.MODERATOR, Role.APPROVER, Role.REGISTRAR)
    with override_settings(COMITY_DOCKET=docket):
        yield docket


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about: violations of the policy, errors of scripts, answers that failed."""
    return []


@pytest.fixture
def opened(stage: Stage, house: ConsoleDocket, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Open a page in a context with the given looks, logged in or not."""
    contexts: list[BrowserContext] = []

    def open_page(*, inside: bool = True, **options: Any) -> Page:
        context = stage.browser.new_context(base_url=stage.base, **options)
        contexts.append(context)
        if inside:
            context.add_cookies([{"name": "comity_staff", "value": stage.cookie, "url": stage.base}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    time.sleep(0)
