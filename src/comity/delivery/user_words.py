"""The few words that answers about users show beside the labels of their fields, a language each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DEFAULT = "en"
_OF_STATES = {"FR": "fr", "LU": "fr", "BE": "fr", "DE": "de", "AT": "de"}
"""Member States with an official language in which we write; Belgium and Luxembourg have both, and read French."""


@dataclass(frozen=True)
class UserWords:
    """Words of one language; ``language`` is its ISO 639-1 code."""

    language: str
    annex: str
    regulation: str
    articles: str
    letter: str
    identifier: str
    categories: Mapping[str, str]
    outcomes: Mapping[str, str]
    titles: Mapping[str, str]
    """Of the tables."""
    parts: tuple[str, str, str, str]
    """Head of the table of identifiers: number, identifier, category, outcome."""
    files: tuple[str, str, str, str]
    amounts: tuple[str, str, str, str]
    size: str
    signature: str
    own_letter: str
    own_labels: str
    translated: str
    mail_subject: str
    mail_text: str


ENGLISH = UserWords(
    language="en",
    annex="Annex III",
    regulation="Regulation (EU) 2023/1543",
    articles="Articles 10, 11, 16 and 17 of Regulation (EU) 2023/1543",
    letter="Letter",
    identifier="identifier",
    categories={
        "SUBSCRIBER": "Subscriber data",
        "USER_ID": "Identification data",
        "TRAFFIC": "Traffic data",
        "LOCATION": "Location data",
        "CONTENT": "Content",
    },
    outcomes={"PRODUCED": "Produced", "NOTHING_STORED": "Nothing stored", "WITHHELD": "Not produced", "LATER": "Later"},
    titles={
        "parts": "Each identifier and category, and what became of it",
        "files": "Every file of the package",
        "amounts": "Costs",
    },
    parts=("No", "Identifier", "Category", "Outcome"),
    files=("No", "File", "Size", ""),
    amounts=("No", "For what", "Provision", "Amount"),
    size="{size} bytes",
    signature="Electronic seal of {name} (PAdES)",
    own_letter="The law prescribes no form for this letter: its fields and labels are the provider's own.",
    own_labels="Labels are in the provider's own words; the annex as printed in the Official Journal governs.",
    translated="",
    mail_subject="Answer to your demand {reference}",
    mail_text=(
        "Attached is our answer to your demand {reference}:\n"
        "a sealed PDF, and the same answer in machine-readable form (JSON).\n\n"
        "Our reference: {ours}\nContact point: {contact}\n\n{name}\n"
    ),
)

FRENCH = UserWords(
    language="fr",
    annex="Annexe III",
    regulation="Règlement (UE) 2023/1543",
    articles="Articles 10, 11, 16 et 17 du règlement (UE) 2023/1543",
    letter="Lettre",
    identifier="identifiant",
    categories={
        "SUBSCRIBER": "Données relatives aux abonnés",
        "USER_ID": "Données d’identification",
        "TRAFFIC": "Données relatives au trafic",
        "LOCATION": "Données de localisation",
        "CONTENT": "Données de contenu",
    },
    outcomes={
        "PRODUCED": "Produites",
        "NOTHING_STORED": "Rien de stocké",
        "WITHHELD": "Non produites",
        "LATER": "Plus tard",
    },
    titles={
        "parts": "Chaque identifiant et chaque catégorie, et la suite donnée",
        "files": "Chaque fichier de l’envoi",
        "amounts": "Frais",
    },
    parts=("No", "Identifiant", "Catégorie", "Suite donnée"),
    files=("No", "Fichier", "Taille", ""),
    amounts=("No", "Objet", "Disposition", "Montant"),
    size="{size} octets",
    signature="Cachet électronique de {name} (PAdES)",
    own_letter=(
        "La loi ne prescrit aucun formulaire pour cette lettre : ses champs et libellés sont ceux du fournisseur."
    ),
    own_labels="Les libellés sont ceux du fournisseur ; l’annexe publiée au Journal officiel fait foi.",
    translated="Les motifs tirés de l’examen sont traduits de l’anglais par le fournisseur.",
    mail_subject="Réponse à votre demande {reference}",
    mail_text=(
        "Vous trouverez ci-joint notre réponse à votre demande {reference} :\n"
        "un PDF cacheté, et la même réponse sous une forme lisible par machine (JSON).\n\n"
        "Notre référence : {ours}\nPoint de contact : {contact}\n\n{name}\n"
    ),
)

GERMAN = UserWords(
    language="de",
    annex="Anhang III",
    regulation="Verordnung (EU) 2023/1543",
    articles="Artikel 10, 11, 16 und 17 der Verordnung (EU) 2023/1543",
    letter="Schreiben",
    identifier="Kennung",
    categories={
        "SUBSCRIBER": "Teilnehmerdaten",
        "USER_ID": "Identifizierungsdaten",
        "TRAFFIC": "Verkehrsdaten",
        "LOCATION": "Standortdaten",
        "CONTENT": "Inhaltsdaten",
    },
    outcomes={
        "PRODUCED": "Herausgegeben",
        "NOTHING_STORED": "Nichts gespeichert",
        "WITHHELD": "Nicht herausgegeben",
        "LATER": "Später",
    },
    titles={
        "parts": "Jede Kennung und Kategorie und was daraus wurde",
        "files": "Jede Datei des Pakets",
        "amounts": "Kosten",
    },
    parts=("Nr.", "Kennung", "Kategorie", "Ergebnis"),
    files=("Nr.", "Datei", "Größe", ""),
    amounts=("Nr.", "Wofür", "Vorschrift", "Betrag"),
    size="{size} Bytes",
    signature="Elektronisches Siegel von {name} (PAdES)",
    own_letter=(
        "Das Gesetz schreibt für dieses Schreiben kein Formular vor: Felder und Bezeichnungen sind die des Anbieters."
    ),
    own_labels=(
        "Die Bezeichnungen sind in den Worten des Anbieters; maßgeblich ist der im Amtsblatt gedruckte Anhang."
    ),
    translated="Gründe aus der Prüfung sind vom Anbieter aus dem Englischen übersetzt.",
    mail_subject="Antwort auf Ihr Ersuchen {reference}",
    mail_text=(
        "Anbei unsere Antwort auf Ihr Ersuchen {reference}:\n"
        "ein gesiegeltes PDF und dieselbe Antwort in maschinenlesbarer Form (JSON).\n\n"
        "Unser Zeichen: {ours}\nKontaktstelle: {contact}\n\n{name}\n"
    ),
)

LANGUAGES: Mapping[str, UserWords] = {words.language: words for words in (ENGLISH, FRENCH, GERMAN)}


def words_in(language: str) -> UserWords:
    """The words of a language, whatever its region; English where we have no other."""
    return LANGUAGES.get(language.split("-", 1)[0].lower(), ENGLISH)


def language_for(state: str | None, wanted: Iterable[str] = ()) -> str:
    """In which language an authority is written to: the first of those it reads that we write, else its state's, else
    English.
    """
    for language in wanted:
        code = language.split("-", 1)[0].lower()
        if code in LANGUAGES:
            return code
    return _OF_STATES.get((state or "").upper(), DEFAULT)
