"""How facts are read from an order: a small vocabulary that the tables name, so that a new law needs no new code.

Each reader gives a value of the fact's domain, or ``None``: unknown. None of them raises on anything that JSON can
hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from comity.casefile.clock import Instant
from comity.law.addresses import host_of, is_foreign
from comity.law.evaluator import Value
from comity.law.forms import FormReading
from comity.law.languages import language_of
from comity.law.provider import Provider
from comity.law.states import MEMBER_STATES

Argument = str | tuple[str, ...]
CLOCKS_MAY_DIFFER = timedelta(minutes=5)
_HEADS_UP = timedelta(hours=12)
_SIX_WEEKS = timedelta(weeks=6)
_SHOWN = 4


@dataclass(slots=True)
class View:
    """What readers see: the message, the form as read, the provider, the instant of receipt. ``notes`` they leave by
    fact.
    """

    order: Mapping[str, Any]
    reading: FormReading
    provider: Provider | None
    received: Instant
    applies_from: datetime
    notes: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Value] = field(default_factory=dict)
    """What was read before, in the order in which the tables declare facts."""
    urls: tuple[object, ...] = ()
    hosts: tuple[str | None, ...] = ()
    ours: tuple[bool, ...] | None = None
    """For each URL, whether it is on a host of the provider; ``None`` while the provider is unknown."""

    def __post_init__(self) -> None:
        raw = self.order.get("content_locations")
        if isinstance(raw, list):
            self.urls = tuple(item.get("url") if isinstance(item, dict) else None for item in raw[:1000])
        self.hosts = tuple(host_of(url) for url in self.urls)
        if self.provider is not None:
            ours = self.provider.host_set
            self.ours = tuple(host in ours for host in self.hosts)


Reader = Callable[[View, str, Argument], Value]


def lookup(order: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, or ``None``."""
    found: Any = order
    for part in path.split("."):
        if not isinstance(found, dict):
            return None
        found = found.get(part)
    return found


def yes_no(view: View, _fact: str, path: Argument) -> Value:
    """A boolean stated by the channel; anything else is unknown."""
    found = lookup(view.order, str(path))
    return found if isinstance(found, bool) else None


def choice(view: View, _fact: str, path: Argument) -> Value:
    """A word; the caller keeps it only if it is one of the fact's values."""
    found = lookup(view.order, str(path))
    return found if isinstance(found, str) else None


def choice_or_form(view: View, _fact: str, path: Argument) -> Value:
    """How the message was read; a file of fields is a form unless somebody says otherwise."""
    found = lookup(view.order, str(path))
    return "form" if found is None else choice(view, _fact, path)


def recorded(view: View, _fact: str, path: Argument) -> Value:
    """Whether something was recorded; nothing recorded means that it is not so, as far as anyone has said."""
    return lookup(view.order, str(path)) not in (None, False)


def listed(view: View, fact: str, path: Argument) -> Value:
    """Whether a list holds anything."""
    found = lookup(view.order, str(path))
    if not found:
        return False
    items = found if isinstance(found, list) else [found]
    view.notes[fact] = "; ".join(str(item)[:200] for item in items[:_SHOWN])
    return True


def provider(view: View, _fact: str, attribute: Argument) -> Value:
    """A property of the provider's profile."""
    return None if view.provider is None else bool(getattr(view.provider, str(attribute)))


def ticked(view: View, _fact: str, key: Argument) -> Value:
    """A tick box; what cannot be read is unknown."""
    return None if key in view.reading.faulty else bool(view.reading.values.get(str(key), False))


def given(view: View, fact: str, keys: Argument) -> Value:
    """Whether all these fields are filled and readable."""
    faulty = [key for key in keys if key in view.reading.faulty]
    missing = [key for key in keys if key not in view.reading.values and key not in faulty]
    if faulty or missing:
        view.notes[fact] = _faults(view, {*faulty, *missing}) or f"Missing: {', '.join(missing)}."
    return "faulty" if faulty else "missing" if missing else "given"


def complete_but_for(view: View, fact: str, keys: Argument) -> Value:
    """Whether every mandatory field is filled and readable, apart from those that tables of their own judge."""
    at_fault = (view.reading.missing | view.reading.faulty).difference(keys)
    if at_fault:
        view.notes[fact] = _faults(view, at_fault)
    return not at_fault


def beyond_form(view: View, fact: str, _none: Argument) -> Value:
    """Whether the message holds fields that the form does not know."""
    view.notes[fact] = ", ".join(name[:60] for name in view.reading.beyond[:_SHOWN])
    return bool(view.reading.beyond)


def legal_basis(view: View, fact: str, key: Argument) -> Value:
    """Which law the order names; on the form itself it is printed."""
    found = view.order.get(str(key))
    if found is None:
        return "by_form"
    if not isinstance(found, str) or not found.strip():
        return None
    view.notes[fact] = f"It names: {found.strip()[:120]}."
    return "this" if re.search(r"2021\s*/\s*784\b", found) else "other"


def member_state(view: View, fact: str, key: Argument) -> Value:
    """Whether a state named on the form is a Member State."""
    state = given(view, fact, (str(key),))
    if state != "given":
        return state
    code = view.reading.values[str(key)]
    view.notes[fact] = f"The state named is {code}."
    return "member_state" if code in MEMBER_STATES else "other_state"


def issued(view: View, fact: str, key: Argument) -> Value:
    """Whether the time of issue is stated and plausible beside receipt and the law's beginning."""
    state = given(view, fact, (str(key),))
    if state != "given":
        return state
    at: Instant = view.reading.values[str(key)]
    view.notes[fact] = f"Issued {at}, received {view.received.z()}."
    if at > view.received.plus(CLOCKS_MAY_DIFFER):
        return "after_receipt"
    return "before_application" if at.utc < view.applies_from else "plausible"


def urls_exact(view: View, fact: str, key: Argument) -> Value:
    """Whether the places named are exact URLs."""
    if not view.urls:
        given(view, fact, (str(key),))
        return "missing"
    exact = sum(host is not None for host in view.hosts)
    if exact < len(view.urls):
        view.notes[fact] = _faults(view, {str(key)})
    return "all_exact" if exact == len(view.urls) else "some_exact" if exact else "none_exact"


def urls_ours(view: View, fact: str, _key: Argument) -> Value:
    """Whether the URLs are on hosts of the provider. One that readers read differently is neither ours nor foreign."""
    if view.ours is None or view.provider is None or not view.urls:
        return None
    others = [url for url, ours in zip(view.urls, view.ours, strict=True) if not ours]
    if not others:
        return "all"
    view.notes[fact] = "Not on a host of ours: " + ", ".join(repr(url)[:120] for url in others[:_SHOWN]) + "."
    if any(view.ours):
        return "some"
    return "none" if all(is_foreign(url, view.provider.hosts) for url in others) else None


def urls_resolved(view: View, fact: str, path: Argument) -> Value:
    """Whether the URLs lead to content, as the platform said; those of other hosts are not asked about."""
    found = lookup(view.order, str(path))
    stated = found if isinstance(found, dict) else {}
    ours = view.ours if view.ours is not None and any(view.ours) else (True,) * len(view.urls)
    asked = [url for url, mine in zip(view.urls, ours, strict=True) if mine]
    answers = [stated.get(url) if isinstance(url, str) else None for url in asked]
    if not answers or not all(isinstance(answer, bool) for answer in answers):
        return None
    gone = [url for url, there in zip(asked, answers, strict=True) if not there]
    if not gone:
        return "all"
    view.notes[fact] = "Nothing found at: " + ", ".join(str(url)[:120] for url in gone[:_SHOWN]) + "."
    return "none" if len(gone) == len(asked) else "some"


def exclusion(view: View, _fact: str, path: Argument) -> Value:
    """What is recorded about an excluded purpose."""
    found = lookup(view.order, str(path))
    if found in (None, False, "none"):
        return "none_recorded"
    sure = found == "found" or (isinstance(found, dict) and found.get("found") is True)
    return "found" if sure else "claimed"


def nondisclosure(view: View, fact: str, key: Argument) -> Value:
    """What the order says on non-disclosure, and whether it keeps to six weeks from its decision."""
    keys = {str(key), f"{key}_decided_at", f"{key}_until"}
    values = view.reading.values
    if keys & view.reading.faulty:
        view.notes[fact] = _faults(view, keys)
        return "faulty"
    until: Instant | None = values.get(f"{key}_until")
    if not values.get(str(key), False):
        return "not_ordered" if until is None else "faulty"
    decided: Instant | None = values.get(f"{key}_decided_at") or values.get("issued_at")
    if decided is None:
        return "undated"
    extended = lookup(view.order, f"events.{key}_extended_at") is not None
    limit = decided.plus(_SIX_WEEKS * 2 if extended else _SIX_WEEKS)
    view.notes[fact] = f"Decided {decided}; it may last until {limit}."
    return "beyond_limit" if until is not None and until > limit else "within_limit"


def addressed_to_us(view: View, fact: str, key: Argument) -> Value:
    """Whether a name of the provider stands among the addressee's."""
    state = given(view, fact, (str(key),))
    if state != "given":
        return state
    if view.provider is None:
        return None
    text: str = view.reading.values[str(key)]
    view.notes[fact] = f"Addressed to: {text[:160]!r}."
    parts = {_plain(part) for part in re.split(r"[\n,;:/()–—]", text)}
    legal = _plain(view.provider.legal_name)
    ours = _plain(view.provider.name) in parts or f" {legal} " in f" {_plain(text)} "
    return "us" if ours else "another"


def home_state(view: View, fact: str, key: Argument) -> Value:
    """Whether the form names the provider's home state."""
    state = given(view, fact, (str(key),))
    if state != "given":
        return state
    if view.provider is None:
        return None
    named = view.reading.values[str(key)]
    view.notes[fact] = f"The form says {named}, the profile {view.provider.home_state}."
    return "right" if named == view.provider.home_state else "wrong"


def cross_border(view: View, _fact: str, key: Argument) -> Value:
    """Whether issuer and provider have different home states."""
    state = view.reading.values.get(str(key))
    return None if state is None or view.provider is None else state != view.provider.home_state


def language(view: View, fact: str, key: Argument) -> Value:
    """Whether the order is in a declared language: as stated, and as its reasons (or else all its text) read.

    Where statement and text disagree on that, nobody knows: a person looks.
    """
    if view.provider is None:
        return None
    stated = view.order.get(str(key))
    values = view.reading.values
    read = language_of(str(values.get("additional_reasons", ""))) or language_of(
        " ".join(value for value in values.values() if isinstance(value, str))
    )
    found = {read, stated.strip().lower()[:2] or None if isinstance(stated, str) else None} - {None}
    view.notes[fact] = f"It reads as {read or 'none'}; declared: {', '.join(view.provider.languages)}."
    declared = {code in view.provider.languages for code in found}
    return None if len(declared) != 1 else "declared" if declared.pop() else "other"


def advance_information(view: View, _fact: str, path: Argument) -> Value:
    """Whether the information before a first order came twelve hours before its issue."""
    at = lookup(view.order, str(path))
    first: Instant | None = view.reading.values.get("issued_at")
    if not isinstance(at, str) or first is None:
        return None
    return "in_time" if Instant.parse(at).plus(_HEADS_UP) <= first else "late"


def defective(view: View, _fact: str, others: Argument) -> Value:
    """Whether the authority has something to clarify: a field, or places of which (by facts read before) not all are
    right.
    """
    if view.reading.missing or view.reading.faulty:
        return True
    places = [view.facts.get(other) for other in others]
    if any(place in {"some", "none"} for place in places):
        return True
    return None if None in places else False


def _faults(view: View, keys: set[str]) -> str:
    """The messages of faults in these fields, the first few."""
    found = [
        f.message
        for f in view.reading.faults
        if any(f.field == key or f.field.startswith(f"{key}[") or f.field.startswith(f"{key}.") for key in keys)
    ]
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return "; ".join(found[:_SHOWN]) + more


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


READERS: dict[str, Reader] = {
    reader.__name__: reader
    for reader in (
        yes_no, choice, choice_or_form, recorded, listed, provider, ticked, given, complete_but_for, beyond_form,
        legal_basis, member_state, issued, urls_exact, urls_ours, urls_resolved, exclusion, nondisclosure,
        addressed_to_us, home_state, cross_border, language, advance_information, defective,
    )
}  # fmt: skip
