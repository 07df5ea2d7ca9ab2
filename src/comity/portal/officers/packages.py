"""Fetching what was packed for one's authority: whole, or on from where a broken download ended."""

from __future__ import annotations

import json

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from comity.docket.officer_demands import Wanted
from comity.portal.door import PortalRequest, docket, page
from comity.portal.officers.acting import acting

_WHOLE, _PART, _OUTSIDE = 200, 206, 416


@require_GET
@page
def fetch(request: PortalRequest, reference: str, package: str) -> HttpResponseBase:
    """The encrypted bytes; each fetching is entered, with the officer and the bytes that were asked for."""
    wanted = Wanted(request.headers.get("Range"), request.headers.get("If-Range"))
    try:
        found = docket().my_package(acting(request), reference, package, wanted)
    except Exception as failure:
        if getattr(failure, "code", None) != "range_refused":
            raise
        return _outside(request, reference, package)
    status = _WHOLE if found.span is None else _PART
    response = StreamingHttpResponse(found.chunks, status=status, content_type="application/octet-stream")
    response.headers["Content-Length"] = str(found.span.length if found.span else found.size)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = f'"{found.sha256}"'
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    if found.span is not None:
        response.headers["Content-Range"] = found.span.content_range
    return response


@require_safe
@page
def manifest(request: PortalRequest, reference: str, package: str) -> HttpResponse:
    """The manifest of a package (Implementing Regulation (EU) 2025/1550, annex 3.3.3), as a file."""
    found = docket().my_manifest(acting(request), reference, package)
    body = json.dumps(found, ensure_ascii=False, indent=2)
    response = HttpResponse(body, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="manifest-{package[:8]}.json"'
    return response


def _outside(request: PortalRequest, reference: str, package: str) -> HttpResponse:
    """416 with the size, so that whoever asked behind the end knows it (RFC 9110 section 15.5.17)."""
    order = docket().my_order(acting(request), reference)
    size = next(one.size for one in order.packages if one.package == package)
    response = HttpResponse(
        _("The range lies behind the end of the package."), status=_OUTSIDE, content_type="text/plain"
    )
    response.headers["Content-Range"] = f"bytes */{size}"
    return response
