"""The case page: what came, what the law says about it, what runs, what was done, with the proofs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from comity.casefile.documents.assessment import Finding
from comity.console import annex, present
from comity.console.articles import Provision, provisions
from comity.console.commands_hunts import Hunts
from comity.console.door import StaffRequest, docket, page
from comity.console.forms import ClarifiedForm, PurposeForm, ScrutinyForm
from comity.console.pages.keeping import steps
from comity.docket.procedure import MACHINE_STEPS, Status
from comity.docket.views import CaseView, ItemLine
from comity.law import is_ours
from comity.law.asking import about_users

_MOVING = frozenset(step.value for step in MACHINE_STEPS) - {Status.IN_EFFECT.value}
"""States that a job leaves within seconds: the page then follows by itself."""


@dataclass(frozen=True)
class FindingWithText:
    """A finding and the text of the articles that it cites."""

    finding: Finding
    provisions: tuple[Provision, ...]


@require_safe
@page
def show(request: StaffRequest, number: int) -> HttpResponse:
    """The whole case; only its clocks when HTMX refreshes them."""
    view = docket().case(number, request.member.id)
    if view.line.instrument in about_users():
        return redirect("disclosure", number=number)
    if request.headers.get("HX-Target") == "clocks":
        return render(request, "console/case_clocks.html", basics(view))
    if view.demand.times.opened_at is None:
        docket().opened(view.line.case, request.member.id)
    context = {
        **basics(view),
        "annex": annex.sections(view.demand.form),
        "groups": groups(view),
        "purpose_form": PurposeForm(),
        "clarified_form": ClarifiedForm(auto_id="clarified-%s") if "clarified" in view.may else None,
        "scrutiny_form": ScrutinyForm(auto_id="scrutiny-%s") if "scrutiny" in view.may else None,
        "steps": steps(view),
        "offer": cast("Hunts", docket()).hunt_offer(view.line.case, request.member.id),
    }
    return render(request, "console/case.html", context)


def basics(view: CaseView) -> dict[str, Any]:
    """What every page about a case shows: the case, its offset, the clock that matters most."""
    running = sorted((clock for clock in view.clocks if clock.state == "running" and clock.due_at), key=_due)
    return {
        "view": view,
        "line": view.line,
        "now": view.now,
        "offset": present.author_offset(view.demand),
        "first_clock": running[0] if running else None,
        "later_clocks": running[1:],
        "still_clocks": [clock for clock in view.clocks if clock.state != "running" or clock.due_at is None],
        "moving": view.line.status in _MOVING,
        "items": items(view),
        "names": _names(view),
        "here": "docket",
    }


def items(view: CaseView) -> tuple[ItemLine, ...]:
    """Every address of the order with its state; before a decision the docket knows none of them yet."""
    known = {item.url for item in view.items}
    fresh = [url for url in present.addresses(view.demand.form) if url not in known]
    if not fresh:
        return view.items
    hosts = tuple(docket().contact_point()["hosts"])
    states = ((url, "unknown" if is_ours(url, hosts) else "foreign") for url in fresh)
    return (*view.items, *(ItemLine(url, state, "", None, None, ()) for url, state in states))


def _names(view: CaseView) -> dict[str, str]:
    """Who decided, by name; the list of staff is asked only where somebody did."""
    if view.draft is None and (view.decision is None or not view.decision.approvals):
        return {}
    return {line.id: line.name for line in docket().staff()}


def groups(view: CaseView) -> tuple[tuple[str, tuple[FindingWithText, ...]], ...]:
    """Findings by outcome, each with its articles' text."""
    if view.assessment is None:
        return ()
    return tuple(
        (outcome, tuple(FindingWithText(finding, provisions(finding.citations)) for finding in findings))
        for outcome, findings in present.by_outcome(view.assessment.findings)
    )


def _due(clock: Any) -> Any:
    return clock.due_at
