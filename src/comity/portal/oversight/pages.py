"""The pages of the overseer's room."""

from __future__ import annotations

import json

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.portal.door import PortalRequest, limited, page
from comity.portal.limits import Limit
from comity.portal.oversight.commands import acting, docket

_OPENINGS = Limit(30)
_PAGE = 50


class ReasonForm(forms.Form):
    """Why personal data is opened."""

    reason = forms.CharField(
        label=_("Why you open it"),
        min_length=10,
        max_length=2000,
        help_text=_(
            "Entered before anything is shown, and never deleted. Your body and our administrators can read it."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
@page
def summary(request: PortalRequest) -> HttpResponse:
    """What needs the eye first, and counts by authority."""
    return render(
        request, "portal/oversight/summary.html", {"seen": docket().oversee(acting(request)), "here": "summary"}
    )


@require_safe
@page
def cases(request: PortalRequest) -> HttpResponse:
    """Every case."""
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
    lines = docket().oversee_cases(acting(request), before=before)
    more = lines[-1].number if len(lines) == _PAGE else None
    return render(request, "portal/oversight/cases.html", {"lines": lines, "more": more, "here": "cases"})


@require_safe
@page
def accesses(request: PortalRequest) -> HttpResponse:
    """What was opened by one's own body, and why."""
    lines = docket().oversee_accesses(acting(request))
    return render(request, "portal/oversight/accesses.html", {"lines": lines, "here": "accesses"})


@require_safe
@page
def case(request: PortalRequest, case: str) -> HttpResponse:
    """The skeleton of a case."""
    seen = docket().oversee_case(acting(request), case)
    return render(request, "portal/oversight/case.html", {"seen": seen, "line": seen.line, "here": "cases"})


@require_safe
@page
def proof(request: PortalRequest, case: str, entry: str) -> HttpResponse:
    """The proof that an entry is in the log; checked with ``comity proof``."""
    response = HttpResponse(
        docket().oversee_proof(acting(request), case, entry), content_type="application/octet-stream"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{entry}.tlog-proof"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@limited(_OPENINGS, by_person=True)
@page
def document(request: PortalRequest, case: str, entry: str) -> HttpResponse:
    """Ask for the reason, then show the document with what is needed to prove it."""
    seen = docket().oversee_case(acting(request), case)
    row = next((one for one in seen.entries if one.entry == entry), None)
    if row is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    context = {"line": seen.line, "row": row, "form": form, "here": "cases"}
    if request.method != "POST" or not form.is_valid():
        return render(request, "portal/oversight/reason.html", context, status=422 if form.errors else 200)
    opened = docket().oversee_open(acting(request), case, entry, form.cleaned_data["reason"])
    shown = json.dumps(opened.document, indent=2, ensure_ascii=False, sort_keys=True)
    return render(request, "portal/oversight/document.html", {**context, "opened": opened, "shown": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@limited(_OPENINGS, by_person=True)
@page
def exhibit(request: PortalRequest, case: str, digest: str) -> HttpResponseBase:
    """Ask for the reason, then hand the bytes over as a file that no browser runs."""
    seen = docket().oversee_case(acting(request), case)
    row = next((one for one in seen.exhibits if one.digest == digest and not one.erased), None)
    if row is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"line": seen.line, "exhibit": row, "form": form, "here": "cases"}
        return render(request, "portal/oversight/reason.html", context, status=422 if form.errors else 200)
    _media_type, chunks = docket().oversee_exhibit(acting(request), case, digest, form.cleaned_data["reason"])
    response = StreamingHttpResponse(chunks, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{digest[:16]}.bin"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
