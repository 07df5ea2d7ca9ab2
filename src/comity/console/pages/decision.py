"""The decision on one screen, and the other commands that a case takes from a person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.console import present, words
from comity.console.door import StaffRequest, command, docket
from comity.console.forms import CallBackForm, ClarifiedForm, DecideForm, ReasonForm, ScrutinyForm
from comity.console.pages import disclosure_answers, disclosures
from comity.console.pages.case import basics, groups, items
from comity.docket.views import CaseView
from comity.law.asking import about_users


@require_http_methods(["GET", "HEAD", "POST"])
@command
def decide(request: StaffRequest, number: int) -> HttpResponse:
    """Show the proposal, chosen beforehand with its reasons; take the answer."""
    view = docket().case(number, request.member.id)
    if request.method != "POST" and view.line.instrument in about_users():
        return redirect("disclosure_answer", number=number)
    if request.method != "POST":
        return _screen(request, view, decide_form=_proposal(view))
    form = DecideForm(request.POST, urls=_urls(view))
    if not form.is_valid():
        return _screen(request, view, decide_form=form, status=422)
    answer = form.cleaned_data["answer"]
    docket().decide(
        view.line.case,
        request.member.id,
        answer=answer,
        urls=_scope(answer, view, form.cleaned_data["urls"]),
        reasons=form.cleaned_data["reasons"],
    )
    messages.success(request, _("Entered: %(answer)s.") % {"answer": words.label("proposal", answer)})
    return redirect("case", number=number)


@require_POST
@command
def approve(request: StaffRequest, number: int) -> HttpResponse:
    """Agree as the second person."""
    view = docket().case(number, request.member.id)
    docket().approve(view.line.case, request.member.id)
    messages.success(request, _("Entered: you approved the decision as the second person."))
    return redirect("case", number=number)


@require_POST
@command
def disagree(request: StaffRequest, number: int) -> HttpResponse:
    """Send the draft back."""
    view, form = docket().case(number, request.member.id), ReasonForm(request.POST)
    if not form.is_valid():
        return _screen(request, view, disagree_form=form, status=422)
    docket().disagree(view.line.case, request.member.id, form.cleaned_data["because"])
    messages.success(request, _("Entered: you did not agree. The case is back on the docket."))
    return redirect("case", number=number)


@require_POST
@command
def dismiss(request: StaffRequest, number: int) -> HttpResponse:
    """Say that this is no order."""
    view, form = docket().case(number, request.member.id), ReasonForm(request.POST)
    if not form.is_valid():
        return _screen(request, view, dismiss_form=form, status=422)
    docket().dismiss(view.line.case, request.member.id, form.cleaned_data["because"])
    messages.success(request, _("Entered: this is no order."))
    return redirect("case", number=number)


@require_POST
@command
def authenticate(request: StaffRequest, number: int) -> HttpResponse:
    """Write down what the authority said on the telephone."""
    view, form = docket().case(number, request.member.id), CallBackForm(request.POST)
    if not form.is_valid():
        return _screen(request, view, call_form=form, status=422)
    docket().authenticate(view.line.case, request.member.id, **form.cleaned_data)
    messages.success(request, _("Entered: the call-back. The demand is assessed anew."))
    return redirect("decide" if form.cleaned_data["confirmed"] else "case", number=number)


@require_POST
@command
def clarified(request: StaffRequest, number: int) -> HttpResponse:
    """Write down that the clarification came or the grounds ceased."""
    view, form = docket().case(number, request.member.id), ClarifiedForm(request.POST)
    if not form.is_valid():
        return render(request, "console/case_form.html", {**basics(view), "form": form}, status=422)
    docket().clarified(
        view.line.case,
        request.member.id,
        received_at=form.cleaned_data["received_at"],
        changes=form.changes(),
        grounds_ceased=form.cleaned_data["grounds_ceased"],
        note=form.cleaned_data["note"],
    )
    hour = view.line.instrument not in about_users()
    messages.success(request, _("Entered: a new hour runs.") if hour else _("Entered: it is assessed anew."))
    return redirect("case", number=number)


@require_POST
@command
def scrutiny(request: StaffRequest, number: int) -> HttpResponse:
    """Write down what the home authority or a court decided."""
    view, form = docket().case(number, request.member.id), ScrutinyForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "console/case_form.html", {**basics(view), "form": form}, status=422)
    given = dict(form.cleaned_data)
    document, media_type = given.pop("document")
    docket().scrutiny(view.line.case, request.member.id, **given, document=document, media_type=media_type)
    messages.success(request, _("Entered: the scrutiny decision."))
    return redirect("case", number=number)


def _screen(request: StaffRequest, view: CaseView, *, status: int = 200, **shown: Any) -> HttpResponse:
    if view.line.instrument in about_users():
        found = disclosures.commands().disclosure(view.line.case, request.member.id)
        return disclosure_answers.screen(request, view, found, status=status, **shown)
    call_form = CallBackForm(initial={"number": view.call_back.number}) if view.call_back else None
    context = {
        **basics(view),
        "groups": groups(view),
        "consequences": words.CONSEQUENCE,
        "decide_form": _proposal(view),
        "disagree_form": ReasonForm(),
        "dismiss_form": ReasonForm(),
        "call_form": call_form,
        **shown,
    }
    return render(request, "console/decide.html", context, status=status)


def _proposal(view: CaseView) -> DecideForm:
    """The form with the machine's proposal chosen; a proposal that this screen cannot give leaves it to the person."""
    proposed = view.assessment.proposed.value if view.assessment else ""
    reasons = present.proposed_reasons(view.assessment.findings, proposed) if view.assessment else ""
    urls = _urls(view)
    chosen = [item.url for item in items(view) if item.state not in {"absent", "foreign"}]
    return DecideForm(initial={"answer": proposed, "reasons": reasons, "urls": chosen}, urls=urls)


def _urls(view: CaseView) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.url for item in items(view)))


def _scope(answer: str, view: CaseView, ticked: list[str]) -> tuple[str, ...]:
    """Comply covers every address of the order, in part those ticked, and any other answer none."""
    if answer == "comply":
        return _urls(view)
    return tuple(ticked) if answer == "comply_in_part" else ()
