"""Overseers: made by two of us, suspended by one; what they opened and why is shown to administrators alone."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from comity.console import words
from comity.console.commands_overseers import Overseers
from comity.console.door import StaffRequest, command, docket, page
from comity.console.forms import ReasonForm
from comity.registry.duties import CARRIED_BY, Duty


class OverseerForm(forms.Form):
    """A person of an outside body."""

    body = forms.CharField(label=gettext_lazy("Overseeing body"), max_length=300)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=300)
    address = forms.EmailField(label=gettext_lazy("Official e-mail address"), max_length=300)
    number = forms.CharField(
        label=gettext_lazy("Telephone number of the body"),
        max_length=40,
        help_text=gettext_lazy("Found at an official place, like +33140000000"),
    )


class NumberForm(forms.Form):
    """The number that who agrees found independently."""

    number = forms.CharField(max_length=40)


class CallForm(forms.Form):
    """A call to the number held for an overseer."""

    spoken_to = forms.CharField(max_length=200)
    outcome = forms.ChoiceField(choices=list(words.CALL.items()))


def _commands() -> Overseers:
    return cast("Overseers", docket())


@require_safe
@page
def index(request: StaffRequest) -> HttpResponse:
    """Everybody who watches, and for administrators what they opened."""
    return _shown(request)


@require_POST
@command
def propose(request: StaffRequest) -> HttpResponse:
    """Propose somebody."""
    form = OverseerForm(request.POST)
    if not form.is_valid():
        return _shown(request, form=form, status=422)
    _commands().propose_overseer(request.member.id, **form.cleaned_data)
    messages.success(request, _("Entered: another of us must agree."))
    return redirect("overseers")


@require_POST
@command
def approve(request: StaffRequest, overseer: str) -> HttpResponse:
    """Agree as the second person, and show the first half of the code this once."""
    form = NumberForm(request.POST)
    if not form.is_valid():
        return _shown(request, status=422)
    code = _commands().approve_overseer(request.member.id, overseer, form.cleaned_data["number"])
    return _code(request, overseer, code, _half())


@require_POST
@command
def call(request: StaffRequest, overseer: str) -> HttpResponse:
    """Write down a call to the number held."""
    form = CallForm(request.POST)
    if not form.is_valid():
        return _shown(request, status=422)
    _commands().call_overseer(request.member.id, overseer, **form.cleaned_data)
    messages.success(request, _("Entered: the call-back."))
    return redirect("overseers")


@require_POST
@command
def half(request: StaffRequest, overseer: str) -> HttpResponse:
    """Show this person's half of the code this once."""
    return _code(request, overseer, _commands().overseer_half(request.member.id, overseer), _half())


@require_POST
@command
def confirm(request: StaffRequest, overseer: str) -> HttpResponse:
    """A code for a sign-in on a new device."""
    code = _commands().confirm_overseer(request.member.id, overseer)
    return _code(request, overseer, code, _("It confirms one sign-in on a new device or network, within 15 minutes."))


@require_POST
@command
def suspend(request: StaffRequest, overseer: str) -> HttpResponse:
    """End an account at once."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, status=422)
    _commands().suspend_overseer(request.member.id, overseer, form.cleaned_data["because"])
    messages.success(request, _("Entered: every session ends now, and the passkey opens nothing any more."))
    return redirect("overseers")


def _half() -> str:
    return _("Your half of the code. With the other half, which another one of us spells, it registers one passkey.")


def _code(request: StaffRequest, overseer: str, code: str, meaning: str) -> HttpResponse:
    held = next(one for one in _commands().overseers(request.member.id) if one.id == overseer)
    context = {"held": held, "code": code, "meaning": meaning, "here": "overseers"}
    return render(request, "console/overseer_code.html", context)


def _shown(request: StaffRequest, *, status: int = 200, form: OverseerForm | None = None) -> HttpResponse:
    roles = request.member.roles
    keeps = bool(roles & CARRIED_BY[Duty.KEEP_STAFF])
    context = {
        "held": _commands().overseers(request.member.id),
        "accesses": _commands().overseer_accesses(request.member.id) if keeps else (),
        "keeps": keeps,
        "confirms": bool(roles & CARRIED_BY[Duty.CONFIRM_STAFF]),
        "form": form or OverseerForm(),
        "reason_form": ReasonForm(auto_id=False),
        "outcomes": words.CALL.items(),
        "here": "overseers",
    }
    return render(request, "console/overseers.html", context, status=status)
