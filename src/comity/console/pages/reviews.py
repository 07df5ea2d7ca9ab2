"""Reviews: what matched and waits for a person; veiled until they choose to look, and as long as one look lasts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST, require_safe

from comity.console import pictures
from comity.console.commands_reviews import Reviews
from comity.console.door import StaffRequest, command, docket, page
from comity.console.errors import VeiledError
from comity.console.forms_reviews import DecideForm, OpinionForm, QuestionForm
from comity.console.middleware import SANDBOX
from comity.docket import spoken
from comity.docket.errors import DocketRefused
from comity.docket.reviews.views import ReviewView

_WRITTEN: Mapping[str, type[forms.Form]] = {"ask": QuestionForm, "advise": OpinionForm}
_DONE = {
    "claim": gettext_noop("Entered: it is yours for half an hour."),
    "release": gettext_noop("Entered: a colleague can take it."),
    "ask": gettext_noop("Entered: another person is asked."),
    "advise": gettext_noop("Entered: whoever takes it up reads your opinion."),
    "repeat": gettext_noop("Entered: decided as before, and on its way."),
}
_BACK = frozenset({"release", "ask", "advise", "repeat"})


def _commands() -> Reviews:
    return cast("Reviews", docket())


@require_safe
@page
def index(request: StaffRequest) -> HttpResponse:
    """Reviews that wait, those decided last, and what could not be disabled."""
    context = {"page": _commands().reviews(request.member.id), "here": "reviews"}
    return render(request, "console/reviews.html", context)


@require_safe
@page
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One review; ``item`` in the address is the case whose content is shown, ``after`` where its page begins."""
    return _shown(request, number)


@require_POST
@command
def decide(request: StaffRequest, number: int) -> HttpResponse:
    """Decide; what is missing is said beside what was written, so that nothing is lost."""
    view = _view(request, number)
    form = DecideForm(request.POST, cases=tuple(item.case for item in view.items))

    def save() -> None:
        said = form.cleaned_data
        _commands().decide_review(
            request.member.id,
            number,
            form.choice(),
            upto=said["upto"],
            left_out=frozenset(said["leave"]),
            places=said["without"] or frozenset(),
            accounts=frozenset(line.strip() for line in said["accounts"].splitlines() if line.strip()),
            threat=said["threat"],
        )

    if not _saved(form, save):
        return _shown(request, number, decide_form=form)
    messages.success(request, _("Entered: the decision is on its way."))
    return redirect("threats" if form.cleaned_data["threat"] else "reviews")


@require_POST
@command
def step(request: StaffRequest, number: int, step: str) -> HttpResponse:
    """Claim it, put it back, look away, ask another person, advise, or repeat what was decided before."""
    if step in _WRITTEN:
        form = _WRITTEN[step](request.POST, auto_id=f"{step}_%s")
        if not _saved(form, lambda: _given(request, number, step, form.cleaned_data)):
            return _shown(request, number, **{f"{step}_form": form})
    else:
        _given(request, number, step, {})
    if step in _DONE:
        messages.success(request, _(_DONE[step]))
    return redirect("reviews") if step in _BACK else redirect(_place(request, number))


def _given(request: StaffRequest, number: int, step: str, said: Mapping[str, Any]) -> None:
    commands, viewer = _commands(), request.member.id
    given: dict[str, Callable[[], None]] = {
        "claim": lambda: commands.claim_review(viewer, number),
        "release": lambda: commands.release_review(viewer, number),
        "away": lambda: commands.look_away(viewer),
        "ask": lambda: commands.ask_second(viewer, number, said["question"]),
        "advise": lambda: commands.advise_review(viewer, number, outcome=said["outcome"], words=said["opinion"]),
        "repeat": lambda: commands.repeat_review(viewer, number, upto=_number(request.POST.get("upto", ""))),
    }
    given[step]()


@require_POST
@command
def look(request: StaffRequest, number: int, case: str) -> HttpResponse:
    """Begin to look: the time counts from here."""
    _commands().look_at(request.member.id, number, case)
    return redirect(f"{reverse('review', args=(number,))}?item={case}#content")


@require_GET
@page
def medium(request: StaffRequest, number: int, case: str, name: str = "") -> HttpResponseBase:
    """A picture, veiled here unless its reader looks at it; a film or file as a download, and only while they look.

    With ``moments=yes`` a sheet of a film's moments, and only while they look, too.
    """
    clear = request.GET.get("clear") == "yes"
    if clear and request.GET.get("moments") == "yes":
        sheet = _commands().review_stills(request.member.id, number, case, name)
        return _confined(HttpResponse(pictures.as_jpeg(iter([sheet])), content_type="image/jpeg"))
    kind, chunks = _commands().review_medium(request.member.id, number, case, name, clear=clear)
    if kind in pictures.SHOWABLE:
        body = pictures.as_jpeg(chunks) if clear else pictures.veiled(chunks)
        answer: HttpResponseBase = HttpResponse(body, content_type="image/jpeg")
    elif clear:
        answer = StreamingHttpResponse(chunks, content_type="application/octet-stream")
        answer.headers["Content-Disposition"] = content_disposition_header(True, f"{case[:16]}.item") or "attachment"
    else:
        raise VeiledError
    return _confined(answer)


def _confined(answer: HttpResponseBase) -> HttpResponseBase:
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@require_POST
@command
def try_again(request: StaffRequest, case: str) -> HttpResponse:
    """Have what could not be disabled tried once more."""
    _commands().try_again(request.member.id, case)
    messages.success(request, _("Entered: it is tried again."))
    return redirect("reviews")


def _saved(form: forms.Form, save: Callable[[], None]) -> bool:
    """Whether a form could be used; what the docket refuses is said in it."""
    if not form.is_valid():
        return False
    try:
        save()
    except DocketRefused as refusal:
        form.add_error(None, spoken.sentence_of(str(refusal)))
    return not form.errors


def _place(request: StaffRequest, number: int) -> str:
    item = request.POST.get("item", "")
    return reverse("review", args=(number,)) + (f"?item={item}" if item.isalnum() else "")


def _view(request: StaffRequest, number: int) -> ReviewView:
    said = request.POST if request.method == "POST" else request.GET
    return _commands().review(number, request.member.id, said.get("item", "")[:40], _number(said.get("after", "")))


def _number(text: str) -> int:
    """A place in a review; whatever is none is before the first."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _shown(request: StaffRequest, number: int, **given: forms.Form) -> HttpResponse:
    view = _view(request, number)
    start: dict[str, Any] = {"initial": {"upto": view.upto}}
    context: dict[str, Any] = {
        "view": view,
        "line": view.line,
        "here": "reviews",
        "decide_form": DecideForm(**start),
        "ask_form": QuestionForm(auto_id="ask_%s"),
        "advise_form": OpinionForm(auto_id="advise_%s"),
        "clear": bool(view.shown) and view.looked.looking == view.shown,
        **given,
    }
    return render(request, "console/review.html", context, status=422 if given else 200)
