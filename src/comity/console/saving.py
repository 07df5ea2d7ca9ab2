"""One way for pages to take a form: what the rooms below refuse is said beside what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from comity.console.door import StaffRequest
from comity.docket.errors import DocketRefused


@dataclass(frozen=True)
class FormPage:
    """Forms of one page."""

    here: str
    """The page, as the menu marks it, and where one comes back to."""
    then: str = ""
    """The numbered page to come back to instead: of what was made, or of what the form was about."""
    refusals: tuple[type[Exception], ...] = (DocketRefused,)
    """What is said beside the form; any other refusal has a page of its own."""

    def answer(
        self,
        request: StaffRequest,
        form: forms.Form,
        save: Callable[[], object],
        title: str | Promise,
        number: int = 0,
    ) -> HttpResponse:
        """Show a form, or save it and go on; nothing that was typed is lost where it is refused."""
        if request.method == "POST" and form.is_valid():
            try:
                made = save()
            except self.refusals as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Entered."))
                return redirect(self.then, number=made or number) if self.then else redirect(self.here)
        context = {"form": form, "title": title, "files": form.is_multipart(), "here": self.here}
        return render(request, "console/form_page.html", context, status=422 if form.errors else 200)
