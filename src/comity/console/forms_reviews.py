"""What reviewers fill in. The forms see that something usable was written; the docket says what is missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.casefile.documents.matching_rule import MatchMeasure
from comity.casefile.documents.review import Exclusion, Limb, Outcome, Purpose, Standing
from comity.console import words_reviews as words
from comity.console.forms import InstantField, LongText
from comity.docket.reviews.rules import Choice
from comity.matching.policy.rules import Terms

_MOST_PLACES = 2_000


class PlacesField(forms.CharField):
    """Numbers of detections: ``3, 17-20``."""

    def clean(self, value: Any) -> Any:
        """Give a set of numbers."""
        found: set[int] = set()
        for part in super().clean(value).replace(";", ",").split(","):
            first, sign, last = (one.strip() for one in part.partition("-"))
            if not part.strip():
                continue
            if not first.isdecimal() or (sign and not last.isdecimal()):
                raise forms.ValidationError(_("Numbers of detections, for example 3, 17-20."))
            ends = (int(first), int(last or first))
            if ends[1] - ends[0] > _MOST_PLACES or len(found) > _MOST_PLACES:
                raise forms.ValidationError(_("These are too many: leave out whole accounts instead."))
            found |= set(range(ends[0], ends[1] + 1))
        return frozenset(found)


class DecideForm(forms.Form):
    """A decision about the detections of a review."""

    upto = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("Decision"), choices=list(words.REVIEW_OUTCOME.items()), widget=forms.RadioSelect
    )
    limbs = forms.MultipleChoiceField(
        label=_("Terrorist content (2021/784 Art 2(7)): it"),
        choices=list(words.LIMB.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    terms = forms.CharField(
        label=_("Or the clause of our terms that it breaks"), max_length=500, required=False,
        help_text=_("As the terms say it: the person concerned reads it."),
    )  # fmt: skip
    standing = forms.ChoiceField(
        label=_("Or why it may stand"),
        choices=[(code, said) for code, said in words.STANDING.items() if code != Standing.COMPLAINT.value],
        required=False,
        widget=forms.RadioSelect,
    )
    claimed = forms.MultipleChoiceField(
        label=_("Something speaks for"),
        choices=list(words.PURPOSE.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    found = forms.ChoiceField(
        label=_("Its true purpose is"),
        choices=[("", _("none of these")), *words.PURPOSE.items()],
        required=False,
    )
    why = LongText(
        label=_("What speaks for and against it"), rows=3, required=False,
        help_text=_("Who published it, for whom, in what context. What is disabled needs it."),
    )  # fmt: skip
    doubtful = forms.BooleanField(label=_("I cannot tell alone: ask for a second opinion first"), required=False)
    reasons = LongText(
        label=_("Reasons"), rows=3, required=False, help_text=_("The person concerned reads them, word for word.")
    )
    threat = forms.BooleanField(
        label=_("There is a threat to life: raise it with this decision"), required=False,
        help_text=_("Nobody is told yet: the form comes next. The clock runs from now."),
    )  # fmt: skip
    leave = forms.MultipleChoiceField(required=False)
    without = PlacesField(label=_("Left out, by number"), max_length=2_000, required=False)
    accounts = LongText(label=_("Left out, by account"), rows=2, required=False, help_text=_("One a line."))

    def __init__(self, *args: Any, cases: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["leave"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(case, case) for case in cases]

    def choice(self) -> Choice:
        """What was chosen; whatever does not belong to the outcome is left away, so that nothing half is entered."""
        said, outcome = self.cleaned_data, Outcome(self.cleaned_data["outcome"])
        stands, standing = outcome is Outcome.LET_STAND, said["standing"]
        exclusion = Exclusion(
            claimed=tuple(Purpose(one) for one in said["claimed"]),
            found=Purpose(said["found"]) if said["found"] else None,
            doubtful=said["doubtful"],
            why=said["why"].strip(),
        )
        return Choice(
            outcome=outcome,
            limbs=() if stands else tuple(Limb(one) for one in said["limbs"]),
            terms="" if stands else said["terms"],
            standing=Standing(standing) if stands and standing else None,
            exclusion=exclusion,
            reasons=said["reasons"],
        )


class QuestionForm(forms.Form):
    """What a second person is asked."""

    question = LongText(label=_("What should the second person look at?"), rows=3)


class OpinionForm(forms.Form):
    """What the second person thinks."""

    outcome = forms.ChoiceField(
        label=_("I would"), choices=list(words.REVIEW_OUTCOME.items()), widget=forms.RadioSelect
    )
    opinion = LongText(label=_("Why"), rows=3)


class MatchingRuleForm(forms.Form):
    """A matching rule as proposed. Whatever is left open restricts nothing."""

    bank = forms.ChoiceField(label=_("Bank"), required=False)
    signal_type = forms.ChoiceField(label=_("Type of signal"), required=False)
    content_type = forms.ChoiceField(label=_("Type of content"), required=False)
    most_distance = forms.FloatField(
        label=_("Distance at most"), min_value=0, required=False, help_text=_("In the unit of the type of signal.")
    )
    measure = forms.ChoiceField(label=_("What follows"), choices=list(words.MEASURE.items()), widget=forms.RadioSelect)
    valid_until = InstantField(label=_("In force until"))
    why = LongText(label=_("Reason"), rows=3)

    def __init__(
        self, *args: Any, banks: tuple[str, ...], types: tuple[str, ...], contents: tuple[str, ...], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        kinds = tuple((code, words.CONTENT.get(code, code)) for code in contents)
        named = tuple((name, name) for name in banks), tuple((name, name) for name in types), kinds
        for name, choices in zip(("bank", "signal_type", "content_type"), named, strict=True):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", _("any")), *choices]

    def terms(self) -> Terms:
        """What the rule should say."""
        said = self.cleaned_data
        return Terms(
            bank=said["bank"],
            signal_type=said["signal_type"],
            content_type=said["content_type"],
            most_distance=said["most_distance"],
            measure=MatchMeasure(said["measure"]),
            valid_until=said["valid_until"],
            why=said["why"],
        )
