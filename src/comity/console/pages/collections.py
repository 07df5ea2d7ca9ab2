"""What was collected, looked at before it leaves: page by page, redacted, let go or sent back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comity.console.door import StaffRequest, command, page, refusal_of, require_recent_proof
from comity.console.errors import UnknownCollectionError
from comity.console.forms import ReasonForm
from comity.console.forms_disclosures import ReleaseForm
from comity.console.forms_redacting import RedactForm, UndoForm
from comity.console.pages.disclosures import commands, context, read, shown
from comity.docket.disclosures.redaction_desk import Looked
from comity.docket.disclosures.views import DisclosureView, Preview
from comity.docket.views import CaseView

_LONGEST = 2000
"""Signs of one value that a page shows; the rest is counted, and leaves all the same."""


@require_safe
@page
def preview(request: StaffRequest, number: int, collection: str) -> HttpResponse:
    """A page of what would leave. Who looked is entered, so that a session must have proven itself lately."""
    require_recent_proof(request)
    case, found = read(request, number)
    said = request.GET.get("first", "1")
    first = int(said) if said.isdecimal() and len(said) < 10 else 1
    return _previewed(request, case, found, collection, first)


@require_POST
@command
def redact(request: StaffRequest, number: int, collection: str) -> HttpResponse:
    """Leave the ticked fields and rows out; both forms stay in custody."""
    case, found = read(request, number)
    line = next((one for one in found.collections if one.collection == collection), None)
    if line is None:
        raise UnknownCollectionError
    form = RedactForm(request.POST, names=line.fields, numbers=range(1, line.rows + 1))
    if not form.is_valid():
        return _previewed(request, case, found, collection, 1, redact_form=form, status=422)
    chosen = form.cleaned_data
    why = refusal_of(
        lambda: commands().redact(
            case.line.case,
            request.member.id,
            Looked(collection, chosen["form"]),
            fields=frozenset(chosen["fields_out"]),
            rows=frozenset(int(one) for one in chosen["rows_out"]),
            because=chosen["because"],
        )
    )
    if why:
        form.add_error(None, why)
        return _previewed(request, case, found, collection, 1, redact_form=form, status=422)
    messages.success(request, _("Entered: this is the form that leaves; the whole stays in custody."))
    return redirect("collection", number=number, collection=collection)


@require_POST
@command
def undo(request: StaffRequest, number: int, collection: str) -> HttpResponse:
    """Give after all the fields and rows that were left out last."""
    case, found = read(request, number)
    form = UndoForm(request.POST, auto_id="undo-%s")
    if form.is_valid():
        looked = Looked(collection, form.cleaned_data["form"])
        because = form.cleaned_data["because"]
        why = refusal_of(lambda: commands().undo_redaction(case.line.case, request.member.id, looked, because=because))
        if not why:
            messages.success(request, _("Entered: the form before it leaves."))
            return redirect("collection", number=number, collection=collection)
        form.add_error(None, why)
    return _previewed(request, case, found, collection, 1, undo_form=form, status=422)


@require_POST
@command
def let_go(request: StaffRequest, number: int) -> HttpResponse:
    """Let it go, exactly as it is shown now."""
    case, found = read(request, number)
    form = ReleaseForm(request.POST, auto_id="release-%s")
    if form.is_valid():
        chosen = form.cleaned_data
        why = refusal_of(
            lambda: commands().let_go(case.line.case, request.member.id, seen=chosen["seen"], because=chosen["because"])
        )
        if why:
            form.add_error(None, why)
        else:
            messages.success(request, _("Entered: it is sealed, encrypted to the authority's key, and sent."))
            return redirect("disclosure", number=number)
    return shown(request, case, found, release_form=form, status=422)


@require_POST
@command
def send_back(request: StaffRequest, number: int) -> HttpResponse:
    """It must not leave: it is erased, and the demand is decided anew."""
    case, found = read(request, number)
    form = ReasonForm(request.POST, auto_id="back-%s")
    if not form.is_valid():
        return shown(request, case, found, send_back_form=form, status=422)
    commands().send_back(case.line.case, request.member.id, form.cleaned_data["because"])
    messages.success(request, _("Entered: what was collected is erased. The demand is back on the docket."))
    return redirect("disclosure", number=number)


def _previewed(
    request: StaffRequest,
    case: CaseView,
    found: DisclosureView,
    collection: str,
    first: int,
    *,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    line = next((one for one in found.collections if one.collection == collection), None)
    if line is None:
        raise UnknownCollectionError
    seen = commands().preview(case.line.case, request.member.id, collection=collection, first=first)
    names = _names(seen)
    said = {
        **context(case, found),
        "collection": line,
        "seen": seen,
        "columns": names,
        "rows": [_row(row, names, seen.files) for row in seen.rows],
        "last": seen.first + len(seen.rows) - 1,
        "next": seen.first + len(seen.rows),
        "redact_form": RedactForm(names=names, numbers=(), initial={"form": seen.form}),
        "undo_form": UndoForm(auto_id="undo-%s", initial={"form": seen.form}),
        **forms,
    }
    return render(request, "console/collection.html", said, status=status)


def _names(seen: Preview) -> tuple[str, ...]:
    """The fields that some row of this page has, in the order of the data set; a field that is empty has no column."""
    used = {name for row in seen.rows for name in _of(row, "fields")}
    head = seen.head.get("fields")
    return tuple(str(name) for name in (head if isinstance(head, (list, tuple)) else ()) if str(name) in used)


def _row(row: dict[str, Any], names: tuple[str, ...], files: dict[int, str]) -> dict[str, Any]:
    values = _of(row, "fields")
    cells = [(name, str(values.get(name, "")), max(0, len(str(values.get(name, ""))) - _LONGEST)) for name in names]
    return {
        **{key: row.get(key) for key in ("number", "category", "at", "ended_at", "file")},
        "of": _of(row, "identifier"),
        "original": files.get(int(str(row["number"]))),
        "cells": [(name, text[:_LONGEST], more) for name, text, more in cells],
    }


def _of(row: dict[str, Any], key: str) -> dict[str, Any]:
    value = row.get(key)
    return value if isinstance(value, dict) else {}
