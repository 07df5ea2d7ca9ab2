"""Pages of a session that is not whole yet: a new device or network, a key in its cooling period."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.portal import sessions
from comity.portal.door import PortalRequest, docket, limited, now, page
from comity.portal.kinds import KINDS
from comity.portal.limits import Limit

_CODES = Limit(6, minutes=10)


@require_http_methods(["GET", "HEAD", "POST"])
@limited(_CODES, by_person=True)
@page
def step_up(request: PortalRequest) -> HttpResponse:
    """Confirm a sign-in on a new device or network with the code that our staff told the authority."""
    session = request.signed_in
    assert session is not None  # the gate lets nobody else here
    wrong = ""
    if request.method == "POST":
        if docket().step_up(session.kind, session.holder, request.POST.get("code", "")[:40]):
            sessions.confirm(session, now())
            return redirect(KINDS[session.kind].home)
        wrong = _("This code is not good. Ask for another one.")
    context = {"wrong": wrong, "contact": docket().contact_point(), "home": KINDS[session.kind]}
    return render(request, "portal/step_up.html", context, status=422 if wrong else 200)


@require_safe
def cooling(request: PortalRequest) -> HttpResponse:
    """A key that replaces another one does not count yet."""
    return render(request, "portal/cooling.html", {"account": request.account})
