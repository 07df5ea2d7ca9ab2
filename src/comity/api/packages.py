"""The addresses from which an authority fetches what was packed for it: in one piece, or in several after a break."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from pydantic import BaseModel, Field

from comity.api.calls import JSON, READ, commands, trusted
from comity.api.endpoints import api, reference_of
from comity.api.openapi import package_files, problem_codes
from comity.api.schemas import ProblemOut
from comity.docket.disclosures.packing import Packed

_WHOLE, _PART = 200, 206


__all__ = ["api"]


class PackageOut(BaseModel):
    """A package that lies ready."""

    package: str = Field(description="Its name in the address from which it is fetched")
    name: str
    size: int = Field(description="Bytes")
    sha256: str = Field(description="Of the encrypted file")
    too_large_to_send: bool = Field(description="Over 25 600 KB: fetched only (Implementing Regulation (EU) 2025/1550)")
    available_until: str | None

    @classmethod
    def of(cls, one: Packed) -> PackageOut:
        """As the docket shows it."""
        until = str(one.available_until) if one.available_until else None
        return cls(
            package=one.package,
            name=one.name,
            size=one.size,
            sha256=one.sha256,
            too_large_to_send=one.pulled,
            available_until=until,
        )


class PackagesOut(BaseModel):
    """Everything that lies ready in one case."""

    packages: list[PackageOut]


@api.get(
    "/orders/{ref}/packages",
    summary="What was packed for you in answer to a demand about a user",
    response={200: PackagesOut, problem_codes: ProblemOut},
)
def list_packages(request: HttpRequest, ref: str) -> HttpResponse:
    """Encrypted to the key enrolled for you; it can be fetched until the instant that stands beside it."""
    who = trusted(request, READ)
    found = commands().packages_of(who.authority, reference_of(ref))
    shown = PackagesOut(packages=[PackageOut.of(one) for one in found])
    return HttpResponse(shown.model_dump_json(), content_type=JSON)


@api.get(
    "/packages/{package}/manifest",
    summary="The manifest of a package (Implementing Regulation (EU) 2025/1550, annex 3.3.3)",
    response={200: dict, problem_codes: ProblemOut},
)
def read_manifest(request: HttpRequest, package: str) -> HttpResponse:
    """Names, sizes, digests, and until when it can be fetched."""
    who = trusted(request, READ)
    found = commands().package_manifest(who.authority, reference_of(package))
    return HttpResponse(json.dumps(found, ensure_ascii=False), content_type=JSON)


@api.get(
    "/packages/{package}",
    summary="Fetch a package; a broken download goes on by a Range",
    response={problem_codes: ProblemOut},
    openapi_extra=package_files(),
)
def fetch(request: HttpRequest, package: str) -> StreamingHttpResponse:
    """The encrypted bytes. Each fetching is entered, with the bytes that were fetched and by which client."""
    who = trusted(request, READ)
    found = commands().fetch_package(
        who.authority, reference_of(package), request.headers.get("Range"), by=f"client {who.client}"
    )
    status = _WHOLE if found.span is None else _PART
    response = StreamingHttpResponse(found.chunks, status=status, content_type="application/octet-stream")
    response["Content-Length"] = str(found.span.length if found.span else found.size)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = f'"{found.sha256}"'
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    if found.span is not None:
        response["Content-Range"] = found.span.content_range
    return response
