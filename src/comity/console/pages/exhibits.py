"""Exhibits: opened with a purpose, shown inert, pictures veiled until the person lifts the veil."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from comity.console.door import StaffRequest, docket, page
from comity.console.errors import StaleViewingError, UnknownExhibitError
from comity.console.forms import PurposeForm
from comity.console.middleware import SANDBOX
from comity.console.pages.case import basics
from comity.console.pictures import SHOWABLE, as_jpeg
from comity.docket.views import CaseView, ExhibitLine

_TEXTS = ("text/", "application/json", "message/rfc822")
_TEXT_BYTES = 256 * 1024
_VIEWING_SECONDS = 300
ResponseT = TypeVar("ResponseT", bound=HttpResponseBase)
_signer = TimestampSigner(salt="comity.console.viewing")


@require_POST
@page
def open_one(request: StaffRequest, number: int, digest: str) -> HttpResponse:
    """Take the purpose, then show a picture veiled, a text as text, and offer anything else as a download."""
    view = docket().case(number, request.member.id)
    line, form = _line(view, digest), PurposeForm(request.POST)
    if not form.is_valid():
        return render(request, "console/case_form.html", {**basics(view), "form": form}, status=422)
    purpose = form.cleaned_data["purpose"]
    context = {**basics(view), "exhibit": line, "purpose": purpose, "picture": line.media_type in SHOWABLE}
    if line.media_type.startswith(_TEXTS):
        _media_type, chunks = docket().exhibit(view.line.case, request.member.id, digest, purpose)
        context["text"] = _first(chunks, _TEXT_BYTES).decode("utf-8", "replace")
        context["cut"] = line.size > _TEXT_BYTES
    permit = _signer.sign(f"{request.member.id}:{view.line.case}:{digest}:{purpose}")
    for name in ("picture", "download"):
        context[f"{name}_address"] = f"{reverse(f'exhibit_{name}', args=(number, digest))}?permit={permit}"
    return render(request, "console/exhibit.html", context)


@require_GET
@page
def picture(request: StaffRequest, number: int, digest: str) -> HttpResponse:
    """A picture, decoded and encoded anew: what reaches the browser are pixels that we wrote."""
    view = docket().case(number, request.member.id)
    purpose = _permitted(request, view, digest)
    _media_type, chunks = docket().exhibit(view.line.case, request.member.id, digest, purpose)
    return _inert(HttpResponse(as_jpeg(chunks), content_type="image/jpeg"))


@require_GET
@page
def download(request: StaffRequest, number: int, digest: str) -> HttpResponseBase:
    """The bytes as they are, as a file that no browser interprets."""
    view = docket().case(number, request.member.id)
    purpose = _permitted(request, view, digest)
    _media_type, chunks = docket().exhibit(view.line.case, request.member.id, digest, purpose)
    response = StreamingHttpResponse(chunks, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{digest[:16]}.exhibit") or "attachment"
    return _inert(response)


def _line(view: CaseView, digest: str) -> ExhibitLine:
    found = next((line for line in view.exhibits if line.digest == digest and not line.erased), None)
    if found is None:
        raise UnknownExhibitError
    return found


def _permitted(request: StaffRequest, view: CaseView, digest: str) -> str:
    """The purpose that this person stated for this exhibit minutes ago; raises when there is none."""
    _line(view, digest)
    try:
        stated = _signer.unsign(request.GET.get("permit", "")[:600], max_age=_VIEWING_SECONDS)
    except BadSignature as error:
        raise StaleViewingError from error
    viewer, case, named, purpose = stated.split(":", 3)
    if (viewer, case, named) != (request.member.id, view.line.case, digest):
        raise StaleViewingError
    return purpose


def _inert(response: ResponseT) -> ResponseT:
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _first(chunks: Iterator[bytes], most: int) -> bytes:
    """The first bytes of a stream; the rest is not read."""
    kept = bytearray()
    for chunk in chunks:
        kept += chunk
        if len(kept) >= most:
            break
    return bytes(kept[:most])
