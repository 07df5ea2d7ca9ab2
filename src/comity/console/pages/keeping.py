"""What a case takes from a person after it was answered: each a form on the case page, each with its citation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from comity.console.door import StaffRequest, command, docket
from comity.console.forms_keeping import ConfirmReplyForm, ExtendPreservationForm, ExtendSilenceForm, HoldForm
from comity.docket.views import CaseView


@dataclass(frozen=True)
class Step:
    """One command on the case page: what it is called, what it rests on, what it means, and its form."""

    name: str
    title: Promise
    citation: str
    means: Promise
    form: Callable[..., forms.Form]
    upload: bool = False


def _replies(view: CaseView) -> tuple[tuple[str, str], ...]:
    return tuple((one.entry, one.form) for one in view.replies if one.delivered_at is None)


def _exhibits(view: CaseView, *, held: bool) -> tuple[tuple[str, str], ...]:
    standing = (one for one in view.exhibits if not one.erased and one.on_hold is held)
    return tuple((one.digest, f"{one.name} ({one.digest[:12]}…)") for one in standing)


def steps(view: CaseView) -> list[dict[str, Any]]:
    """The commands that this person may give now, each with its form; no two fields of a page share an identifier."""
    offered = [step for step in _steps(view) if step.name in view.may]
    return [{"step": step, "form": step.form(auto_id=f"{step.name}-%s")} for step in offered]


def _steps(view: CaseView) -> tuple[Step, ...]:
    return (
        Step(
            "confirm_reply",
            gettext_lazy("Confirm that an answer was brought"),
            "2021/784 Art 3(6), 3(7), 3(8)",
            gettext_lazy("Only this counts as its delivery; after a question, the hour stops only now."),
            lambda *given, **more: ConfirmReplyForm(*given, replies=_replies(view), **more),
        ),
        Step(
            "extend_silence",
            gettext_lazy("Non-disclosure was extended"),
            "2021/784 Art 11(3)",
            gettext_lazy("Once, by at most six weeks, decided before its end. Nobody is told before the new end."),
            ExtendSilenceForm,
            upload=True,
        ),
        Step(
            "extend_preservation",
            gettext_lazy("Preserve longer"),
            "2021/784 Art 6(2)",
            gettext_lazy("On request of the authority or a court, as long as proceedings need it."),
            ExtendPreservationForm,
        ),
        Step(
            "hold",
            gettext_lazy("Hold an exhibit"),
            "2021/784 Art 6(1)(a)",
            gettext_lazy("It is not erased, whatever period ends, until somebody of rank releases it."),
            lambda *given, **more: HoldForm(*given, exhibits=_exhibits(view, held=False), **more),
        ),
        Step(
            "release",
            gettext_lazy("Release a hold"),
            "2021/784 Art 6(2)",
            gettext_lazy("Then the exhibit is erased when its own period ends. A legal period cannot be released."),
            lambda *given, **more: HoldForm(*given, exhibits=_exhibits(view, held=True), **more),
        ),
    )


def _confirm(case: str, viewer: str, given: dict[str, Any]) -> None:
    docket().confirm_reply(case, viewer, given["entry"], how=given["how"])


def _silence(case: str, viewer: str, given: dict[str, Any]) -> None:
    document, media_type = given.pop("document")
    docket().extend_nondisclosure(case, viewer, **given, document=document, media_type=media_type)


def _preserve(case: str, viewer: str, given: dict[str, Any]) -> None:
    docket().extend_preservation(case, viewer, **given)


def _hold(case: str, viewer: str, given: dict[str, Any]) -> None:
    docket().hold(case, viewer, given["digest"], because=given["because"])


def _release(case: str, viewer: str, given: dict[str, Any]) -> None:
    docket().release(case, viewer, given["digest"], because=given["because"])


_COMMANDS: dict[str, Callable[[str, str, dict[str, Any]], None]] = {
    "confirm_reply": _confirm,
    "extend_silence": _silence,
    "extend_preservation": _preserve,
    "hold": _hold,
    "release": _release,
}


@require_POST
@command
def step(request: StaffRequest, number: int, name: str) -> HttpResponse:
    """Give one of these commands; the docket judges whether this person may, whatever the page offered."""
    view = docket().case(number, request.member.id)
    wanted = next(one for one in _steps(view) if one.name == name)
    form = wanted.form(request.POST, request.FILES)
    if not form.is_valid():
        shown = {"view": view, "line": view.line, "form": form, "step": wanted, "here": "docket"}
        return render(request, "console/case_step.html", shown, status=422)
    _COMMANDS[name](view.line.case, request.member.id, dict(form.cleaned_data))
    messages.success(request, _("Entered: %(what)s.") % {"what": wanted.title})
    return redirect("case", number=number)
