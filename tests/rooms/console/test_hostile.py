"""Everything that outsiders wrote is an attack here; on every page it stays text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from comity.registry.duties import Role
from support.console_docket import ConsoleDocket
from support.console_shapes import FR_AUTHORITY, HOSTILE


class Inert(HTMLParser):
    """Refuses a page on which a script, a handler or a foreign address came to life."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert not [name for name in given if name.startswith("on")], tag
        if tag == "script":
            assert str(given.get("src", "")).startswith("/assets/") or given.get("type") == "application/json"
        if tag == "img":
            assert str(given["src"]).startswith(("/assets/", "/cases/"))
        for name in ("href", "action", "src"):
            if name in given:
                assert str(given[name]).startswith(("/", "#", "?", "tel:+33")), given[name]


PAGES = (
    "/?tab=all", "/cases/666/", "/cases/666/decide", "/authorities/", f"/authorities/{FR_AUTHORITY}/", "/rules/",
    "/complaints/", f"/complaints/{'33' * 16}/", f"/?tab=all&search={HOSTILE}", f"/authorities/?search={HOSTILE}",
)  # fmt: skip


@pytest.fixture
def victim(attacked: ConsoleDocket, entered: object) -> Client:
    return entered(attacked, "victim", Role.MODERATOR, Role.APPROVER, Role.REGISTRAR)  # type: ignore[operator,no-any-return]


@pytest.mark.parametrize("address", PAGES)
def test_stored_content_attacks_the_console(victim: Client, address: str) -> None:
    response = victim.get(address)
    assert response.status_code == 200
    text = response.content.decode()
    Inert().feed(text)
    assert "<script>alert" not in text
    assert "alert(1)" in text
    assert "{{ 7|add:7 }}" in text or "%7B%7B" in text or "{{ 7|add:7 }}" in re.sub("&#x27;|&quot;", "", text)


def test_what_staff_typed_wrongly_comes_back_as_text(victim: Client) -> None:
    response = victim.post("/cases/666/decide", {"answer": HOSTILE, "reasons": HOSTILE})
    assert response.status_code == 422
    Inert().feed(response.content.decode())


def test_a_hostile_mail_is_shown_as_text(victim: Client, attacked: ConsoleDocket) -> None:
    digest = attacked.cases[666].exhibits[0].digest
    text = victim.post(f"/cases/666/exhibits/{digest}/", {"purpose": "decide"}).content.decode()
    Inert().feed(text)
    assert "&lt;script&gt;" in text


def test_no_open_redirect_after_log_in(attacked: ConsoleDocket) -> None:
    client = Client()
    page = client.get("/accounts/login/?next=https://evil.example/").content.decode()
    assert "https://evil.example" not in page.split("<form", 1)[0]
    answer = client.post("/accounts/login/", {"login": "a", "password": "b", "next": "//evil.example/"})
    assert "evil.example" not in answer.headers.get("Location", "")
