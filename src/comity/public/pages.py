"""The pages and files of the public door."""

from __future__ import annotations

import functools
import hashlib
import re
from importlib import resources
from pathlib import Path
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.backends.django import DjangoTemplates
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.public import contact as contact_page
from comity.public.commands import PublicCommands

# tlog-tiles: a level or the word entries, then the index in groups of three digits, all but the last with an x.
_TILE = re.compile(r"tile/(?:[0-9]{1,2}|entries)/(?:x[0-9]{3}/){0,6}[0-9]{3}(?:\.p/[0-9]{1,3})?")
_LONGEST_COMPLAINT = 8000


class ComplaintForm(forms.Form):
    """What the content provider says against the measure."""

    text = forms.CharField(label=_("Your complaint"), max_length=_LONGEST_COMPLAINT, widget=forms.Textarea)


def docket() -> PublicCommands:
    """The object that carries every command."""
    return cast("PublicCommands", settings.COMITY_DOCKET)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The signed head of the log."""
    del request
    response = HttpResponse(docket().checkpoint(), content_type="text/plain; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile. Full tiles never change; partial ones neither, but they are replaced by wider ones."""
    del request
    name = f"tile/{path}"
    found = docket().tile(path) if _TILE.fullmatch(name) else None
    if found is None:
        raise Http404
    response = HttpResponse(found, content_type="application/octet-stream")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The head of the log, who vouches for it, its time stamps, the keys, and how anybody checks all of it."""
    return _page(request, "log.html", {"log": docket().log_shown(), "base": request.build_absolute_uri("/")})


@require_safe
def stamp(request: HttpRequest, name: str) -> HttpResponse:
    """A stamped checkpoint or the time-stamping authority's answer; neither ever changes."""
    del request
    found = docket().stamp_file(name)
    if found is None:
        raise Http404
    kind = "application/timestamp-reply" if name.endswith(".tsr") else "text/plain; charset=utf-8"
    response = HttpResponse(found, content_type=kind)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What this is, and how anybody checks the log."""
    return _page(request, "index.html", {"checkpoint": docket().checkpoint()})


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """What a provider must publish: contact points, languages, representative; in the language asked for, if any."""
    known = contact_page.languages()
    wanted = request.GET.get("language", "")
    with translation.override(wanted if wanted in dict(known) else translation.get_language()):
        shown = {"sections": contact_page.sections(docket().published()), "known": known}
        return _page(request, "contact.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form to whoever holds a token that opens one; everybody else sees the same closed page."""
    shown = docket().complaint_form(token)
    if shown is None:
        return _page(request, "complaint_closed.html", {}, status=404)
    form = ComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _filed(request, token, form.cleaned_data["text"])
    context = {"shown": shown, "form": form, "longest": _LONGEST_COMPLAINT}
    return _page(request, "complaint.html", context, status=422 if form.errors else 200)


def _filed(request: HttpRequest, token: str, text: str) -> HttpResponse:
    try:
        docket().file_complaint(token, text, translation.get_language() or "en")
    except Exception as failure:
        if not isinstance(getattr(failure, "code", None), str):
            raise
        # The form closed while it was being filled in: the same page as if it had never been open.
        return _page(request, "complaint_closed.html", {}, status=404)
    return _page(request, "complaint_filed.html", {})


@require_safe
def style(request: HttpRequest, digest: str) -> HttpResponse:
    """The one style sheet, under an address that carries its digest."""
    del request
    body, expected = _style()
    if digest != expected:
        raise Http404
    response = HttpResponse(body, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    del exception
    return _page(request, "absent.html", {}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(request, "broken.html", {}, status=500)


@functools.cache
def _style() -> tuple[bytes, str]:
    body = resources.files("comity.public").joinpath("static/public/public.css").read_bytes()
    return body, hashlib.sha256(body).hexdigest()[:16]


@functools.cache
def _templates() -> DjangoTemplates:
    """This door's own templates, wherever it is installed or not."""
    folder = Path(__file__).parent / "templates" / "public"
    return DjangoTemplates({"NAME": "public", "DIRS": [folder], "APP_DIRS": False, "OPTIONS": {}})


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    whole = {**context, "style": _style()[1]}
    return HttpResponse(_templates().get_template(name).render(whole, request), status=status)
