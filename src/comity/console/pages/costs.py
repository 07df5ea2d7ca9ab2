"""What a demand cost, what was asked back, what came: recorded one by one, asked back by a statement that is sealed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comity import law
from comity.console.articles import Provision, provisions
from comity.console.door import StaffRequest, command, page, refusal_of
from comity.console.forms_costs import ClaimForm, CostForm, CostMoveForm
from comity.console.pages.disclosures import commands, context, read
from comity.docket.disclosures.cost_desk import CostsView
from comity.docket.disclosures.views import DisclosureView
from comity.docket.views import CaseView

_ABOUT_COSTS = "recover_costs"
"""What the law room calls its question about them."""


@dataclass(frozen=True)
class LawOnCosts:
    """What the demand's law says on costs."""

    question: str
    why: str
    certainty: str
    provisions: tuple[Provision, ...]


@require_safe
@page
def show(request: StaffRequest, number: int) -> HttpResponse:
    """The costs of a demand."""
    case, found = read(request, number)
    return _shown(request, case, found, _costs(request, case))


@require_POST
@command
def note(request: StaffRequest, number: int) -> HttpResponse:
    """Record a cost."""
    case, found = read(request, number)
    form = CostForm(request.POST)

    def said() -> None:
        commands().note_cost(case.line.case, request.member.id, **form.cleaned_data)

    return _given(request, (case, found), form, said, "cost_form")


@require_POST
@command
def move(request: StaffRequest, number: int) -> HttpResponse:
    """Say what became of a cost."""
    case, found = read(request, number)
    view = _costs(request, case)
    line = next((one for one in view.costs if one.note.cost == request.POST.get("cost")), None)
    if line is None:
        raise Http404
    form = CostMoveForm(request.POST, line=line)

    def said() -> None:
        commands().move_cost(case.line.case, request.member.id, **form.cleaned_data)

    return _given(request, (case, found), form, said, "move_form")


@require_POST
@command
def claim(request: StaffRequest, number: int) -> HttpResponse:
    """Send a statement of costs."""
    case, found = read(request, number)
    form = ClaimForm(request.POST, view=_costs(request, case))

    def said() -> None:
        chosen = form.cleaned_data
        commands().claim_costs(
            case.line.case,
            request.member.id,
            costs=frozenset(chosen["costs"]),
            provision=chosen["provision"],
            payment=chosen["payment"],
        )

    return _given(request, (case, found), form, said, "claim_form")


def _costs(request: StaffRequest, case: CaseView) -> CostsView:
    return commands().costs(case.line.case, request.member.id)


def _law(instrument: str) -> tuple[LawOnCosts, ...]:
    """Each row of the law's own table about costs; nothing where it has none."""
    return tuple(
        LawOnCosts(table.question, row.why, row.certainty.value, provisions(row.citations))
        for table in law.instrument(instrument).tables.tables
        if table.id == _ABOUT_COSTS
        for row in table.rows
    )


def _given(
    request: StaffRequest, about: tuple[CaseView, DisclosureView], form: Any, give: Callable[[], object], name: str
) -> HttpResponse:
    case, found = about
    if form.is_valid():
        why = refusal_of(give)
        if not why:
            messages.success(request, _("Entered."))
            return redirect("disclosure_costs", number=case.line.number)
        form.add_error(None, why)
    return _shown(request, case, found, _costs(request, case), status=422, **{name: form})


def _shown(
    request: StaffRequest, case: CaseView, found: DisclosureView, view: CostsView, *, status: int = 200, **forms: Any
) -> HttpResponse:
    wrong = forms.pop("move_form", None)
    moves = {one.note.cost: CostMoveForm(line=one) for one in view.costs}
    if wrong is not None:
        moves[str(wrong["cost"].value())] = wrong
    said = {
        **context(case, found),
        "names": {},
        "costs": [(one, moves[one.note.cost]) for one in view.costs],
        "sums": [(state.value, by) for state, by in view.sums.items() if by],
        "may_note": "note" in view.may,
        "cost_form": CostForm(),
        "claim_form": ClaimForm(view=view) if "claim" in view.may else None,
        "law": _law(found.line.instrument),
        **forms,
    }
    return render(request, "console/disclosure_costs.html", said, status=status)
