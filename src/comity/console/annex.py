"""Annex I of Regulation (EU) 2021/784, and the forms of demands about users, as a page reads them: sections, labels,
and whatever else the form contained.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity import law
from comity.casefile.documents import Json
from comity.console.present import flat, text_of
from comity.console.words import label
from comity.law.forms import Field

# Keys as in the instrument's form; the labels are ours, in the words of the annex's sections.
_SECTIONS: tuple[tuple[str, str | Promise, tuple[tuple[str, str | Promise], ...]], ...] = (
    (
        "A",
        _("The order"),
        (
            ("order_reference", _("Reference number")),
            ("issued_at", _("Issued")),
            ("issuing_member_state", _("Member State of the issuing authority")),
            ("addressee", _("Addressee")),
            ("contact_point", _("Contact point used")),
            ("home_member_state", _("Member State of the main establishment")),
        ),
    ),
    (
        "B",
        _("The content"),
        (
            ("content_locations", _("Addresses")),
            ("grounds", _("Why it is terrorist content")),
            ("additional_reasons", _("Further reasons")),
        ),
    ),
    ("C", _("Non-disclosure"), (("nondisclosure", _("The content provider may not be told")),)),
    (
        "D",
        _("Copy to the home authority"),
        (
            ("home_is_other_member_state", _("Cross-border order")),
            ("copy_sent_to_home_authority", _("Copy sent to the home authority")),
        ),
    ),
    (
        "E",
        _("The issuing authority"),
        (
            ("issuer.type", _("Kind")),
            ("issuer.name", _("Name")),
            ("issuer.representative", _("Representative")),
            ("issuer.file_no", _("File number")),
            ("issuer.address", _("Address")),
            ("issuer.tel", _("Telephone (as the message states it)")),
            ("issuer.fax", _("Fax")),
            ("issuer.email", _("E-mail")),
            ("issuer.date", _("Date")),
            ("issuer.stamp_signature", _("Stamp or signature")),
        ),
    ),
    (
        "F",
        _("Follow-up"),
        (
            ("followup.issuer_contact", _("Contact for feedback")),
            ("followup.home_authority_contact", _("Contact of the home authority")),
        ),
    ),
    (
        "G",
        _("Redress"),
        (
            ("redress.body", _("Before whom to challenge the order")),
            ("redress.deadline", _("Time allowed")),
            ("redress.legal_link", _("National provisions")),
        ),
    ),
)
_GROUPED = frozenset({"issuer.stamp_signature", "redress.deadline"})


@dataclass(frozen=True)
class Row:
    """One field: its label, what the order says (several lines for addresses), empty when it says nothing."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A section of the annex."""

    letter: str
    title: str
    rows: tuple[Row, ...]


def sections(form: Json) -> tuple[Section, ...]:
    """Lay a form out by the annex's sections; fields that the annex does not know come last and are never dropped."""
    fields = _grouped(flat(form))
    known = {key for _letter, _title, rows in _SECTIONS for key, _label in rows}
    laid = [
        Section(letter, str(title), tuple(Row(str(name), _lines(key, fields.get(key))) for key, name in rows))
        for letter, title, rows in _SECTIONS
    ]
    rest = tuple(Row(key, (text_of(value),)) for key, value in sorted(fields.items()) if key not in known)
    if rest:
        laid.append(Section("+", str(_("Fields that the annex does not know")), rest))
    return tuple(laid)


def laid(form: Json, instrument: str) -> tuple[Section, ...]:
    """A form about users by the sections of its instrument, filled fields only; what the form does not know is last."""
    language, given = (get_language() or "en").partition("-")[0], flat(form)
    sections = []
    for section in law.instrument(instrument).order_form.form.sections:
        known = [(field, _taken(given, field.key)) for field in section.fields]
        rows = tuple(
            Row(field.labels.get(language, field.label), _said(field, value, language))
            for field, value in known
            if text_of(value)
        )
        if rows:
            sections.append(Section(section.id, section.labels.get(language, section.label), rows))
    rest = tuple(Row(key, (text_of(value),)) for key, value in sorted(given.items()) if text_of(value))
    if rest:
        sections.append(Section("+", str(_("Fields that the form does not know")), rest))
    return tuple(sections)


def _taken(given: dict[str, object], key: str) -> object:
    """A field's value out of a flat form, put together again where it has parts; it is gone from the form then."""
    if key in given:
        return given.pop(key)
    parts = [name for name in given if name.startswith(f"{key}.")]
    return {name.removeprefix(f"{key}."): given.pop(name) for name in parts}


def _said(field: Field, value: object, language: str) -> tuple[str, ...]:
    """A value's lines: boxes by their labels, everything else as it is written."""
    boxes = {one.value: one.labels.get(language, one.label) for one in field.options}
    parts = value if isinstance(value, list) else [value]
    return tuple(boxes.get(part, part) if isinstance(part, str) else text_of(part) for part in parts)


def _grouped(fields: dict[str, object]) -> dict[str, object]:
    """Put the parts of a compound field back together under its own key."""
    grouped: dict[str, object] = {}
    for key, value in fields.items():
        whole = next((name for name in _GROUPED if key.startswith(f"{name}.")), None)
        if whole is None:
            grouped[key] = value
            continue
        parts = grouped.setdefault(whole, {})
        if isinstance(parts, dict):
            parts[key.removeprefix(f"{whole}.")] = value
    return grouped


def _lines(key: str, value: object) -> tuple[str, ...]:
    if key == "content_locations" and isinstance(value, list):
        return tuple(_location(part) for part in value)
    if key == "grounds" and isinstance(value, list):
        return tuple(label("ground", text_of(part)) for part in value)
    if key == "issuer.type" and isinstance(value, str) and value:
        return (label("issuer", value),)
    if key in _GROUPED and isinstance(value, dict):
        value = " · ".join(text_of(part) for part in value.values() if text_of(part))
    text = text_of(value)
    return (text,) if text else ()


def _location(part: object) -> str:
    if not isinstance(part, dict):
        return text_of(part)
    more = text_of(part.get("additional_info"))
    return f"{text_of(part.get('url'))} ({more})" if more else text_of(part.get("url"))
