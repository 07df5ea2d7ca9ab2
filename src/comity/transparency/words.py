"""The few words that a notice needs beside its template, a language each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT = "en"


@dataclass(frozen=True)
class Words:
    """Words of one language; ``language`` is its ISO 639-1 code and names the templates."""

    language: str
    disabled: str
    reinstated: str
    ordered: str
    """The same two, of an order that has effect in some States only."""
    ordered_back: str
    outcome: str
    unnamed_state: str
    unnamed: str
    none: str
    contact_page: str
    courts: str
    time_limit: str
    units: Mapping[str, str]


ENGLISH = Words(
    language="en",
    disabled="Something you published was disabled in the European Union",
    reinstated="Something you published was disabled in the European Union, and stands again",
    ordered="Something you published was disabled by order of an authority",
    ordered_back="Something you published was disabled by order of an authority, and stands again",
    outcome="The outcome of your complaint",
    unnamed_state="an unnamed State",
    unnamed="not named",
    none="none",
    contact_page="see our contact page",
    courts="the courts of the issuing authority's Member State",
    time_limit="{n} {unit} from {start}",
    units={},
)
FRENCH = Words(
    language="fr",
    disabled="Une de vos publications a été bloquée dans l’Union européenne",
    reinstated="Une de vos publications a été bloquée dans l’Union européenne et se trouve à nouveau à sa place",
    ordered="Une de vos publications a été bloquée sur injonction d’une autorité",
    ordered_back="Une de vos publications, bloquée sur injonction d’une autorité, se trouve à nouveau à sa place",
    outcome="L’issue de votre réclamation",
    unnamed_state="un État non nommé",
    unnamed="non nommée",
    none="aucune",
    contact_page="voir notre page de contact",
    courts="les juridictions de l’État membre de l’autorité émettrice",
    time_limit="{n} {unit} à compter de : {start}",
    units={"hours": "heures", "days": "jours", "weeks": "semaines", "months": "mois"},
)
GERMAN = Words(
    language="de",
    disabled="Etwas von Ihnen Veröffentlichtes wurde in der Europäischen Union gesperrt",
    reinstated="Etwas von Ihnen Veröffentlichtes wurde in der Europäischen Union gesperrt und ist wieder zugänglich",
    ordered="Etwas von Ihnen Veröffentlichtes wurde auf Anordnung einer Behörde gesperrt",
    ordered_back="Etwas von Ihnen, das auf Anordnung einer Behörde gesperrt war, ist wieder zugänglich",
    outcome="Das Ergebnis Ihrer Beschwerde",
    unnamed_state="ein nicht genannter Staat",
    unnamed="nicht genannt",
    none="keines",
    contact_page="siehe unsere Kontaktseite",
    courts="die Gerichte des Mitgliedstaats der ausstellenden Behörde",
    time_limit="{n} {unit} ab: {start}",
    units={"hours": "Stunden", "days": "Tage", "weeks": "Wochen", "months": "Monate"},
)
LANGUAGES: Mapping[str, Words] = {words.language: words for words in (ENGLISH, FRENCH, GERMAN)}


def words_in(language: str | None) -> Words:
    """The words of a language, whatever its region (``fr-BE``); English where we have no other."""
    return LANGUAGES.get((language or DEFAULT).split("-", 1)[0].lower(), ENGLISH)
