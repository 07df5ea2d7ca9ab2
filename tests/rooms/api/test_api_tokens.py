from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from officers import ORDERS, Office

from comity.api.limits import Limiter
from comity.casefile.clock import FixedClock
from comity.registry import service

if TYPE_CHECKING:
    from registry_playbook import People, Work


def test_a_token_is_short_lived_and_has_the_scopes_asked_for(office: Office) -> None:
    answer = office.ask_token(scope="orders:read")
    assert answer.status_code == 200
    assert answer.json()["scope"] == "orders:read"
    assert answer.json()["expires_in"] <= 600
    assert "refresh_token" not in answer.json()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"client_secret": "wrong"}, 401),
        ({"client_id": "nobody"}, 401),
        ({"grant_type": "password", "username": "anna", "password": "x"}, 400),
        ({"grant_type": "authorization_code", "code": "x"}, 400),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"}, 400),
        ({"grant_type": ""}, 400),
        ({"scope": "everything"}, 400),
    ],
)
def test_anything_else_of_oauth_is_refused(office: Office, change: dict[str, str], status: int) -> None:
    answer = office.ask_token(**change)
    assert answer.status_code == status
    assert "access_token" not in answer.json()


def test_a_client_that_nobody_confirmed_gets_no_token(office: Office, work: Work, people: People) -> None:
    with work(people.anna) as opened:
        made = service.enrol_client(opened, by=people.anna, authority=office.authority, label="Second")
    second = Office(office.authority, made.client_id, made.client_secret, made.credential)
    assert second.ask_token().status_code == 400
    with work(people.ben) as opened:
        service.confirm_credential(opened, by=people.ben, credential=made.credential)
    assert second.ask_token().status_code == 200


def test_a_client_in_its_cooling_period_files_but_is_handed_nothing(
    office: Office, work: Work, people: People, clock: FixedClock
) -> None:
    with work(people.anna) as opened:
        made = service.enrol_client(opened, by=people.anna, authority=office.authority, label="Second")
    with work(people.ben) as opened:
        service.confirm_credential(opened, by=people.ben, credential=made.credential)
    second = Office(office.authority, made.client_id, made.client_secret, made.credential).with_token()
    reference = second.post(ORDERS, b"{}").json()["reference"]
    assert second.get(f"{ORDERS}/{reference}").json()["code"] == "not_trusted"
    assert office.get(f"{ORDERS}/{reference}").status_code == 200  # the same authority's


def test_a_withdrawn_client_loses_its_running_tokens(office: Office, work: Work, people: People) -> None:
    assert office.post(ORDERS, b"{}").status_code == 202
    with work(people.ben) as opened:
        service.withdraw_credential(opened, by=people.ben, credential=office.credential, because="Key lost")
    assert office.post(ORDERS, b"{}").status_code == 401
    assert office.ask_token().status_code == 400


def test_a_token_ends(office: Office, clock: FixedClock) -> None:
    clock.advance(timedelta(days=3650))
    assert office.post(ORDERS, b"{}").status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer " + "a" * 600, "Bearer é"]
)
def test_every_bad_token_is_one_answer(office: Office, header: str) -> None:
    response = Client().post(ORDERS, b"{}", content_type="application/json", headers={"Authorization": header})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="comity"'
    assert response.content == Client().post(ORDERS, b"{}", content_type="application/json").content


def test_a_scope_that_was_not_granted_opens_nothing(office: Office) -> None:
    reader, filer = office.with_token("orders:read"), office.with_token("orders:file")
    refused = reader.post(ORDERS, b"{}")
    assert (refused.status_code, refused.json()["code"]) == (403, "no_scope")
    reference = filer.post(ORDERS, b"{}").json()["reference"]
    assert filer.get(f"{ORDERS}/{reference}").status_code == 403
    assert reader.get(f"{ORDERS}/{reference}").status_code == 200


def test_guessing_is_slowed(office: Office) -> None:
    answers = [office.ask_token(client_secret=str(n)).status_code for n in range(8)]
    assert answers == [401] * 7 + [429]  # the office asked once before
    assert int(office.ask_token()["Retry-After"]) >= 1


def test_the_client_named_in_the_header_is_counted_too(office: Office) -> None:
    answers = [
        Client()
        .post("/v1/oauth/token", {"grant_type": "client_credentials"}, headers={"Authorization": "Basic YTpi"})
        .status_code
        for _ in range(9)
    ]
    assert answers == [401] * 8 + [429]


@pytest.mark.parametrize(("length", "status"), [("x", 411), ("5000", 413)])
def test_an_oversize_token_call_is_not_read(office: Office, length: str, status: int) -> None:
    answer = Client().post("/v1/oauth/token", {"grant_type": "x"}, CONTENT_LENGTH=length)
    assert answer.status_code == status


def test_a_bucket_refills_with_time_and_forgets_the_idle() -> None:
    now = [0.0]
    limiter = Limiter(burst=2, each_minute=60, seconds=lambda: now[0])
    assert [limiter.wait("a") for _ in range(3)] == [0, 0, 2]
    assert limiter.wait("b") == 0
    now[0] = 1.0
    assert limiter.wait("a") == 0
    assert limiter.wait("a") > 0
    for number in range(10_001):
        limiter.wait(str(number))
    assert len(limiter._buckets) == 10_000
