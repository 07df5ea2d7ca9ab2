"""The authority registry: who may demand, how each proved it, and the two of ours who agreed."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.console.commands_disclosures import Disclosures
from comity.console.door import StaffRequest, command, docket, page
from comity.console.forms import ReasonForm
from comity.console.forms_register import (
    AuthorityForm,
    CertificateForm,
    ClientForm,
    EnrolmentCallForm,
    ImportForm,
    KeyForm,
)
from comity.console.shapes import AuthorityView
from comity.registry.errors import UnusableCertificateError

_SAFE = ["GET", "HEAD", "POST"]


@require_safe
@page
def index(request: StaffRequest) -> HttpResponse:
    """Every authority; the search looks at name, Member State and mail domain."""
    search = request.GET.get("search", "").strip()[:200].casefold()
    every = docket().authorities()
    found = [
        held
        for held in every
        if not search or search in " ".join((held.name, held.member_state, *held.mail_domains)).casefold()
    ]
    context = {"authorities": found[:200], "more": max(0, len(found) - 200), "search": search, "here": "authorities"}
    return render(request, "console/authorities.html", context)


@require_safe
@page
def show(request: StaffRequest, authority: str) -> HttpResponse:
    """One authority."""
    return _shown(request, docket().authority(authority, request.member.id))


@require_http_methods(_SAFE)
@command
def propose(request: StaffRequest) -> HttpResponse:
    """Propose an authority."""
    form = AuthorityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        authority = docket().propose_authority(request.member.id, fields=form.cleaned_data)
        messages.success(request, _("Entered: the proposal. Two of us confirm it, after a call-back."))
        return redirect("authority", authority=authority)
    return _form(request, form, _("Propose an authority"))


@require_http_methods(_SAFE)
@command
def import_register(request: StaffRequest) -> HttpResponse:
    """Read a register file: it proposes, people confirm."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        report = docket().import_register(
            request.member.id, body=form.cleaned_data["file"], source=form.cleaned_data["source"]
        )
        return render(request, "console/import_report.html", {"report": report, "here": "authorities"})
    return _form(request, form, _("Import a register file"))


@require_POST
@command
def confirm(request: StaffRequest, authority: str) -> HttpResponse:
    """Agree to an authority as it stands."""
    docket().confirm_authority(request.member.id, authority)
    messages.success(request, _("Entered: you agreed to this authority as it stands."))
    return redirect("authority", authority=authority)


@require_POST
@command
def suspend(request: StaffRequest, authority: str) -> HttpResponse:
    """Stop trusting an authority at once."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, docket().authority(authority, request.member.id), suspend_form=form, status=422)
    docket().suspend_authority(request.member.id, authority, form.cleaned_data["because"])
    messages.success(request, _("Entered: nothing from this authority is carried out by itself any more."))
    return redirect("authority", authority=authority)


@require_POST
@command
def call_back(request: StaffRequest, authority: str) -> HttpResponse:
    """Write down a call for the enrolment."""
    view = docket().authority(authority, request.member.id)
    form = EnrolmentCallForm(request.POST, numbers=_numbers(view))
    if not form.is_valid():
        return _shown(request, view, call_form=form, status=422)
    docket().record_call_back(request.member.id, authority, **form.cleaned_data)
    messages.success(request, _("Entered: the call-back."))
    return redirect("authority", authority=authority)


@require_POST
@command
def enrol_certificate(request: StaffRequest, authority: str) -> HttpResponse:
    """Propose a certificate."""
    form = CertificateForm(request.POST, request.FILES)
    if not form.is_valid():
        view = docket().authority(authority, request.member.id)
        return _shown(request, view, certificate_form=form, status=422)
    docket().enrol_certificate(
        request.member.id, authority, pem=form.cleaned_data["certificate"], label=form.cleaned_data["label"]
    )
    messages.success(request, _("Entered: the certificate waits for a second person."))
    return redirect("authority", authority=authority)


@require_POST
@command
def enrol_key(request: StaffRequest, authority: str) -> HttpResponse:
    """Propose a key to which this authority's packages are encrypted."""
    form = KeyForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            cast("Disclosures", docket()).enrol_encryption_key(request.member.id, authority, **form.cleaned_data)
        except UnusableCertificateError as refusal:
            form.add_error("key", str(refusal))
        else:
            messages.success(request, _("Entered: the key waits for a second person."))
            return redirect("authority", authority=authority)
    return _shown(request, docket().authority(authority, request.member.id), key_form=form, status=422)


@require_POST
@command
def enrol_client(request: StaffRequest, authority: str) -> HttpResponse:
    """Propose an API client and show its secret, this once; it is in no log and on no other page."""
    form = ClientForm(request.POST)
    view = docket().authority(authority, request.member.id)
    if not form.is_valid():
        return _shown(request, view, client_form=form, status=422)
    client = docket().enrol_client(request.member.id, authority, label=form.cleaned_data["label"])
    return render(request, "console/client.html", {"client": client, "held": view.held, "here": "authorities"})


@require_POST
@command
def confirm_certificate(request: StaffRequest, authority: str, credential: str) -> HttpResponse:
    """Agree to a certificate or client."""
    docket().confirm_certificate(request.member.id, credential)
    messages.success(request, _("Entered: it is in force when its cooling period ends."))
    return redirect("authority", authority=authority)


def _shown(request: StaffRequest, view: AuthorityView, *, status: int = 200, **forms: object) -> HttpResponse:
    context = {
        "view": view,
        "held": view.held,
        "here": "authorities",
        "suspend_form": ReasonForm(),
        "call_form": EnrolmentCallForm(numbers=_numbers(view)),
        "certificate_form": CertificateForm(),
        "client_form": ClientForm(),
        "key_form": KeyForm(auto_id="key-%s"),
        **forms,
    }
    return render(request, "console/authority.html", context, status=status)


def _numbers(view: AuthorityView) -> tuple[tuple[str, str], ...]:
    return tuple((held.id, held.number) for held in view.held.numbers)


def _form(request: StaffRequest, form: AuthorityForm | ImportForm, title: str) -> HttpResponse:
    context = {"form": form, "title": title, "here": "authorities", "files": form.is_multipart()}
    return render(request, "console/form_page.html", context, status=422 if form.errors else 200)
