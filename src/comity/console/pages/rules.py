"""Standing rules and complaints."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.console.door import StaffRequest, command, docket, page
from comity.console.errors import UnknownComplaintError
from comity.console.forms import ReasonForm
from comity.console.forms_register import ComplaintForm, RuleForm
from comity.docket.views import ComplaintLine
from comity.registry.means import AuthorityState


@require_http_methods(["GET", "HEAD", "POST"])
@command
def index(request: StaffRequest) -> HttpResponse:
    """Every standing rule; a proposal is made on the same page."""
    if request.method != "POST":
        return _shown(request, RuleForm(authorities=_confirmed()))
    form = RuleForm(request.POST, authorities=_confirmed())
    if not form.is_valid():
        return _shown(request, form)
    fields = form.cleaned_data
    docket().propose_rule(
        request.member.id,
        authority=fields["authority"],
        channels=tuple(fields["channels"]),
        valid_until=fields["valid_until"],
        why=fields["why"],
    )
    messages.success(request, _("Entered: the rule waits for a second person."))
    return redirect("rules")


@require_POST
@command
def approve(request: StaffRequest, rule: str) -> HttpResponse:
    """Agree to a rule that somebody else proposed."""
    docket().approve_rule(request.member.id, rule)
    messages.success(request, _("Entered: the rule is in force."))
    return redirect("rules")


@require_POST
@command
def withdraw(request: StaffRequest, rule: str) -> HttpResponse:
    """End a rule at once."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "console/form_page.html", {"form": form, "title": _("Withdraw a rule")}, status=422)
    docket().withdraw_rule(request.member.id, rule, form.cleaned_data["because"])
    messages.success(request, _("Entered: the rule is withdrawn."))
    return redirect("rules")


@require_safe
@page
def complaints(request: StaffRequest) -> HttpResponse:
    """Complaints with their two weeks (Article 10(2))."""
    return render(request, "console/complaints.html", {"complaints": docket().complaints(), "here": "complaints"})


@require_http_methods(["GET", "HEAD", "POST"])
@command
def complaint(request: StaffRequest, complaint: str) -> HttpResponse:
    """Read a complaint and answer it with reasons."""
    line = _complaint(complaint)
    form = ComplaintForm(request.POST or None, may_reinstate=line.may_reinstate)
    if request.method == "POST" and form.is_valid():
        docket().decide_complaint(request.member.id, line.complaint, **form.cleaned_data)
        messages.success(request, _("Entered: the outcome goes to the complainant."))
        return redirect("complaints")
    context = {"complaint": line, "form": form, "here": "complaints"}
    return render(request, "console/complaint.html", context, status=422 if form.errors else 200)


def _complaint(identifier: str) -> ComplaintLine:
    found = next((line for line in docket().complaints() if line.complaint == identifier), None)
    if found is None:
        raise UnknownComplaintError
    return found


def _confirmed() -> tuple[tuple[str, str], ...]:
    held = (held for held in docket().authorities() if held.state is AuthorityState.CONFIRMED)
    return tuple((authority.id, f"{authority.member_state} · {authority.name}") for authority in held)


def _shown(request: StaffRequest, form: RuleForm) -> HttpResponse:
    context = {"rules": docket().rules(), "form": form, "withdraw_form": ReasonForm(), "here": "rules"}
    context["cannot_undo"] = docket().cannot_undo()
    return render(request, "console/rules.html", context, status=422 if form.errors else 200)
