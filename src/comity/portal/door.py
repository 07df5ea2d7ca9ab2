"""What every page of the portal does: find the docket, know who asks and from where, turn a refusal into a page."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from comity.casefile.clock import Instant
from comity.portal.commands import Account, Commands
from comity.portal.limits import Limit, caller_of
from comity.portal.sessions import Place, SignedIn

_ABSENT = frozenset({"no_such_case", "no_such_package"})
"""Refusals that must not tell whether there is such a thing."""
P = ParamSpec("P")
View = Callable[Concatenate["PortalRequest", P], HttpResponseBase]


class PortalRequest(HttpRequest):
    """A request as the middleware completes it: where it comes from and, behind the gate, who asks."""

    where: Place
    address: str
    """The network address, for limits only; it is never written down."""
    signed_in: SignedIn | None
    account: Account


def docket() -> Commands:
    """The object that carries every command."""
    return cast("Commands", settings.COMITY_DOCKET)


def now() -> Instant:
    """The present instant, by the docket's clock."""
    return docket().clock.now()


def page(view: View[P]) -> View[P]:
    """Show a refusal from below as a page with its code; anything that is no refusal stays an error."""

    @functools.wraps(view)
    def shown(request: PortalRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Exception as failure:
            code = getattr(failure, "code", None)
            if not isinstance(code, str):
                raise
            return refused(request, code=code, message=str(failure))

    return cast("View[P]", shown)


def limited(limit: Limit, *, by_person: bool = False) -> Callable[[View[P]], View[P]]:
    """Let one network (or, behind the gate, one person) post only so often; reading a page is not counted."""

    def around(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def held(request: PortalRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            caller = request.account.id if by_person else caller_of(request.address)
            if request.method == "POST" and not limit.allows(caller, now()):
                title, advice = _("Too many at once"), _("Wait a few minutes and try again. Nothing was entered.")
                context = {"title": title, "advice": advice, "status": 429}
                response = render(request, "portal/failure.html", context, status=429)
                response.headers["Retry-After"] = "120"
                return response
            return view(request, *args, **kwargs)

        return cast("View[P]", held)

    return around


def refused(request: HttpRequest, *, code: str, message: str) -> HttpResponse:
    """What was refused and what to do; an order that is absent and one of another authority look the same."""
    if code in _ABSENT:
        return absent(request)
    return render(request, "portal/refused.html", {"code": code, "message": message}, status=409)


def absent(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same for what does not exist and what is not yours."""
    del exception
    context = {"title": _("There is no such page"), "advice": _("Go back to your list."), "status": 404}
    return render(request, "portal/failure.html", context, status=404)
