"""The definition of a form as the law room keeps it, and a filled form as a page shows it: labels, values, boxes.

Nothing here knows how a page looks; nothing in the typesetting knows what a field means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from comity.casefile.documents.base import Json
from comity.delivery.errors import UnknownForm
from comity.delivery.ink import printable, printable_url, time
from comity.delivery.rules import THREAT
from comity.delivery.tables import tables
from comity.delivery.user_words import words_in
from comity.delivery.words import Words
from comity.law import LawError, instrument


class _Defined(BaseModel):
    """A part of a definition; keys that this room does not use are the law room's own."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    label: str
    labels: Mapping[str, str] = {}

    def named(self, language: str) -> str:
        """The label in a language, else in the definition's own."""
        return self.labels.get(language, self.label)


class Option(_Defined):
    """One box to tick."""

    value: str


class Field(_Defined):
    """One field; ``type`` is ``text``, ``datetime``, ``date``, ``email``, ``state``, ``signature``, ``option(s)``."""

    key: str
    type: str = "text"
    required: str = "no"
    certainty: str = "unconfirmed"
    options: tuple[Option, ...] = ()


class Section(_Defined):
    """A lettered section."""

    id: str
    fields: tuple[Field, ...]


class FormDefinition(BaseModel):
    """A versioned form of an instrument."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    form: str
    version: str
    title: str
    labels: Mapping[str, str] = {}
    citation: str
    certainty: str = "unconfirmed"
    sections: tuple[Section, ...]

    @classmethod
    @cache
    def of(cls, form: str, identifier: str = "eu-tco") -> FormDefinition:
        """A form as the law room keeps it; raises ``UnknownForm``."""
        try:
            compiled = instrument(identifier).forms[form]
        except (LawError, KeyError) as error:
            raise UnknownForm(form) from error
        return cls.model_validate(compiled.form.model_dump(mode="json"))


def page(definition: FormDefinition, fields: Json, words: Words, *, reference: str) -> Json:
    """Everything a page shows, as text: sections with labels and values, boxes, tables, notes."""
    sections: list[Json] = [
        {
            "id": section.id,
            "label": section.named(words.language),
            "fields": [
                _shown(field, fields[field.key], words)
                for field in section.fields
                if fields.get(field.key) and field.type != "rows"
            ],
        }
        for section in definition.sections
    ]
    head = fields.get("head", {})
    return {
        "lang": words.language,
        "title": definition.labels.get(words.language, definition.title),
        "annex": head.get("annex") or words.annexes.get(definition.form, definition.form),
        "subtitle": head.get("subtitle") or words.subtitles.get(definition.form, definition.citation),
        "instrument": head.get("instrument") or words.instrument,
        "author": printable(_author(fields)),
        "description": f"{definition.citation} ({reference})",
        "reference": printable(reference),
        "footer": words.footer.format(form=definition.form, version=definition.version),
        "page": words.page,
        "sections": [section for section in sections if section["fields"]],
        "tables": tables(fields, words),
        "notes": _notes(definition, fields, sections, words),
    }


def _author(fields: Json) -> str:
    return str(fields.get("hsp_name") or fields.get("legal_representative_name") or fields.get("H.name") or "")


def _notes(definition: FormDefinition, fields: Json, sections: Sequence[Json], words: Words) -> list[str]:
    """Who sealed it, and how far its words are the law's own."""
    notes = [words.seal]
    if "head" in fields:
        said = words_in(words.language)
        ours = said.own_letter if definition.form.startswith("letter-") else said.own_labels
        return [note for note in (*notes, ours, said.translated) if note]
    if definition.form == THREAT:
        notes.append(words.own_form)
    elif any(field["unconfirmed"] for section in sections for field in section["fields"]):
        notes.append(words.unconfirmed)
    return notes


def _shown(field: Field, value: Any, words: Words) -> Json:
    chosen = [value] if isinstance(value, str) else list(value)
    return {
        "label": field.named(words.language),
        "value": "" if field.options else _value(field.type, chosen),
        "strong": field.type == "datetime",
        "unconfirmed": field.certainty == "unconfirmed",
        "options": [
            {"label": option.named(words.language), "ticked": option.value in chosen} for option in field.options
        ],
    }


def _value(kind: str, chosen: Sequence[Any]) -> str:
    if kind == "locations":
        return "\n".join(printable_url(str(one["url"])) for one in chosen)
    text = "\n".join(str(one) for one in chosen)
    return time(text) if kind == "datetime" else printable(text)
