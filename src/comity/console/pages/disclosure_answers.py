"""The answer to a demand about users: one person's form, the second person's screen, which shows what was signed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.console import present, words
from comity.console.door import StaffRequest, command, refusal_of
from comity.console.forms import CallBackForm, ReasonForm
from comity.console.forms_disclosures import CERTIFICATES, AnswerForm, letters, plain
from comity.console.pages.disclosures import commands, context, read
from comity.docket.disclosures.views import DisclosureView
from comity.docket.views import CaseView
from comity.law.conflicts.objecting import prepared


@require_http_methods(["GET", "HEAD", "POST"])
@command
def answer(request: StaffRequest, number: int) -> HttpResponse:
    """Show the proposal, ticked beforehand with its reasons; take the answer."""
    case, found = read(request, number)
    if request.method != "POST":
        return screen(request, case, found)
    form = AnswerForm(request.POST, view=found)
    if form.is_valid():
        why = refusal_of(lambda: commands().answer_demand(case.line.case, request.member.id, form.said()))
        if why:
            form.add_error(None, why)
        else:
            said = words.label("proposal", form.cleaned_data["answer"])
            messages.success(request, _("Entered: %(answer)s.") % {"answer": said})
            return redirect("disclosure", number=number)
    return screen(request, case, found, answer_form=form, status=422)


@require_POST
@command
def agree(request: StaffRequest, number: int) -> HttpResponse:
    """Agree as the second person to exactly what is shown."""
    case, _found = read(request, number)
    commands().agree_to_answer(case.line.case, request.member.id)
    messages.success(request, _("Entered: you signed the answer as the second person."))
    return redirect("disclosure", number=number)


@require_POST
@command
def disagree(request: StaffRequest, number: int) -> HttpResponse:
    """Do not sign: the demand goes back."""
    case, found = read(request, number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return screen(request, case, found, disagree_form=form, status=422)
    commands().disagree_with_answer(case.line.case, request.member.id, form.cleaned_data["because"])
    messages.success(request, _("Entered: you did not sign. The demand is back on the docket."))
    return redirect("disclosure", number=number)


def screen(
    request: StaffRequest, case: CaseView, found: DisclosureView, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """The answering screen, with the forms that were filled in wrongly as they were filled in."""
    call = found.call_back
    shown = {
        **context(case, found),
        "answer_form": _proposal(found),
        "disagree_form": ReasonForm(auto_id="disagree-%s"),
        "dismiss_form": ReasonForm(auto_id="dismiss-%s"),
        "call_form": CallBackForm(initial={"number": call.number}) if call else None,
        **forms,
    }
    return render(request, "console/disclosure_answer.html", shown, status=status)


def _proposal(found: DisclosureView) -> AnswerForm:
    """The machine's proposal: what the law certainly lets pass is ticked, the letter is begun."""
    proposed = found.assessment.proposed.value if found.assessment else ""
    initial: dict[str, Any] = {"answer": proposed, "pieces": [one.key for one in found.pieces if one.proposed]}
    if found.assessment and not proposed.startswith("comply"):
        initial["reasons"] = present.proposed_reasons(found.assessment.findings, proposed)
    for key, text in _begun(found).items():
        initial[plain(key)] = text
    return AnswerForm(initial=initial, view=found)


def _begun(found: DisclosureView) -> dict[str, str]:
    """What the letters begin with: open questions, the other route, the law that bars."""
    routes = dict.fromkeys(way.label for way in found.ways if way.route.startswith("refer"))
    barring = (prepared().get(one.law) for way in found.ways for one in way.laws if one.stance == "must_not")
    section = next((one for one in barring if one), {}) if found.line.instrument in CERTIFICATES else {}
    known = {key for keys in letters(found.line.instrument).values() for key in keys}
    return {
        "questions": "\n".join(one.asks for one in found.questions),
        "route": "\n".join(routes),
        **{key: text for key, text in section.items() if key in known},
    }
