"""The few words that a form shows beside the law's own labels, a language each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Words of one language; ``language`` is its ISO 639-1 code."""

    language: str
    instrument: str
    annexes: Mapping[str, str]
    subtitles: Mapping[str, str]
    footer: str
    page: str
    addresses_title: str
    addresses_head: tuple[str, str, str, str]
    outcomes: Mapping[str, str]
    seal: str
    unconfirmed: str
    own_form: str
    mail_subject: str = "{annex} on your order {reference}"
    mail_text: str = (
        "Attached is {annex} ({provision}) on your order {reference}:\n"
        "the form as a sealed PDF, and the same answer in machine-readable form (JSON).\n\n"
        "Our reference: {ours}\nContact point: {contact}\n\n{name}\n"
    )
    threat_subject: str = "URGENT: threat to life, {reference}"
    threat_text: str = (
        "Attached is information on a threat to life ({provision}):\n"
        "a sealed PDF, and the same in machine-readable form (JSON).\n\n"
        "Our reference: {ours}\nWhere to ask: {contact}\n\n{name}\n"
    )


ENGLISH = Words(
    language="en",
    instrument="Regulation (EU) 2021/784",
    annexes={"annex-2": "Annex II", "annex-3": "Annex III", "threat-to-life": "Threat to life"},
    subtitles={
        "annex-2": "Article 3(6) of Regulation (EU) 2021/784",
        "annex-3": "Article 3(7) and (8) of Regulation (EU) 2021/784",
        "threat-to-life": "Article 14(5) of Regulation (EU) 2021/784; Article 18 of Regulation (EU) 2022/2065",
    },
    footer="Form {form}, version {version}",
    page="Page {n} of {of}",
    addresses_title="Every address of the order, and what became of it",
    addresses_head=("No", "Address", "Outcome", "Time"),
    outcomes={
        "REMOVED": "Content removed",
        "DISABLED_ALL_MS": "Access disabled in all Member States",
        "NOT_EXECUTED": "Not executed: see Annex III",
    },
    own_form="The provisions prescribe no form: its fields and labels are the provider's own. No content is attached.",
    seal=(
        "This document carries an electronic seal (PAdES). A signature check in any PDF reader shows who sealed it and "
        "that nothing in it was changed since; the same answer is attached in machine-readable form (JSON)."
    ),
    unconfirmed=(
        "° The wording of this label was not compared with the annex as printed in the Official Journal of the "
        "European Union. The fields and what they contain are complete."
    ),
)

FRENCH = Words(
    language="fr",
    instrument="Règlement (UE) 2021/784",
    annexes={"annex-2": "Annexe II", "annex-3": "Annexe III", "threat-to-life": "Menace pour la vie"},
    subtitles={
        "annex-2": "Article 3, paragraphe 6, du règlement (UE) 2021/784",
        "annex-3": "Article 3, paragraphes 7 et 8, du règlement (UE) 2021/784",
        "threat-to-life": "Règlement (UE) 2021/784, article 14, paragraphe 5 ; règlement (UE) 2022/2065, article 18",
    },
    footer="Formulaire {form}, version {version}",
    page="Page {n} sur {of}",
    addresses_title="Chaque adresse de l’injonction et la suite donnée",
    addresses_head=("No", "Adresse", "Suite donnée", "Heure"),
    outcomes={
        "REMOVED": "Contenu retiré",
        "DISABLED_ALL_MS": "Accès bloqué dans tous les États membres",
        "NOT_EXECUTED": "Non exécutée : voir annexe III",
    },
    own_form=(
        "Les dispositions ne prescrivent aucun formulaire : ses champs et libellés sont ceux du fournisseur. "
        "Aucun contenu n’est joint."
    ),
    seal=(
        "Ce document porte un cachet électronique (PAdES). Tout lecteur de PDF qui vérifie les signatures montre qui "
        "l’a apposé et que rien n’a été modifié depuis ; la même réponse est jointe pour les machines (JSON)."
    ),
    unconfirmed=(
        "° Le libellé n’a pas été comparé à l’annexe publiée au Journal officiel de l’Union européenne. Les champs et "
        "leur contenu sont complets."
    ),
)

GERMAN = Words(
    language="de",
    instrument="Verordnung (EU) 2021/784",
    annexes={"annex-2": "Anhang II", "annex-3": "Anhang III", "threat-to-life": "Gefahr für das Leben"},
    subtitles={
        "annex-2": "Artikel 3 Absatz 6 der Verordnung (EU) 2021/784",
        "annex-3": "Artikel 3 Absätze 7 und 8 der Verordnung (EU) 2021/784",
        "threat-to-life": "Artikel 14 Absatz 5 der Verordnung (EU) 2021/784; Artikel 18 der Verordnung (EU) 2022/2065",
    },
    footer="Formular {form}, Fassung {version}",
    page="Seite {n} von {of}",
    addresses_title="Jede Adresse der Anordnung und was mit ihr geschah",
    addresses_head=("Nr.", "Adresse", "Ergebnis", "Zeit"),
    outcomes={
        "REMOVED": "Inhalt entfernt",
        "DISABLED_ALL_MS": "Zugang in allen Mitgliedstaaten gesperrt",
        "NOT_EXECUTED": "Nicht ausgeführt: siehe Anhang III",
    },
    own_form=(
        "Die Vorschriften sehen kein Formular vor: Felder und Bezeichnungen sind die des Anbieters. "
        "Inhalte sind nicht beigefügt."
    ),
    seal=(
        "Dieses Dokument trägt ein elektronisches Siegel (PAdES). Jedes PDF-Programm, das Signaturen prüft, zeigt, wer "
        "gesiegelt hat und dass seither nichts geändert wurde; dieselbe Antwort liegt maschinenlesbar bei (JSON)."
    ),
    unconfirmed=(
        "° Der Wortlaut wurde nicht mit dem im Amtsblatt der Europäischen Union gedruckten Anhang verglichen. Felder "
        "und Inhalt sind vollständig."
    ),
)

LANGUAGES: Mapping[str, Words] = {words.language: words for words in (ENGLISH, FRENCH, GERMAN)}
