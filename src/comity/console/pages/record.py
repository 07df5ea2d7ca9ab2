"""The log's head, proofs of entries, and the answers as they were sealed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from comity.console.door import StaffRequest, command, docket, page
from comity.console.forms import ReasonForm
from comity.console.middleware import SANDBOX


@require_safe
@page
def log(request: StaffRequest) -> HttpResponse:
    """The newest checkpoint and how anybody verifies it."""
    return _log(request, ReasonForm())


@require_POST
@command
def settle_clock(request: StaffRequest) -> HttpResponse:
    """Say that somebody looked at a jump of the clock."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _log(request, form, status=422)
    docket().settle_clock(request.member.id, form.cleaned_data["because"])
    messages.success(request, _("Entered: you looked at the clock. What goes by itself goes on."))
    return redirect("log")


def _log(request: StaffRequest, form: ReasonForm, status: int = 200) -> HttpResponse:
    jumped = not docket().clock_is_sane()
    context = {"head": docket().log_head(), "clock_jumped": jumped, "clock_form": form, "here": "log"}
    return render(request, "console/log.html", context, status=status)


@require_GET
@page
def proof(request: StaffRequest, entry: str) -> HttpResponse:
    """The ``.tlog-proof`` of an entry; anyone who holds the document's salt can check both."""
    del request
    return _file(docket().proof(entry), f"{entry}.tlog-proof", "application/octet-stream")


@require_GET
@page
def reply(request: StaffRequest, number: int, entry: str) -> HttpResponse:
    """The sealed form that answers the demand."""
    view = docket().case(number, request.member.id)
    body = docket().reply_pdf(view.line.case, request.member.id, entry)
    return _file(body, f"comity-{number}-{entry[:8]}.pdf", "application/pdf")


def _file(body: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(body, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
