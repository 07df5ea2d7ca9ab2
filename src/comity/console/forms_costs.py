"""What staff fill in about the costs of a demand; money is decimal text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.casefile.documents.cost import CostState
from comity.console.forms import LongText
from comity.console.forms_disclosures import set_choices
from comity.docket.disclosures.cost_desk import CostLine, CostsView

_AFTER = {
    CostState.INCURRED: (CostState.CLAIMED,),
    CostState.CLAIMED: (CostState.REIMBURSED, CostState.DENIED),
}
_LABELS = {
    CostState.CLAIMED: _("asked back by other means"),
    CostState.REIMBURSED: _("paid back"),
    CostState.DENIED: _("denied"),
}


class CostForm(forms.Form):
    """A cost of this demand."""

    what = forms.CharField(label=_("For what: hours, media, copies"), max_length=300)
    amount = forms.CharField(
        label=_("Amount, with a point: 240.00"), max_length=16, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    currency = forms.CharField(label=_("Currency, three letters"), min_length=3, max_length=3, initial="EUR")

    def clean_currency(self) -> str:
        """In capitals, as everybody writes it."""
        return str(self.cleaned_data["currency"]).upper()


class CostMoveForm(forms.Form):
    """What became of one cost."""

    cost = forms.CharField(widget=forms.HiddenInput, max_length=32)
    state = forms.ChoiceField(label=_("What became of it"))
    amount = forms.CharField(label=_("How much, if less"), max_length=16, required=False)
    provision = forms.CharField(label=_("By which provision"), max_length=300, required=False)

    def __init__(self, *args: Any, line: CostLine, **options: Any) -> None:
        super().__init__(*args, **options)
        self.auto_id, self.initial = f"cost-{line.note.cost}-%s", {"cost": line.note.cost}
        set_choices(self, "state", [(one.value, _LABELS[one]) for one in _AFTER.get(line.note.state, ())])

    @property
    def open(self) -> bool:
        """Whether anything can still become of it."""
        field = self.fields["state"]
        return isinstance(field, forms.ChoiceField) and bool(field.choices)


class ClaimForm(forms.Form):
    """One statement of costs to the authority."""

    costs = forms.MultipleChoiceField(label=_("What is asked back"), widget=forms.CheckboxSelectMultiple)
    provision = forms.CharField(label=_("By which provision"), max_length=300)
    payment = LongText(label=_("How to pay"), rows=2, max_length=1000, required=False)

    def __init__(self, *args: Any, view: CostsView, **options: Any) -> None:
        super().__init__(*args, **options)
        self.auto_id = "claim-%s"
        standing = [one.note for one in view.costs if one.note.state is CostState.INCURRED]
        set_choices(self, "costs", [(one.cost, f"{one.amount} {one.currency}, {one.what}") for one in standing])
