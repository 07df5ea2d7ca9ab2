"""What staff fill in after a case was answered: documents that came later, how an answer went, what is kept longer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.console.forms import DocumentField, InstantField, LongText


class ExtendSilenceForm(forms.Form):
    """The authority's decision that non-disclosure lasts longer."""

    decided_at = InstantField(label=_("When the authority decided"))
    basis = LongText(label=_("Which decision, and how it came"), rows=2, max_length=2000)
    document = DocumentField()


class ExtendPreservationForm(forms.Form):
    """An authority's or a court's wish that preservation lasts longer."""

    until = InstantField(label=_("Preserved until"))
    because = LongText(label=_("Who asked, for which proceedings"), rows=2, max_length=2000)


class ConfirmReplyForm(forms.Form):
    """How a person brought an answer to its authority."""

    entry = forms.ChoiceField(label=_("Answer"))
    how = LongText(label=_("How it went, when, and to whom"), rows=2, max_length=500)

    def __init__(self, *args: Any, replies: tuple[tuple[str, str], ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["entry"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(replies)


class HoldForm(forms.Form):
    """A hold on an exhibit, or its end."""

    digest = forms.ChoiceField(label=_("Exhibit"))
    because = LongText(label=_("Reason"), rows=2, max_length=2000)

    def __init__(self, *args: Any, exhibits: tuple[tuple[str, str], ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["digest"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(exhibits)
