"""The definition of a form as the law room keeps it, and a filled form as a page shows it: labels, values, boxes.

Nothing here knows how a page looks; nothing in the typesetting knows what a field means.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.documents.base import Json
from comity.delivery.errors import UnknownForm
from comity.delivery.rules import THREAT
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
    """Everything a page shows, as text: sections with labels and values, boxes, the table of addresses, notes."""
    sections: list[Json] = [
        {
            "id": section.id,
            "label": section.named(words.language),
            "fields": [_shown(field, fields[field.key], words) for field in section.fields if fields.get(field.key)],
        }
        for section in definition.sections
    ]
    title = definition.labels.get(words.language, definition.title)
    notes = [words.seal]
    if definition.form == THREAT:
        notes.append(words.own_form)
    elif any(field["unconfirmed"] for section in sections for field in section["fields"]):
        notes.append(words.unconfirmed)
    return {
        "lang": words.language,
        "title": title,
        "annex": words.annexes.get(definition.form, definition.form),
        "subtitle": words.subtitles.get(definition.form, definition.citation),
        "instrument": words.instrument,
        "author": printable(fields.get("hsp_name") or fields.get("legal_representative_name") or ""),
        "description": f"{definition.citation} ({reference})",
        "reference": printable(reference),
        "footer": words.footer.format(form=definition.form, version=definition.version),
        "page": words.page,
        "sections": [section for section in sections if section["fields"]],
        "addresses": _addresses(fields.get("addresses", ()), words),
        "addresses_title": words.addresses_title,
        "addresses_head": list(words.addresses_head),
        "notes": notes,
    }


def printable(text: str) -> str:
    """The text as ink can show it: what is invisible or in no script of the Union's languages is shown by its number.

    Nothing vanishes and nothing moves its neighbours: bidirectional and other format characters become visible.
    """
    return "".join(mark if mark == "\n" or _has_glyph(mark) else f"<U+{ord(mark):04X}>" for mark in text)


def printable_url(url: str) -> str:
    """An address in ASCII, other characters percent-encoded (RFC 3987 section 3.1), so that it can be compared."""
    return "".join(mark if "!" <= mark <= "~" else quote(mark.encode("utf-8", "replace"), safe="") for mark in url)


# Scripts of the Union's official languages and the punctuation of their typography, all in the typeset fonts.
_RANGES = ((0x20, 0x7E), (0xA0, 0x17F), (0x1CD, 0x1DC), (0x218, 0x21B), (0x386, 0x3CE), (0x400, 0x45F), (0x490, 0x491))
_SINGLE = frozenset("–—‘’‚“”„†‡•…‰′″‹›€№™°")


def _has_glyph(mark: str) -> bool:
    return mark in _SINGLE or (
        unicodedata.category(mark)[0] != "C" and any(first <= ord(mark) <= last for first, last in _RANGES)
    )


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


def time(text: str) -> str:
    """RFC 3339 as people read it, in the offset it was written in, and in UTC: ``2026-11-23 02:13:00 +01:00``."""
    try:
        instant = Instant.parse(text)
    except InvalidInstant:
        return printable(text)
    local = instant.original.replace(microsecond=0).isoformat(" ")
    shown = f"{local[:19]} {local[19:]}"
    if instant.offset_minutes == 0:
        return f"{local[:19]} UTC"
    return f"{shown} ({instant.utc:%H:%M:%S} UTC)"


def _addresses(rows: Sequence[Json], words: Words) -> list[Json]:
    return [
        {
            "number": str(row["number"]),
            "url": printable_url(row["url"]),
            "note": printable(row.get("note", "")),
            "outcome": words.outcomes.get(row["outcome"], row["outcome"]),
            "at": time(row["at"]).replace(" (", "\n(") if row["at"] else "–",
        }
        for row in rows
    ]
