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
    return _page(request, 403, _("That is not open to you"), _("Ask somebody whose role includes it."))


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; the same for what does not exist and what you may not see."""
    del exception
    return _page(request, 404, _("There is no such page"), _("Look for the case on the docket."))


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(
        request,
        500,
        _("Something broke"),
        _("Nothing was entered by this page. Look at the case again before you repeat anything; the clocks go on."),
    )


def _page(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    context = {"title": title, "advice": advice, "status": status}
    return render(request, "console/failure.html", context, status=status)
