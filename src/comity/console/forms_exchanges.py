"""What staff fill in about exchanges. The forms see that something usable was written; the room below judges it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.console.forms import LongText

MOST_BYTES = 64 * 1024 * 1024


class NamedField(LongText):
    """Names and values, one pair a line."""

    def clean(self, value: Any) -> Any:
        """Give a dictionary."""
        found: dict[str, str] = {}
        for line in super().clean(value).splitlines():
            name, sign, rest = (part.strip() for part in line.partition(":"))
            if not line.strip():
                continue
            if not (name and sign and rest) or name in found:
                raise forms.ValidationError(_("One name a line, a colon, its value; none twice."))
            found[name] = rest
        return found


class ExchangeForm(forms.Form):
    """What is said of an exchange."""

    bank = forms.ChoiceField(label=_("Into which bank"))
    settings = NamedField(label=_("Settings"), rows=5, required=False, help_text=_("One a line, name: value."))
    secrets = NamedField(
        label=_("Secrets"),
        rows=3,
        required=False,
        help_text=_("One a line, what it is for: the name of its file. Never the secret itself."),
    )
    pace = forms.IntegerField(
        label=_("Seconds from one fetch to the next"), min_value=5, max_value=30 * 86400, initial=3600
    )
    enabled = forms.BooleanField(label=_("It is fetched"), required=False, initial=True)
    because = LongText(label=_("Reason"), rows=2)

    def __init__(self, *args: Any, banks: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        _choose(self.fields["bank"], banks)


class NewExchangeForm(ExchangeForm):
    """An exchange that is set up."""

    field_order = ("name", "kind")
    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("Small letters, digits and hyphens. It stays."))
    kind = forms.ChoiceField(label=_("Protocol"))

    def __init__(self, *args: Any, kinds: tuple[tuple[str, str], ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(kinds)


class ListForm(forms.Form):
    """A list that a person gives, once."""

    bank = forms.ChoiceField(label=_("Into which bank"))
    kind = forms.ChoiceField(
        label=_("Protocol"),
        choices=[("stix", "STIX 2.1"), ("csv", "CSV"), ("file", _("a type and a signal on each line"))],
    )
    member = forms.CharField(label=_("Who lists it"), max_length=200)
    file = forms.FileField(label=_("The list"), max_length=200)
    because = LongText(label=_("Reason"), rows=2)

    def __init__(self, *args: Any, banks: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        _choose(self.fields["bank"], banks)

    def clean_file(self) -> bytes:
        """Its bytes."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 64 MiB."))
        return bytes(file.read())


class SettleForm(forms.Form):
    """List what waits, or discard it."""

    release = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    because = forms.CharField(max_length=8000)


def _choose(field: forms.Field, names: tuple[str, ...]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = [(name, name) for name in names]
