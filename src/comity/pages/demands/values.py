"""What a demand says as the fields of a page, and what a browser posts as the demand: one is the other's inverse.

A field of the form is one or several controls, named ``key`` or ``key:part``. What cannot be a value of its type is
kept as it was typed: the law says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from comity.casefile.documents import Json
from comity.law.datatypes import READERS
from comity.law.fieldtypes import UnreadableValue
from comity.law.forms import Field, Form

Laid = dict[str, list[str]]
"""Names of controls with what each says; a group of boxes says several things."""
Posted = Mapping[str, list[str]]
MOST_ROWS = 60
_LONGEST = 8000
_MOST_BOXES = 100
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d", re.ASCII)
_OFFSET = re.compile(r"[+-]\d\d:\d\d", re.ASCII)
_ENDS = ("start", "end")


def laid(form: Form, demand: Mapping[str, Any]) -> Laid:
    """The controls of a page that say what the demand says."""
    found: Laid = {}
    for one in form.fields:
        value = _get(demand, one)
        if value is not None:
            found |= {name: said for name, said in _LAID.get(one.type, _text_laid)(one, value).items() if any(said)}
    return found


def typed(form: Form, given: Posted) -> Json:
    """What was typed, as the fields of the demand; what was left empty is not there."""
    demand: Json = {}
    for one in form.fields:
        value = _TYPED.get(one.type, _text)(one, given)
        if value not in ("", [], {}):
            _put(demand, one.key, value)
    return demand


def posted(data: Any) -> Posted:
    """What a browser posted (Django's ``QueryDict``), by its names."""
    return dict(data.lists())


def changes(form: Form, before: Mapping[str, Any], given: Posted) -> Json:
    """What a corrected form says anew: whole sections as they read now, and nothing for what was taken out."""
    old, new = typed(form, laid(form, before)), typed(form, given)
    for one in form.fields:
        beyond = _beyond(before, one) if one.type == "identifiers" else []
        if beyond:
            for said in (old, new):
                _put(said, one.key, [*(_get(said, one) or []), *beyond])
    return {key: new.get(key) for key in {**old, **new} if old.get(key) != new.get(key)}


def _get(demand: Mapping[str, Any], one: Field) -> Any:
    """The field's value under any of its names, in its section or beside it."""
    head, _, inner = one.key.rpartition(".")
    within = demand.get(head) if head else demand
    for name in (inner, *one.aliases):
        if isinstance(within, Mapping) and within.get(name) is not None:
            return within[name]
        if head and demand.get(f"{head}.{name}") is not None:
            return demand[f"{head}.{name}"]
    return None


def _put(demand: Json, key: str, value: Any) -> None:
    head, _, tail = key.partition(".")
    if tail:
        demand.setdefault(head, {})[tail] = value
    else:
        demand[head] = value


def _beyond(demand: Mapping[str, Any], one: Field) -> list[Any]:
    """The identifiers that no page has room for: nobody corrects them here, and none is lost."""
    listed = _get(demand, one)
    return listed[MOST_ROWS:] if isinstance(listed, list) else []


def _one(given: Posted, name: str) -> str:
    """A text as people typed it: without the line ends of a browser and without what no text can hold."""
    said = given.get(name) or [""]
    return said[0].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")[:_LONGEST].strip()


def _many(given: Posted, name: str) -> list[str]:
    return [one[:200] for one in dict.fromkeys(given.get(name, [])) if one][:_MOST_BOXES]


def _text(one: Field, given: Posted) -> str:
    return _one(given, one.key)


def _text_laid(one: Field, value: Any) -> Laid:
    """A text; several parts of one stand below each other."""
    if isinstance(value, Mapping):
        value = value.get("kind") if "kind" in value else list(value.values())
    parts = value if isinstance(value, list) else [value]
    return {one.key: ["\n".join(str(part) for part in parts if part is not None)]}


def _locations(one: Field, given: Posted) -> list[Json]:
    """Addresses, one a line; what stands behind an address locates the content further."""
    lines = (line.split(None, 1) for line in _one(given, one.key).splitlines() if line.strip())
    return [{"url": url, **({"additional_info": " ".join(more[0].split())} if more else {})} for url, *more in lines]


def _locations_laid(one: Field, value: Any) -> Laid:
    lines = []
    for place in value if isinstance(value, list) else [value]:
        parts = place.values() if isinstance(place, Mapping) else [place]
        lines.append(" ".join(" ".join(str(part).split()) for part in parts if part is not None))
    return {one.key: ["\n".join(line for line in lines if line)]}


def _tick(one: Field, given: Posted) -> bool:
    return _one(given, one.key) == "yes"


def _tick_laid(one: Field, value: Any) -> Laid:
    return {one.key: ["yes"] if value is True else []}


def _number(one: Field, given: Posted) -> int | str:
    said = _one(given, one.key)
    return int(said) if re.fullmatch(r"\d{1,6}", said, re.ASCII) else said


def _boxes(one: Field, given: Posted) -> list[str]:
    return _many(given, one.key)


def _boxes_laid(one: Field, value: Any) -> Laid:
    return {one.key: [str(part) for part in (value if isinstance(value, list) else [value])]}


def _ticks(one: Field, given: Posted) -> list[str]:
    own = [line.strip() for line in _one(given, f"{one.key}:own").splitlines()]
    return list(dict.fromkeys([*_many(given, one.key), *(line for line in own if line)]))


def _ticks_laid(one: Field, value: Any) -> Laid:
    """Boxes that the form prints, and words of the authority's own below them, one a line."""
    try:
        said = READERS["ticks"](value)
    except UnreadableValue:
        return {f"{one.key}:own": [str(value)]}
    printed = {option.value for option in one.options}
    own = "\n".join(part for part in said if part not in printed)
    return {one.key: [part for part in said if part in printed], f"{one.key}:own": [own]}


def _moment(given: Posted, name: str) -> str:
    """A day, or a day with its time and offset."""
    day, time, offset = (_one(given, f"{name}:{part}") for part in ("day", "time", "offset"))
    if not (day and time):
        return day or time
    whole = f"{time}:00" if _TIME.fullmatch(time) else time
    return f"{day}T{whole}{offset if _OFFSET.fullmatch(offset) else ''}"


def _moment_laid(name: str, value: Any) -> Laid:
    match = _MOMENT.fullmatch(str(value))
    if match is None:
        return {f"{name}:day": [str(value)]} if value is not None else {}
    offset = "+00:00" if match[3] == "Z" else match[3]
    return {
        f"{name}:day": [match[1]],
        f"{name}:time": [match[2].removesuffix(":00") if match[2].count(":") > 1 else match[2]],
        f"{name}:offset": [offset],
    }


def _interval(given: Posted, name: str) -> Json:
    return {end: at for end in _ENDS if (at := _moment(given, f"{name}:{end}"))}


def _interval_laid(name: str, value: Any) -> Laid:
    found: Laid = {}
    for end in _ENDS if isinstance(value, Mapping) else ():
        found |= _moment_laid(f"{name}:{end}", value.get(end))
    return found


def _identifiers(one: Field, given: Posted) -> list[Json]:
    rows = {
        int(match[1])
        for match in (re.fullmatch(rf"{re.escape(one.key)}:(\d{{1,3}}):value", name) for name in given)
        if match
    }
    found: list[Json] = []
    for row in sorted(rows)[:MOST_ROWS]:
        name = f"{one.key}:{row}"
        said = {part: _one(given, f"{name}:{part}") for part in ("id", "type", "value")}
        item = {part: words for part, words in said.items() if words} | _interval(given, name)
        if item.keys() - {"id", "type"}:
            found.append(item)
    return found


def _identifiers_laid(one: Field, value: Any) -> Laid:
    found: Laid = {}
    for row, item in enumerate(value[:MOST_ROWS] if isinstance(value, list) else ()):
        if not isinstance(item, Mapping):
            continue
        plain = {str(name).lower(): said for name, said in item.items()}
        name = f"{one.key}:{row}"
        found |= {
            f"{name}:{part}": [str(plain[part])] for part in ("id", "type", "value") if plain.get(part) is not None
        }
        found |= _interval_laid(name, plain)
    return found


_TYPED: dict[str, Callable[[Field, Posted], Any]] = {
    "locations": _locations,
    "tick": _tick,
    "number": _number,
    "boxes": _boxes,
    "options": _boxes,
    "ticks": _ticks,
    "moment": lambda one, given: _moment(given, one.key),
    "datetime": lambda one, given: _moment(given, one.key),
    "interval": lambda one, given: _interval(given, one.key),
    "identifiers": _identifiers,
}
_LAID: dict[str, Callable[[Field, Any], Laid]] = {
    "locations": _locations_laid,
    "tick": _tick_laid,
    "boxes": _boxes_laid,
    "options": _boxes_laid,
    "ticks": _ticks_laid,
    "moment": lambda one, value: _moment_laid(one.key, value),
    "datetime": lambda one, value: _moment_laid(one.key, value),
    "interval": lambda one, value: _interval_laid(one.key, value),
    "identifiers": _identifiers_laid,
}
