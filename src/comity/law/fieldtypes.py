"""The types that fields of legal forms can have: each reads one raw value, or says which rule it breaks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from comity.casefile.clock import Instant, InvalidInstant
from comity.law.addresses import host_of
from comity.law.states import state_code

Kind = Literal[
    "text", "parts", "contact", "state", "datetime", "date", "tick", "option", "options", "locations", "email",
    "telephone", "signature", "redress_deadline", "link", "seal", "moment", "number", "ticks", "interval",
    "identifiers", "boxes",
]  # fmt: skip

MAX_TEXT = 20_000
MAX_ITEMS = 1_000
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\\\"]{1,64}@[^@\s<>()\[\],;:\\\"]{1,253}")
_TELEPHONE = re.compile(r"\+?[0-9()\s./-]{5,40}", re.ASCII)
_DEADLINE = re.compile(
    r"\D{0,40}?(?P<n>\d{1,4})[\s-]+(?P<unit>hour|day|week|month)s?\b(?P<from>.*)", re.IGNORECASE | re.DOTALL
)
_UNITS = {"hour": "hours", "day": "days", "week": "weeks", "month": "months"}
_FIRST_YEAR, _LAST_YEAR = 1900, 9000


class UnreadableValue(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """A value breaks its field's rule; ``where`` is the place inside the field, ``rule`` a stable word."""

    def __init__(self, rule: str, why: str, where: str = "") -> None:
        super().__init__(why)
        self.rule = rule
        self.why = why
        self.where = where


def reader(kind: Kind, options: tuple[str, ...]) -> Callable[[Any], Any]:
    """The function that reads a raw value of this kind; it raises ``UnreadableValue`` and nothing else."""
    if kind == "option":
        return lambda raw: _one_of(raw, options)
    if kind == "options":
        return lambda raw: _some_of(raw, options)
    if kind == "boxes":
        return lambda raw: _some_of([raw] if isinstance(raw, str) else raw, options)
    return _READERS[kind]


def text(raw: Any) -> str:
    """Text that is not blank."""
    if not isinstance(raw, str):
        raise UnreadableValue("wrong_type", "is not text")
    if len(raw) > MAX_TEXT:
        raise UnreadableValue("too_long", f"is longer than {MAX_TEXT} characters")
    found = raw.strip()
    if not found:
        raise UnreadableValue("empty", "is blank")
    return found


def _parts(raw: Any) -> str:
    """Text, or several parts of it as a list or an object of texts; read as one text."""
    if isinstance(raw, str):
        return text(raw)
    if isinstance(raw, dict):
        raw = [part for part in raw.values() if part is not None]
    if not isinstance(raw, list):
        return text(raw)
    if not raw or len(raw) > MAX_ITEMS:
        raise UnreadableValue("wrong_type", "holds no text, or far too much")
    return "\n".join(text(part) for part in raw)


def _state(raw: Any) -> str:
    code = state_code(raw)
    if code is None:
        raise UnreadableValue("not_a_state", "is not a two-letter country code (ISO 3166-1)")
    return code


def instant(raw: Any) -> Instant:
    """A time with its offset; its year must be one that the calendar can count on from."""
    if not isinstance(raw, str):
        raise UnreadableValue("wrong_type", "is not a time written as text")
    try:
        found = Instant.parse(raw)
    except InvalidInstant as error:
        rule = "no_offset" if _lacks_offset(raw) else "not_a_time"
        raise UnreadableValue(rule, str(error)) from error
    if not is_countable(found):
        raise UnreadableValue("not_a_time", f"the year {found.original.year} is beyond any order")
    return found


def is_countable(at: Instant) -> bool:
    """Whether the calendar can count on and back from an instant; beyond these years arithmetic itself fails."""
    return _FIRST_YEAR <= at.original.year <= _LAST_YEAR


def _lacks_offset(raw: str) -> bool:
    try:
        Instant.parse(raw.strip() + "Z")
    except InvalidInstant:
        return False
    return True


def _date(raw: Any) -> date:
    if isinstance(raw, str) and len(raw) > 10:
        return instant(raw).original.date()
    try:
        return date.fromisoformat(text(raw))
    except ValueError as error:
        if isinstance(error, UnreadableValue):
            raise
        raise UnreadableValue("not_a_date", "is not a date like 2026-11-23") from error


def _tick(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise UnreadableValue("wrong_type", "is neither true nor false")
    return raw


def _one_of(raw: Any, options: tuple[str, ...]) -> str:
    if not isinstance(raw, str) or raw not in options:
        raise UnreadableValue("not_an_option", f"is none of {', '.join(options)}")
    return raw


def _some_of(raw: Any, options: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(raw, list) or len(raw) > MAX_ITEMS:
        raise UnreadableValue("wrong_type", "is not a list of boxes")
    if not raw:
        raise UnreadableValue("empty", "no box is ticked")
    for i, item in enumerate(raw):
        if not isinstance(item, str) or item not in options:
            raise UnreadableValue("not_an_option", f"is none of {', '.join(options)}", f"[{i}]")
    return tuple(dict.fromkeys(raw))


def _locations(raw: Any) -> tuple[str, ...]:
    """A list of ``{url, additional_info}``; gives the URLs."""
    if not isinstance(raw, list) or len(raw) > MAX_ITEMS:
        raise UnreadableValue("wrong_type", f"is not a list of at most {MAX_ITEMS} places")
    if not raw:
        raise UnreadableValue("empty", "names no URL")
    return tuple(_location(item, i) for i, item in enumerate(raw))


def _location(item: Any, i: int) -> str:
    if not isinstance(item, dict):
        raise UnreadableValue("wrong_type", "is not an object with 'url'", f"[{i}]")
    url = item.get("url")
    if host_of(url) is None:
        raise UnreadableValue(
            "not_a_url", "is not an exact http or https URL that can be read in one way", f"[{i}].url"
        )
    info = item.get("additional_info")
    if info is not None and not isinstance(info, str):
        raise UnreadableValue("wrong_type", "is not text", f"[{i}].additional_info")
    return str(url)


def _email(raw: Any) -> str:
    found = text(raw)
    if _EMAIL.fullmatch(found) is None:
        raise UnreadableValue("not_an_email", "is not an e-mail address")
    return found


def _telephone(raw: Any) -> str:
    found = text(raw)
    if _TELEPHONE.fullmatch(found) is None or sum(map(str.isdigit, found)) < 5:
        raise UnreadableValue("not_a_telephone", "is not a telephone number with country and area code")
    return found


def _signature(raw: Any) -> str:
    """An object with its ``kind`` (qualified or advanced signature, seal, PERCI, other); whether it verifies is
    another fact.
    """
    if not isinstance(raw, dict):
        raise UnreadableValue("wrong_type", "is not an object with 'kind' and 'evidence'")
    try:
        return text(raw.get("kind"))
    except UnreadableValue as error:
        raise UnreadableValue(error.rule, error.why, ".kind") from error


def _redress_deadline(raw: Any) -> tuple[int, str, str]:
    """``{n, unit, from}``, or the same in a sentence: ``48 hours from receipt``."""
    if isinstance(raw, str):
        match = _DEADLINE.fullmatch(text(raw))
        if match is None:
            raise UnreadableValue("not_a_deadline", "is not a number of hours, days, weeks or months")
        raw = {"n": int(match["n"]), "unit": match["unit"].lower(), "from": match["from"].strip() or "not stated"}
    if not isinstance(raw, dict):
        raise UnreadableValue("wrong_type", "is not an object with 'n', 'unit' and 'from'")
    number, unit = raw.get("n"), raw.get("unit")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 10_000:
        raise UnreadableValue("not_a_deadline", "is not a whole number above zero", ".n")
    if not isinstance(unit, str) or unit.rstrip("s") not in _UNITS:
        raise UnreadableValue("not_a_deadline", "is not hours, days, weeks or months", ".unit")
    return number, _UNITS[unit.rstrip("s")], text(raw.get("from"))


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": text,
    "parts": _parts,
    "contact": _parts,
    "state": _state,
    "datetime": instant,
    "date": _date,
    "tick": _tick,
    "locations": _locations,
    "email": _email,
    "telephone": _telephone,
    "signature": _signature,
    "redress_deadline": _redress_deadline,
    "link": text,
}
