"""Orders on paper, and the list of staff."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.console.door import StaffRequest, command, docket, page
from comity.console.forms_register import PaperForm


@require_http_methods(["GET", "HEAD", "POST"])
@command
def paper(request: StaffRequest) -> HttpResponse:
    """Enter an order that came on paper."""
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        scan, media_type = form.cleaned_data["scan"]
        number = docket().file_paper(
            request.member.id,
            form=form.annex(),
            scan=scan,
            media_type=media_type,
            received_at=form.cleaned_data["received_at"],
        )
        messages.success(request, _("Entered: the hour runs from the time of receipt that you stated."))
        return redirect("case", number=number)
    context = {"form": form, "here": "paper"}
    return render(request, "console/paper.html", context, status=422 if form.errors else 200)


@require_safe
@page
def staff(request: StaffRequest) -> HttpResponse:
    """Who works here, in which roles, and who agreed to it."""
    return render(request, "console/staff.html", {"people": docket().staff(), "here": "staff"})
