"""Hunts: ordered here, followed while they search, counted before anything is shown, and then decided in a review."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from comity.console import figures_hunts, pictures
from comity.console.commands_hunts import Hunts
from comity.console.door import StaffRequest, command, docket, page
from comity.console.forms import ReasonForm
from comity.console.forms_hunts import HuntForm
from comity.console.middleware import SANDBOX
from comity.docket import spoken
from comity.docket.errors import DocketRefused
from comity.docket.hunts.errors import UnusableSearch
from comity.matching.errors import MatchingFailure

_MOVING = frozenset({"ordered", "entering"})
_DONE = {
    "release": gettext_noop("Entered: what was found goes into review."),
    "narrow": gettext_noop("Entered: it is searched again without these."),
    "again": gettext_noop("Entered: it is searched again."),
    "stop": gettext_noop("Entered: it is ended."),
}


def _commands() -> Hunts:
    return cast("Hunts", docket())


@require_safe
@page
def index(request: StaffRequest) -> HttpResponse:
    """Every hunt, the newest first."""
    context = {"page": _commands().hunts(request.member.id), "here": "hunts"}
    return render(request, "console/hunts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@command
def new(request: StaffRequest) -> HttpResponse:
    """Order one; what the rooms below refuse is said beside what was typed, so that nothing is lost."""
    found = _commands().hunts(request.member.id)
    form = HuntForm(request.POST or None, request.FILES or None, banks=found.banks)
    if request.method == "POST" and form.is_valid():
        try:
            number = _commands().order_hunt(request.member.id, form.wish())
        except (DocketRefused, MatchingFailure) as refusal:
            form.add_error(None, spoken.sentence_of(str(refusal)))
        else:
            messages.success(request, _("Entered: it is searched now."))
            return redirect("hunt", number)
    context = {"form": form, "title": _("Order a hunt"), "files": True, "here": "hunts"}
    return render(request, "console/form_page.html", context, status=422 if form.errors else 200)


@require_safe
@page
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One hunt: how far it is, then what it found in numbers, then a veiled sample."""
    view = _commands().hunt(number, request.member.id)
    context = {
        "view": view,
        "line": view.line,
        "drawn": [figures_hunts.histogram(one) for one in view.distances],
        "moving": view.line.state in _MOVING,
        "here": "hunts",
    }
    return render(request, "console/hunt.html", context)


@require_POST
@command
def step(request: StaffRequest, number: int, step: str) -> HttpResponse:
    """Let it go on, narrow it, have it searched again, or end it."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        title = _("Hunt %(n)s") % {"n": number}
        return render(request, "console/form_page.html", {"form": form, "title": title}, status=422)
    because, viewer = form.cleaned_data["because"], request.member.id
    if step == "narrow":
        places = request.POST.getlist("without")
        if not all(place.isdecimal() for place in places):
            raise UnusableSearch
        _commands().narrow_hunt(viewer, number, frozenset(int(place[:9]) for place in places), because)
    else:
        steps = {
            "release": _commands().release_hunt,
            "again": _commands().repeat_hunt,
            "stop": _commands().stop_hunt,
        }
        steps[step](viewer, number, because)
    messages.success(request, _(_DONE[step]))
    return redirect("hunt", number)


@require_POST
@command
def of_case(request: StaffRequest, number: int) -> HttpResponse:
    """Order the search for copies of what a case disabled."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "console/form_page.html", {"form": form, "title": _("Search for copies")}, status=422)
    hunt = _commands().order_case_hunt(request.member.id, number, form.cleaned_data["because"])
    messages.success(request, _("Entered: it is searched now."))
    return redirect("hunt", hunt)


@require_GET
@page
def picture(request: StaffRequest, number: int, place: int) -> HttpResponse:
    """The picture of a found item, veiled here: what it clearly shows is seen in a review alone."""
    _media_type, chunks = _commands().hunt_picture(request.member.id, number, place)
    answer = HttpResponse(pictures.veiled(chunks), content_type="image/jpeg")
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
