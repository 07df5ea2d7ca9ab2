"""Officers of the portal: who asks for access, the call-back, the second person, the code; and a sign-in to confirm."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from comity.console.door import StaffRequest, command, docket, page
from comity.console.forms import ReasonForm
from comity.console.forms_register import EnrolmentCallForm
from comity.docket.enrolment import OfficerPage


class ProposeForm(forms.Form):
    """For which authority somebody asks."""

    authority = forms.ChoiceField(label=gettext_lazy("Authority"))

    def __init__(self, *args: object, view: OfficerPage, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # Django's own signature, passed on
        field = self.fields["authority"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one.id, f"{one.name} ({one.member_state})") for one in view.authorities]


@require_safe
@page
def index(request: StaffRequest) -> HttpResponse:
    """Everybody, those who wait for us first."""
    every = docket().officers(request.member.id)
    waiting = [one for one in every if one.state.value in ("applied", "proposed", "approved")]
    others = [one for one in every if one not in waiting]
    context = {"waiting": waiting, "others": others, "here": "officers"}
    return render(request, "console/officers.html", context)


@require_safe
@page
def show(request: StaffRequest, officer: str) -> HttpResponse:
    """One officer."""
    return _shown(request, docket().officer(officer, request.member.id))


@require_POST
@command
def propose(request: StaffRequest, officer: str) -> HttpResponse:
    """Say for which authority this person asks."""
    view = docket().officer(officer, request.member.id)
    form = ProposeForm(request.POST, view=view)
    if not form.is_valid():
        return _shown(request, view, propose_form=form, status=422)
    docket().propose_officer(request.member.id, officer, form.cleaned_data["authority"])
    messages.success(request, _("Entered: now call the authority at a number held beforehand."))
    return redirect("officer", officer=officer)


@require_POST
@command
def call(request: StaffRequest, officer: str) -> HttpResponse:
    """Write down a call about this person."""
    view = docket().officer(officer, request.member.id)
    form = EnrolmentCallForm(request.POST, numbers=_numbers(view))
    if not form.is_valid():
        return _shown(request, view, call_form=form, status=422)
    docket().call_officer(request.member.id, officer, **form.cleaned_data)
    messages.success(request, _("Entered: the call-back."))
    return redirect("officer", officer=officer)


@require_POST
@command
def approve(request: StaffRequest, officer: str) -> HttpResponse:
    """Agree as the second person, and show the first half this once; it is on no other page and in no log."""
    code = docket().approve_officer(request.member.id, officer)
    return _code(request, officer, code, _half())


@require_POST
@command
def half(request: StaffRequest, officer: str) -> HttpResponse:
    """Show this person's half this once: who agreed the first, somebody else who called the second."""
    code = docket().officer_half(request.member.id, officer)
    return _code(request, officer, code, _half())


@require_POST
@command
def confirm(request: StaffRequest, officer: str) -> HttpResponse:
    """A code for a sign-in on a new device, told in the call that was just entered."""
    code = docket().confirm_sign_in(request.member.id, officer)
    return _code(request, officer, code, _("It confirms one sign-in on a new device or network, within 15 minutes."))


@require_POST
@command
def refuse(request: StaffRequest, officer: str) -> HttpResponse:
    """Put an application away."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, docket().officer(officer, request.member.id), refuse_form=form, status=422)
    docket().refuse_officer(request.member.id, officer, form.cleaned_data["because"])
    messages.success(request, _("Entered. The person hears nothing from us."))
    return redirect("officers")


@require_POST
@command
def suspend(request: StaffRequest, officer: str) -> HttpResponse:
    """Stop trusting an officer at once."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, docket().officer(officer, request.member.id), suspend_form=form, status=422)
    docket().suspend_officer(request.member.id, officer, form.cleaned_data["because"])
    messages.success(request, _("Entered: every session ends now, and the passkey opens nothing any more."))
    return redirect("officer", officer=officer)


def _half() -> str:
    return _("Your half of the code. With the other half, which another one of us spells, it registers one passkey.")


def _code(request: StaffRequest, officer: str, code: str, meaning: str) -> HttpResponse:
    view = docket().officer(officer, request.member.id)
    context = {"view": view, "held": view.held, "code": code, "meaning": meaning, "here": "officers"}
    return render(request, "console/officer_code.html", context)


def _shown(request: StaffRequest, view: OfficerPage, *, status: int = 200, **given: object) -> HttpResponse:
    context = {
        "view": view,
        "held": view.held,
        "here": "officers",
        "propose_form": ProposeForm(view=view),
        "call_form": EnrolmentCallForm(numbers=_numbers(view)),
        "refuse_form": ReasonForm(auto_id="refuse_%s"),
        "suspend_form": ReasonForm(auto_id="suspend_%s"),
        **given,
    }
    return render(request, "console/officer.html", context, status=status)


def _numbers(view: OfficerPage) -> tuple[tuple[str, str], ...]:
    numbers = view.held.authority.numbers if view.held.authority else ()
    return tuple((number.id, number.number) for number in numbers)
