"""What exactly a demand for data asks: of whom, which categories, of which time, to be kept or to be given. Pure.

What could not be read is left out here and stands in the findings; nobody may be granted what nobody asked.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.law import conflicts
from comity.law.assessing import Judgement
from comity.law.datatypes import Interval, Listed
from comity.law.library import INSTRUMENTS, instrument

_IDENTIFIERS = ("E.identifiers", "C.identifiers", "identifiers")
_TIMES = ("E.time_range", "C.time_range", "period")
_REFERENCES = ("A.file_no_issuing", "reference")
_ISSUERS = ("A.issuing_authority", "authority")
_STATES = ("A.issuing_state", "issuing_state")
_THREATS = frozenset(["IMMINENT_THREAT_TO_LIFE", "IMMINENT_THREAT_TO_CRITICAL_INFRASTRUCTURE"])
_YES_OR_NO = frozenset(["yes_no", "recorded", "us_reach"])
_NOTHING = "none_recorded"
_KEEPS = "PRESERVE"
_GIVES = "STORED"


@dataclass(frozen=True, slots=True)
class Asked:
    """One person, account or address that a demand names, with the time asked for it."""

    number: str
    """Its number on the form, or its place in the list, from 1."""
    type: str
    value: str
    interval: Interval | None
    """Its own time, or that of the whole demand; nothing where none is named."""
    tricky: bool
    """Whether the value reads otherwise than it looks."""


@dataclass(frozen=True, slots=True)
class Recordable:
    """A fact that people find out: under which key it is recorded, what it asks, which answers it knows."""

    path: str
    """``content.…`` of the provider's data, ``circumstances.…`` of the person and the firm."""
    asks: str
    answers: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What a demand asks, as far as it could be read."""

    asked: tuple[Asked, ...]
    categories: tuple[str, ...]
    """SUBSCRIBER, USER_ID, TRAFFIC, LOCATION, CONTENT; each once, in the order of the law."""
    boxes: Mapping[str, tuple[str, ...]]
    """By category: the boxes that say which of its data, where the form has such boxes."""
    mode: str
    """STORED, PRESERVE, or a mode that nothing here carries out."""
    emergency: bool
    reference: str
    issuer: str
    state: str

    @property
    def keeps(self) -> bool:
        """Whether the data shall only be kept."""
        return self.mode == _KEEPS

    @property
    def stored(self) -> bool:
        """Whether it asks for what was stored when it arrived: nothing else is ever carried out."""
        return self.mode in (_KEEPS, _GIVES)


@functools.cache
def about_users() -> frozenset[str]:
    """The instruments whose demands name persons, accounts or addresses."""
    forms = {one: instrument(one).order_form.form for one in INSTRUMENTS}
    return frozenset(one for one, form in forms.items() if any(field.type == "identifiers" for field in form.fields))


def request(judgement: Judgement) -> Request:
    """What the demand behind a judgement asks."""
    values = judgement.reading.values
    listed = _first(values, _IDENTIFIERS)
    whole = _first(values, _TIMES)
    named = listed.items if isinstance(listed, Listed) else ()
    sections = conflicts.shelf().facts.sections
    process = values.get("process")
    mode = _KEEPS if process == "PRESERVATION_2703F" else conflicts.usual_mode(judgement.assessment.instrument)
    return Request(
        asked=tuple(
            Asked(one.id, one.type, one.value, one.interval or _interval(whole), one.trick is not None) for one in named
        ),
        categories=_categories(values, sections),
        boxes={sections[key]: tuple(values[key]) for key in sections if values.get(key)},
        mode=values.get("mode", mode),
        emergency=_urgent(values, judgement.assessment.instrument),
        reference=_words(_first(values, _REFERENCES)),
        issuer=_words(_first(values, _ISSUERS)),
        state=_words(_first(values, _STATES)),
    )


def _categories(values: Mapping[str, Any], sections: Mapping[str, str]) -> tuple[str, ...]:
    asked = {*values.get("categories", ()), *(category for key, category in sections.items() if values.get(key))}
    return tuple(category for category in conflicts.shelf().facts.categories if category in asked)


def _urgent(values: Mapping[str, Any], identifier: str) -> bool:
    claims = values.get("emergency") is True or values.get("process") == "EMERGENCY"
    return claims or identifier == "emergency-voluntary" or not _THREATS.isdisjoint(values.get("C.deadline", ()))


def _first(values: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((values[key] for key in keys if key in values), None)


def _interval(value: object) -> Interval | None:
    return value if isinstance(value, Interval) else None


def _words(value: object) -> str:
    """A field in words; nothing where it says nothing."""
    return " ".join(str(value).split()) if value is not None else ""


@functools.cache
def recordable(identifier: str) -> Mapping[str, Recordable]:
    """What people may find out and record about a demand under an instrument, by the name of the fact it answers."""
    law = instrument(identifier)
    facts = {**(conflicts.shelf().facts.facts if law.tables.weighs_other_laws else {}), **law.tables.facts}
    found = {}
    for name, fact in facts.items():
        for reader, path in (fact.reads or {}).items():
            if isinstance(path, str) and path.startswith(("content.", "circumstances.")):
                answers = (True, False) if reader in _YES_OR_NO else tuple(v for v in fact.values if v != _NOTHING)
                found[name] = Recordable(path, fact.label, answers)
    return found
