"""The printed labels of Annex I as this reader knows them: its own, and those of the law room in every language.

Source: the annex's head as published (OJ L 172, 17.5.2021, Sections A and the start of B: official); the rest from the
schema of ``docs/law``, not confirmed against the printed form. Reading by label therefore always ends before a person.
"""

from __future__ import annotations

import functools

from comity.law import instrument

Pairs = tuple[tuple[str, str], ...]
Boxes = tuple[tuple[str, str, str], ...]

_LABELS: Pairs = (
    ("issuing_member_state", "Member State of the issuing competent authority"),
    ("addressee", "Addressee and, where relevant, legal representative"),
    ("addressee", "Addressee"),
    ("contact_point", "Contact point"),
    ("home_member_state", "Member State of main establishment or legal representative"),
    ("home_member_state", "Member State where the main establishment is located"),
    ("issued_at", "Time and date of issuing of the removal order"),
    ("issued_at", "Time and date of issuing"),
    ("order_reference", "Reference number of the removal order"),
    ("order_reference", "Reference number"),
    ("content_locations.0.url", "URL and any additional information enabling identification and exact location"),
    ("content_locations.0.url", "URL"),
    ("content_locations.0.additional_info", "Additional information on the location"),
    ("additional_reasons", "Additional information for considering the material terrorist content"),
    ("additional_reasons", "Additional information"),
    ("issuer.name", "Name of the issuing authority"),
    ("issuer.name", "Name of issuing authority"),
    ("issuer.representative", "Name of its representative and post held (title and grade)"),
    ("issuer.representative", "Name of representative and post held"),
    ("issuer.file_no", "File No"),
    ("issuer.file_no", "File number"),
    ("issuer.address", "Address"),
    ("issuer.tel", "Tel. No"),
    ("issuer.tel", "Telephone"),
    ("issuer.fax", "Fax"),
    ("issuer.email", "E-mail"),
    ("issuer.email", "Email"),
    ("issuer.date", "Date"),
    ("issuer.stamp_signature", "Official stamp (if available) and signature"),
    ("followup.issuer_contact", "Contact details of the issuing authority for feedback"),
    ("followup.home_authority_contact", "Contact details of the competent authority of the home Member State"),
    ("redress.body", "Competent body or court to challenge the order"),
    ("redress.deadline", "Deadline for challenging the decision"),
    ("redress.legal_link", "Link to provisions in national legislation"),
)

# The beginning of each box's printed text, folded; the first that fits a ticked line names the box.
_BOXES: Boxes = (
    ("grounds", "INCITES", "incites the commission"),
    ("grounds", "SOLICITS_GROUP", "solicits a person or a group of persons to participate"),
    ("grounds", "SOLICITS_OFFENCE", "solicits a person or a group of persons to commit"),
    ("grounds", "INSTRUCTS", "provides instruction"),
    ("grounds", "THREATENS", "constitutes a threat"),
    ("nondisclosure", "true", "for reasons of public security"),
    ("home_is_other_member_state", "true", "the member state of main establishment or legal representative is other"),
    ("copy_sent_to_home_authority", "true", "a copy of the removal order is sent"),
    ("issuer.type", "JUDGE_COURT_INVESTIGATING_JUDGE", "judge, court or investigating judge"),
    ("issuer.type", "LAW_ENFORCEMENT", "law enforcement authority"),
    ("issuer.type", "OTHER_COMPETENT_AUTHORITY", "other competent authority"),
)

GROUNDS: tuple[str, ...] = ("INCITES", "SOLICITS_OFFENCE", "SOLICITS_GROUP", "INSTRUCTS", "THREATENS")
BOOLEANS: frozenset[str] = frozenset({"nondisclosure", "home_is_other_member_state", "copy_sent_to_home_authority"})


@functools.cache
def layout_labels() -> Pairs:
    """Pairs of key and printed label, longest label first, as the confined reader wants them."""
    pairs = set(_LABELS)
    for field in instrument("eu-tco").order_form.form.fields:
        if field.type not in {"tick", "option", "options"}:
            key = "content_locations.0.url" if field.type == "locations" else field.key
            pairs |= {(key, label) for label in (field.label, *field.labels.values())}
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[1]), pair)))


@functools.cache
def boxes() -> Boxes:
    """Key, option and the beginning of the printed text (folded) of every box."""
    found = list(_BOXES)
    for field in instrument("eu-tco").order_form.form.fields:
        if field.type == "tick":
            found += [(field.key, "true", folded(label)) for label in (field.label, *field.labels.values())]
        for option in field.options:
            found += [(field.key, option.value, folded(label)) for label in (option.label, *option.labels.values())]
    return tuple(found)


def folded(text: str) -> str:
    """A text as it is compared: lower case, one space between words."""
    return " ".join(text.lower().split())
