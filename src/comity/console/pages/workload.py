"""Workload: what came when, whether the hour was met, and how many people a load takes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comity.console import figures
from comity.console.door import StaffRequest, docket, page
from comity.console.forms_nights import WorkloadForm
from comity.docket.errors import DocketRefused
from comity.docket.nights.tally import Stated

_START = {"arrivals": 2, "minutes": 12, "shape": "varied", "bound": 1, "seed": 1}
_MOST_BARS = 12


@require_safe
@page
def show(request: StaffRequest) -> HttpResponse:
    """The page; a stated load stands in its address, so that a forecast can be sent to a colleague and repeated."""
    found = docket().workload(request.member.id)
    form = WorkloadForm(request.GET if "arrivals" in request.GET else None, initial=_START)
    days = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    context: dict[str, Any] = {
        "workload": found,
        "form": form,
        "here": "workload",
        "cells": figures.cells(found.grid),
        "days": [(name, 38 + place * 24) for place, name in enumerate(days)],
        "hours": [(hour, 46 + hour * 24) for hour in range(0, 24, 3)],
        "rows": list(zip(days, found.grid, strict=True)),
        "every_hour": range(24),
    }
    if form.is_bound and form.is_valid():
        _forecast(request, form, context)
    return render(request, "console/workload.html", context, status=422 if form.errors else 200)


def _forecast(request: StaffRequest, form: WorkloadForm, context: dict[str, Any]) -> None:
    fields = form.cleaned_data
    bound = fields["bound"] / 100
    stated = Stated(fields["arrivals"], fields["minutes"], fields["shape"], bound, fields["seed"])
    try:
        found = docket().forecast(request.member.id, stated)
    except DocketRefused as refusal:
        form.add_error(None, str(refusal))
        return
    drawn = figures.bars([(one.people, one.missed_at_most) for one in found[-_MOST_BARS:]])
    lines = [
        {
            "people": one.people,
            "waits": one.waits * 100,
            "missed": one.missed * 100,
            "at_most": one.missed_at_most * 100,
            "busy": one.busy * 100,
        }
        for one in found
    ]
    context |= {
        "forecast": lines,
        "answer": found[-1].people,
        "bars": drawn,
        "bound_y": figures.line_at(bound),
        "width": max(640, drawn[-1].x + 80),
    }
