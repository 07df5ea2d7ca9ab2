"""The OpenAPI document is true: whatever fits it is answered as it says, whatever does not is refused as it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from officers import ORDERS, Office

if TYPE_CHECKING:
    from shelf_docket import ShelfDocket


def document() -> dict[str, Any]:
    """The document as it is served, to anybody."""
    response = Client().get("/v1/openapi.json")
    assert response.status_code == 200
    return dict(response.json())


def test_the_document_needs_no_token_and_names_every_address(door: None) -> None:
    found = document()
    assert sorted(found["paths"]) == [
        "/v1/information",
        "/v1/orders",
        "/v1/orders/{ref}",
        "/v1/orders/{ref}/answer",
        "/v1/orders/{ref}/clarification",
        "/v1/orders/{ref}/information",
        "/v1/orders/{ref}/non-disclosure",
        "/v1/orders/{ref}/packages",
        "/v1/orders/{ref}/scrutiny",
        "/v1/orders/{ref}/withdrawal",
        "/v1/packages/{package}",
        "/v1/packages/{package}/manifest",
    ]
    for path in found["paths"].values():
        for operation in path.values():
            assert operation["security"]
            assert "application/problem+json" in operation["responses"]["404"]["content"]


QUIET = settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)

VALUES = st.recursive(st.none() | st.text(), st.lists, max_leaves=5)


def test_the_document_is_kept(office: Office, shelf: ShelfDocket) -> None:
    from django.core.handlers.wsgi import WSGIHandler

    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", WSGIHandler())
    known = office.post(ORDERS, b"{}").json()["reference"]
    shelf.answered.add(known)
    headers = {"Authorization": f"Bearer {office.token}"}
    checks = [
        schemathesis.checks.not_a_server_error,
        schemathesis.checks.status_code_conformance,
        schemathesis.checks.content_type_conformance,
        schemathesis.checks.response_schema_conformance,
    ]
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @QUIET
        @given(case=operation.as_strategy(), mine=st.booleans())
        def keeps(case: Any, mine: bool) -> None:
            nonlocal tried
            tried += 1
            if mine and "ref" in case.path_parameters:
                case.path_parameters["ref"] = known
            case.call_and_validate(headers=headers, checks=checks)

        keeps()
    assert tried >= 8 * 5


@pytest.mark.parametrize("path", ["clarification", "scrutiny", "withdrawal", "information"])
def test_any_bytes_are_refused_or_taken_but_never_break(office: Office, shelf: ShelfDocket, path: str) -> None:
    reference = office.post(ORDERS, b"{}").json()["reference"]

    @QUIET
    @given(
        st.binary(min_size=1, max_size=60) | st.recursive(st.none() | st.text(), st.lists, max_leaves=5).map(_encoded)
    )
    def answered(body: bytes) -> None:
        response = office.post(f"{ORDERS}/{reference}/{path}", body)
        assert response.status_code in {202, 403, 409, 422}
        assert response.json()

    answered()


def _encoded(value: Any) -> bytes:
    return json.dumps({"text": value, "reasons": value, "note": value}).encode()
