"""What staff fill in about a case. The forms only see that something usable was written; the rooms below judge it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.casefile.clock import Instant, InvalidInstant
from comity.console import words

LONG = 8000
DOCUMENT_BYTES = 16 * 1024 * 1024
_KINDS = ("application/pdf", "image/jpeg", "image/png", "image/tiff", "message/rfc822")


class LongText(forms.CharField):
    """A text of several lines that somebody else will read."""

    def __init__(self, *, rows: int = 4, **options: Any) -> None:
        options.setdefault("max_length", LONG)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)


class InstantField(forms.CharField):
    """A time with its offset, as written by its author (RFC 3339)."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("With offset, for example 2026-11-23T02:10:00+01:00"))
        super().__init__(max_length=40, **options)

    def clean(self, value: Any) -> Any:
        """Give an ``Instant``; nothing stays empty."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return Instant.parse(text)
        except InvalidInstant as error:
            raise forms.ValidationError(str(error)) from error


class DocumentField(forms.FileField):
    """The document on which an entry rests; gives its bytes and media type, or nothing."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("The decision itself (PDF, scan or e-mail)"))
        super().__init__(max_length=200, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Bytes and media type as the browser names it; the rooms below look for themselves."""
        file = super().clean(data, initial)
        if not file:
            return b"", ""
        if file.content_type not in _KINDS:
            raise forms.ValidationError(_("Give a PDF, a scan or an e-mail."))
        if file.size > DOCUMENT_BYTES:
            raise forms.ValidationError(_("This file is larger than 16 MiB."))
        return file.read(), str(file.content_type)


class DecideForm(forms.Form):
    """The decision: an answer, the addresses it covers, the reasons."""

    answer = forms.ChoiceField(
        label=_("Decision"),
        choices=[(code, words.PROPOSAL[code]) for code in words.CONSEQUENCE],
        widget=forms.RadioSelect,
    )
    urls = forms.MultipleChoiceField(label=_("Addresses"), required=False, widget=forms.CheckboxSelectMultiple)
    reasons = LongText(label=_("Reasons"), rows=5, help_text=_("The authority and the content provider may read them."))

    def __init__(self, *args: Any, urls: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["urls"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(url, url) for url in urls]

    def clean(self) -> dict[str, Any]:
        """In part means: at least one address, and not simply none."""
        cleaned = super().clean() or {}
        if cleaned.get("answer") == "comply_in_part" and not cleaned.get("urls"):
            self.add_error("urls", _("Tick the addresses that you comply with."))
        return cleaned


class ReasonForm(forms.Form):
    """A command that needs nothing but its reason."""

    because = LongText(label=_("Reason"), rows=3)


class CallBackForm(forms.Form):
    """A call to the number held beforehand, about one case."""

    number = forms.CharField(max_length=40, widget=forms.HiddenInput)
    spoken_to = forms.CharField(label=_("Spoken to"), max_length=200, help_text=_("The post, not the name"))
    confirmed = forms.TypedChoiceField(
        label=_("What they said"),
        choices=[("yes", _("They sent this order")), ("no", _("They did not send it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = LongText(label=_("Note"), rows=2, required=False)


class ClarifiedForm(forms.Form):
    """What came after Annex III: the corrected fields, or the news that the grounds ceased."""

    received_at = InstantField(label=_("When it came: the new hour counts from then"))
    grounds_ceased = forms.BooleanField(label=_("The grounds of impossibility have ceased (Art 3(7))"), required=False)
    field = forms.CharField(label=_("Field that changes"), max_length=80, required=False)
    value = LongText(label=_("What it says now"), rows=2, required=False)
    note = LongText(label=_("Note"), rows=2, help_text=_("How the clarification came, and from whom."))

    def changes(self) -> dict[str, Any]:
        """The one corrected field, dotted keys as nested objects; addresses one a line."""
        key, value = self.cleaned_data["field"].strip(), self.cleaned_data["value"].strip()
        if not key:
            return {}
        if key == "content_locations":
            return {key: [{"url": line.strip()} for line in value.splitlines() if line.strip()]}
        whole: Any = value
        for step in reversed(key.split(".")[:4]):
            whole = {step: whole}
        return dict(whole)


class ScrutinyForm(forms.Form):
    """What the home authority or a court decided about the order."""

    authority = forms.CharField(label=_("Authority or court"), max_length=300)
    infringement = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[
            ("yes", _("The order ceases to have legal effect: reinstate")),
            ("no", _("The order stands")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reasons = LongText(label=_("Reasons as given"), rows=3)
    document = DocumentField(
        required=False, help_text=_("Needed, unless the authority itself brought its decision over the API or portal.")
    )


class PurposeForm(forms.Form):
    """Why a person opens an exhibit: it is entered before anything is shown."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=list(words.PURPOSE.items()))
