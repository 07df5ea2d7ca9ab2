"""Facts about orders that take more than looking: who, when, where, in which language, under which secrecy."""

from __future__ import annotations

import functools
import re
from datetime import timedelta

from comity.casefile.clock import Instant
from comity.law.addresses import is_foreign
from comity.law.evaluator import Value
from comity.law.languages import language_of
from comity.law.states import MEMBER_STATES
from comity.law.view import SHOWN, Argument, View, faults_in, given, lookup

CLOCKS_MAY_DIFFER = timedelta(minutes=5)
_HEADS_UP = timedelta(hours=12)
_SIX_WEEKS = timedelta(weeks=6)


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
    view.notes[fact] = lambda: f"Issued {at}, received {view.received.z()}."
    if at.utc > view.received.utc + CLOCKS_MAY_DIFFER:
        return "after_receipt"
    return "before_application" if at.utc < view.applies_from else "plausible"


def urls_exact(view: View, fact: str, key: Argument) -> Value:
    """Whether the places named are exact URLs."""
    if not view.urls:
        given(view, fact, (str(key),))
        return "missing"
    exact = sum(host is not None for host in view.hosts)
    if exact < len(view.urls):
        view.notes[fact] = faults_in(view, {str(key)})
    return "all_exact" if exact == len(view.urls) else "some_exact" if exact else "none_exact"


def urls_ours(view: View, fact: str, _key: Argument) -> Value:
    """Whether the URLs are on hosts of the provider. One that readers read differently is neither ours nor foreign."""
    if view.ours is None or view.provider is None or not view.urls:
        return None
    others = [url for url, ours in zip(view.urls, view.ours, strict=True) if not ours]
    if not others:
        return "all"
    view.notes[fact] = "Not on a host of ours: " + ", ".join(repr(url)[:120] for url in others[:SHOWN]) + "."
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
    view.notes[fact] = "Nothing found at: " + ", ".join(str(url)[:120] for url in gone[:SHOWN]) + "."
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
        view.notes[fact] = faults_in(view, keys)
        return "faulty"
    until: Instant | None = values.get(f"{key}_until")
    if not values.get(str(key), False):
        return "not_ordered" if until is None else "faulty"
    decided: Instant | None = values.get(f"{key}_decided_at") or values.get("issued_at")
    if decided is None:
        return "undated"
    extended = lookup(view.order, f"events.{key}_extended_at") is not None
    limit = decided.plus(_SIX_WEEKS * 2 if extended else _SIX_WEEKS)
    view.notes[fact] = lambda: f"Decided {decided}; it may last until {limit}."
    return "beyond_limit" if until is not None and until > limit else "within_limit"


def addressed_to_us(view: View, fact: str, key: Argument) -> Value:
    """Whether a name of the provider stands among the addressee's."""
    state = given(view, fact, (str(key),))
    if state != "given":
        return state
    if view.provider is None:
        return None
    text: str = view.reading.values[str(key)]
    view.notes[fact] = lambda: f"Addressed to: {text[:160]!r}."
    return "us" if _names(text, view.provider.name, view.provider.legal_name) else "another"


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
    languages = view.provider.languages
    view.notes[fact] = lambda: f"It reads as {read or 'none'}; declared: {', '.join(languages)}."
    declared = {code in view.provider.languages for code in found}
    return None if len(declared) != 1 else "declared" if declared.pop() else "other"


def advance_information(view: View, _fact: str, path: Argument) -> Value:
    """Whether the information before a first order came twelve hours before its issue."""
    at = lookup(view.order, str(path))
    first: Instant | None = view.reading.values.get("issued_at")
    if not isinstance(at, str) or first is None:
        return None
    return "in_time" if Instant.parse(at).plus(_HEADS_UP) <= first else "late"


@functools.lru_cache(maxsize=256)  # most orders that reach a provider are addressed in the same words
def _names(text: str, name: str, legal_name: str) -> bool:
    """Whether an address names a firm by one of its names."""
    parts = {_plain(part) for part in re.split(r"[\n,;:/()–—]", text)}
    return _plain(name) in parts or f" {_plain(legal_name)} " in f" {_plain(text)} "


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
