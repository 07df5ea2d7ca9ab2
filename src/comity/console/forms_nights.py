"""What staff fill in about nights. Text on purpose: a roster is read, compared and typed in one piece."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.console import words
from comity.console.forms import InstantField, LongText

_WAYS = {"push": _("Push topic"), "email": _("E-mail"), "webhook": _("Key at your paging service")}


class RosterForm(forms.Form):
    """Who is on call when."""

    name = forms.CharField(label=_("Name"), max_length=120)
    zone = forms.CharField(label=_("Time zone"), max_length=60, initial="Europe/Paris")
    shifts = LongText(
        label=_("Shifts"),
        rows=6,
        help_text=_("One a line, in local time: mon-fri 18:00-08:00 Anna, Ben. The hand-over is at the second time."),
    )
    exchanges = LongText(
        label=_("Exceptions"),
        rows=4,
        required=False,
        help_text=_("One a line: 2026-12-24 18:00 - 2026-12-25 08:00 Ben: Christmas. Write nobody for nobody."),
    )


class LadderForm(forms.Form):
    """In which order people are called."""

    lines = LongText(
        label=_("Steps"),
        rows=6,
        help_text=_(
            "One a line: minutes after the alarm began, then whom: a roster, a colleague, or role:moderator, "
            "role:approver, role:legal. Ways in brackets, if not all: 5 Second line [push, email]"
        ),
    )
    unanswered_minutes = forms.IntegerField(
        label=_("Minutes after the last step until nobody has answered"), min_value=1, max_value=60, initial=10
    )


class ContactForm(forms.Form):
    """How I am called: one field a way that is set up."""

    def __init__(self, *args: Any, ways: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        for way in ways:
            self.fields[way] = forms.CharField(label=_WAYS[way], max_length=320, required=False)


class NightRuleForm(forms.Form):
    """What happens when nobody answers."""

    authority = forms.ChoiceField(label=_("Authority"))
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=[(code, words.CHANNEL[code]) for code in ("api", "email", "portal", "perci")],
        widget=forms.CheckboxSelectMultiple,
    )
    minutes = forms.IntegerField(
        label=_("Minutes before the hour ends"), min_value=5, max_value=30, initial=15,
        help_text=_("It speaks then, and only if every finding holds and nobody has acknowledged."),
    )  # fmt: skip
    valid_until = InstantField(label=_("In force until"))
    why = LongText(label=_("Reason"), rows=3)

    def __init__(self, *args: Any, authorities: tuple[tuple[str, str], ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["authority"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(authorities)


class WorkloadForm(forms.Form):
    """A stated load, and the chance of a missed hour that is bearable."""

    arrivals = forms.FloatField(label=_("Cases that need a person, an hour"), min_value=0.01, max_value=500)
    minutes = forms.FloatField(label=_("Minutes that a person needs for one"), min_value=0.1, max_value=240)
    shape = forms.ChoiceField(
        label=_("How these minutes vary"),
        choices=[
            ("varied", _("much: many short, a few long")),
            ("steady", _("little")),
            ("own", _("as in our own cases")),
        ],
    )
    bound = forms.FloatField(label=_("Bearable chance of a missed hour, per cent"), min_value=0.01, max_value=50)
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=2**31, initial=1, help_text=_("The same seed gives the same forecast.")
    )
