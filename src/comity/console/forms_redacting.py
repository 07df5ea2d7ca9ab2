"""What staff leave out of what leaves: fields and rows that are ticked, parts of a page, and both given after all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.casefile.documents.collection import Region
from comity.console.forms import LongText
from comity.console.forms_disclosures import set_choices

AREAS = 4
"""As many parts of one page are made black at once."""
_EDGES = {
    "left": _("Left edge, per cent of the width"),
    "top": _("Upper edge, per cent of the height"),
    "right": _("Right edge, per cent of the width"),
    "bottom": _("Lower edge, per cent of the height"),
}


class FormLeft(forms.Form):
    """Which form somebody looked at, and why it is changed."""

    form = forms.CharField(widget=forms.HiddenInput, max_length=64)
    because = LongText(label=_("Why, with its provision"), rows=2, max_length=500)


class RedactForm(FormLeft):
    """Fields and rows of a page that are left out of what leaves."""

    fields_out = forms.MultipleChoiceField(required=False)
    rows_out = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, names: Iterable[str], numbers: Iterable[int], **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "fields_out", ((name, name) for name in names))
        set_choices(self, "rows_out", ((str(number), str(number)) for number in numbers))

    def clean(self) -> dict[str, Any]:
        """Something is left out."""
        cleaned = super().clean() or {}
        if not cleaned.get("fields_out") and not cleaned.get("rows_out"):
            raise forms.ValidationError(_("Tick a field or a row."))
        return cleaned


class UndoForm(FormLeft):
    """What was left out last is given after all."""


class RegionsForm(FormLeft):
    """Up to ``AREAS`` rectangles of one page, their edges in per cent from the upper left corner."""

    field_order = (*(f"{edge}_{area}" for area in range(1, AREAS + 1) for edge in _EDGES), "because", "form")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for area in range(1, AREAS + 1):
            for edge, label in _EDGES.items():
                self.fields[f"{edge}_{area}"] = _Percent(label=label, min_value=0, max_value=100, required=False)

    def areas(self) -> list[tuple[int, list[forms.BoundField], bool]]:
        """The fields of each area, and whether something stands in them."""
        found = [(area, [self[f"{edge}_{area}"] for edge in _EDGES]) for area in range(1, AREAS + 1)]
        return [(area, group, any(one.value() or one.errors for one in group)) for area, group in found]

    def clean(self) -> dict[str, Any]:
        """An area that is begun has four edges and an inside; there is one at least."""
        cleaned = super().clean() or {}
        begun = [area for area in range(1, AREAS + 1) if any(_given(cleaned, area)) or self._wrong(area)]
        if not begun:
            raise forms.ValidationError(_("Say where the page is made black."))
        for area in begun:
            left, top, right, bottom = _given(cleaned, area)
            if not self._wrong(area) and not _inside(left, right, top, bottom):
                self.add_error(
                    f"right_{area}", _("The right edge lies right of the left one, the lower below the upper.")
                )
        return cleaned

    def regions(self, page: int) -> tuple[Region, ...]:
        """The rectangles, in fractions."""
        given = [_given(self.cleaned_data, area) for area in range(1, AREAS + 1)]
        return tuple(
            Region(page=page, left=left / 100, top=top / 100, right=right / 100, bottom=bottom / 100)
            for left, top, right, bottom in given
            if left is not None and top is not None and right is not None and bottom is not None
        )

    def _wrong(self, area: int) -> bool:
        return any(f"{edge}_{area}" in self.errors for edge in _EDGES)


class _Percent(forms.FloatField):
    widget = forms.NumberInput(attrs={"step": "0.1"})


def _given(cleaned: dict[str, Any], area: int) -> list[float | None]:
    return [cleaned.get(f"{edge}_{area}") for edge in _EDGES]


def _inside(left: float | None, right: float | None, top: float | None, bottom: float | None) -> bool:
    if left is None or right is None or top is None or bottom is None:
        return False
    return left < right and top < bottom
