"""One order: where it stands, its clocks, answers, thread, and what its authority may still do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.documents import Json
from comity.docket.customs import REMOVAL
from comity.docket.portal_views import OrderPage
from comity.law.asking import about_users
from comity.pages import demands
from comity.portal import words
from comity.portal.door import PortalRequest, docket, limited, page
from comity.portal.limits import Limit
from comity.portal.officers import annex
from comity.portal.officers.acting import acting

_WRITINGS = Limit(20)
_LONG = 8000
_STOP_ASKING = 286
"""HTMX's own status: the page asks no more, so that an open tab does not keep a session alive."""


def _long(label: Any, rows: int = 4, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=_LONG, help_text=help_text, widget=widget)


class WriteForm(forms.Form):
    """A message to the provider's staff."""

    text = _long(_("Your message"), 4)


class WithdrawForm(forms.Form):
    """The end of an order by its own authority."""

    reasons = _long(_("Reasons"), 3)


class ClarifyForm(forms.Form):
    """The answer to an Annex III."""

    grounds_ceased = forms.BooleanField(label=_("The grounds of impossibility have ceased"), required=False)
    field = forms.ChoiceField(label=_("Field that changes"), required=False)
    value = forms.CharField(
        label=_("What it says now (addresses: one a line)"),
        required=False,
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = _long(_("Explanation"), 3)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["field"]
        if isinstance(chosen, forms.ChoiceField):
            known = (
                (one.key, annex.said(one))
                for one in annex.definition().fields
                if one.type in ("text", "parts", "locations")
            )
            chosen.choices = [("", "—"), *known]

    def changes(self) -> Json:
        """The corrected field by its key."""
        key, value = self.cleaned_data["field"], self.cleaned_data["value"].strip()
        if not key or not value:
            return {}
        if key == "content_locations":
            return {key: [{"url": line.strip()} for line in value.splitlines() if line.strip()]}
        return {key: value}


class ExtendForm(forms.Form):
    """Non-disclosure, once more."""

    decided_at = forms.CharField(
        label=_("When it was decided"), max_length=40, help_text=_("With offset, for example 2026-11-23T02:10:00+01:00")
    )
    basis = _long(_("Why it is still necessary"), 2)

    def clean_decided_at(self) -> Instant:
        """A time with its offset."""
        try:
            return Instant.parse(str(self.cleaned_data["decided_at"]).strip())
        except InvalidInstant as error:
            raise forms.ValidationError(str(error)) from error


@require_safe
@page
def show(request: PortalRequest, reference: str) -> HttpResponse:
    """The order; only what moves when HTMX asks again."""
    return _shown(request, reference)


@require_POST
@limited(_WRITINGS, by_person=True)
@page
def write(request: PortalRequest, reference: str) -> HttpResponse:
    """Write to the staff."""
    form = WriteForm(request.POST)
    if not form.is_valid():
        return _shown(request, reference, write_form=form, status=422)
    docket().write(acting(request), reference, form.cleaned_data["text"])
    return _back(reference, "written")


@require_POST
@limited(_WRITINGS, by_person=True)
@page
def clarify(request: PortalRequest, reference: str) -> HttpResponse:
    """Answer an Annex III."""
    form = ClarifyForm(request.POST)
    if not form.is_valid():
        return _shown(request, reference, clarify_form=form, status=422)
    docket().clarify_order(
        acting(request),
        reference,
        changes=form.changes(),
        grounds_ceased=form.cleaned_data["grounds_ceased"],
        note=form.cleaned_data["note"],
    )
    return _back(reference, "clarified")


@require_POST
@limited(_WRITINGS, by_person=True)
@page
def withdraw(request: PortalRequest, reference: str) -> HttpResponse:
    """Take the order back."""
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _shown(request, reference, withdraw_form=form, status=422)
    docket().withdraw_order(acting(request), reference, form.cleaned_data["reasons"])
    asked = docket().my_order(acting(request), reference).instrument in about_users()
    return _back(reference, "demand_withdrawn" if asked else "withdrawn")


@require_POST
@limited(_WRITINGS, by_person=True)
@page
def extend(request: PortalRequest, reference: str) -> HttpResponse:
    """Extend non-disclosure."""
    form = ExtendForm(request.POST)
    if not form.is_valid():
        return _shown(request, reference, extend_form=form, status=422)
    docket().lengthen_silence(acting(request), reference, **form.cleaned_data)
    return _back(reference, "extended")


@require_POST
@page
def answer(request: PortalRequest, reference: str, form: str) -> HttpResponse:
    """The sealed answer. Fetching it is the proof of delivery, so it takes a deliberate step, not a link."""
    found = docket().my_answer(acting(request), reference, form)
    response = HttpResponse(found.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.form}-{reference[:8]}.pdf"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_safe
@page
def proof(request: PortalRequest, reference: str, entry: str) -> HttpResponse:
    """The proof that an answer is in the log."""
    body = docket().my_proof(acting(request), reference, entry)
    response = HttpResponse(body, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{entry[:8]}.tlog-proof"'
    return response


def _shown(request: PortalRequest, reference: str, *, status: int = 200, **given: object) -> HttpResponse:
    order = docket().my_order(acting(request), reference)
    said, about_a_user = request.GET.get("said", ""), order.instrument in about_users()
    context = {
        "order": order,
        "view": order.view,
        "now": order.now,
        **(_about_a_user(order) if about_a_user else _about_content(order)),
        "said": said if said in words.SAYINGS else "",
        "here": "orders",
        "moving": order.view.status in words.MOVING,
        "write_form": WriteForm(),
        "clarify_form": ClarifyForm() if "clarify" in order.may and not about_a_user else None,
        "withdraw_form": WithdrawForm() if "withdraw" in order.may else None,
        "withdraw_words": _("Withdraw the demand") if about_a_user else _("Withdraw the order"),
        "extend_form": ExtendForm() if "extend" in order.may else None,
        **given,
    }
    if request.headers.get("HX-Target") == "standing":
        still = 200 if context["moving"] else _STOP_ASKING
        return render(request, "portal/standing.html", context, status=still)
    return render(request, "portal/demand_order.html" if about_a_user else "portal/order.html", context, status=status)


def _about_content(order: OrderPage) -> dict[str, Any]:
    if order.instrument != REMOVAL:
        return {"title": demands.title(order.instrument), "rows": demands.shown(order.instrument, order.form)}
    return {"rows": [row for section in annex.sections(order.form) for row in section.controls]}


def _about_a_user(order: OrderPage) -> dict[str, Any]:
    return {
        "about_users": True,
        "title": demands.title(order.instrument),
        "rows": demands.shown(order.instrument, order.form),
        "may_correct": "clarify" in order.may,
    }


def _back(reference: str, said: str) -> HttpResponse:
    response = redirect("officers:order", reference=reference)
    response.headers["Location"] += f"?said={said}"
    return response
