"""The docket: what is pending, for whom, until when."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from comity.console import words
from comity.console.door import StaffRequest, docket, page

_LONGEST_SEARCH = 200
_LONGEST_CURSOR = 400


@require_safe
@page
def show(request: StaffRequest) -> HttpResponse:
    """A page of the docket; as a fragment (the lines alone) when HTMX refreshes the clocks."""
    tab = request.GET.get("tab", "pending")
    if tab not in words.TABS:
        return redirect("docket")
    search = request.GET.get("search", "").strip()[:_LONGEST_SEARCH]
    cursor = request.GET.get("cursor", "")[:_LONGEST_CURSOR] or None
    if search.isdecimal() and len(search) < 12:
        return redirect("case", number=int(search))
    found = docket().page(tab=tab, search=search, cursor=cursor, viewer=request.member.id)
    context = {"page": found, "tab": tab, "tabs": words.TABS, "search": search, "cursor": cursor, "here": "docket"}
    fragment = request.headers.get("HX-Target") == "lines"
    if not fragment:
        context["clock_jumped"] = not docket().clock_is_sane()
        context["night_gaps"] = docket().night_gaps(request.member.id)
    return render(request, "console/docket_lines.html" if fragment else "console/docket.html", context)
