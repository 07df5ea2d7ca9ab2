"""Incidents: declared, confirmed, watched, handed on. One page shows everything of one."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.casefile.clock import Instant
from comity.console import figures
from comity.console.commands_incidents import Incidents
from comity.console.door import StaffRequest, command, docket, page
from comity.console.forms import ReasonForm
from comity.console.forms_incidents import DeclareForm, EndForm, ItemForm, ReviewSignalForm, SignalForm
from comity.console.saving import FormPage
from comity.docket.errors import DocketRefused
from comity.docket.incidents.tally import Spread
from comity.matching.errors import MatchingFailure

_BOTH = require_http_methods(["GET", "HEAD", "POST"])
_form = FormPage("incidents", "incident", (DocketRefused, MatchingFailure)).answer
_MEDIA = {"pdf": "application/pdf", "json": "application/json"}


def _commands() -> Incidents:
    return cast("Incidents", docket())


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


@require_safe
@page
def index(request: StaffRequest) -> HttpResponse:
    """Every incident."""
    context = {"page": _commands().incidents(request.member.id), "here": "incidents", "language": _language()}
    return render(request, "console/incidents.html", context)


@require_safe
@page
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One incident, whole."""
    view = _commands().incident(number, request.member.id)
    context = {
        "view": view,
        "here": "incidents",
        "language": _language(),
        "spread": _drawn(view.spread),
        "signal_form": SignalForm(kinds=view.kinds, auto_id="signal_%s"),
        "review_form": ReviewSignalForm(auto_id="review_%s"),
        "item_form": ItemForm(auto_id="item_%s"),
    }
    return render(request, "console/incident.html", context)


def _drawn(spread: Spread) -> dict[str, Any]:
    """The two pictures of an incident: what was detected, and what was done about it."""
    rows = spread.stretches
    came, came_most = figures.columns([(one.ours, one.others) for one in rows])
    done, done_most = figures.columns([(one.removed, one.reinstated) for one in rows])
    return {
        "came": came,
        "came_most": came_most,
        "done": done,
        "done_most": done_most,
        "labels": [(_clock(rows[place].starts, spread), x) for place, x in figures.places(len(rows))],
        "minutes": int(spread.length.total_seconds() // 60),
    }


def _clock(at: Instant, spread: Spread) -> str:
    """A label under the picture: the hour, or the day where stretches are days."""
    return f"{at.utc:%d.%m.}" if spread.length.days else f"{at.utc:%H:%M}"


@_BOTH
@command
def declare(request: StaffRequest) -> HttpResponse:
    """Declare an incident."""
    found = _commands().incidents(request.member.id)
    kinds = tuple((one.id, f"{one.named(_language())}: {one.meant(_language())}") for one in found.types)
    form = DeclareForm(request.POST or None, kinds=kinds)

    def save() -> int:
        fields = form.cleaned_data
        said = {"kind": fields["kind"], "title": fields["title"], "because": fields["because"]}
        return _commands().declare_incident(request.member.id, **said, ends_at=form.ends_at(found.now))

    return _form(request, form, save, _("Declare an incident"))


@require_POST
@command
def confirm(request: StaffRequest, number: int) -> HttpResponse:
    """Agree, as a second person."""
    form = ReasonForm(request.POST)
    return _form(
        request,
        form,
        lambda: _commands().confirm_incident(request.member.id, number, form.cleaned_data["because"]),
        _("Confirm the incident"),
        number,
    )


@_BOTH
@command
def extend(request: StaffRequest, number: int) -> HttpResponse:
    """Give it another end."""
    now = _commands().incidents(request.member.id).now
    form = EndForm(request.POST or None)

    def save() -> None:
        because = form.cleaned_data["because"]
        _commands().extend_incident(request.member.id, number, because=because, ends_at=form.ends_at(now))

    return _form(request, form, save, _("Give it another end"), number)


@require_POST
@command
def close(request: StaffRequest, number: int) -> HttpResponse:
    """Close it before its time."""
    form = ReasonForm(request.POST)
    return _form(
        request,
        form,
        lambda: _commands().close_incident(request.member.id, number, form.cleaned_data["because"]),
        _("Close the incident"),
        number,
    )


@_BOTH
@command
def list_signal(request: StaffRequest, number: int) -> HttpResponse:
    """List a signal in its bank."""
    kinds = _commands().incident(number, request.member.id).kinds
    form = SignalForm(request.POST or None, kinds=kinds)
    return _form(
        request,
        form,
        lambda: _commands().list_incident_signal(request.member.id, number, **form.cleaned_data),
        _("List a signal"),
        number,
    )


@_BOTH
@command
def list_review(request: StaffRequest, number: int) -> HttpResponse:
    """List the signal of what a review is about."""
    form = ReviewSignalForm(request.POST or None)
    return _form(
        request,
        form,
        lambda: _commands().list_incident_review(request.member.id, number, **form.cleaned_data),
        _("List the signal of a review"),
        number,
    )


@_BOTH
@command
def list_item(request: StaffRequest, number: int) -> HttpResponse:
    """List what an item of our platform is compared by."""
    form = ItemForm(request.POST or None)

    def save() -> None:
        count = _commands().list_incident_item(request.member.id, number, **form.cleaned_data)
        said = ngettext("%(n)s signal of it is listed.", "%(n)s signals of it are listed.", count)
        messages.info(request, said % {"n": count})

    return _form(request, form, save, _("List an item of our platform"), number)


@require_POST
@command
def drop_signal(request: StaffRequest, number: int, item: int) -> HttpResponse:
    """Take a signal off its bank."""
    form = ReasonForm(request.POST)
    return _form(
        request,
        form,
        lambda: _commands().drop_incident_signal(
            request.member.id, number, item=item, because=form.cleaned_data["because"]
        ),
        _("Take a signal off"),
        number,
    )


@require_POST
@command
def hand_off(request: StaffRequest, number: int) -> HttpResponse:
    """Make its report."""
    _commands().hand_off(request.member.id, number)
    messages.success(request, _("Entered: the report is sealed and in custody."))
    return redirect("incident", number=number)


@require_safe
@command
def paper(request: StaffRequest, number: int, entry: str, form: str) -> HttpResponse:
    """A report as it was entered."""
    body = _commands().hand_off_paper(request.member.id, number, entry, form)
    answer = HttpResponse(body, content_type=_MEDIA.get(form, "application/octet-stream"))
    answer["Content-Disposition"] = f'attachment; filename="incident-{number}.{form}"'
    return answer
