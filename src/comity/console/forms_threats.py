"""What staff fill in about a threat to life: what the law room's form leaves to people, built from its data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity import law
from comity.console.forms import LongText
from comity.law.forms import Field as LawField

_OURS = frozenset(
    {"hsp_name", "home_member_state", "our_reference", "authorised_person"}
    | {"contact_email", "decided_at", "known_at", "told"}
)
"""What the house fills in itself."""
_LONG = frozenset({"explanation", "content_description", "content_locations", "identification", "place_and_time"})
_HELP = {
    "content_locations": _("One address a line. No content is attached."),
    "published_at": _("With offset, for example 2026-11-23T02:10:00+01:00"),
    "states": _("Two letters each, as FR, DE; empty where none can be identified."),
}


class RaiseForm(forms.Form):
    """Where a threat was seen, and what."""

    origin = forms.ChoiceField(
        label=_("Where it was seen"),
        choices=[("incident", _("in an incident")), ("review", _("in a review")), ("case", _("in a case"))],
    )
    number = forms.IntegerField(label=_("Its number"), min_value=1)
    because = LongText(label=_("What threatens, in a few words"), rows=3)


class BringForm(forms.Form):
    """How a person brought the form to a recipient."""

    how = forms.CharField(label=_("How, to whom, and when"), max_length=500)


class ThreatForm(forms.Form):
    """The form of the law room, without what the house fills in itself."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        language = (get_language() or "en").partition("-")[0]
        for field in law.instrument("eu-tco").forms["threat-to-life"].form.fields:
            if field.key not in _OURS:
                self.fields[field.key] = _made(field, language)

    def said(self) -> dict[str, Any]:
        """What was filled in, as the docket takes it; empty fields are left out."""
        return {key: value for key, value in self.cleaned_data.items() if value not in ("", [], None)}


def _made(field: LawField, language: str) -> forms.Field:
    label = field.labels.get(language, field.label)
    said: dict[str, Any] = {"label": label, "required": field.required == "yes", "help_text": _HELP.get(field.key, "")}
    if field.options:
        choices = [(one.value, one.labels.get(language, one.label)) for one in field.options]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **said)
    if field.key in _LONG:
        return LongText(rows=4, **said)
    return forms.CharField(max_length=400, **said)
