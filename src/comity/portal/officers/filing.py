"""Filing an order: the annex as a form, every finding while it is typed, the signed document beside it."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.casefile.documents import Json
from comity.docket.officer_orders import Filing
from comity.docket.portal_views import Checked
from comity.portal.door import PortalRequest, docket, limited, page
from comity.portal.limits import Limit
from comity.portal.officers import annex
from comity.portal.officers.acting import acting

CHECKS, FILINGS = Limit(120), Limit(30)
LIMITS = (CHECKS, FILINGS)
LARGEST_DOCUMENT = 4 * 1024 * 1024
_ORDER = ("fails", "undetermined", "holds")
_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}", re.ASCII)


@require_http_methods(["GET", "HEAD", "POST"])
@limited(FILINGS, by_person=True)
@page
def new(request: PortalRequest) -> HttpResponse:
    """The form; filed, checked, or with more lines for addresses."""
    if request.method != "POST":
        return _shown(request, docket().blank_order(acting(request)), judged=False)
    form = annex.typed(request.POST)
    if "more" in request.POST:
        return _shown(request, form, places=_places(request) + 5)
    if "file" not in request.POST:
        return _shown(request, form)
    document, wrong = attached(request)
    if wrong:
        return _shown(request, form, wrong=wrong, status=422)
    order = Filing(form=form, key=key(request), attached=document, peer=request.where.network[:32])
    return entered(request, docket().file_order(acting(request), order), said="filed")


@require_POST
@limited(CHECKS, by_person=True)
@page
def check(request: PortalRequest) -> HttpResponse:
    """The findings alone, for a page that is being typed."""
    return render(request, "portal/findings.html", _findings(request, annex.typed(request.POST)))


@require_safe
def filed(request: PortalRequest) -> HttpResponse:
    """What an unconfirmed device hears after filing: that it is here, and no more."""
    return render(request, "portal/filed.html")


def _shown(
    request: PortalRequest, form: Json, *, places: int = 0, judged: bool = True, wrong: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "sections": annex.sections(form, places=places or _places(request), judged=judged),
        "key": key(request),
        "places": places or _places(request),
        "offsets": annex.OFFSETS,
        "units": annex.UNITS,
        "wrong": wrong,
        "here": "new",
        **(_findings(request, form) if judged else {}),
    }
    return render(request, "portal/new.html", context, status=status)


def entered(request: PortalRequest, filed: tuple[str, bool], *, said: str) -> HttpResponse:
    """Where an officer goes after filing: to the order's page, or, on a device that is not confirmed, to no more than
    the word that it is here.
    """
    reference, repeated = filed
    if request.signed_in is not None and request.signed_in.stage != "full":
        return redirect("officers:filed")
    response = redirect("officers:order", reference=reference)
    response.headers["Location"] += f"?said={'repeated' if repeated else said}"
    return response


def _findings(request: PortalRequest, form: Json) -> dict[str, Any]:
    return grouped(docket().check_order(acting(request), form))


def grouped(checked: Checked) -> dict[str, Any]:
    """What was found, by its outcome, for ``findings.html``."""
    found = checked.assessment.findings
    groups = [(outcome, [one for one in found if one.outcome.value == outcome]) for outcome in _ORDER]
    return {
        "groups": [group for group in groups if group[1]],
        "faults": checked.faults,
        "counts": {outcome: len(members) for outcome, members in groups},
        "answer": checked.assessment.answer.value,
        "judged": True,
    }


def attached(request: HttpRequest) -> tuple[bytes | None, str]:
    """The signed document, if one was attached, and why it cannot be taken."""
    upload = request.FILES.get("document")
    if upload is None:
        return None, ""
    if (upload.size or 0) > LARGEST_DOCUMENT:
        return None, _("The document is larger than 4 MB. Nothing was entered.")
    body = upload.read()
    if not body.startswith(b"%PDF-"):
        return None, _("The document is not a PDF. Nothing was entered.")
    return body, ""


def _places(request: HttpRequest) -> int:
    text = request.POST.get("places", "")
    return min(int(text), annex.MOST_PLACES) if text.isascii() and text.isdigit() and len(text) < 4 else annex.PLACES


def key(request: HttpRequest) -> str:
    """What makes a second sending the same order: drawn when the page was first shown."""
    given = request.POST.get("key", "")
    return given if _KEY.fullmatch(given) else secrets.token_urlsafe(24)
