"""Exchanges: where lists of signals come from, how the last fetch went, and the lists that wait for a person."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.console.commands_exchanges import Exchanges
from comity.console.door import StaffRequest, command, docket, page
from comity.console.forms import ReasonForm
from comity.console.forms_exchanges import ExchangeForm, ListForm, NewExchangeForm, SettleForm
from comity.console.saving import FormPage
from comity.docket.exchanges import Said
from comity.matching.errors import MatchingFailure
from comity.matching.exchanges.errors import UnknownExchange
from comity.matching.exchanges.importing import Given

_BOTH = require_http_methods(["GET", "HEAD", "POST"])
_form = FormPage("exchanges", refusals=(MatchingFailure,)).answer


def _commands() -> Exchanges:
    return cast("Exchanges", docket())


@require_safe
@page
def index(request: StaffRequest) -> HttpResponse:
    """Every exchange and every list that waits."""
    context = {"page": _commands().exchanges(request.member.id), "here": "exchanges"}
    return render(request, "console/exchanges.html", context)


@_BOTH
@command
def new(request: StaffRequest) -> HttpResponse:
    """Set one up."""
    found = _commands().exchanges(request.member.id)
    kinds = tuple((kind.name, f"{kind.name}: {kind.meaning}") for kind in found.kinds)
    form = NewExchangeForm(request.POST or None, banks=found.banks, kinds=kinds)

    def save() -> None:
        fields = form.cleaned_data
        _commands().set_up_exchange(
            request.member.id, name=fields["name"], kind=fields["kind"], said=_said(form), because=fields["because"]
        )

    return _form(request, form, save, _("Set up an exchange"))


@_BOTH
@command
def change(request: StaffRequest, exchange: str) -> HttpResponse:
    """Change what is said of one."""
    found = _commands().exchanges(request.member.id)
    line = next((line for line in found.exchanges if line.name == exchange), None)
    if line is None:
        raise UnknownExchange
    initial = {name: getattr(line, name) for name in ("bank", "settings", "secrets", "pace", "enabled")}
    form = ExchangeForm(request.POST or None, banks=found.banks, initial=initial)

    def save() -> None:
        _commands().change_exchange(
            request.member.id, name=exchange, said=_said(form), because=form.cleaned_data["because"]
        )

    return _form(request, form, save, _("Change %(name)s") % {"name": exchange})


@require_POST
@command
def end(request: StaffRequest, exchange: str) -> HttpResponse:
    """Fetch no more from it."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "console/form_page.html", {"form": form, "title": _("End an exchange")}, status=422)
    _commands().end_exchange(request.member.id, exchange, form.cleaned_data["because"])
    messages.success(request, _("Entered: nothing more is fetched. What it listed stays."))
    return redirect("exchanges")


@require_POST
@command
def fetch(request: StaffRequest, exchange: str) -> HttpResponse:
    """Have it fetched at once."""
    _commands().fetch_exchange(request.member.id, exchange)
    messages.success(request, _("It is fetched at once."))
    return redirect("exchanges")


@require_POST
@command
def settle(request: StaffRequest, waiting: str) -> HttpResponse:
    """List what waits, or discard it."""
    form = SettleForm(request.POST)
    if not form.is_valid():
        title = _("A list that waits")
        return render(request, "console/form_page.html", {"form": form, "title": title}, status=422)
    release = form.cleaned_data["release"] == "yes"
    _commands().settle_list(request.member.id, waiting, form.cleaned_data["because"], release=release)
    said = _("Entered: the list is in force.") if release else _("Entered: nothing of the list was taken.")
    messages.success(request, said)
    return redirect("exchanges")


@require_POST
@command
def settle_item(request: StaffRequest, item: int) -> HttpResponse:
    """Let an item that was held back match again, or switch it off."""
    form = SettleForm(request.POST)
    if not form.is_valid():
        title = _("An item that is held back")
        return render(request, "console/form_page.html", {"form": form, "title": title}, status=422)
    release = form.cleaned_data["release"] == "yes"
    _commands().settle_item(request.member.id, item, form.cleaned_data["because"], release=release)
    messages.success(request, _("Entered: it matches again.") if release else _("Entered: it is switched off."))
    return redirect("exchanges")


@_BOTH
@command
def give(request: StaffRequest) -> HttpResponse:
    """Import a list, once."""
    found = _commands().exchanges(request.member.id)
    form = ListForm(request.POST or None, request.FILES or None, banks=found.banks)

    def save() -> None:
        fields = form.cleaned_data
        given = Given(fields["kind"], _("the list"), fields["file"], fields["member"])
        done = _commands().import_list(request.member.id, fields["bank"], given, fields["because"])
        if done.waits:
            messages.warning(request, _("It would match much: it waits below for a person."))
        counted = {"n": done.items, "refused": done.refused, "passed": done.passed}
        said = ngettext(
            "%(n)s item was listed; %(refused)s rows were refused, %(passed)s passed over.",
            "%(n)s items were listed; %(refused)s rows were refused, %(passed)s passed over.",
            done.items,
        )
        messages.info(request, said % counted)

    return _form(request, form, save, _("Import a list"))


@require_POST
@command
def export(request: StaffRequest, bank: str) -> HttpResponseBase:
    """A bank as a STIX bundle."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "console/form_page.html", {"form": form, "title": _("Export a bank")}, status=422)
    pieces = _commands().export_bank(request.member.id, bank, form.cleaned_data["because"])
    answer = StreamingHttpResponse(pieces, content_type="application/stix+json;version=2.1")
    answer["Content-Disposition"] = f'attachment; filename="{bank}.stix.json"'
    return answer


def _said(form: forms.Form) -> Said:
    fields = form.cleaned_data
    return Said(fields["bank"], fields["settings"], fields["secrets"], fields["pace"], fields["enabled"])
