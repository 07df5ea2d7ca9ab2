"""A scan beside the form of Annex I: a person reads, types or takes what the machine proposes, field by field."""

from __future__ import annotations

from typing import Any, Protocol, cast

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from comity.casefile.documents import Json
from comity.console.door import StaffRequest, command, docket, page
from comity.console.forms_scan import TranscriptionForm, flattened
from comity.console.middleware import SANDBOX
from comity.console.pages.case import basics
from comity.console.pictures import as_jpeg
from comity.docket.views import CaseView

_SALT = "comity.console.transcription"
_SECONDS = 8 * 3600


class Scan(Protocol):
    """A scan as the docket shows it."""

    @property
    def pages(self) -> tuple[bytes, ...]:
        """PNG of each page."""

    @property
    def of(self) -> int:
        """How many pages there are in all."""

    @property
    def proposed(self) -> Json:
        """What letter recognition proposes."""


class Scans(Protocol):
    """What this page needs from the docket."""

    def scan(self, case: str, viewer: str, exhibit: str, *, propose: bool) -> Scan:
        """The pages of a scan, and what a machine proposes."""

    def transcribe(self, case: str, viewer: str, *, exhibit: str, form: Json, proposed: Json) -> None:
        """The order as a person reads it."""


@require_http_methods(["GET", "HEAD", "POST"])
@command
def transcribe(request: StaffRequest, number: int) -> HttpResponse:
    """Show the pages beside the form; enter what the person vouches for."""
    view = docket().case(number, request.member.id)
    exhibit = _scanned(view)
    if request.method == "POST":
        proposed = _proposed(request, view, exhibit)
        form = TranscriptionForm(request.POST, proposed=proposed)
        if form.is_valid():
            _scans().transcribe(
                view.line.case, request.member.id, exhibit=exhibit, form=form.annex(), proposed=proposed
            )
            messages.success(request, _("Entered: the order as you read it. The hour has run since it came."))
            return redirect("case", number=number)
        count = int(request.POST.get("pages", "0")[:2]) if request.POST.get("pages", "").isdigit() else 0
        return _shown(request, view, {"form": form, "count": count, "proposed": proposed, "exhibit": exhibit})
    scan = _scans().scan(view.line.case, request.member.id, exhibit, propose=True)
    proposed = flattened(scan.proposed)
    form = TranscriptionForm(proposed=proposed)
    context = {"form": form, "count": len(scan.pages), "proposed": proposed, "exhibit": exhibit, "of": scan.of}
    return _shown(request, view, context)


@require_GET
@page
def picture(request: StaffRequest, number: int, place: int) -> HttpResponse:
    """One page, decoded and encoded anew: what reaches the browser are pixels that we wrote."""
    view = docket().case(number, request.member.id)
    pages = _scans().scan(view.line.case, request.member.id, _scanned(view), propose=False).pages
    if not 1 <= place <= len(pages):
        raise Http404
    response = HttpResponse(as_jpeg(iter([pages[place - 1]])), content_type="image/jpeg")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _shown(request: StaffRequest, view: CaseView, context: dict[str, Any]) -> HttpResponse:
    kept = signing.dumps([request.member.id, view.line.case, context["exhibit"], context["proposed"]], salt=_SALT)
    whole = {**basics(view), **context, "places": range(1, context["count"] + 1), "kept": kept}
    return render(request, "console/transcription.html", whole, status=422 if context["form"].errors else 200)


def _proposed(request: StaffRequest, view: CaseView, exhibit: str) -> dict[str, str]:
    """What was proposed on the page that this person was shown; nothing where the page is not ours or too old."""
    try:
        viewer, case, named, proposed = signing.loads(request.POST.get("kept", ""), salt=_SALT, max_age=_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return {}
    return dict(proposed) if (viewer, case, named) == (request.member.id, view.line.case, exhibit) else {}


def _scanned(view: CaseView) -> str:
    """The document to be transcribed: the first PDF of the demand that is still there."""
    pdfs = {line.digest for line in view.exhibits if line.media_type == "application/pdf" and not line.erased}
    found = next((digest for digest in view.demand.raw if digest in pdfs), None)
    if found is None:
        raise Http404
    return found


def _scans() -> Scans:
    return cast("Scans", docket())
