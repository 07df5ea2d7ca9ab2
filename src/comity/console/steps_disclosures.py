"""What a demand about users takes from a person beside its answer: each a form on its page, each with what it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comity.console.commands_disclosures import Disclosures
from comity.console.door import docket
from comity.console.forms import ReasonForm
from comity.console.forms_disclosures import BreachForm, ReviewForm, SupervisorForm
from comity.console.shapes import Member
from comity.docket.disclosures.breach import Told
from comity.docket.disclosures.emergency_desk import Reached
from comity.docket.disclosures.views import DisclosureView
from comity.registry.duties import Duty

_DUTIES = {
    "supervisor": Duty.RECORD_CALL_BACK,
    "rest": Duty.DECIDE,
    "review": Duty.APPROVE_DECISION,
    "breach": Duty.APPROVE_DECISION,
    "tell": Duty.APPROVE_DECISION,
}


@dataclass(frozen=True)
class Step:
    """One command: what it is called, what it means, its form, and how it is given."""

    name: str
    title: Promise
    means: Promise
    form: Callable[..., forms.Form]
    give: Callable[[str, str, dict[str, Any]], object]


def steps(found: DisclosureView, member: Member) -> list[dict[str, Any]]:
    """The commands that this person may give now, each with its form; no two fields share an identifier."""
    return [{"step": one, "form": one.form(auto_id=f"{one.name}-%s")} for one in _offered(found, member)]


def named(name: str, found: DisclosureView) -> Step | None:
    """A command by its name."""
    return next((one for one in _steps(found) if one.name == name), None)


def _offered(found: DisclosureView, member: Member) -> list[Step]:
    status, decision = found.line.status, found.decision
    urgent = decision is not None and decision.emergency
    signed = {one.person.id for one in decision.approvals} if decision else set()
    offered = {
        "supervisor": found.emergency and found.call_back is not None and status in ("waiting", "second_person"),
        "rest": urgent and status == "in_effect",
        "review": urgent and bool(found.packages) and member.id not in signed,
        "breach": found.breach is not None and found.breach.open,
        "tell": status == "in_effect" and not found.keeps,
    }
    return [one for one in _steps(found) if offered[one.name] and _DUTIES[one.name].value in member.duties]


def _steps(found: DisclosureView) -> tuple[Step, ...]:
    desk = cast("Disclosures", docket())
    return (
        _supervisor(found, desk),
        Step(
            "rest",
            gettext_lazy("Decide about the rest"),
            gettext_lazy("What was not given at first: the demand is back on the docket."),
            ReasonForm,
            lambda case, viewer, said: desk.decide_rest(case, viewer, said["because"]),
        ),
        Step(
            "review",
            gettext_lazy("Review this emergency release"),
            gettext_lazy("By somebody who signed nothing of it. If it was forged, the clocks of a breach begin."),
            ReviewForm,
            lambda case, viewer, said: desk.review_release(case, viewer, **said),
        ),
        Step(
            "breach",
            gettext_lazy("End the breach of personal data"),
            gettext_lazy(
                "Say who was notified and when, or, having signed nothing of the release, why nobody has to be."
            ),
            BreachForm,
            lambda case, viewer, said: desk.end_breach(case, viewer, Told(**said)),
        ),
        Step(
            "tell",
            gettext_lazy("Tell the user"),
            gettext_lazy("Where the law leaves it to us; refused while silence lasts."),
            forms.Form,
            lambda case, viewer, _said: desk.tell_user(case, viewer),
        ),
    )


def _supervisor(found: DisclosureView, desk: Disclosures) -> Step:
    return Step(
        "supervisor",
        gettext_lazy("Call the officer's supervisor"),
        gettext_lazy("On the number held before the demand came; never on one that stands in it."),
        lambda *given, **more: SupervisorForm(*given, view=found, **more),
        lambda case, viewer, said: desk.call_supervisor(case, viewer, Reached(**said)),
    )
