"""What every page does: find the docket, know who looks, turn a refusal into a page that says what to do."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from comity.casefile.clock import WallClock
from comity.console.commands import Commands
from comity.console.shapes import Member

RECENT_SECONDS = 1800
"""How long a log-in counts as recent for commands that change something. The hour of an order has room for one."""

P = ParamSpec("P")
View = Callable[Concatenate["StaffRequest", P], HttpResponseBase]


class StaffRequest(HttpRequest):
    """A request that ``StrongLogin`` let through: there is a member of staff behind it."""

    member: Member


def docket() -> Commands:
    """The object that carries every command."""
    return cast("Commands", settings.COMITY_DOCKET)


def page(view: View[P]) -> View[P]:
    """Show a refusal from below as a page with its code; anything that is no refusal stays an error."""

    @functools.wraps(view)
    def shown(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Exception as failure:
            code = getattr(failure, "code", None)
            if not isinstance(code, str):
                raise
            return refused(request, code=code, message=str(failure))

    return cast("View[P]", shown)


def command(view: View[P]) -> View[P]:
    """Let only a recently proven person change anything: else the factor is asked for, then the command goes on."""

    @functools.wraps(view)
    def guarded(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST":
            require_recent_proof(request)
        return page(view)(request, *args, **kwargs)

    return cast("View[P]", guarded)


def require_recent_proof(request: HttpRequest) -> None:
    """Raise ``ReauthenticationRequired`` unless this session proved itself within ``RECENT_SECONDS``."""
    if proven_seconds_ago(request) > RECENT_SECONDS:
        raise ReauthenticationRequired


def proven_seconds_ago(request: HttpRequest) -> float:
    """Seconds since this session last proved who it is, by any factor; infinite when it never did."""
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    newest = max((float(record["at"]) for record in records), default=float("-inf"))
    return WallClock().now().utc.timestamp() - newest


_CONFLICT = 409
_STATUS_OF = (("unknown_", 404), ("no_such_", 404), ("duty", 403), ("role_may_not", 403), ("not_staff", 403))


def refused(request: HttpRequest, *, code: str, message: str) -> HttpResponse:
    """A page that says what was refused and what to do next; 404, 403 or 409 by the code's words."""
    return render(request, "console/refused.html", {"code": code, "message": message}, status=_status_of(code))


def refusal_of(save: Callable[[], object]) -> str:
    """Do something; gives why it was refused, to be said beside the form, or nothing. What is not this person's, or not
    there, has a page of its own, and what is no refusal stays an error.
    """
    try:
        save()
    except Exception as failure:
        code = getattr(failure, "code", None)
        if not isinstance(code, str) or _status_of(code) != _CONFLICT:
            raise
        return str(failure)
    return ""


def _status_of(code: str) -> int:
    reason = code.rsplit(".", 1)[-1]
    return next((status for word, status in _STATUS_OF if word in reason), _CONFLICT)
