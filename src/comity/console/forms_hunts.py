"""What staff fill in to order a hunt. The form sees that something usable was written; the room below judges it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.casefile.documents.hunt import HuntSource
from comity.console.forms import LongText
from comity.console.words_hunts import SOURCE
from comity.docket.hunts.ordering import Wish

_MOST_BYTES = 32 * 1024 * 1024
_TYPES = ("pdq", "vpdq", "sha256", "md5", "text", "text_likeness", "url")
_CONTENT = (("photo", _("pictures")), ("video", _("films")), ("text", _("texts")), ("url", _("addresses")))


class HuntForm(forms.Form):
    """What is sought, how near, among what, and why."""

    source = forms.ChoiceField(
        label=_("What is sought"),
        choices=[(code, SOURCE[code]) for code in ("signals", "bank", "item")],
        widget=forms.RadioSelect,
        initial="signals",
    )
    text = LongText(
        label=_("Signals"),
        rows=4,
        max_length=200_000,
        required=False,
        help_text=_("One a line; before it its type and a blank where that is another than the one below."),
    )
    file = forms.FileField(label=_("Or a list of them, as a file"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Their type"), choices=[(name, name) for name in _TYPES])
    bank = forms.ChoiceField(label=_("The bank"), required=False)
    item = forms.CharField(
        label=_("The item"), max_length=300, required=False, help_text=_("As the platform names it.")
    )
    threshold = forms.FloatField(
        label=_("Up to which distance"),
        min_value=0,
        required=False,
        help_text=_("Of the type above; left empty, the bank's own or the type's own holds."),
    )
    content_types = forms.MultipleChoiceField(
        label=_("Only among"), choices=_CONTENT, required=False, widget=forms.CheckboxSelectMultiple
    )
    because = LongText(label=_("Reason"), rows=2)

    def __init__(self, *args: Any, banks: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["bank"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "—"), *((name, name) for name in banks)]

    def clean_file(self) -> str:
        """Its text; nothing where no file was given."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > _MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 32 MiB."))
        try:
            return bytes(file.read()).decode("utf-8")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("A list is text in UTF-8.")) from error

    def wish(self) -> Wish:
        """What the rooms below are asked for."""
        fields = self.cleaned_data
        source = HuntSource(fields["source"])
        about = {HuntSource.BANK: fields["bank"], HuntSource.ITEM: fields["item"]}.get(source, "")
        threshold = fields["threshold"]
        return Wish(
            source=source,
            about=about,
            text="\n".join(part for part in (fields["text"], fields["file"]) if part),
            kind=fields["kind"],
            thresholds={} if threshold is None else {fields["kind"]: threshold},
            content_types=tuple(fields["content_types"]),
            because=fields["because"],
        )
