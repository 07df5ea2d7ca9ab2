"""The notice to a user whose data were asked for: what, by whom, under which law, what was given, what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json
from comity.transparency.errors import SilenceLasts
from comity.transparency.rules import plain, text
from comity.transparency.user_notice.book import Tell
from comity.transparency.user_notice.rules import Verdict
from comity.transparency.words import words_in

LONGEST_REASONS = 8000
_CATEGORIES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "SUBSCRIBER": "who you are to us (subscriber data)",
        "USER_ID": "identification data, such as addresses of your connections",
        "TRAFFIC": "traffic data: when, from where and with whom, but not what",
        "LOCATION": "location data",
        "CONTENT": "content",
    },
    "fr": {
        "SUBSCRIBER": "qui vous êtes pour nous (données d’abonné)",
        "USER_ID": "des données d’identification, comme les adresses de vos connexions",
        "TRAFFIC": "des données de trafic : quand, d’où et avec qui, mais pas quoi",
        "LOCATION": "des données de localisation",
        "CONTENT": "du contenu",
    },
    "de": {
        "SUBSCRIBER": "wer Sie für uns sind (Teilnehmerdaten)",
        "USER_ID": "Identifizierungsdaten, etwa Adressen Ihrer Verbindungen",
        "TRAFFIC": "Verkehrsdaten: wann, von wo und mit wem, aber nicht was",
        "LOCATION": "Standortdaten",
        "CONTENT": "Inhalte",
    },
}
_SUBJECTS = {
    "en": "An authority asked us for data about you",
    "fr": "Une autorité nous a demandé des données vous concernant",
    "de": "Eine Behörde hat von uns Daten über Sie verlangt",
}


@dataclass(frozen=True)
class Told:
    """What a notice is made from, beside the demand's form."""

    instrument: str
    asked: tuple[str, ...]
    """Categories, as the demand names them."""
    given: tuple[str, ...]
    """Categories that left; none: nothing did."""
    given_at: Instant | None
    period: tuple[str, str] = ("", "")
    """From when to when, as the demand says."""
    contact: str = ""
    """Where we are asked."""
    by_person: bool = False
    """A named person decided to tell, where the law leaves it to one."""


def worded(verdict: Verdict, told: Told, form: Json, language: str) -> tuple[str, str]:
    """Subject and text of the notice, in the account's language or English.

    Raises ``SilenceLasts`` unless the verdict is *now*, or a person decided where the law leaves it to one.
    """
    if verdict.tell is not Tell.NOW and not (verdict.tell is Tell.PERSON and told.by_person):
        raise SilenceLasts
    words = words_in(language)
    names = _CATEGORIES[words.language]
    facts = {
        "asked": [names.get(one.upper(), plain(one)) for one in told.asked],
        "given": [names.get(one.upper(), plain(one)) for one in told.given],
        "given_at": told.given_at.z() if told.given_at else "",
        "since": plain(told.period[0]),
        "until": plain(told.period[1]),
        "law": law.say(law.instrument(told.instrument).title, words.language, told.instrument),
        "state": plain(form.get("issuing_state") or form.get("issuing_member_state")) or words.unnamed_state,
        "issuer": plain(form.get("authority")) or text(form, "issuer", "name") or words.unnamed,
        "reference": plain(form.get("reference")) or words.none,
        "court": plain(form.get("court")),
        "reasons": plain(form.get("reasons"), LONGEST_REASONS),
        "redress": plain(form.get("redress"), LONGEST_REASONS),
        "late": verdict.rule in _LATE,
        "provisions": ", ".join(verdict.citations),
        "contact": plain(told.contact),
    }
    return _SUBJECTS[words.language], render_to_string(f"transparency/user_notice.{words.language}.txt", facts)


_LATE = frozenset({"US7", "US8"})
"""Rows by which a silence or a delay has ended: the notice says why it comes now."""
