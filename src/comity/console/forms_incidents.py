"""What staff fill in about incidents. The forms see that something usable was written; the room below judges it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.casefile.clock import Instant
from comity.console.forms import LongText

_HOURS = ((1, _("in 1 hour")), (2, _("in 2 hours")), (4, _("in 4 hours")), (6, _("in 6 hours")),
          (12, _("in 12 hours")), (24, _("in 24 hours")), (48, _("in 48 hours")), (72, _("in 72 hours")))  # fmt: skip


class EndForm(forms.Form):
    """When it ends by itself, counted from now, and why."""

    hours = forms.TypedChoiceField(
        label=_("It ends by itself"),
        coerce=int,
        initial=6,
        choices=_HOURS,
        help_text=_("It can be extended, and closed earlier."),
    )
    because = LongText(label=_("Reason"), rows=3)

    def ends_at(self, now: Instant) -> Instant:
        """The instant that was chosen."""
        return now.plus(timedelta(hours=self.cleaned_data["hours"]))


class DeclareForm(EndForm):
    """An incident that is declared."""

    field_order = ("kind", "title", "because", "hours")
    kind = forms.ChoiceField(label=_("Type"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("Name"), max_length=120, help_text=_("One line, as colleagues will call it."))

    def __init__(self, *args: Any, kinds: tuple[tuple[str, str], ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(kinds)


class SignalForm(forms.Form):
    """A signal for the incident's bank."""

    kind = forms.ChoiceField(label=_("Type of signal"), initial="pdq")
    signal = LongText(label=_("Signal"), rows=2)
    because = LongText(label=_("Reason"), rows=2)

    def __init__(self, *args: Any, kinds: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(name, name) for name in kinds]


class ReviewSignalForm(forms.Form):
    """The signal of what a review is about, for the incident's bank."""

    review = forms.IntegerField(label=_("Number of the review"), min_value=1)
    because = LongText(label=_("Reason"), rows=2)


class ItemForm(forms.Form):
    """An item of our own platform, whose signals are worked out here."""

    address = forms.CharField(
        label=_("Address of the item"),
        max_length=4096,
        help_text=_("As it stands on our platform. Its pictures, films and sounds are read and compared from then on."),
    )
    because = LongText(label=_("Reason"), rows=2)
