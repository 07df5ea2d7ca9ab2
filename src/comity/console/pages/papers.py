"""Demands of other laws on paper: the law is chosen, and its own form typed from the paper, beside the scan."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from comity import law
from comity.console.door import StaffRequest, command, docket, page
from comity.console.forms_register import ScanForm
from comity.pages import demands as forms

_MORE = 5


@require_safe
@page
def demands(request: StaffRequest) -> HttpResponse:
    """Under which law does the paper ask?"""
    choices = (*forms.choices(), (forms.ILLEGAL, forms.title(forms.ILLEGAL)))
    return render(request, "console/paper_demands.html", {"choices": choices, "here": "paper"})


@require_http_methods(["GET", "HEAD", "POST"])
@command
def demand(request: StaffRequest, instrument: str) -> HttpResponse:
    """Enter a demand about a user that came on paper; nobody vouches for it before the authority was called back."""
    if instrument not in forms.fileable():
        raise Http404
    form = law.instrument(instrument).order_form.form
    said = forms.typed(form, forms.posted(request.POST))
    enters = request.method == "POST" and "more" not in request.POST
    typed = {"received_at": request.POST.get("received_at", "")}
    scan = ScanForm(request.POST if enters else None, request.FILES if enters else None, initial=typed)
    if enters and scan.is_valid():
        body, media_type = scan.cleaned_data["scan"]
        number = docket().file_paper(
            request.member.id,
            form={**said, "instrument": instrument},
            scan=body,
            media_type=media_type,
            received_at=scan.cleaned_data["received_at"],
        )
        messages.success(request, _("Entered: the periods run from the time of receipt that you stated."))
        return redirect("case", number=number)
    rows = _rows(request) + (_MORE if "more" in request.POST else 0)
    context = {
        "form": scan,
        "instrument": instrument,
        "title": forms.title(instrument),
        "sections": forms.sections(instrument, said, rows=rows),
        "rows": rows,
        "here": "paper",
    }
    return render(request, "console/paper_demand.html", context, status=422 if scan.errors else 200)


def _rows(request: HttpRequest) -> int:
    text = request.POST.get("rows", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else forms.ROWS
