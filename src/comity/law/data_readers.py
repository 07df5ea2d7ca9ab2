"""Facts about demands for data: which boxes, which identifiers, which periods, which authority."""

from __future__ import annotations

import functools
import itertools
import re

from comity.casefile.clock import Instant
from comity.law.datatypes import ADDRESSES, Identifier, Interval, Listed
from comity.law.evaluator import Value
from comity.law.languages import language_of
from comity.law.states import MEMBER_STATES
from comity.law.view import SHOWN, Argument, View, faults_in, given, lookup, several

_SECRETS = re.compile(
    r"pass\s?w(?:or|ö)rt|password|passphrase|mot de passe|contraseñ|wachtwoord|parola d'ordine|zugangscode|"
    r"\bhash(?:es)?\b|private key|privater schlüssel|clé privée|session (?:cookie|token)|access token|authenticator",
    re.IGNORECASE,
)
_OF_TIME = frozenset({"no_offset", "not_a_time", "reversed"})
_FEW_WORDS = 12
_EVER = (Instant.parse("1900-01-01T00:00:00Z"), Instant.parse("9000-01-01T00:00:00Z"))


def stated(view: View, fact: str, key: Argument) -> Value:
    """The box ticked in a field of which one is ticked, in small letters; ``missing`` or ``faulty`` where there is
    none.
    """
    state = given(view, fact, (str(key),))
    return str(view.reading.values[str(key)]).lower() if state == "given" else state


def filled(view: View, _fact: str, keys: Argument) -> Value:
    """Whether any of these fields holds something."""
    return any(view.reading.values.get(key) or key in view.reading.faulty for key in keys)


def recorded_as(view: View, _fact: str, path: Argument) -> Value:
    """What people recorded: one word; nothing recorded is a word of its own."""
    found = lookup(view.order, str(path))
    if found in (None, False, ""):
        return "none_recorded"
    return found if isinstance(found, str) else None


def bound_state(view: View, fact: str, keys: Argument) -> Value:
    """Whether a state named on the form is a Member State that the law binds; after the field, those it does not."""
    key, *unbound = several(keys)
    state = given(view, fact, (key,))
    if state != "given":
        return state
    code = view.reading.values[key]
    view.notes[fact] = f"The state named is {code}."
    return "other_state" if code not in MEMBER_STATES else "not_bound" if code in unbound else "bound"


def section_choice(view: View, fact: str, keys: Argument) -> Value:
    """The box ticked in a section that may be absent; ``faulty`` if the section or a name for it is there without."""
    key, *others = several(keys)
    head = key.split(".", 1)[0]
    if key in view.reading.values:
        return str(view.reading.values[key]).lower()
    section = view.order.get(head)
    present = section not in (None, {}, [], "") or any(other in view.reading.values for other in others)
    if present:
        view.notes[fact] = faults_in(view, {key}) or f"Missing: {key}."
    return "faulty" if present else "absent"


def in_section(view: View, _fact: str, head: Argument) -> Value:
    """Whether a section of the form holds anything."""
    prefix = f"{head}."
    return any(key.startswith(prefix) for key in view.reading.values) or any(
        key.startswith(prefix) for key in view.reading.faulty
    )


def boxes(view: View, fact: str, keys: Argument) -> Value:
    """Which of several boxes are ticked: after the field, pairs ``BOX=word``; ``several`` if they say different
    words.
    """
    key, *pairs = several(keys)
    state = given(view, fact, (key,))
    if state != "given":
        return state
    words = dict(pair.split("=") for pair in pairs)
    ticked = view.reading.values[key]
    view.notes[fact] = f"Ticked: {', '.join(ticked)}."
    said = {words.get(box, box) for box in ticked}
    return said.pop() if len(said) == 1 else "several"


def reaches(view: View, fact: str, keys: Argument) -> Value:
    """Whether a number reaches the figure of the law."""
    key, figure = several(keys)
    state = given(view, fact, (key,))
    if state != "given":
        return state
    return "reached" if view.reading.values[key] >= int(figure) else "below"


def identifiers(view: View, fact: str, key: Argument) -> Value:
    """Whether identifiers are named, and each of them readably."""
    state = given(view, fact, (str(key),))
    if state != "given":
        return state
    found: Listed = view.reading.values[str(key)]
    wrong = [one for one in found.faults if one.rule not in _OF_TIME]
    if not wrong:
        return "given"
    view.notes[fact] = faults_in(view, {f"{key}{one.where}" for one in wrong})
    return "some_faulty" if found.items else "faulty"


def unambiguous(view: View, fact: str, key: Argument) -> Value:
    """Whether every identifier reads as it looks."""
    tricks = [one for one in _listed(view, str(key)) if one.trick is not None]
    if tricks:
        view.notes[fact] = "; ".join(f"{key}[{one.place}].value: {one.trick}" for one in tricks[:SHOWN]) + "."
    return not tricks


def distinct(view: View, fact: str, key: Argument) -> Value:
    """Whether no identifier stands twice with the same time, and no two have one number."""
    seen: dict[object, int] = {}
    twice = []
    for one in _listed(view, str(key)):
        for mark in ((one.key, one.interval), ("number", one.id)):
            if mark in seen:
                twice.append(f"{key}[{one.place}] repeats {key}[{seen[mark]}]")
            seen.setdefault(mark, one.place)
    if twice:
        view.notes[fact] = "; ".join(twice[:SHOWN]) + "."
    return not twice


def addresses_timed(view: View, fact: str, keys: Argument) -> Value:
    """Whether addresses of the Internet Protocol, if any are named, come with a time."""
    key, whole = several(keys)
    wanted = [one for one in _listed(view, key) if one.type in ADDRESSES]
    if not wanted:
        return "no_address"
    bare = [one for one in wanted if one.interval is None]
    if not bare or isinstance(view.reading.values.get(whole), Interval):
        return "timed"
    view.notes[fact] = f"Without time: {', '.join(f'{key}[{one.place}]' for one in bare[:SHOWN])}."
    return "untimed"


def periods(view: View, fact: str, keys: Argument) -> Value:
    """How the times asked can be read, and how they lie beside receipt."""
    key, whole = several(keys)
    wrong = [f for f in view.reading.faults if f.code in _OF_TIME and _about(f.field, keys)]
    if wrong or whole in view.reading.faulty:
        view.notes[fact] = "; ".join(f.message for f in wrong[:SHOWN]) or faults_in(view, {whole})
        rules = {f.code for f in wrong}
        return "no_zone" if "no_offset" in rules else "reversed" if "reversed" in rules else "faulty"
    found = [(f"{key}[{one.place}]", one.interval) for one in _listed(view, key) if one.interval is not None]
    if isinstance(view.reading.values.get(whole), Interval):
        found.append((whole, view.reading.values[whole]))
    if not found:
        return "not_stated"
    late = [name for name, one in found if one.end is not None and one.end > view.received]
    after = [name for name, one in found if one.start is not None and one.start > view.received]
    if late or after:
        view.notes[fact] = f"Beyond receipt at {view.received.z()}: {', '.join((late or after)[:SHOWN])}."
    return "after_receipt" if len(after) == len(found) else "partly_after" if late or after else "before_receipt"


def overlapping(view: View, fact: str, key: Argument) -> Value:
    """Whether two times asked for one identifier share a moment."""
    by_key: dict[str, list[tuple[Instant, Instant, int]]] = {}
    for one in _listed(view, str(key)):
        if one.interval is not None:
            start, end = one.interval.start or _EVER[0], one.interval.end or _EVER[1]
            by_key.setdefault(one.key, []).append((start, end, one.place))
    found = []
    for group in by_key.values():
        group.sort()
        for (start, end, place), (begins, ends, other) in itertools.pairwise(group):
            if begins < end and (start, end) != (begins, ends):
                found.append(f"{key}[{place}] and {key}[{other}]")
    if found:
        view.notes[fact] = f"Overlapping: {'; '.join(found[:SHOWN])}."
    return bool(found)


def secrets_asked(view: View, fact: str, keys: Argument) -> Value:
    """Whether the words of the order ask for passwords, keys or other means of authentication."""
    for key in keys:
        held = view.reading.values.get(key)
        for words in (held,) if isinstance(held, str) else held or ():
            match = _SECRETS.search(words)
            if match:
                view.notes[fact] = f"{key} asks for {match[0]!r}."
                return True
    return False


def language_of_words(view: View, fact: str, keys: Argument) -> Value:
    """Whether the free text of an order (after the key that states its language) is in a declared one.

    Forms read the same in every language, so that an order with hardly a sentence of its own shows none.
    """
    if view.provider is None:
        return None
    key, *fields = several(keys)
    words = " ".join(str(view.reading.values[name]) for name in fields if name in view.reading.values)
    said = view.order.get(key)
    claimed = said.strip().lower()[:2] if isinstance(said, str) and said.strip() else None
    read = language_of(words)
    found = {read, claimed} - {None}
    languages = view.provider.languages
    view.notes[fact] = lambda: f"It reads as {read or 'none'}; declared: {', '.join(languages)}."
    if not found:
        return "hardly_any_words" if len(words.split()) <= _FEW_WORDS else None
    declared = {code in view.provider.languages for code in found}
    return None if len(declared) != 1 else "declared" if declared.pop() else "other"


def any_of(view: View, _fact: str, conditions: Argument) -> Value:
    """Whether a field is missing or unreadable, or one of these conditions on facts read before holds:
    ``fact=value``, several joined by ``&``.
    """
    if view.reading.missing or view.reading.faulty:
        return True
    facts = view.facts
    return any(all(facts.get(fact) == value for fact, value in one) for one in _conditions(conditions))


_TRUTH: dict[str, Value] = {"yes": True, "no": False}


@functools.lru_cache(maxsize=256)
def _conditions(written: Argument) -> tuple[tuple[tuple[str, Value], ...], ...]:
    """``fact=value & fact=value`` taken apart, once."""
    parts = (one.split(" & ") for one in several(written))
    pairs = ([part.split("=") for part in one] for one in parts)
    return tuple(tuple((fact, _TRUTH.get(value, value)) for fact, value in one) for one in pairs)


def _listed(view: View, key: str) -> tuple[Identifier, ...]:
    found = view.reading.values.get(key)
    return found.items if isinstance(found, Listed) else ()


def _about(field: str, keys: Argument) -> bool:
    return any(field == key or field.startswith((f"{key}[", f"{key}.")) for key in keys)
