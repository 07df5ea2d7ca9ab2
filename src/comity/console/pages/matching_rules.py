"""Matching rules: what follows from matches; and the banks, as far as decisions speak for or against them."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.console import figures
from comity.console.commands_reviews import MatchingRules
from comity.console.door import StaffRequest, command, docket
from comity.console.forms import ReasonForm
from comity.console.forms_reviews import MatchingRuleForm
from comity.docket import spoken
from comity.docket.reviews.views import MatchingRulesPage
from comity.matching.errors import MatchingFailure


def _commands() -> MatchingRules:
    return cast("MatchingRules", docket())


@require_http_methods(["GET", "HEAD", "POST"])
@command
def index(request: StaffRequest) -> HttpResponse:
    """Every rule and every bank; a proposal is made on the same page, and what is refused is said beside it."""
    found = _commands().matching_rules(request.member.id)
    options = {
        "banks": tuple(bank.name for bank in found.banks),
        "types": found.signal_types,
        "contents": found.content_types,
    }
    form = MatchingRuleForm(request.POST or None, **options)
    if request.method == "POST" and form.is_valid():
        try:
            _commands().propose_matching_rule(request.member.id, form.terms())
        except MatchingFailure as refusal:
            form.add_error(None, spoken.sentence_of(str(refusal)))
        else:
            messages.success(request, _("Entered. A rule that disables waits for a second person."))
            return redirect("matching_rules")
    return render(request, "console/matching_rules.html", _shown(found, form), status=422 if form.errors else 200)


def _shown(found: MatchingRulesPage, form: MatchingRuleForm) -> dict[str, object]:
    drawn = figures.shares([(bank.name, bank.figures) for bank in found.banks if bank.figures.decided])
    return {
        "page": found,
        "form": form,
        "drawn": drawn,
        "height": figures.shares_height(drawn),
        "here": "matching_rules",
    }


@require_POST
@command
def approve(request: StaffRequest, rule: str) -> HttpResponse:
    """Agree to a rule that somebody else proposed."""
    _commands().approve_matching_rule(request.member.id, rule)
    messages.success(request, _("Entered: the rule is in force."))
    return redirect("matching_rules")


@require_POST
@command
def withdraw(request: StaffRequest, rule: str) -> HttpResponse:
    """End a rule at once."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "console/form_page.html", {"form": form, "title": _("Withdraw a rule")}, status=422)
    _commands().withdraw_matching_rule(request.member.id, rule, form.cleaned_data["because"])
    messages.success(request, _("Entered: the rule is withdrawn."))
    return redirect("matching_rules")


@require_POST
@command
def switch_off(request: StaffRequest, bank: str) -> HttpResponse:
    """Switch off a bank that errs."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "console/form_page.html", {"form": form, "title": _("Switch off a bank")}, status=422)
    _commands().switch_bank_off(request.member.id, bank, form.cleaned_data["because"])
    messages.success(request, _("Entered: nothing of this bank matches any more."))
    return redirect("matching_rules")
