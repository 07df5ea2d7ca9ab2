"""Threats to life: raised, checked, told by a named person's decision, brought by hand where no way leads there."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.console.commands_threats import Threats
from comity.console.door import StaffRequest, command, docket, page
from comity.console.forms import ReasonForm
from comity.console.forms_threats import BringForm, RaiseForm, ThreatForm
from comity.console.saving import FormPage
from comity.docket.errors import DocketRefused
from comity.docket.threats.views import Proposed

_BOTH = require_http_methods(["GET", "HEAD", "POST"])
_form = FormPage("threats", "threat").answer


def _commands() -> Threats:
    return cast("Threats", docket())


@require_safe
@page
def index(request: StaffRequest) -> HttpResponse:
    """Every threat."""
    context = {"page": _commands().threats(request.member.id), "here": "threats"}
    return render(request, "console/threats.html", context)


@_BOTH
@command
def new(request: StaffRequest) -> HttpResponse:
    """Say that there is one."""
    form = RaiseForm(request.POST or None, initial=request.GET.dict())
    return _form(
        request,
        form,
        lambda: _commands().raise_threat(request.member.id, **form.cleaned_data),
        _("Raise a threat to life"),
    )


@require_safe
@page
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One threat, whole."""
    return _shown(request, number, ThreatForm())


@require_POST
@command
def decide(request: StaffRequest, number: int) -> HttpResponse:
    """Check what would go out, or decide that it goes."""
    form, proposed = ThreatForm(request.POST), None
    if form.is_valid():
        try:
            if request.POST.get("do") == "decide":
                _commands().decide_threat(request.member.id, number, form.said())
                messages.success(request, _("Entered: each recipient is told once its entry is proven."))
                return redirect("threat", number=number)
            proposed = _commands().propose_threat(request.member.id, number, form.said())
        except DocketRefused as refusal:
            form.add_error(None, str(refusal))
    return _shown(request, number, form, proposed)


@require_POST
@command
def no_threat(request: StaffRequest, number: int) -> HttpResponse:
    """Nobody is to be told."""
    form = ReasonForm(request.POST)
    return _form(
        request,
        form,
        lambda: _commands().no_threat(request.member.id, number, form.cleaned_data["because"]),
        _("No threat to life"),
        number,
    )


@require_POST
@command
def confirm(request: StaffRequest, number: int) -> HttpResponse:
    """A second person looked."""
    form = ReasonForm(request.POST)
    return _form(
        request,
        form,
        lambda: _commands().confirm_threat(request.member.id, number, form.cleaned_data["because"]),
        _("I looked at it"),
        number,
    )


@require_POST
@command
def bring(request: StaffRequest, number: int, recipient: str) -> HttpResponse:
    """A person brought it."""
    form = BringForm(request.POST)
    return _form(
        request,
        form,
        lambda: _commands().bring_threat(request.member.id, recipient, form.cleaned_data["how"]),
        _("I brought it"),
        number,
    )


@require_safe
@command
def paper(request: StaffRequest, number: int, recipient: str) -> HttpResponse:
    """The sealed form."""
    body = _commands().threat_paper(request.member.id, number, recipient)
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="threat-{number}.pdf"'
    return answer


def _shown(request: StaffRequest, number: int, form: ThreatForm, proposed: Proposed | None = None) -> HttpResponse:
    context = {
        "view": _commands().threat(number, request.member.id),
        "form": form,
        "proposed": proposed,
        "here": "threats",
    }
    return render(request, "console/threat.html", context, status=422 if form.errors else 200)
