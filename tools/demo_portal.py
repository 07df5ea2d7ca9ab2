"""An officer before the portal: in headless Chromium where it is installed, else by the same pages' HTTP forms."""

from __future__ import annotations

import html
import importlib.util
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import httpx

from support import orders
from support.authenticator import Authenticator
from support.keyboard import apart
from support.portal import APPLICATION, passkey_of, posted

if TYPE_CHECKING:
    from demo_story import Story

REFERENCE = "OFAC-2026-0005"
_CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_PATIENCE = 60.0


class Officer(Protocol):
    """What an officer does on the portal's pages."""

    means: str
    """By what the officer uses the pages, in words."""

    def ask(self) -> None:
        """Ask for access."""

    def enrol(self, codes: tuple[str, str]) -> None:
        """Type both halves of the one-time code and register a passkey."""

    def file(self, form: dict[str, Any]) -> str:
        """Fill in Annex I and file it; gives the order's address in the portal."""

    def track(self, address: str) -> bytes:
        """Look at the order until its answer is there, and fetch that."""


@contextmanager
def officer_at(base: str) -> Iterator[Officer]:
    """Somebody before the portal at ``base`` (its origin), with the best means that this machine has."""
    if _CHROMIUM.exists() and importlib.util.find_spec("playwright") is not None:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
            page = browser.new_context(base_url=base, accept_downloads=True).new_page()
            page.set_default_timeout(_PATIENCE * 1000)
            yield InBrowser(page)
            browser.close()
    else:
        with httpx.Client(base_url=base, follow_redirects=True, trust_env=False, timeout=_PATIENCE) as client:
            yield ByForms(client, Authenticator(origin=base, site="localhost"))


class ByForms:
    """The pages' forms, sent as a browser without scripts would; the passkey is made in software."""

    means = "its HTTP forms"

    def __init__(self, client: httpx.Client, key: Authenticator) -> None:
        self._client, self._key = client, key

    def ask(self) -> None:
        """Send the form that asks for access."""
        self._send("/access/", APPLICATION)

    def enrol(self, codes: tuple[str, str]) -> None:
        """Send both halves of the code, then the passkey's answer."""
        first, second = codes
        page = self._send("/enrol/", {"address": APPLICATION["address"], "code": first, "second": second}).text
        ceremony = _found(r'<script id="ceremony" type="application/json">(.*?)</script>', page)
        fields = {"state": html.unescape(_found(r'name="state" value="([^"]+)"', page))}
        self._send("/enrol/passkey", fields | {"answer": self._key.create(json.loads(ceremony))})

    def file(self, form: dict[str, Any]) -> str:
        """Send Annex I."""
        page = self._client.get("/orders/new").raise_for_status().text
        key = _found(r'name="key" value="([^"]+)"', page)
        return self._send("/orders/new", posted(form) | {"file": "1", "key": key}).url.path

    def track(self, address: str) -> bytes:
        """Open the order's page again and again; then fetch the answer."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            page = self._client.get(address).raise_for_status().text
            if found := re.search(r'action="([^"]+/answers/annex-2)"', page):
                return self._send(found[1], {}, page=address).content
            time.sleep(0.1)
        message = "the portal shows no answer"
        raise RuntimeError(message)

    def _send(self, path: str, fields: dict[str, Any], *, page: str = "") -> httpx.Response:
        token = _found(r'name="csrfmiddlewaretoken" value="([^"]+)"', self._client.get(page or path).text)
        answer = self._client.post(path, data={**fields, "csrfmiddlewaretoken": token})
        return answer.raise_for_status()


class InBrowser:
    """Chromium with a virtual authenticator (WebAuthn section 11) that verifies its user."""

    means = "headless Chromium"

    def __init__(self, page: Any) -> None:
        self._page = page
        passkey_of(page)

    def ask(self) -> None:
        """Fill in who one is."""
        self._page.goto("/access/")
        self._fill(APPLICATION)
        self._page.click("main form button")
        self._page.wait_for_url("**/access/asked")

    def enrol(self, codes: tuple[str, str]) -> None:
        """Type both halves; the browser's own authenticator makes the passkey."""
        self._page.goto("/enrol/")
        self._fill({"address": APPLICATION["address"], "code": codes[0], "second": codes[1]})
        self._page.click("main form button")
        self._page.wait_for_url("**/enrol/passkey")
        self._page.click("#passkey")
        self._page.wait_for_url("**/orders/")

    def file(self, form: dict[str, Any]) -> str:
        """Fill in every field of the page."""
        self._page.goto("/orders/new")
        self._fill(posted(form))
        self._page.click("button[name=file]")
        self._page.wait_for_url(re.compile(r"/orders/[0-9a-f]{32}/"))
        return httpx.URL(self._page.url).path

    def track(self, address: str) -> bytes:
        """Reload until the answer is there; then download it."""
        fetch, until = self._page.locator("form[action$='/answers/annex-2'] button"), time.monotonic() + _PATIENCE
        while fetch.count() == 0:
            if time.monotonic() > until:
                message = f"the portal shows no answer: {self._page.inner_text('main')}"
                raise RuntimeError(message)
            self._page.goto(address)
        with self._page.expect_download() as coming:
            fetch.click()
        return Path(coming.value.path()).read_bytes()

    def _fill(self, fields: dict[str, Any]) -> None:
        """Every field that the page has under its name, as its kind wants it."""
        for name, value in fields.items():
            for one in value if isinstance(value, list) else [value]:
                self._one(name, str(one))

    def _one(self, name: str, value: str) -> None:
        found = self._page.locator(f'[name="{name}"]:not([type=hidden])')
        if found.count() == 0:
            return
        kind = found.first.evaluate("field => field.localName === 'select' ? 'select' : field.type")
        if kind in ("radio", "checkbox"):
            self._page.locator(f'[name="{name}"][value="{value}"]').check()
        elif kind == "select":
            found.select_option(value)
        elif found.is_editable():
            found.fill(value[:16] if kind == "datetime-local" else value)


# -- the story ---------------------------------------------------------------------------------------------------------


def order_by_portal(story: Story, authority: str) -> int:
    """An officer asks for access, is called back, enrols a passkey, files an order and fetches its answer."""
    url, began = story.publish("Fifth post"), time.monotonic()
    steps: list[tuple[str, float]] = []

    def done(words: str) -> None:
        steps.append((words, time.monotonic() - began))

    with officer_at(story.world.portal) as officer:
        done("the officer is before the portal")
        officer.ask()
        done("asks for access")
        codes = apart(lambda: _call(story, authority))
        done("Mia calls the number held beforehand, Ben agrees; each has half of a code")
        officer.enrol(codes)
        done("types both halves, registers a passkey")
        address = officer.file(_form(url))
        done("fills in Annex I and files it")
        apart(lambda: _decide(story, url))
        done("Mia decides: no rule stands in for a person at an officer's first order")
        answer = officer.track(address)
        done("fetches the sealed answer")
    story.expect(answer.startswith(b"%PDF-") and b"/ByteRange" in answer, "the portal gives the sealed answer")
    number = story.settle(REFERENCE, "in_effect")
    story.expect(story.gone(url), f"{url} is gone for a stranger")
    print(f"An officer at the portal, by {officer.means}:")
    for words, seconds in steps:
        print(f"  {seconds:7.3f} s  {words}")
    print(flush=True)
    return number


def _form(url: str) -> dict[str, Any]:
    at = datetime.now(UTC).replace(second=0, microsecond=0).isoformat()
    return orders.order(order_reference=REFERENCE, issued_at=at, issuer__date=at[:10], content_locations=[{"url": url}])


def _decide(story: Story, url: str) -> None:
    """A person looks at what the machine found and complies; where that needs two, another one agrees."""
    view = story.docket.case(story.settle(REFERENCE, "waiting"), story.staff["mia"])
    case, reasons = view.line.case, "The officer was called back today; the annex is complete."
    story.docket.decide(case, story.staff["mia"], answer="comply", urls=(url,), reasons=reasons)
    if story.docket.case(view.line.number, story.staff["mia"]).line.status == "second_person":
        story.docket.approve(case, story.staff["ben"])


def _call(story: Story, authority: str) -> tuple[str, str]:
    """One of us calls, another agrees; gives both halves of the one-time code."""
    docket, staff = story.docket, story.staff
    (asked,) = docket.officers(staff["anna"])
    docket.propose_officer(staff["anna"], asked.id, authority)
    number = docket.officer(asked.id, staff["mia"]).held.authority.numbers[0].id
    docket.call_officer(staff["mia"], asked.id, number=number, spoken_to="the duty officer", outcome="verified")
    return docket.approve_officer(staff["ben"], asked.id), docket.officer_half(staff["mia"], asked.id)


def _found(pattern: str, page: str) -> str:
    match = re.search(pattern, page, re.DOTALL)
    if match is None:
        message = f"the page has no {pattern}: {re.sub('<[^>]+>', ' ', page)[:400]}"
        raise RuntimeError(message)
    return match[1]
