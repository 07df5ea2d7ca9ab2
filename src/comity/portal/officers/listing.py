"""The orders of one's own authority, and what it told us beforehand."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.portal.door import PortalRequest, docket, limited, now, page
from comity.portal.limits import Limit
from comity.portal.officers.acting import acting

_WRITINGS = Limit(20)
_PAGE = 50


class InformationForm(forms.Form):
    """Procedures and deadlines, before a first order."""

    text = forms.CharField(
        label=_("Procedures and deadlines that will apply"), max_length=8000, widget=forms.Textarea(attrs={"rows": 8})
    )


@require_safe
@page
def orders(request: PortalRequest) -> HttpResponse:
    """The newest first; colleagues of one authority see the same list."""
    search = request.GET.get("search", "").strip()[:200]
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
    lines = docket().my_orders(acting(request), search=search.replace("\0", ""), before=before)
    more = lines[-1].number if len(lines) == _PAGE else None
    context = {"lines": lines, "search": search, "more": more, "now": now(), "here": "orders"}
    return render(request, "portal/orders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@limited(_WRITINGS, by_person=True)
@page
def information(request: PortalRequest) -> HttpResponse:
    """The information of Article 3(2): given, and what was given before."""
    form = InformationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        docket().inform_beforehand(acting(request), form.cleaned_data["text"])
        response = redirect("officers:information")
        response.headers["Location"] += "?said=informed"
        return response
    told = docket().informed_beforehand(acting(request))
    context = {"form": form, "told": told, "here": "information", "said": _said(request)}
    return render(request, "portal/information.html", context, status=422 if form.errors else 200)


def _said(request: PortalRequest) -> str:
    return "informed" if request.GET.get("said") == "informed" else ""
