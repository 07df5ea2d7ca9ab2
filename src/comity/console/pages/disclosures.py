"""The page of a demand about users: what it asks, what every law says, what is unknown, what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comity.casefile.documents.assessment import Outcome
from comity.console import annex, steps_disclosures
from comity.console.articles import Provision, provisions
from comity.console.commands_disclosures import Disclosures
from comity.console.differences import differences
from comity.console.door import StaffRequest, command, docket, page, refusal_of
from comity.console.forms import ClarifiedForm, PurposeForm, ReasonForm
from comity.console.forms_disclosures import ContestForm, OtherFactForm, QuestionsForm, ReleaseForm
from comity.console.pages.case import FindingWithText, basics
from comity.console.pages.keeping import steps
from comity.docket.disclosures.views import DisclosureView, LawLine, WayLine
from comity.docket.views import CaseView
from comity.law import conflicts, say
from comity.law.asking import recordable

_AGAINST = (Outcome.FAILS, Outcome.UNDETERMINED)


@dataclass(frozen=True)
class Group:
    """Findings about one question: those that stand against the demand first, then those that hold."""

    about: str
    against: tuple[FindingWithText, ...]
    holding: tuple[FindingWithText, ...]


@dataclass(frozen=True)
class LawWithText:
    """What one law says, what it was asked, and its articles."""

    line: LawLine
    question: str
    provisions: tuple[Provision, ...]


@dataclass(frozen=True)
class WayWithText:
    """One category's route as a page shows it."""

    line: WayLine
    laws: tuple[LawWithText, ...]
    not_taken: tuple[tuple[str, str], ...]
    """Route and the fact that rules it out, in words."""
    provisions: tuple[Provision, ...]


def commands() -> Disclosures:
    """The docket's commands about demands for users' data."""
    return cast("Disclosures", docket())


def read(request: StaffRequest, number: int) -> tuple[CaseView, DisclosureView]:
    """The case and its demand; refuses a case that is about content."""
    case = docket().case(number, request.member.id)
    return case, commands().disclosure(case.line.case, request.member.id)


@require_safe
@page
def show(request: StaffRequest, number: int) -> HttpResponse:
    """The whole demand; only its clocks when HTMX refreshes them."""
    case, found = read(request, number)
    if request.headers.get("HX-Target") == "clocks":
        return render(request, "console/case_clocks.html", basics(case))
    if case.demand.times.opened_at is None:
        docket().opened(case.line.case, request.member.id)
    return shown(request, case, found)


@require_POST
@command
def find_out(request: StaffRequest, number: int) -> HttpResponse:
    """Answer questions that nobody has answered yet; the demand is assessed anew."""
    case, found = read(request, number)
    return _facts(request, case, found, QuestionsForm(request.POST, view=found), "questions_form")


@require_POST
@command
def find_out_more(request: StaffRequest, number: int) -> HttpResponse:
    """Record something else that was found out or that happened."""
    case, found = read(request, number)
    return _facts(request, case, found, OtherFactForm(request.POST, view=found, auto_id="fact-%s"), "fact_form")


@require_POST
@command
def contest_ended(request: StaffRequest, number: int) -> HttpResponse:
    """The outcome of an objection, a motion or a referral came."""
    case, found = read(request, number)
    form = ContestForm(request.POST, auto_id="contest-%s")
    if form.is_valid():
        why = refusal_of(lambda: commands().contest_ended(case.line.case, request.member.id, **form.cleaned_data))
        if why:
            form.add_error(None, why)
        else:
            messages.success(request, _("Entered: the outcome."))
            return redirect("disclosure", number=number)
    return shown(request, case, found, contest_form=form, status=422)


@require_POST
@command
def step(request: StaffRequest, number: int, name: str) -> HttpResponse:
    """Give one of the commands beside the answer; what is refused is said beside its form."""
    case, found = read(request, number)
    wanted = steps_disclosures.named(name, found)
    if wanted is None:
        raise Http404
    form = wanted.form(request.POST, auto_id=f"{name}-%s")
    if form.is_valid():
        why = refusal_of(lambda: wanted.give(case.line.case, request.member.id, form.cleaned_data))
        if not why:
            messages.success(request, _("Entered."))
            return redirect("disclosure", number=number)
        form.add_error(None, why)
    rest = [one for one in steps_disclosures.steps(found, request.member) if one["step"].name != name]
    return shown(request, case, found, user_steps=[{"step": wanted, "form": form}, *rest], status=422)


def shown(
    request: StaffRequest, case: CaseView, found: DisclosureView, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """The page, with the forms that were filled in wrongly as they were filled in."""
    offered = {"user_steps": steps_disclosures.steps(found, request.member)}
    return render(request, "console/disclosure.html", {**context(case, found), **offered, **forms}, status=status)


def context(case: CaseView, found: DisclosureView) -> dict[str, Any]:
    """What the page and its neighbours show."""
    people = {line.id: line.name for line in docket().staff()} if found.decision or found.draft else {}
    shown = basics(replace(case, draft=None))
    return {
        **shown,
        "offset": shown["offset"] or _offset(found),
        "about": found,
        "names": people,
        "annex": annex.laid(found.demand.form, found.demand.instrument),
        "groups": _groups(found),
        "ways": tuple(_way(one) for one in found.ways),
        "given": tuple(one for one in found.pieces if one.proposed),
        "withheld": tuple(one for one in found.pieces if not one.proposed),
        "differences": differences(found),
        "known": _known(found),
        "questions_form": QuestionsForm(view=found) if any(one.path for one in found.questions) else None,
        "fact_form": OtherFactForm(view=found, auto_id="fact-%s"),
        "contest_form": ContestForm(auto_id="contest-%s"),
        "release_form": ReleaseForm(auto_id="release-%s", initial={"seen": found.leaves}),
        "send_back_form": ReasonForm(auto_id="back-%s"),
        "purpose_form": PurposeForm(),
        "clarified_form": ClarifiedForm(auto_id="clarified-%s") if "clarified" in found.may else None,
        "steps": steps(case),
    }


def _facts(
    request: StaffRequest, case: CaseView, found: DisclosureView, form: QuestionsForm | OtherFactForm, name: str
) -> HttpResponse:
    if form.is_valid():
        source = form.cleaned_data["source"]
        why = refusal_of(
            lambda: commands().find_out(case.line.case, request.member.id, facts=form.facts(), source=source)
        )
        if why:
            form.add_error(None, why)
        else:
            messages.success(request, _("Entered. The demand is assessed anew with it."))
            return redirect("disclosure", number=case.line.number)
    return shown(request, case, found, **{name: form}, status=422)


def _known(found: DisclosureView) -> tuple[tuple[str, object], ...]:
    """What people found out, by what it asks."""
    asks = {one.path: one.asks for one in recordable(found.line.instrument).values()}
    asks |= {f"events.{name}": called for name, called in found.events}
    return tuple((say(asks.get(name, name), get_language() or "en"), value) for name, value in found.facts.items())


def _offset(found: DisclosureView) -> int:
    """Minutes east of UTC in which the demand states the time that it asks for."""
    return next((one.since.offset_minutes for one in found.pieces if one.since and one.since.offset_minutes), 0)


def _groups(found: DisclosureView) -> tuple[Group, ...]:
    return tuple(
        Group(
            about,
            tuple(_with_text(one) for one in findings if one.outcome in _AGAINST),
            tuple(_with_text(one) for one in findings if one.outcome not in _AGAINST),
        )
        for about, findings in found.groups
    )


def _with_text(finding: Any) -> FindingWithText:
    return FindingWithText(finding, provisions(finding.citations))


def _way(way: WayLine) -> WayWithText:
    shelf, labels = conflicts.shelf(), conflicts.labels()
    routes = {name: one.label for name, one in shelf.routes.items()}
    questions = {table.id: table.question for table in (*shelf.laws.tables, *shelf.persons.tables)}
    return WayWithText(
        line=way,
        laws=tuple(LawWithText(one, questions.get(one.law, one.law), provisions(one.citations)) for one in way.laws),
        not_taken=tuple((routes.get(route, route), labels.get(fact, fact)) for route, fact in way.not_taken),
        provisions=provisions(way.citations),
    )
