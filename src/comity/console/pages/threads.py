"""Threads: what officers wrote about their cases, and our answers."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from comity.console.door import StaffRequest, command, docket, page
from comity.console.forms import LongText


class AnswerForm(forms.Form):
    """A message to the authority."""

    text = LongText(
        label=gettext_lazy("Your message"), rows=5, help_text=gettext_lazy("The authority's officers read it.")
    )


@require_safe
@page
def index(request: StaffRequest) -> HttpResponse:
    """Threads in which the authority wrote last."""
    return render(
        request, "console/threads.html", {"waiting": docket().threads_waiting(request.member.id), "here": "threads"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@command
def show(request: StaffRequest, number: int) -> HttpResponse:
    """The thread of a case."""
    line = docket().case(number, request.member.id).line
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        docket().answer_thread(line.case, request.member.id, form.cleaned_data["text"])
        messages.success(request, _("Entered: the authority's officers see it in the portal."))
        return redirect("thread", number=number)
    context = {"thread": docket().thread(line.case, request.member.id), "form": form, "line": line, "here": "threads"}
    return render(request, "console/thread.html", context, status=422 if form.errors else 200)
