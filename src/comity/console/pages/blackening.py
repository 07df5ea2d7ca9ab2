"""A file that would leave: looked at page by page, made black in parts, given after all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comity.console.door import StaffRequest, command, page, refusal_of, require_recent_proof
from comity.console.forms_redacting import RegionsForm, UndoForm
from comity.console.middleware import SANDBOX
from comity.console.pages.disclosures import commands, context, read
from comity.docket.disclosures.redaction_desk import Looked
from comity.docket.disclosures.views import DisclosureView
from comity.docket.views import CaseView


@dataclass(frozen=True)
class _Place:
    """Where in what was collected somebody looks."""

    collection: str
    file: str
    page: int


@require_safe
@page
def show(request: StaffRequest, number: int, collection: str, file: str) -> HttpResponse:
    """A page of the file as it would leave. Who looked is entered, so that a session must have proven itself lately."""
    require_recent_proof(request)
    case, found = read(request, number)
    return _screen(request, case, found, _Place(collection, file, _page(request)))


@require_safe
@page
def picture(request: StaffRequest, number: int, collection: str, file: str) -> HttpResponse:
    """That page's pixels, drawn anew: nothing of the file itself reaches the browser."""
    require_recent_proof(request)
    case, _found = read(request, number)
    drawn = commands().file_page(
        case.line.case, request.member.id, collection=collection, file=file, page=_page(request)
    )
    response = HttpResponse(drawn, content_type="image/jpeg")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_POST
@command
def blacken(request: StaffRequest, number: int, collection: str, file: str) -> HttpResponse:
    """Make parts of the page black; both forms stay in custody, and the black one leaves."""
    case, found = read(request, number)
    form, shown = RegionsForm(request.POST), _page(request)
    if form.is_valid():
        looked = Looked(collection, form.cleaned_data["form"], file)
        said = {"regions": form.regions(shown), "because": form.cleaned_data["because"]}
        why = refusal_of(lambda: commands().redact_regions(case.line.case, request.member.id, looked, **said))
        if not why:
            messages.success(request, _("Entered: this is the form that leaves; the whole stays in custody."))
            return redirect(_address(number, collection, file, shown))
        form.add_error(None, why)
    return _screen(request, case, found, _Place(collection, file, shown), regions_form=form, status=422)


@require_POST
@command
def undo(request: StaffRequest, number: int, collection: str, file: str) -> HttpResponse:
    """Give after all what was made black last."""
    case, found = read(request, number)
    form, shown = UndoForm(request.POST, auto_id="undo-%s"), _page(request)
    if form.is_valid():
        looked = Looked(collection, form.cleaned_data["form"], file)
        because = form.cleaned_data["because"]
        why = refusal_of(lambda: commands().undo_redaction(case.line.case, request.member.id, looked, because=because))
        if not why:
            messages.success(request, _("Entered: the form before it leaves."))
            return redirect(_address(number, collection, file, shown))
        form.add_error(None, why)
    return _screen(request, case, found, _Place(collection, file, shown), undo_form=form, status=422)


def _screen(
    request: StaffRequest,
    case: CaseView,
    found: DisclosureView,
    place: _Place,
    *,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    seen = commands().file_shown(case.line.case, request.member.id, collection=place.collection, file=place.file)
    at = min(place.page, seen.pages)
    said = {
        **context(case, found),
        "collection": place.collection,
        "seen": seen,
        "at": at,
        "previous": at - 1,
        "next": at + 1 if at < seen.pages else 0,
        "regions_form": RegionsForm(initial={"form": seen.form}),
        "undo_form": UndoForm(auto_id="undo-%s", initial={"form": seen.form}),
        **forms,
    }
    return render(request, "console/collection_file.html", said, status=status)


def _page(request: StaffRequest) -> int:
    said = request.GET.get("page", "1")
    return max(1, int(said)) if said.isascii() and said.isdecimal() and len(said) < 6 else 1


def _address(number: int, collection: str, file: str, shown: int) -> str:
    return f"{reverse('collection_file', args=(number, collection, file))}?page={shown}"
