"""Failures as ``application/problem+json`` (RFC 9457), each fault naming field, rule and article."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from comity.api.errors import (
    BrokenError,
    NoSuchOrderError,
    NoSuchPackageError,
    NoSuchPlaceError,
    NotAllowedError,
    NotAnsweredError,
    NotNowError,
    ProblemError,
    RangeError,
)
from comity.docket.disclosures.errors import NoSuchPackage, RangeRefused
from comity.docket.errors import DocketRefused, NoSuchCase, NotAnswered, RoleMayNot

MEDIA_TYPE = "application/problem+json"
_REFUSALS: tuple[tuple[type[DocketRefused], type[ProblemError]], ...] = (
    (NoSuchCase, NoSuchOrderError),
    (NotAnswered, NotAnsweredError),
    (RoleMayNot, NotAllowedError),
    (NoSuchPackage, NoSuchPackageError),
    (RangeRefused, RangeError),
)


def response_of(problem: ProblemError) -> HttpResponse:
    """The response that a failure becomes."""
    body: dict[str, Any] = {
        "type": f"urn:comity:problem:{problem.code}",
        "title": problem.title,
        "status": int(problem.status),
        "detail": problem.detail,
        "code": problem.code,
        "faults": [
            {"field": item.field, "rule": item.rule, "message": item.message, "citations": list(item.citations)}
            for item in problem.faults
        ],
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=int(problem.status),
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )


def from_docket(refused: DocketRefused) -> ProblemError:
    """What the docket refused, for the caller. Absent and not yours are one answer, whatever the docket said."""
    for kind, problem in _REFUSALS:
        if isinstance(refused, kind):
            return problem()
    return NotNowError(str(refused))


def plain(status: int, headers: dict[str, str]) -> HttpResponse:
    """A problem for a status that Django or the framework gave without a body of ours."""
    known = HTTPStatus(status)
    problem = ProblemError(known.description or known.phrase, headers=headers)
    response = response_of(problem)
    response.status_code = status
    body = json.loads(response.content)
    code = known.name.lower()
    body |= {"status": status, "title": known.phrase, "code": code, "type": f"urn:comity:problem:{code}"}
    response.content = json.dumps(body, ensure_ascii=False).encode()
    return response


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django names it so
    """An address that this door does not have."""
    return response_of(NoSuchPlaceError())


def bad(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django names it so
    """A call that Django itself refused before it reached us."""
    return plain(HTTPStatus.BAD_REQUEST, {})


def broken(_request: HttpRequest) -> HttpResponse:
    """A failure of ours. Nothing of it is shown."""
    return response_of(BrokenError())
