"""Orders that are alike: read once, known from then on.

Orders differ in names, numbers and times, but most facts rest on little: which fields are filled, which boxes are
ticked, which states are named, what the channel and people recorded, who the provider is. Orders that agree in all of
that agree in those facts, so that they are read for the first of them only. The others (times, identifiers, places,
texts) are *open*: they are read from every order.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from comity.law import conflicts
from comity.law.conflicts.picture import Picture
from comity.law.conflicts.reading import plan
from comity.law.conflicts.shelf import State
from comity.law.evaluator import Value
from comity.law.library import Instrument, instrument
from comity.law.verdicts import Epoch, Verdict
from comity.law.view import Argument, Note, Reader, View, lookup, several

_KEPT = 1024
_KNOWN = 4096
"""Kinds of orders, and combinations of facts, kept at most: strangers cannot fill the memory with strange ones."""
_LONGEST = 1000
"""An order that says more than these characters where a word is expected is not worth remembering."""
_PLAIN = frozenset({bool, str, type(None)})
_SMALL = frozenset({"state", "option", "options", "boxes", "tick", "number"})
"""Types of fields with few values."""
_BY_PRESENCE = frozenset({"given", "filled", "in_section", "complete_but_for", "beyond_form"})
_BY_PATH = frozenset({"yes_no", "choice", "choice_or_form", "recorded", "recorded_as", "us_reach"})
_BY_PROVIDER = frozenset({"provider", "provider_is", "home_class"})
_BY_FIRST = frozenset({"section_choice", "notified", "boxes", "asks", "bound_state", "state_named", "reaches"})
_BY_FIELDS = frozenset(
    {"ticked", "stated", "member_state", "home_state", "cross_border", "state_class", "crosses_border"}
    | {"claims_emergency"}
)
_DERIVED = frozenset({"defective", "any_of"})
"""Follow from other facts and from what is missing."""

Key = tuple[Any, ...]
Planned = tuple[str, Reader, Argument, frozenset[Value]]


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """The facts of an order, and what was decided on them under the laws of one moment."""

    facts: Mapping[str, Value]
    decided: dict[tuple[Epoch, State | None], tuple[Verdict, Picture | None]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class _Alike:
    """What is the same for all orders that are alike: the notes of their settled facts."""

    notes: Mapping[str, Note]


class Likeness:
    """By what orders under one law are alike."""

    def __init__(self, law: Instrument) -> None:
        others = plan() if law.tables.weighs_other_laws else ()
        self._law = law
        self._kinds = {one.key: one.type for one in law.order_form.form.fields}
        self._open = tuple(one for one in law.facts_of_orders if self._is_open(one))
        assert not any(self._is_open(one) for one in others)
        self._settled = frozenset(one[0] for one in law.facts_of_orders) - {one[0] for one in self._open}
        settled = (*(one for one in law.facts_of_orders if one[0] in self._settled), *others)
        named = dict.fromkeys(key for one in settled for key in several(one[2]))
        self._words = (*(key for key in named if self._kinds.get(key) in _SMALL), "categories", "mode")
        sections = conflicts.shelf().facts.sections if others else ()
        self._ticked = tuple(key for key in {**named, **dict.fromkeys(sections)} if self._kinds.get(key) == "ticks")
        self._lists = tuple(str(one[2]) for one in settled if one[1].__name__ == "listed")
        self._heads = tuple(several(one[2])[0].split(".")[0] for one in settled if one[1].__name__ == "section_choice")
        paths = dict.fromkeys(str(one[2]) for one in settled if one[1].__name__ in _BY_PATH)
        self._tops = tuple(path for path in paths if "." not in path)
        self._inner = tuple(_by_root(path for path in paths if "." in path).items())
        self._alike: dict[Key, _Alike] = {}
        self._known: dict[Key, Known] = {}

    def _is_open(self, planned: Planned) -> bool:
        name, keys = planned[1].__name__, several(planned[2])
        if name in _BY_FIRST or name in _BY_FIELDS:
            read = keys[:1] if name in _BY_FIRST else keys
            return not all(self._kinds.get(key, "tick") in _SMALL for key in read)
        return name not in _BY_PRESENCE | _BY_PATH | _BY_PROVIDER | _DERIVED | {"listed"}

    def known(self, view: View) -> Known:
        """The facts of an order; what readers noted on them is in ``view.notes``."""
        key = self._key(view)
        if key is None:
            return Known(read_all(self._law, view))
        alike = self._alike.get(key)
        if alike is None:
            return self._first_of(key, view)
        notes = view.notes
        values: list[Value] = []
        for name, reader, argument, domain in self._open:
            value = reader(view, name, argument)
            values.append(value if value in domain else None)
        notes.update(alike.notes)
        place = (alike, *values)
        found = self._known.get(place)
        if found is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            found = self._known[place] = Known(read_all(self._law, view))
        return found

    def _first_of(self, key: Key, view: View) -> Known:
        found = Known(read_all(self._law, view))
        if len(self._alike) >= _KEPT:
            self._alike.clear()
            self._known.clear()
        if _length(key[4:6]) <= _LONGEST:
            notes = {name: note for name, note in view.notes.items() if name in self._settled}
            alike = self._alike[key] = _Alike(notes)
            self._known[(alike, *(found.facts[name] for name, *_rest in self._open))] = found
        return found

    def _key(self, view: View) -> Key | None:
        """Everything that settled facts rest on; ``None`` for an order that is like no other."""
        order, reading = view.order, view.reading
        if not isinstance(order, dict) or reading.faulty or len(reading.faults) != len(reading.missing):
            return None
        said: list[Any] = list(map(order.get, self._tops))
        for root, leaves in self._inner:
            inner = order.get(root)
            said += map(inner.get, leaves) if isinstance(inner, dict) else (None,) * len(leaves)
        if not _PLAIN.issuperset(map(type, said)) or any(lookup(order, path) for path in self._lists):
            return None
        values = reading.values
        return (
            view.provider and view.provider.mark,
            tuple(values),
            tuple(map(values.get, self._words)),
            tuple([bool(values.get(key)) for key in self._ticked]),
            tuple(said),
            reading.beyond,
            tuple([order.get(head) in (None, {}, [], "") for head in self._heads]),
        )


def read_all(law: Instrument, view: View) -> dict[str, Value]:
    """Every fact that can be read from the order; what is no value of its domain is unknown."""
    facts = view.facts
    for name, reader, argument, values in law.facts_of_orders:
        value = reader(view, name, argument)
        facts[name] = value if value in values else None
    return facts


@functools.cache
def likeness(identifier: str) -> Likeness:
    """By what orders under an instrument are alike, and what is known of those met so far."""
    return Likeness(instrument(identifier))


def _by_root(paths: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        root, leaf = path.split(".")
        found.setdefault(root, []).append(leaf)
    return found


def _length(words: Any) -> int:
    """The characters of all words."""
    if isinstance(words, tuple):
        return sum(map(_length, words))
    return len(words) if isinstance(words, str) else 0
