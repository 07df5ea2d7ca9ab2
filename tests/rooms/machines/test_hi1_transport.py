"""What does not get in at HI-1's door at all: no token, too little of one, another type, no length, too much."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

from django.test import Client, override_settings

from support.hi1 import certificate, message

if TYPE_CHECKING:
    from support.machines import House


def test_what_does_not_get_in_is_said_and_leaves_nothing(house: House) -> None:
    body, court = message(*certificate(1)), house.court
    held = {"Authorization": f"Bearer {court.token}"}

    def post(data: bytes = body, kind: str = "application/xml", **more: str) -> tuple[int, str]:
        found = Client().post("/hi1", data, content_type=kind, headers=held, **more)
        return found.status_code, json.loads(found.content).get("code", "")

    assert Client().get("/hi1", headers=held).status_code == 405
    assert Client().post("/hi1", body, content_type="application/xml").status_code == 401
    assert post(kind="application/pdf") == (415, "wrong_media_type")
    assert post(b"", CONTENT_TYPE="application/xml", CONTENT_LENGTH="0") == (422, "unusable_body")
    assert post(CONTENT_LENGTH="no") == (411, "no_length")
    assert post(CONTENT_LENGTH=str(17 * 1024 * 1024)) == (413, "too_large")
    form = {"grant_type": "client_credentials", "client_id": court.client, "scope": "orders:read"}
    token = json.loads(
        Client().post("/v1/oauth/token", {**form, "client_secret": house.secrets[court.client]}).content
    )["access_token"]
    held["Authorization"] = f"Bearer {token}"
    assert post() == (403, "no_scope")
    assert (house.cases(), house.kept()) == ([], 0)


def test_without_the_operators_file_there_is_no_such_place(house: House) -> None:
    with override_settings(ROOT_URLCONF="comity.api.urls"):
        found = Client().post("/hi1", b"<a/>", content_type="application/xml")
    assert found.status_code == 404


def test_a_message_of_many_megabytes_gets_in(house: House) -> None:
    from base64 import b64encode

    from support.hi1 import document
    from support.machines import answers

    large = document() | {"Body": {"ContentType": "text/plain", "Contents": b64encode(b"x" * 6_000_000).decode()}}
    assert set(answers(house.court.post(message(*certificate(1, large))))) == {0, 1, 2}


def test_a_message_that_breaks_off_is_not_taken(house: House) -> None:
    from django.core.handlers.wsgi import WSGIRequest

    from comity.api.machines import take

    cut = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/xml",
        "CONTENT_LENGTH": "200",
        "HTTP_AUTHORIZATION": f"Bearer {house.court.token}",
        "wsgi.input": BytesIO(b"x" * 100),
    }
    found = take(WSGIRequest(cut))
    assert (found.status_code, json.loads(found.content)["code"]) == (400, "incomplete")
