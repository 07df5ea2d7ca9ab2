"""What staff fill in about a demand for users' data: built from its page, so that nothing else can be chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.casefile.clock import Instant
from comity.console import words
from comity.console.forms import InstantField, LongText
from comity.console.words_disclosures import BREACH_OUTCOME, NATURE, REVIEW_OUTCOME
from comity.docket.disclosures.desk import Answered
from comity.docket.disclosures.views import DisclosureView
from comity.law import say
from comity.law.asking import recordable

CERTIFICATES = frozenset({"eu-eevidence-production", "eu-eevidence-preservation"})
"""What is objected to on Section E of Annex III."""
_SECTION_E = (
    "E.title_of_law",
    "E.provisions",
    "E.nature",
    "E.why_applicable",
    "E.why_conflicting",
    "E.link",
    "E.consequences",
    "E.additional_information",
)
_BEFORE_A_COURT = ("law_title", "law_provisions", "why_applicable", "why_conflicting", "court", "docket")
_NEEDED = frozenset(
    ["questions", "route", "E.title_of_law", "E.provisions", "E.nature", "E.why_applicable", "E.why_conflicting"]
)
"""Without these the answering form cannot be made."""
_ELSE = ("law_title", "law_provisions", "why_applicable", "why_conflicting")
"""What an objection says that goes to no court."""
_SHORT = frozenset({"court", "docket", "law_title", "E.title_of_law"})
_YES_OR_NO = {"True": True, "False": False}


def letters(instrument: str) -> dict[str, tuple[str, ...]]:
    """What a person writes for the answering form or letter, by the answer."""
    objection = _SECTION_E if instrument in CERTIFICATES else _BEFORE_A_COURT
    return {"clarify": ("questions",), "refer": ("route",), "object": objection}


def plain(key: str) -> str:
    """A key as the name of a field on a page."""
    return key.replace(".", "__")


class AnswerForm(forms.Form):
    """The answer: what is given, what is left out of it, and what the letter says."""

    answer = forms.ChoiceField(label=_("Answer"), widget=forms.RadioSelect)
    pieces = forms.MultipleChoiceField(label=_("What is given"), required=False, widget=forms.CheckboxSelectMultiple)
    left_out = forms.MultipleChoiceField(
        label=_("Fields that are left out"), required=False, widget=forms.CheckboxSelectMultiple
    )
    since = InstantField(label=_("Not before"), required=False)
    until = InstantField(label=_("Up to, without this instant"), required=False)
    emergency = forms.BooleanField(label=_("Release it as an emergency: two persons sign, at once"), required=False)
    reasons = LongText(
        label=_("Reasons"), rows=4, required=False,
        help_text=_("The authority may read them. Needed where the answer departs from the proposal or declines."),
    )  # fmt: skip

    def __init__(self, *args: Any, view: DisclosureView, **options: Any) -> None:
        super().__init__(*args, **options)
        self.letters = letters(view.line.instrument)
        self.keeps = view.keeps
        givable = [one for one in view.pieces if not one.why_not] if not view.keeps else []
        set_choices(self, "answer", ((one, words.PROPOSAL[one]) for one in view.answers))
        set_choices(self, "pieces", ((one.key, f"{one.value}, {one.category}") for one in givable))
        fields = dict.fromkeys(name for one in givable for name in one.fields)
        set_choices(self, "left_out", ((name, words.label("record_field", name)) for name in fields))
        if not view.emergency or view.bars:
            del self.fields["emergency"]
        for key in dict.fromkeys(key for keys in self.letters.values() for key in keys):
            label = words.label("letter", key)
            self.fields[plain(key)] = _letter_field(key, label)

    def clean(self) -> dict[str, Any]:
        """Whoever complies says with what."""
        cleaned = super().clean() or {}
        if str(cleaned.get("answer", "")).startswith("comply") and not self.keeps and not cleaned.get("pieces"):
            self.add_error("pieces", _("Tick what is given: nothing is ticked."))
        for key in self._needed(str(cleaned.get("answer", "")), cleaned):
            if not str(cleaned.get(plain(key), "")).strip():
                self.add_error(plain(key), _("The letter cannot be made without it."))
        return cleaned

    def _needed(self, answer: str, cleaned: dict[str, Any]) -> tuple[str, ...]:
        keys = self.letters.get(answer, ())
        if "court" in keys and not str(cleaned.get("court", "")).strip():
            return _ELSE
        return tuple(key for key in keys if key in _NEEDED)

    def said(self) -> Answered:
        """What was chosen, as the docket takes it: nothing is given by an answer that declines."""
        chosen = self.cleaned_data
        complies = chosen["answer"].startswith("comply") and not self.keeps
        keys = self.letters.get(chosen["answer"], ())
        return Answered(
            answer=chosen["answer"],
            pieces=frozenset(chosen["pieces"] if complies else ()),
            left_out=frozenset(chosen["left_out"] if complies else ()),
            since=chosen["since"] if complies else None,
            until=chosen["until"] if complies else None,
            reasons=chosen["reasons"],
            emergency=complies and bool(chosen.get("emergency")),
            letter={key: chosen[plain(key)] for key in keys if chosen[plain(key)].strip()},
        )

    def letter_fields(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each letter, by its answer."""
        return [(answer, [self[plain(key)] for key in keys]) for answer, keys in self.letters.items()]


class QuestionsForm(forms.Form):
    """Facts that nobody has stated, each with the answers that the law room knows."""

    def __init__(self, *args: Any, view: DisclosureView, **options: Any) -> None:
        super().__init__(*args, **options)
        self.paths = {plain(one.path): one.path for one in view.questions if one.path}
        for one in view.questions:
            if one.path:
                self.fields[plain(one.path)] = _fact(say(one.asks, _language()), one.answers)
        self.fields["source"] = forms.CharField(label=_("Where you found it out"), max_length=500)

    def clean(self) -> dict[str, Any]:
        """At least one is answered."""
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in self.paths):
            raise forms.ValidationError(_("Answer at least one question."))
        return cleaned

    def facts(self) -> dict[str, str | bool]:
        """What was answered, by the law room's names."""
        given = {path: self.cleaned_data[name] for name, path in self.paths.items()}
        return {path: _YES_OR_NO.get(value, value) for path, value in given.items() if value}


class OtherFactForm(forms.Form):
    """Something else that somebody found out, or that happened outside."""

    fact = forms.ChoiceField(label=_("What"))
    at = InstantField(label=_("When, for what happened"), required=False)
    source = forms.CharField(label=_("Where you found it out"), max_length=500)

    def __init__(self, *args: Any, view: DisclosureView, **options: Any) -> None:
        super().__init__(*args, **options)
        facts = recordable(view.line.instrument)
        groups: list[tuple[str, list[tuple[str, str]]]] = [
            (say(one.asks, _language()), [(f"{one.path}={value}", words.label("fact", value)) for value in one.answers])
            for one in facts.values()
        ]
        events = [(f"events.{name}", say(called, _language())) for name, called in view.events]
        every = [*groups, *([(str(_("What happened, with its instant")), events)] if events else [])]
        field = self.fields["fact"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "—"), *every]

    def clean(self) -> dict[str, Any]:
        """What happened has an instant."""
        cleaned = super().clean() or {}
        if str(cleaned.get("fact", "")).startswith("events.") and not cleaned.get("at") and not self.errors.get("at"):
            self.add_error("at", _("Say when it happened."))
        return cleaned

    def facts(self) -> dict[str, str | bool]:
        """The one fact, as the docket takes it."""
        path, _equals, value = str(self.cleaned_data["fact"]).partition("=")
        at: Instant | None = self.cleaned_data["at"]
        if path.startswith("events.") and at is not None:
            return {path: str(at)}
        return {path: _YES_OR_NO.get(value, value)}


class ReleaseForm(forms.Form):
    """A person looked, and lets it go."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    looked = forms.BooleanField(label=_("I looked at every page of it; exactly this may leave"))
    because = LongText(label=_("Note"), rows=2, required=False, max_length=1000)


class ContestForm(forms.Form):
    """The outcome of an objection, a motion or a referral."""

    upheld = forms.TypedChoiceField(
        label=_("Outcome"),
        choices=[("yes", _("The order is set aside: nothing is given")), ("no", _("The order stands: decide anew"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    received_at = InstantField(label=_("When the outcome came"))
    reference = forms.CharField(label=_("Its reference"), max_length=200, required=False)
    reasons = LongText(label=_("Reasons as given"), rows=3)


class SupervisorForm(forms.Form):
    """A call to the supervisor of the officer who demands."""

    number = forms.CharField(max_length=40, widget=forms.HiddenInput)
    officer = forms.CharField(label=_("Whose demand it is"), max_length=200)
    supervisor = forms.CharField(label=_("Supervisor spoken to"), max_length=200)
    confirmed = forms.TypedChoiceField(
        label=_("What they said"),
        choices=[("yes", _("They know of the demand and confirm it")), ("no", _("They do not confirm it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = LongText(label=_("Note"), rows=2, required=False)

    def __init__(self, *args: Any, view: DisclosureView, **options: Any) -> None:
        call = view.call_back
        super().__init__(*args, **options)
        self.initial = {"number": call.number if call else "", "officer": view.demand.sender.officer or ""}


class ReviewForm(forms.Form):
    """The later look at an emergency release."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=list(REVIEW_OUTCOME.items()), widget=forms.RadioSelect)
    reasons = LongText(label=_("Reasons"), rows=3, max_length=4000)


class BreachForm(forms.Form):
    """How a breach of personal data ended."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=list(BREACH_OUTCOME.items()), widget=forms.RadioSelect)
    to = forms.CharField(label=_("Who was told"), max_length=300, required=False)
    told_at = InstantField(label=_("When"), required=False)
    reasons = LongText(label=_("Reasons, or what was told"), rows=3, max_length=4000)


def _letter_field(key: str, label: str) -> forms.Field:
    if key == "E.nature":
        return forms.ChoiceField(label=label, choices=[("", "—"), *NATURE.items()], required=False)
    if key in _SHORT:
        return forms.CharField(label=label, max_length=500, required=False)
    return LongText(label=label, rows=3, required=False)


def _fact(label: str, answers: tuple[str | bool, ...]) -> forms.ChoiceField:
    known = [(str(value), words.label("fact", value)) for value in answers]
    return forms.ChoiceField(label=label, choices=[("", _("not known yet")), *known], required=False)


def set_choices(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Nothing but these can be chosen."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


def _language() -> str:
    return (get_language() or "en").partition("-")[0]
