"""Nights: who is on call, what rings, and what happens when nobody answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.console.door import StaffRequest, command, docket, page
from comity.console.errors import UnknownRosterError
from comity.console.forms import ReasonForm
from comity.console.forms_nights import ContactForm, LadderForm, NightRuleForm, RosterForm
from comity.console.saving import FormPage
from comity.registry.means import AuthorityState

_BOTH = require_http_methods(["GET", "HEAD", "POST"])
_form = FormPage("nights").answer


@require_safe
@page
def show(request: StaffRequest) -> HttpResponse:
    """The page of nights."""
    context = {"page": docket().nights(request.member.id), "reason_form": ReasonForm(), "here": "nights"}
    return render(request, "console/nights.html", context | {"cannot_undo": docket().cannot_undo()})


@_BOTH
@command
def roster(request: StaffRequest, roster: str = "") -> HttpResponse:
    """Make a roster, or change one."""
    line = next((line for line in docket().nights(request.member.id).rosters if line.roster == roster), None)
    if roster and line is None:
        raise UnknownRosterError
    initial = (
        {"name": line.name, "zone": line.zone, "shifts": line.shifts, "exchanges": line.exchanges} if line else None
    )
    form = RosterForm(request.POST or None, initial=initial)

    def save() -> None:
        fields = form.cleaned_data
        lines = (fields["shifts"], fields["exchanges"])
        docket().save_roster(request.member.id, roster=roster, name=fields["name"], zone=fields["zone"], lines=lines)

    return _form(request, form, save, _("Roster"))


@require_POST
@command
def end_roster(request: StaffRequest, roster: str) -> HttpResponse:
    """A roster holds no more."""
    docket().end_roster(request.member.id, roster)
    messages.success(request, _("Entered: this roster calls nobody any more."))
    return redirect("nights")


@_BOTH
@command
def ladder(request: StaffRequest) -> HttpResponse:
    """Set in which order people are called."""
    found = docket().nights(request.member.id)
    initial = {"lines": found.ladder, "unanswered_minutes": found.unanswered_minutes}
    form = LadderForm(request.POST or None, initial=initial)
    return _form(
        request, form, lambda: docket().save_ladder(request.member.id, **form.cleaned_data), _("In which order")
    )


@_BOTH
@command
def contact(request: StaffRequest) -> HttpResponse:
    """How I am called."""
    found = docket().nights(request.member.id)
    form = ContactForm(request.POST or None, ways=found.ways, initial=found.mine)
    return _form(
        request, form, lambda: docket().save_contact(request.member.id, ways=form.cleaned_data), _("How I am called")
    )


@_BOTH
@command
def rule(request: StaffRequest) -> HttpResponse:
    """Propose what happens when nobody answers."""
    held = (held for held in docket().authorities() if held.state is AuthorityState.CONFIRMED)
    known = tuple((authority.id, f"{authority.member_state} · {authority.name}") for authority in held)
    form = NightRuleForm(request.POST or None, authorities=known)

    def save() -> None:
        fields = form.cleaned_data
        docket().propose_night_rule(
            request.member.id,
            authority=fields["authority"],
            channels=tuple(fields["channels"]),
            minutes=fields["minutes"],
            terms=(fields["valid_until"], fields["why"]),
        )

    return _form(request, form, save, _("When nobody answers"))


@require_POST
@command
def approve_rule(request: StaffRequest, rule: str) -> HttpResponse:
    """Agree to a rule that somebody else proposed."""
    docket().approve_night_rule(request.member.id, rule)
    messages.success(request, _("Entered: the rule is in force."))
    return redirect("nights")


@require_POST
@command
def withdraw_rule(request: StaffRequest, rule: str) -> HttpResponse:
    """End a rule at once."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "console/form_page.html", {"form": form, "title": _("Withdraw a rule")}, status=422)
    docket().withdraw_night_rule(request.member.id, rule, form.cleaned_data["because"])
    messages.success(request, _("Entered: the rule is withdrawn."))
    return redirect("nights")


@require_POST
@command
def acknowledge(request: StaffRequest, alarm: str) -> HttpResponse:
    """A person has it."""
    docket().acknowledge(request.member.id, alarm)
    messages.success(request, _("Entered: you have it. Nobody else is called."))
    return redirect("nights")


@_BOTH
@command
def answer(request: StaffRequest, token: str) -> HttpResponse:
    """The one-time link of a page: shown, then confirmed by the person who was called."""
    if request.method == "POST":
        reason = docket().link_of(request.member.id, token).reason
        number = docket().answer_page(request.member.id, token)
        messages.success(request, _("Entered: you have it. Nobody else is called."))
        return redirect("incident" if reason == "incident" else "case", number=number)
    alarm = docket().link_of(request.member.id, token)
    return render(request, "console/night_answer.html", {"alarm": alarm, "here": "nights"})
