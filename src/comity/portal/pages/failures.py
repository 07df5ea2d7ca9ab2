"""Error pages. Each says what happened and what to do now; none says what is behind it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    del exception
    return _page(request, 400, _("That could not be read"), _("Go back, reload the page and send it again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    del exception
    return _page(request, 403, _("That is not open to you"), _("Reload the page before you send it again."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from our own page."""
    del reason
    return _page(request, 403, _("That is not open to you"), _("Reload the page before you send it again."))


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    advice = _("Look at your list before you send anything again. The clock of an order runs from its receipt here.")
    return _page(request, 500, _("Something broke"), advice)


def _page(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    context = {"title": title, "advice": advice, "status": status}
    return render(request, "portal/failure.html", context, status=status)
