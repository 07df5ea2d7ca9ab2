"""The types that fields of demands for data have beside those of ``fieldtypes``: identifiers of persons and accounts,
periods of time, ticks with words of the authority's own.

A list is read item by item: what is wrong with one leaves the others usable.
"""

from __future__ import annotations

import functools
import ipaddress
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from comity.casefile.clock import Instant
from comity.law.fieldtypes import MAX_ITEMS, UnreadableValue, instant, is_countable, text

IDENTIFIER_TYPES = (
    "IPV_4", "IPV_6", "IP_ADDRESS_RANGE", "IP_BLOCKS", "EMAIL", "PHONE_NUMBER", "IMEI_NUMBER", "MAC_ADDRESS",
    "USER_ID", "OTHER",
)  # fmt: skip
"""The values of the Commission's schema for sections E (Annex I) and C (Annex II), and ``OTHER``."""
ADDRESSES = frozenset(IDENTIFIER_TYPES[:4])
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,253}")
_PATTERNS = {
    "PHONE_NUMBER": re.compile(r"\+?[0-9 ()./-]{5,30}", re.ASCII),
    "IMEI_NUMBER": re.compile(r"[0-9]{14,16}", re.ASCII),
    "MAC_ADDRESS": re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}", re.ASCII),
    "EMAIL": _MAIL,
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST = 320
_STARTS = ("start", "from", "timestamp", "at")
_ENDS = ("end", "to", "until")
_TIMES = frozenset({*_STARTS, *_ENDS})
_INNER = ("datetimerange", "timerange", "range", "period")


class Interval(NamedTuple):
    """A period of time; an open end is ``None``."""

    start: Instant | None
    end: Instant | None


class Identifier(NamedTuple):
    """One person, account, device or address that an order names."""

    place: int
    """Its place in the list, from 0."""
    id: str
    """Its number on the form, or its place."""
    type: str
    value: str
    key: str
    """What two spellings of one identifier share."""
    interval: Interval | None
    """The time asked for this identifier, where it has its own."""
    trick: str | None
    """What makes the value read otherwise than it looks, in words."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The readable items of a list, and what is wrong with the others."""

    items: tuple[Identifier, ...]
    faults: tuple[UnreadableValue, ...]


def identifiers(raw: Any) -> Listed:
    """A list of ``{id, type, value, start, end}``; ``start`` and ``end`` may stand in an object of their own."""
    if not isinstance(raw, list) or len(raw) > MAX_ITEMS:
        raise UnreadableValue("wrong_type", f"is not a list of at most {MAX_ITEMS} identifiers")
    if not raw:
        raise UnreadableValue("empty", "names no identifier")
    found, faults = [], []
    for i, item in enumerate(raw):
        try:
            found.append(_identifier(item, i))
        except UnreadableValue as error:
            faults.append(UnreadableValue(error.rule, error.why, f"[{i}]{error.where}"))
    return Listed(tuple(found), tuple(faults))


def interval(raw: Any) -> Interval:
    """``{start, end}``: times with their offset, of which one may be open; the end is not before the start."""
    if not isinstance(raw, dict):
        raise UnreadableValue("wrong_type", "is not an object with 'start' and 'end'")
    found = _interval(_plainly(raw), {})
    if found is None:
        raise UnreadableValue("empty", "names neither start nor end")
    return found


def _identifier(item: Any, i: int) -> Identifier:
    if not isinstance(item, dict):
        raise UnreadableValue("wrong_type", "is not an object with 'type' and 'value'")
    plain = _plainly(item)
    kind = plain.get("type")
    if not isinstance(kind, str) or kind not in IDENTIFIER_TYPES:
        raise UnreadableValue("not_an_option", f"is none of {', '.join(IDENTIFIER_TYPES)}", ".type")
    value = _value(kind, plain.get("value"))
    inner = next((plain[name] for name in _INNER if name in plain), None)
    number = plain.get("id")
    return Identifier(
        place=i,
        id=str(number)[:40] if isinstance(number, str | int) and not isinstance(number, bool) else str(i + 1),
        type=kind,
        value=value,
        key=f"{kind}:{value.lower() if value.isascii() else unicodedata.normalize('NFKC', value).casefold()}",
        interval=_interval(plain, _plainly(inner) if isinstance(inner, dict) else {}),
        trick=trick(value),
    )


def _plainly(item: Mapping[Any, Any]) -> dict[str, Any]:
    """Names as ``Id``, ``DateTimeRange`` and ``date_time_range`` alike."""
    return {_plain(str(name)): value for name, value in item.items()}


@functools.lru_cache(maxsize=256)
def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _value(kind: str, raw: Any) -> str:
    try:
        found = text(raw)
    except UnreadableValue as error:
        raise UnreadableValue(error.rule, error.why, ".value") from error
    if len(found) > _LONGEST:
        raise UnreadableValue("too_long", f"is longer than {_LONGEST} characters", ".value")
    pattern = _PATTERNS.get(kind)
    if (pattern is not None and pattern.fullmatch(found) is None) or not _is_address(kind, found):
        raise UnreadableValue("not_an_identifier", f"is not what {kind} names", ".value")
    return found


def _is_address(kind: str, value: str) -> bool:
    """Whether an address of the Internet Protocol is one; other kinds are none and pass."""
    try:
        if kind == "IPV_4":
            ipaddress.IPv4Address(value)
        elif kind == "IPV_6":
            ipaddress.IPv6Address(value)
        elif kind in ADDRESSES:
            for part in value.split("-"):
                ipaddress.ip_network(part.strip(), strict=False)
    except ValueError:
        return False
    return True


def _interval(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> Interval | None:
    if not inner and _TIMES.isdisjoint(outer):
        return None
    start = _time(outer, inner, _STARTS, ".start")
    end = _time(outer, inner, _ENDS, ".end")
    if start is None and end is None:
        return None
    if start is not None and end is not None and end < start:
        raise UnreadableValue("reversed", "ends before it begins", ".end")
    return Interval(start, end)


def _time(outer: Mapping[str, Any], inner: Mapping[str, Any], names: tuple[str, ...], where: str) -> Instant | None:
    raw = next((one[name] for one in (inner, outer) for name in names if one.get(name) is not None), None)
    if raw is None:
        return None
    try:
        return instant(raw)
    except UnreadableValue as error:
        rule = "no_offset" if isinstance(raw, str) and _DAY.fullmatch(raw.strip()) else error.rule
        raise UnreadableValue(rule, error.why, where) from error


def trick(value: str) -> str | None:
    """What makes a value read otherwise than it looks: hidden characters, letters of several scripts, disguised forms;
    ``None`` for an honest one.
    """
    if value.isascii() and value.isprintable():
        return None
    for i, character in enumerate(value):
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            return f"a hidden character U+{ord(character):04X} at place {i + 1}"
    if unicodedata.normalize("NFKC", value) != unicodedata.normalize("NFC", value):
        return "characters that only look like the usual ones"
    scripts: dict[str, str] = {}
    for character in value:
        if character.isalpha():
            scripts.setdefault(unicodedata.name(character, "UNNAMED").split()[0], character)
    if len(scripts) > 1:
        shown = ", ".join(f"U+{ord(one):04X} {script}" for script, one in scripts.items())
        return f"letters of several scripts ({shown})"
    return None


def _seal(raw: Any) -> str:
    """A signature or seal: an object with its ``kind``, or the text of stamp and signature."""
    if not isinstance(raw, dict):
        return text(raw)
    try:
        return text(raw.get("kind"))
    except UnreadableValue as error:
        raise UnreadableValue(error.rule, error.why, ".kind") from error


def _moment(raw: Any) -> Instant:
    """A date, read as its first instant in UTC, or a time with its offset."""
    if not isinstance(raw, str) or _DAY.fullmatch(raw.strip()) is None:
        return instant(raw)
    try:
        day = date.fromisoformat(raw.strip())
    except ValueError as error:
        raise UnreadableValue("not_a_date", "is not a date like 2026-11-23") from error
    found = Instant(datetime(day.year, day.month, day.day, tzinfo=UTC))
    if not is_countable(found):
        raise UnreadableValue("not_a_date", f"the year {day.year} is beyond any order")
    return found


def _number(raw: Any) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw < 1_000_000:
        raise UnreadableValue("not_a_number", "is not a whole number")
    return raw


def _ticks(raw: Any) -> tuple[str, ...]:
    """Boxes that an authority ticked, with words of its own: a list of texts, ``true``, or an object of such."""
    if raw is True:
        return ("yes",)
    if raw is False or raw in ([], {}):
        return ()
    if isinstance(raw, dict):
        parts = [(name if inner is True else inner) for name, inner in raw.items() if inner not in (None, False)]
        return tuple(dict.fromkeys(one for part in parts for one in _ticks(part)))
    if not isinstance(raw, list):
        return (text(raw),)
    if len(raw) > MAX_ITEMS:
        raise UnreadableValue("wrong_type", f"holds more than {MAX_ITEMS} boxes")
    return tuple(dict.fromkeys(text(item) for item in raw))


READERS: dict[str, Callable[[Any], Any]] = {
    "identifiers": identifiers,
    "interval": interval,
    "seal": _seal,
    "moment": _moment,
    "number": _number,
    "ticks": _ticks,
}
