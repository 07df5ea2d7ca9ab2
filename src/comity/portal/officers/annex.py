"""Annex I as a form in a page, made from the instrument's own definition; and what was typed, as the order's fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity import law
from comity.casefile.documents import Json
from comity.law.forms import Field, Form
from comity.law.states import MEMBER_STATES

PLACES = 3
MOST_PLACES = 60
_LONGEST = 8000
_LONG = frozenset({"additional_reasons"})
_INPUT = {"email": "email", "telephone": "tel", "date": "date", "link": "url"}
_LEFT_OUT = frozenset({"signature"})
"""No stamp is needed on an authenticated channel; a signed document is attached as a file."""
OFFSETS = ("+00:00", "+01:00", "+02:00", "+03:00")
UNITS = ("days", "weeks", "months")
_LOCAL = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True)
class Place:
    """One address of the content."""

    number: int
    url: str
    info: str
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Control:
    """One field of the annex as the page shows it."""

    key: str
    label: str
    kind: str
    """Which part of ``control.html`` draws it."""
    input: str
    required: bool
    value: Any
    offset: str
    options: tuple[tuple[str, str, bool], ...]
    places: tuple[Place, ...]
    faults: tuple[str, ...]
    uncertain: bool

    @property
    def id(self) -> str:
        """The control's identifier in the page."""
        return f"id_{self.key.replace('.', '_')}"


@dataclass(frozen=True)
class Section:
    """A section of the annex."""

    letter: str
    label: str
    controls: tuple[Control, ...]


def definition() -> Form:
    """The annex as the law room holds it."""
    return law.instrument("eu-tco").order_form.form


def sections(form: Json, *, places: int = PLACES, judged: bool = False) -> tuple[Section, ...]:
    """The annex with what was typed; with every fault of a field beside it, once somebody typed something."""
    faults = _faults(form) if judged else {}
    shown = []
    for section in definition().sections:
        controls = tuple(_control(one, form, faults, places) for one in section.fields if one.type not in _LEFT_OUT)
        shown.append(Section(section.id, said(section), controls))
    return tuple(shown)


def typed(posted: Mapping[str, Any]) -> Json:
    """What was typed, as the fields of the order; what was left empty is not there."""
    form: Json = {}
    for one in definition().fields:
        if one.type in _LEFT_OUT:
            continue
        value = _READERS.get(one.type, _text)(posted, one.key)
        if value not in ("", None, [], {}):
            _put(form, one.key, value)
    return form


def said(labelled: Any) -> str:
    """A label as the source gives it in the reader's language, else in our words."""
    language = (get_language() or "en").partition("-")[0]
    return str(labelled.labels.get(language) or _(labelled.label))


def _faults(form: Json) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fault in law.instrument("eu-tco").order_form.read(form).faults:
        why = fault.message.partition("): ")[2] or fault.message
        found.setdefault(fault.field, []).append(_(why.rpartition(" [")[0] or why))
    return found


def _control(one: Field, form: Json, faults: Mapping[str, list[str]], places: int) -> Control:
    value = _get(form, one.key)
    kind: str = one.type
    offset = OFFSETS[1]
    if one.type == "datetime" and isinstance(value, str):
        value, offset = _local(value)
    options: tuple[tuple[str, str, bool], ...] = ()
    if one.options:
        chosen = value if isinstance(value, list) else [value]
        options = tuple((option.value, said(option), option.value in chosen) for option in one.options)
    if one.type == "state":
        options = tuple((code, code, code == value) for code in sorted(MEMBER_STATES))
    if one.key in _LONG:
        kind = "long"
    own = [why for field, whys in faults.items() if field == one.key or field.startswith(f"{one.key}.") for why in whys]
    return Control(
        key=one.key,
        label=said(one),
        kind=kind if kind in _DRAWN else "text",
        input=_INPUT.get(one.type, "text"),
        required=one.required == "yes",
        value="" if value is None else value,
        offset=offset,
        options=options,
        places=_places(value, faults, places) if one.type == "locations" else (),
        faults=tuple(own),
        uncertain=one.certainty.value == "unconfirmed",
    )


_DRAWN = frozenset({"text", "long", "state", "datetime", "tick", "option", "options", "locations", "redress_deadline"})


def _places(value: Any, faults: Mapping[str, list[str]], places: int) -> tuple[Place, ...]:
    given = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    rows = max(places, len(given) + 1) if places <= len(given) else places
    return tuple(
        Place(
            number=number,
            url=str(given[number].get("url", "")) if number < len(given) else "",
            info=str(given[number].get("additional_info", "")) if number < len(given) else "",
            faults=tuple(faults.get(f"content_locations[{number}].url", ())) if number < len(given) else (),
        )
        for number in range(min(rows, MOST_PLACES))
    )


def _local(value: str) -> tuple[str, str]:
    match = _LOCAL.fullmatch(value)
    if match is None:
        return "", OFFSETS[1]
    return match[1][:16], "+00:00" if match[2] in (None, "Z") else match[2]


def _text(posted: Mapping[str, Any], key: str) -> str:
    return str(posted.get(key, ""))[:_LONGEST].strip()


def _tick(posted: Mapping[str, Any], key: str) -> bool:
    return str(posted.get(key, "")) == "yes"


def _datetime(posted: Mapping[str, Any], key: str) -> str:
    moment = _text(posted, key)
    if not moment:
        return ""
    offset = _text(posted, f"{key}.offset")
    seconds = f"{moment}:00" if len(moment) == 16 else moment
    return f"{seconds}{offset}" if re.fullmatch(r"[+-]\d\d:\d\d", offset) else seconds


def _options(posted: Mapping[str, Any], key: str) -> list[str]:
    listed = posted.getlist(key) if hasattr(posted, "getlist") else posted.get(key, [])
    return [str(one)[:80] for one in listed][:20]


def _locations(posted: Mapping[str, Any], key: str) -> list[Json]:
    found: list[Json] = []
    for number in range(MOST_PLACES):
        url, info = _text(posted, f"{key}.{number}.url"), _text(posted, f"{key}.{number}.info")
        if url:
            found.append({"url": url, "additional_info": info} if info else {"url": url})
    return found


def _redress(posted: Mapping[str, Any], key: str) -> Json:
    number = _text(posted, f"{key}.n")
    if not number:
        return {}
    whole: int | str = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else number
    return {"n": whole, "unit": _text(posted, f"{key}.unit"), "from": _text(posted, f"{key}.from")}


_READERS = {
    "tick": _tick,
    "datetime": _datetime,
    "options": _options,
    "locations": _locations,
    "redress_deadline": _redress,
}


def _put(form: Json, key: str, value: Any) -> None:
    head, _, tail = key.partition(".")
    if tail:
        form.setdefault(head, {})[tail] = value
    else:
        form[head] = value


def _get(form: Json, key: str) -> Any:
    head, _, tail = key.partition(".")
    if not tail:
        return form.get(head)
    inner = form.get(head)
    return inner.get(tail) if isinstance(inner, dict) else None
