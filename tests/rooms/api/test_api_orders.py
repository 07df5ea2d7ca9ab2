from __future__ import annotations

import base64
import hashlib
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from officers import ORDERS, Office
from shelf_docket import ShelfDocket

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents import new_id
from comity.registry import service

BODY = b'{"order_reference": "OFAC-1",\n "issued_at": "2026-11-23T02:10:00+01:00"}'


def file(office: Office, **headers: str) -> str:
    return str(office.post(ORDERS, BODY, **headers).json()["reference"])


def test_an_order_is_received_with_its_bytes_unread(office: Office, shelf: ShelfDocket, clock: FixedClock) -> None:
    response = office.post(ORDERS, BODY, Idempotency_Key="k1", Date="Mon, 23 Nov 2026 01:12:59 GMT")
    assert response.status_code == 202
    shown = response.json()
    assert response["Location"] == f"/v1/orders/{shown['reference']}"
    assert shown["received_at"] == "2026-11-23T01:13:00Z"
    assert shown["findings"][0]["citations"] == ["2021/784 Art 3(4)(c)"]
    assert shown["deadlines"][0]["state"] == "running"
    assert shown["faults"][0]["rule"] == "example"
    (message,) = shelf.messages
    assert message.body == BODY
    assert (message.authority, message.client) == (office.authority, office.client_id)
    assert message.idempotency_key == "k1"
    assert message.received == clock.now()
    assert message.sent == Instant.parse("2026-11-23T01:12:59Z")


@pytest.mark.parametrize("body", [b"{", b" ", b"\xff\xfe", b'{"a":1,"a":2}', b"[" * 1000, b"null"])
def test_nothing_is_refused_for_what_it_says(office: Office, shelf: ShelfDocket, body: bytes) -> None:
    assert office.post(ORDERS, body).status_code == 202
    assert shelf.messages[0].body == body


def test_a_pdf_is_the_whole_body(office: Office, shelf: ShelfDocket) -> None:
    assert office.post(ORDERS, b"%PDF-1.7 \x00\xff", "application/pdf").status_code == 202
    assert shelf.messages[0].media_type == "application/pdf"
    assert shelf.messages[0].body == b"%PDF-1.7 \x00\xff"


def test_a_repetition_is_the_same_case(office: Office, shelf: ShelfDocket) -> None:
    assert file(office, Idempotency_Key="k1") == file(office, Idempotency_Key="k1")
    assert file(office) == file(office)  # without a key: the same bytes
    assert len(shelf.cases) == 2


@pytest.mark.parametrize("date", ["yesterday", "", "Mon, 23 Nov 2026 01:12:59 -0000", "Mon, 99 Nov 99999 01:12:59 GMT"])
def test_a_nonsense_date_is_no_date(office: Office, shelf: ShelfDocket, date: str) -> None:
    assert office.post(ORDERS, BODY, Date=date).status_code == 202
    assert shelf.messages[0].sent is None


@pytest.mark.parametrize(
    ("media_type", "size", "status", "code"),
    [
        ("multipart/form-data; boundary=x", 10, 415, "wrong_media_type"),
        ("text/plain", 10, 415, "wrong_media_type"),
        ("", 10, 415, "wrong_media_type"),
        ("application/json", 1_000_001, 413, "too_large"),
        ("application/pdf", 4 * 1024 * 1024 + 1, 413, "too_large"),
    ],
)
def test_type_and_size_are_checked_before_reading(
    office: Office, shelf: ShelfDocket, media_type: str, size: int, status: int, code: str
) -> None:
    response = office.post(ORDERS, b"0" * size, media_type)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert shelf.messages == []


def test_a_body_without_or_beyond_its_length_is_not_taken(office: Office, shelf: ShelfDocket) -> None:
    headers = {"Authorization": f"Bearer {office.token}"}
    for length, status in (("", 411), ("-1", 411), ("999", 400), ("0", 422)):
        wire: dict[str, Any] = {"CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(BODY)}
        response = Client().post(ORDERS, BODY, content_type="application/json", headers=headers, **wire)
        assert response.status_code == status
    assert shelf.messages == []


@pytest.mark.parametrize("key", ["", " ", "é", "a" * 129, "a\tb"])
def test_an_unusable_key_is_refused(office: Office, key: str) -> None:
    response = office.post(ORDERS, BODY, Idempotency_Key=key)
    assert (response.status_code, response.json()["code"]) == (400, "unusable_idempotency_key")


def test_an_order_of_ones_own_can_be_read(office: Office) -> None:
    reference = file(office)
    response = office.get(f"{ORDERS}/{reference}")
    assert response.status_code == 200
    assert response.json()["reference"] == reference


def test_absent_and_not_yours_are_one_answer(office: Office, stranger: Office, shelf: ShelfDocket) -> None:
    reference = file(office)
    shelf.answered.add(reference)
    for path in ("", "/answer"):
        answers = {
            (response.status_code, response.content, tuple(sorted(response.headers.items())))
            for response in (
                stranger.get(f"{ORDERS}/{reference}{path}"),
                stranger.get(f"{ORDERS}/{new_id()}{path}"),
                stranger.get(f"{ORDERS}/x{path}"),
            )
        }
        assert len(answers) == 1
        assert next(iter(answers))[0] == 404
    for path, body in (("clarification", b"{}"), ("withdrawal", b'{"reasons":"x"}'), ("information", b'{"text":"x"}')):
        one = stranger.post(f"{ORDERS}/{reference}/{path}", body)
        other = stranger.post(f"{ORDERS}/{new_id()}/{path}", body)
        assert one.status_code == other.status_code == 404
        assert one.content == other.content


def test_the_answer_is_handed_over_byte_for_byte(office: Office, shelf: ShelfDocket) -> None:
    reference = file(office)
    assert office.get(f"{ORDERS}/{reference}/answer").json()["code"] == "not_answered"
    assert shelf.fetched == []
    shelf.answered.add(reference)
    pdf = office.get(f"{ORDERS}/{reference}/answer", Accept="application/pdf, */*")
    assert pdf.content == b"%PDF-1.7 sealed"
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Digest"] == f"sha-256=:{base64.b64encode(hashlib.sha256(pdf.content).digest()).decode()}:"
    assert pdf["Content-Disposition"].startswith("attachment")
    as_json = office.get(f"{ORDERS}/{reference}/answer?form=annex-2", Accept="application/json")
    assert as_json.json() == {"measure": "DISABLED_ALL_MS"}
    assert shelf.fetched == [(office.client_id, reference, "pdf"), (office.client_id, reference, "json")]
    assert office.get(f"{ORDERS}/{reference}/answer?form=annex-3").status_code == 409
    assert office.get(f"{ORDERS}/{reference}/answer?form=../etc").status_code == 404


def test_a_clarification_goes_to_the_docket_when_it_waits_for_one(office: Office, shelf: ShelfDocket) -> None:
    reference = file(office)
    path = f"{ORDERS}/{reference}/clarification"
    assert office.post(path, b'{"note": "n"}').json()["code"] == "not_now"
    owner, view = shelf.cases[reference]
    shelf.cases[reference] = (owner, replace(view, status="clarifying"))
    response = office.post(path, b'{"changes": {"order_reference": "OFAC-2"}, "note": "see above"}')
    assert response.status_code == 202
    assert response.json()["order_reference"] == "see above"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("clarification", b'{"changes": []}', "changes"),
        ("clarification", b'{"grounds_ceased": "yes"}', "grounds_ceased"),
        ("clarification", b'{"extra": 1}', "extra"),
        ("clarification", b'{"note": "a\\u0000b"}', "note"),
        ("clarification", b'{"note": "a", "note": "b"}', "note"),
        ("clarification", b"[]", "message"),
        ("clarification", b"\xff", "message"),
        ("clarification", b'{"changes":' + b'{"a":' * 50 + b"1" + b"}" * 50 + b"}", "message"),
        ("scrutiny", b"{}", "infringement"),
        ("scrutiny", b'{"infringement": 1, "reasons": "r"}', "infringement"),
        ("scrutiny", b'{"infringement": true, "reasons": "  "}', "reasons"),
        ("withdrawal", b'{"reasons": 7}', "reasons"),
        ("information", b'{"text": ""}', "text"),
        ("non-disclosure", b'{"decided_at": "yesterday", "reasons": "x"}', "decided_at"),
        ("non-disclosure", b'{"decided_at": "2026-12-01T09:00:00", "reasons": "x"}', "decided_at"),
        ("non-disclosure", b'{"reasons": "x"}', "decided_at"),
    ],
)
def test_what_is_not_an_order_is_read_strictly(
    office: Office, shelf: ShelfDocket, path: str, body: bytes, field: str
) -> None:
    response = office.post(f"{ORDERS}/{file(office)}/{path}", body)
    assert response.status_code == 422
    assert field in [fault["field"] for fault in response.json()["faults"]]
    assert len(shelf.messages) == 1


def test_only_a_scrutinising_authority_decides_on_an_order(
    office: Office, stranger: Office, shelf: ShelfDocket
) -> None:
    path = f"{ORDERS}/{file(office)}/scrutiny"
    body = b'{"infringement": true, "reasons": "Art 4(3)"}'
    assert stranger.post(path, body).json()["code"] == "not_allowed"
    shelf.scrutineers.add(stranger.authority)
    assert stranger.post(path, body).status_code == 202
    assert shelf.messages[-1].authority == stranger.authority


def test_an_authority_extends_non_disclosure_of_its_own_order(office: Office, shelf: ShelfDocket) -> None:
    reference = file(office)
    body = b'{"decided_at": "2026-12-28T09:00:00+01:00", "reasons": "The investigation goes on."}'
    assert office.post(f"{ORDERS}/{reference}/non-disclosure", body).status_code == 202
    assert shelf.extended == [Instant.parse("2026-12-28T08:00:00Z")]
    assert office.post(f"{ORDERS}/{'0' * 32}/non-disclosure", body).status_code == 404


def test_withdrawal_and_information(office: Office, shelf: ShelfDocket) -> None:
    reference = file(office)
    response = office.post(f"{ORDERS}/{reference}/withdrawal", b'{"reasons": "Issued in error"}')
    assert response.json()["status"] == "dismissed"
    response = office.post(f"{ORDERS}/{reference}/information", b'{"text": "Final since today"}')
    assert response.json() == {"reference": reference, "received_at": "2026-11-23T01:13:00Z"}
    assert office.post("/v1/information", b'{"text": "Our procedures"}').status_code == 202
    assert shelf.messages[-1].body == b'{"text": "Our procedures"}'


def test_a_suspended_authority_still_files_but_is_handed_nothing(
    office: Office, shelf: ShelfDocket, work: object, people: object
) -> None:
    reference = file(office)
    with work(people.ben) as opened:  # type: ignore[operator, attr-defined]
        service.suspend_authority(opened, by=people.ben, authority=office.authority, because="x")  # type: ignore[attr-defined]
    assert office.post(ORDERS, BODY, Idempotency_Key="k2").status_code == 202
    for response in (
        office.get(f"{ORDERS}/{reference}"),
        office.get(f"{ORDERS}/{reference}/answer"),
        office.post(f"{ORDERS}/{reference}/withdrawal", b'{"reasons": "x"}'),
    ):
        assert (response.status_code, response.json()["code"]) == (403, "not_trusted")


def test_a_call_costs_this_door_one_query(office: Office) -> None:
    file(office)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert office.post(ORDERS, BODY).status_code == 202
    assert len(queries) == 1


def test_no_cookie_and_every_header(office: Office) -> None:
    for response in (office.post(ORDERS, BODY), office.get("/nowhere"), office.get(f"{ORDERS}/x"), office.ask_token()):
        assert not response.cookies
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
        assert "default-src 'none'" in response["Content-Security-Policy"]


def test_every_failure_is_a_problem(office: Office, shelf: ShelfDocket) -> None:
    for response, status in (
        (office.get("/nowhere"), 404),
        (office.get(ORDERS), 405),
        (office.get("/v1/oauth/token"), 405),
        (office.post("/healthz", b""), 405),
    ):
        assert response.status_code == status
        assert response["Content-Type"] == "application/problem+json"
        assert json.loads(response.content)["status"] == status
    assert office.get(ORDERS)["Allow"] == "POST"


def test_a_failure_of_ours_shows_nothing(office: Office, shelf: ShelfDocket) -> None:
    shelf.receive_order = lambda _message: 1 / 0  # type: ignore[assignment, method-assign, return-value]
    headers = {"Authorization": f"Bearer {office.token}"}
    client = Client(raise_request_exception=False)
    response = client.post(ORDERS, BODY, content_type="application/json", headers=headers)
    assert response.status_code == 500
    assert b"division" not in response.content
    assert response.json()["code"] == "broken"


def test_health(door: None, database: object, shelf: ShelfDocket) -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}
    shelf.up = False
    assert Client().get("/healthz").status_code == 503
