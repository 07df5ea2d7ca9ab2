"""The form beside a scan: every field typed by a person, or taken from the machine's proposal by a tick of its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from comity.casefile.documents import Json
from comity.console.forms_register import PaperForm

_TAKE = "take__"
_MOST = 2_000


class TranscriptionForm(PaperForm):
    """Annex I as a person reads it. What the machine proposes stands beside a field and fills none by itself."""

    def __init__(self, *args: Any, proposed: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.proposed = {name: text for name, text in proposed.items() if name in self.fields}
        for name in ("scan", "received_at"):
            del self.fields[name]
        for field in self.fields.values():
            field.required = False
        for name in self.proposed:
            self.fields[f"{_TAKE}{name}"] = forms.BooleanField(label=_("I read the same"), required=False)

    def rows(self) -> list[tuple[BoundField, str, BoundField | None]]:
        """Each field, what is proposed for it, and the tick that takes the proposal."""
        names = [name for name in self.fields if not name.startswith(_TAKE)]
        return [
            (self[name], self.proposed.get(name, ""), self[f"{_TAKE}{name}"] if name in self.proposed else None)
            for name in names
        ]

    def clean(self) -> dict[str, Any]:
        """Put what was ticked into the fields that were left empty, judged as if it had been typed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, text in self.proposed.items():
            if cleaned.pop(f"{_TAKE}{name}", False) and cleaned.get(name) in ("", None):
                try:
                    cleaned[name] = self.fields[name].clean(text)
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return cleaned


def flattened(form: Json) -> dict[str, str]:
    """A proposal by the names of the form's fields, texts only: boxes are for a person's eye."""
    found: dict[str, str] = {}
    for key, value in form.items():
        if key == "content_locations" and isinstance(value, list):
            found[key] = "\n".join(str(one.get("url", "")) for one in value if isinstance(one, dict))[:_MOST]
        elif isinstance(value, dict):
            inner = flattened(value)
            found |= {f"{key}__{name}": text for name, text in inner.items()}
        elif isinstance(value, str) and value.strip():
            found[key] = value.strip()[:_MOST]
    return {name: text for name, text in found.items() if text}
