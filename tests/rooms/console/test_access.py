"""Who gets in: strangers nowhere, staff with two factors; commands only from a session proven lately."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern

from comity.console import urls
from comity.registry.duties import Role
from support.console_docket import ConsoleDocket
from support.console_shapes import FR_AUTHORITY
from support.console_staff import PASSWORD, code_now, log_in, make_user

OPEN = {"set_language", "asset", "account_login", "account_logout", "mfa_authenticate", "mfa_login_webauthn"}


def addresses() -> list[tuple[str, str]]:
    values = {
        "number": 417, "name": "hold", "entry": "ab" * 16, "digest": "ab" * 32, "authority": FR_AUTHORITY,
        "credential": "c3" * 16, "officer": "88" * 16, "overseer": "99" * 16,
        "rule": "11" * 16, "complaint": "33" * 16, "pk": 1, "roster": "66" * 16, "alarm": "77" * 16, "token": "55" * 32,
        "place": 1, "waiting": "22" * 16, "exchange": "them", "bank": "LIST", "item": 7, "case": "ab" * 16,
        "form": "ab" * 16, "recipient": "europol", "step": "release",
        "collection": "ab" * 16, "hunt": "ab" * 16, "incident": 1, "threat": "ab" * 16, "state": "FR",
        "instrument": "us-sca", "file": "ab" * 32,
    }  # fmt: skip
    from django.urls import reverse

    found = []
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name not in OPEN:
            wanted = pattern.pattern.regex.groupindex
            found.append(
                (str(pattern.name), reverse(str(pattern.name), kwargs={name: values[name] for name in wanted}))
            )
    return found


def test_strangers_reach_no_page(house: ConsoleDocket) -> None:
    client = Client()
    for _name, address in addresses():
        for response in (client.get(address), client.post(address)):
            assert response.status_code == 302, address
            assert response.headers["Location"].startswith("/accounts/login/")
    assert house.calls == []


def test_a_fragment_sends_its_page_to_log_in(house: ConsoleDocket) -> None:
    response = Client().get("/", headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response.headers["HX-Redirect"].startswith("/accounts/login/")


def test_without_a_second_factor_only_its_set_up_is_open(house: ConsoleDocket) -> None:
    user, _secret = make_user("fresh", factor=False)
    house.add_person(user.pk, "Fresh", Role.MODERATOR)
    client = Client()
    log_in(client, user)
    for name, address in addresses():
        response = client.get(address)
        if name in {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate",
                    "account_change_password"}:  # fmt: skip
            assert response.status_code == 200, address
        else:
            assert response.headers.get("Location") == "/accounts/factors/", address


def test_an_account_outside_the_staff_list_sees_nothing(house: ConsoleDocket) -> None:
    user, _secret = make_user("former")
    client = Client()
    log_in(client, user)
    response = client.get("/")
    assert response.status_code == 403
    assert b"console.not_staff" in response.content
    assert client.get("/accounts/factors/").status_code == 200


def test_log_in_with_password_and_authenticator(house: ConsoleDocket) -> None:
    user, secret = make_user("camille")
    house.add_person(user.pk, "Camille", Role.MODERATOR)
    client = Client(enforce_csrf_checks=True)
    page = client.get("/accounts/login/?next=/cases/417/")
    before = client.cookies.get("comity_staff")
    token = page.context["csrf_token"]
    first = client.post(
        "/accounts/login/",
        {"login": "camille", "password": PASSWORD, "next": "/cases/417/", "csrfmiddlewaretoken": str(token)},
    )
    assert first.headers["Location"].startswith("/accounts/factors/prove/"), first.content
    assert client.get("/").status_code == 302
    token = client.get("/accounts/factors/prove/").context["csrf_token"]
    wrong = client.post("/accounts/factors/prove/", {"code": "000000", "csrfmiddlewaretoken": str(token)})
    assert wrong.status_code == 200
    done = client.post("/accounts/factors/prove/", {"code": code_now(secret), "csrfmiddlewaretoken": str(token)})
    assert done.status_code == 302
    assert client.get("/cases/417/").status_code == 200
    cookie = client.cookies["comity_staff"]
    assert before is None or before.value != cookie.value
    assert cookie["samesite"] == "Strict"
    assert cookie["httponly"]


def test_a_wrong_password_tells_nothing_about_the_account(house: ConsoleDocket) -> None:
    make_user("camille")
    answers = [
        Client().post("/accounts/login/", {"login": name, "password": "wrong, wrong, wrong"}).content.decode()
        for name in ("camille", "nobody1")
    ]
    strip = [text.replace("camille", "X").replace("nobody1", "X") for text in answers]
    import re

    tokens = [re.sub(r'value="[A-Za-z0-9]{64}"', "", text) for text in strip]
    assert tokens[0] == tokens[1]


@pytest.mark.parametrize("address", ["/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/admin/"])
def test_there_is_no_sign_up_no_reset_no_admin(house: ConsoleDocket, address: str) -> None:
    assert Client().get(address).status_code == 404


def test_an_old_log_in_must_be_proven_again_before_a_command(
    house: ConsoleDocket, entered: Callable[..., Client]
) -> None:
    client = entered(house, "camille", Role.MODERATOR, seconds_ago=4000)
    assert client.get("/cases/417/decide").status_code == 200
    response = client.post("/cases/417/decide", {"answer": "clarify", "reasons": "Section G is empty."})
    assert response.headers["Location"].startswith("/accounts/proof/code/")
    assert "decide" not in [call[0] for call in house.calls]


def test_the_command_goes_on_after_the_proof(house: ConsoleDocket) -> None:
    user, secret = make_user("camille")
    house.add_person(user.pk, "Camille", Role.MODERATOR)
    client = Client()
    log_in(client, user, seconds_ago=4000)
    asked = client.post("/cases/417/decide", {"answer": "clarify", "reasons": "Section G is empty."})
    done = client.post(asked.headers["Location"], {"code": code_now(secret), "next": "/cases/417/decide"})
    assert done.status_code == 302, done.content
    assert house.calls[-1][0] == "decide"


def test_forms_from_elsewhere_are_refused(house: ConsoleDocket) -> None:
    user, _secret = make_user("camille")
    house.add_person(user.pk, "Camille", Role.MODERATOR)
    client = Client(enforce_csrf_checks=True)
    log_in(client, user)
    response = client.post("/cases/417/decide", {"answer": "comply", "reasons": "x"})
    assert response.status_code == 403
    assert b"This form is stale" in response.content
    assert house.calls == []


def test_headers_hold_on_every_answer(house: ConsoleDocket) -> None:
    for address in ("/accounts/login/", "/nowhere", "/"):
        headers = Client().get(address).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_an_authenticator_can_be_set_up(house: ConsoleDocket) -> None:
    user, _none = make_user("fresh", factor=False)
    house.add_person(user.pk, "Fresh", Role.MODERATOR)
    client = Client()
    log_in(client, user)
    page = client.get("/accounts/factors/totp/")
    secret = page.context["form"].secret
    done = client.post("/accounts/factors/totp/", {"code": code_now(secret)})
    assert done.headers["Location"] == "/accounts/factors/recovery/"
    assert client.get("/accounts/factors/recovery/").status_code == 200
    assert client.get("/").status_code == 200
