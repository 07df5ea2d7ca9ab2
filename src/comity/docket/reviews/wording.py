"""The few words that a statement of reasons needs beside its template, a language each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from comity.casefile.documents.review import Limb


@dataclass(frozen=True)
class Words:
    """Words of one language; ``language`` is its ISO 639-1 code and names the template."""

    language: str
    subjects: Mapping[str, str]
    courts: str
    limbs: Mapping[Limb, str]


ENGLISH = Words(
    language="en",
    subjects={
        "disabled": "Something you published was disabled: statement of reasons",
        "confirmed": "Something you published stays disabled: a person has looked at it",
        "reinstated": "Something you published stands again",
    },
    courts="the courts",
    limbs={
        Limb.INCITES: "it incites the commission of terrorist offences, for instance by glorifying them (point (a))",
        Limb.SOLICITS_OFFENCE: "it solicits terrorist offences, or a contribution to them (point (b))",
        Limb.SOLICITS_GROUP: "it solicits participation in the activities of a terrorist group (point (c))",
        Limb.INSTRUCTS: "it instructs in making or using weapons or methods for terrorist offences (point (d))",
        Limb.THREATENS: "it threatens the commission of a terrorist offence (point (e))",
    },
)
FRENCH = Words(
    language="fr",
    subjects={
        "disabled": "Une de vos publications a été bloquée : exposé des motifs",
        "confirmed": "Une de vos publications reste bloquée : une personne l’a examinée",
        "reinstated": "Une de vos publications se trouve à nouveau à sa place",
    },
    courts="les juridictions",
    limbs={
        Limb.INCITES: "elle incite à commettre des infractions terroristes, par exemple en les glorifiant (point a))",
        Limb.SOLICITS_OFFENCE: "elle sollicite la commission d’infractions terroristes ou une contribution (point b))",
        Limb.SOLICITS_GROUP: "elle sollicite la participation aux activités d’un groupe terroriste (point c))",
        Limb.INSTRUCTS: "elle instruit à fabriquer ou utiliser des armes ou méthodes à des fins terroristes (point d))",
        Limb.THREATENS: "elle menace de commettre une infraction terroriste (point e))",
    },
)
GERMAN = Words(
    language="de",
    subjects={
        "disabled": "Etwas von Ihnen Veröffentlichtes wurde gesperrt: Begründung",
        "confirmed": "Etwas von Ihnen Veröffentlichtes bleibt gesperrt: ein Mensch hat es geprüft",
        "reinstated": "Etwas von Ihnen Veröffentlichtes ist wieder zugänglich",
    },
    courts="die Gerichte",
    limbs={
        Limb.INCITES: "es stiftet zu terroristischen Straftaten an, etwa indem es sie verherrlicht (Buchstabe a)",
        Limb.SOLICITS_OFFENCE: "es fordert zu terroristischen Straftaten oder zu Beiträgen dazu auf (Buchstabe b)",
        Limb.SOLICITS_GROUP: "es fordert zur Beteiligung an einer terroristischen Vereinigung auf (Buchstabe c)",
        Limb.INSTRUCTS: "es unterweist in Herstellung oder Gebrauch von Waffen oder Methoden dafür (Buchstabe d)",
        Limb.THREATENS: "es droht mit einer terroristischen Straftat (Buchstabe e)",
    },
)
_LANGUAGES = {words.language: words for words in (ENGLISH, FRENCH, GERMAN)}


def words_in(language: str | None) -> Words:
    """The words of a language, whatever its region; English where we have no other."""
    return _LANGUAGES.get((language or "en").split("-", 1)[0].lower(), ENGLISH)
