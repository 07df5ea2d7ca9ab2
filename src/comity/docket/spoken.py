"""What stages and the registry say to people, in the reader's language: faults of a message, and refusals.

What was entered stays as it was entered, in English; only what a page shows is translated. Sentences with something
inside that nobody foresaw stay English, and say so with ``lang``.
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.casefile.documents.demand import Fault
from comity.intake.faults import FAULTS
from comity.law import say


def fault(one: Fault) -> str:
    """A fault's message: its sentence translated, the detail that was seen and the articles as they were entered."""
    sentence = FAULTS.get(one.code, ("", ""))[0]
    if sentence and sentence in one.message:
        return one.message.replace(sentence, _(sentence), 1)
    head, stands, rest = one.message.partition("): ")
    why, bracket, articles = rest.rpartition(" [")
    if stands and bracket and _(why) != why:  # a field of the form: its name, its label, what is wrong, the article
        name, _space, label = head.partition(" (")
        return f"{name} ({_(label)}): {_(why)} [{articles}"
    return sentence_of(one.message)


def sentence_of(text: str) -> str:
    """A refusal or any other whole sentence; as it is, marked as English, where there is no other."""
    said = _(text) if text else ""
    if said == text:
        said = say(text, _language())
    return english(said) if said == text else said


def english(text: str) -> str:
    """A text that stays English, marked for whoever hears it read aloud."""
    return text if _language() == "en" or not text else format_html('<span lang="en">{}</span>', text)


def _language() -> str:
    return (get_language() or "en").partition("-")[0]
