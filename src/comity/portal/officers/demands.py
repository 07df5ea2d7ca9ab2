"""Filing a demand about a user: a law is chosen, its own form filled in, every finding shown before it is sent."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity import law
from comity.casefile.documents import Json
from comity.docket.officer_orders import Filing
from comity.law.asking import about_users
from comity.pages import demands as forms
from comity.portal.door import PortalRequest, docket, limited, page
from comity.portal.officers import filing
from comity.portal.officers.acting import acting

_MORE = 5


@require_safe
@page
def demands(request: PortalRequest) -> HttpResponse:
    """Under which law?"""
    may = docket().laws_of(acting(request))
    other = (forms.ILLEGAL, forms.title(forms.ILLEGAL)) if forms.ILLEGAL in may else None
    context = {"choices": [one for one in forms.choices() if one[0] in may], "other": other, "here": "demands"}
    return render(request, "portal/demands.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@limited(filing.FILINGS, by_person=True)
@page
def demand(request: PortalRequest, instrument: str) -> HttpResponse:
    """The form of one law; filed, checked, or with more lines for identifiers."""
    _known(instrument)
    if request.method != "POST":
        return _shown(request, instrument, docket().blank_demand(acting(request), instrument), judged=False)
    form = _typed(request, instrument)
    if "more" in request.POST:
        return _shown(request, instrument, form, rows=_rows(request) + _MORE)
    if "file" not in request.POST:
        return _shown(request, instrument, form)
    attached, wrong = filing.attached(request)
    if wrong:
        return _shown(request, instrument, form, wrong=wrong)
    order = Filing(form=form, key=filing.key(request), attached=attached, peer=request.where.network[:32])
    return filing.entered(request, docket().file_order(acting(request), order), said="asked")


@require_POST
@limited(filing.CHECKS, by_person=True)
@page
def check(request: PortalRequest, instrument: str) -> HttpResponse:
    """The findings alone, for a page that is being typed."""
    _known(instrument)
    return render(request, "portal/findings.html", _findings(request, _typed(request, instrument)))


@require_http_methods(["GET", "HEAD", "POST"])
@limited(filing.FILINGS, by_person=True)
@page
def correct(request: PortalRequest, reference: str) -> HttpResponse:
    """Answer what was asked: the demand as it was filed, to be corrected; only what then reads otherwise is sent."""
    order = docket().my_order(acting(request), reference)
    if "clarify" not in order.may or order.instrument not in about_users():
        raise Http404
    form = law.instrument(order.instrument).order_form.form
    given = forms.posted(request.POST)
    demanded = forms.typed(form, given) if request.method == "POST" else order.form
    wrong, note = "", request.POST.get("note", "").strip()[:8000]
    if request.method == "POST" and "more" not in request.POST:
        changes = forms.changes(form, order.form, given)
        if changes or note:
            docket().clarify_order(acting(request), reference, changes=changes, grounds_ceased=False, note=note)
            return _back(reference)
        wrong = _("Correct a field, or write an explanation. Nothing was entered.")
    rows = _rows(request) + (_MORE if "more" in request.POST else 0)
    context = {
        "order": order,
        "title": forms.title(order.instrument),
        "sections": forms.sections(order.instrument, demanded, rows=rows, judged=request.method == "POST"),
        "rows": rows,
        "note": note,
        "wrong": wrong,
        "here": "orders",
    }
    return render(request, "portal/correct.html", context, status=422 if wrong else 200)


def _known(instrument: str) -> None:
    if instrument not in forms.fileable():
        raise Http404


def _typed(request: PortalRequest, instrument: str) -> Json:
    form = law.instrument(instrument).order_form.form
    return {**forms.typed(form, forms.posted(request.POST)), "instrument": instrument}


def _rows(request: PortalRequest) -> int:
    text = request.POST.get("rows", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else forms.ROWS


def _shown(
    request: PortalRequest,
    instrument: str,
    form: Json,
    *,
    rows: int = 0,
    judged: bool = True,
    wrong: str = "",
) -> HttpResponse:
    wanted = rows or _rows(request)
    context = {
        "instrument": instrument,
        "title": forms.title(instrument),
        "sections": forms.sections(instrument, form, rows=wanted, judged=judged),
        "key": filing.key(request),
        "rows": wanted,
        "wrong": wrong,
        "here": "demands",
        **(_findings(request, form) if judged else {}),
    }
    return render(request, "portal/demand.html", context, status=422 if wrong else 200)


def _findings(request: PortalRequest, form: Json) -> dict[str, Any]:
    return {**filing.grouped(docket().check_demand(acting(request), form)), "about_users": True}


def _back(reference: str) -> HttpResponse:
    response = redirect("officers:order", reference=reference)
    response.headers["Location"] += "?said=corrected"
    return response
