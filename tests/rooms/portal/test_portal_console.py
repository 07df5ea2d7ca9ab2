"""The staff's side of the portal, on the console's own pages: enrolment by two people, codes shown once, threads."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client, override_settings

from comity.main.web import django_options
from comity.settings import Settings
from support import orders, portal
from support.console_staff import log_in
from support.portal import APPLICATION, browser, file_order, register

_CONSOLE = django_options(Settings(), database={}, secret_key="only for tests", door="console")
console_door = override_settings(
    **{name: _CONSOLE[name] for name in ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES")}, CSRF_COOKIE_NAME="csrftoken"
)


def as_(name: str) -> Client:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = User.objects.get(username=name)
    TOTP.activate(user, generate_totp_secret())
    client = Client()
    log_in(client, user)
    return client


def test_two_of_ours_enrol_an_officer_on_the_console(night: Any, staff: Any, authority: str) -> None:
    browser().post("/access/", APPLICATION | {"name": "<b>Alix</b>"})
    with console_door:
        anna, ben, dan, mia = as_("anna"), as_("ben"), as_("dan"), as_("mia")
        listed = anna.get("/officers/").content.decode()
        assert "&lt;b&gt;Alix&lt;/b&gt;" in listed
        found = re.search(r'href="(/officers/[0-9a-f]{32}/)"', listed)
        assert found
        page = found[1]
        assert "Second person" not in anna.get(page).content.decode()
        assert anna.post(f"{page}propose", {"authority": authority}).status_code == 302
        form = anna.get(page).content.decode()
        number = re.search(r'<option value="([0-9a-f]{32})">\+33140000000', form)
        assert number, form
        assert ben.post(f"{page}approve").status_code == 409
        call = {"number": number[1], "spoken_to": "duty desk", "outcome": "verified"}
        assert anna.post(f"{page}call", call).status_code == 302
        assert anna.post(f"{page}approve").status_code == 409
        assert dan.post(f"{page}approve").status_code == 403
        shown = ben.post(f"{page}approve").content.decode()
        code = re.search(r"<code>([A-Z0-9-]{14})</code>", shown)
        assert code, shown
        assert code[1] not in ben.get(page).content.decode()
        assert dan.post(f"{page}half").status_code == 403
        assert mia.post(f"{page}half").status_code == 409
        assert "Show my half once" in anna.get(page).content.decode()
        other = re.search(r"<code>([A-Z0-9-]{14})</code>", anna.post(f"{page}half").content.decode())
        assert other
    from support.authenticator import Authenticator

    client = browser()
    assert register(client, Authenticator(), APPLICATION["address"], (code[1], other[1])).status_code == 302
    assert client.get("/orders/").status_code == 200
    with console_door:
        assert anna.post(f"{page}suspend", {"because": "left the service"}).status_code == 302
    assert client.get("/orders/").headers["Location"] == "/sign-in/"


def test_staff_read_and_answer_threads(night: Any, staff: Any, authority: str) -> None:
    _, client, _ = portal.enrolled(night, staff, authority)
    case = file_order(client, orders.order(content_locations=[{"url": night.publish()}]))
    client.post(f"/orders/{case}/write", {"text": "Is it done?"})
    with console_door:
        mia = as_("mia")
        assert "/cases/1/thread" in mia.get("/threads/").content.decode()
        assert "/cases/1/thread" in mia.get("/cases/1/").content.decode()
        assert "Is it done?" in mia.get("/cases/1/thread").content.decode()
        assert mia.post("/cases/1/thread", {"text": ""}).status_code == 422
        assert mia.post("/cases/1/thread", {"text": "In a minute."}).status_code == 302
        assert "/cases/1/thread" not in mia.get("/threads/").content.decode()
        assert as_("dan").post("/cases/1/thread", {"text": "I only audit."}).status_code == 403
    assert "In a minute." in client.get(f"/orders/{case}/").content.decode()


def test_a_sign_in_is_confirmed_on_the_console(night: Any, staff: Any, authority: str) -> None:
    officer, _, key = portal.enrolled(night, staff, authority)
    night.clock.set(night.clock.now().plus(timedelta(minutes=20)))
    other = browser(portal.ELSEWHERE)
    portal.sign_in(other, key)
    with console_door:
        mia = as_("mia")
        page = f"/officers/{officer}/"
        assert "new device" in mia.get(page).content.decode()
        assert mia.post(f"{page}confirm").status_code == 409
    portal.step_up(night, staff, officer, other)
    assert other.get("/orders/").status_code == 200
