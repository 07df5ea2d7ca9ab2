"""What a demand and a profile say about the facts of ``facts.yaml``; what they do not say is unknown."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from comity.law.conflicts.shelf import shelf
from comity.law.evaluator import Value
from comity.law.provider import Provider
from comity.law.readers import READERS
from comity.law.states import MEMBER_STATES
from comity.law.view import Argument, Reader, View, lookup, several

_NAMED = {"FR": "FR", "DE": "DE", "IE": "IE", "DK": "DK", "US": "US", "GB": "UK", "UK": "UK"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One category of data, and whether it is stored, to be kept, or still to come."""

    category: str
    mode: str = "STORED"

    @property
    def name(self) -> str:
        """Its name in routes: ``content``, or ``traffic.realtime_metadata`` where the mode is not the usual one."""
        mode = "" if self.mode == "STORED" else f".{self.mode.lower()}"
        return f"{self.category.lower()}{mode}"

    @property
    def finding(self) -> str:
        """The finding that answers to it."""
        return f"lawful.{self.name}"


def class_of(state: str | None) -> str | None:
    """The class of states that the matrix knows: itself, ``EU`` for another Member State, or ``THIRD``."""
    if state is None:
        return None
    return _NAMED.get(state, "EU" if state in MEMBER_STATES else "THIRD")


def home_of(provider: Provider) -> str:
    """The state whose law the controller of the data lives by: that of the main establishment, else the home state."""
    return next((place.state for place in provider.establishments if place.kind == "main"), provider.home_state)


def _first(view: View, keys: Argument) -> object:
    return next((view.reading.values[key] for key in keys if key in view.reading.values), None)


def state_class(view: View, _fact: str, keys: Argument) -> Value:
    """The class of the issuing state, ``AU`` by itself."""
    found = _first(view, keys)
    return "AU" if found == "AU" else class_of(found if isinstance(found, str) else None)


def home_class(view: View, _fact: str, _none: Argument) -> Value:
    """The class of the provider's home."""
    return None if view.provider is None else class_of(home_of(view.provider))


def crosses_border(view: View, _fact: str, keys: Argument) -> Value:
    """Whether issuing state and home differ."""
    found = _first(view, keys)
    return None if view.provider is None or found is None else found != home_of(view.provider)


def us_reach(view: View, _fact: str, path: Argument) -> Value:
    """Whether a company under the law of the United States reaches the data: as stated, else by the profile."""
    stated = lookup(view.order, str(path))
    if isinstance(stated, bool):
        return "holder" if stated else "none"
    if view.provider is None:
        return None
    return "group" if "US" in view.provider.subject_to else "none"


def claims_emergency(view: View, _fact: str, keys: Argument) -> Value:
    """A tick, or one of the form's deadlines that only emergencies have."""
    found = _first(view, keys)
    if isinstance(found, bool):
        return found
    return None if found is None else "IMMINENT" in str(found)


def notified(view: View, _fact: str, keys: Argument) -> Value:
    """Whether the form says that the enforcing authority was notified: by its deadline, or by naming that authority."""
    deadline, *authority = several(keys)
    ticked = view.reading.values.get(deadline)
    if ticked is None:
        return None
    return "AT_THE_END_OF_TEN_DAYS" in ticked or any(key in view.reading.values for key in authority)


_READERS: Mapping[str, Reader] = {
    **READERS,
    **{
        reader.__name__: reader
        for reader in (state_class, home_class, crosses_border, us_reach, claims_emergency, notified)
    },
}


def facts_of(view: View) -> dict[str, Value]:
    """Every fact that can be read; what is no value of its domain is unknown."""
    found: dict[str, Value] = {}
    for name, reader, argument, values in plan():
        value = reader(view, name, argument)
        found[name] = value if value in values else None
    return found


@functools.cache
def plan() -> tuple[tuple[str, Reader, Argument, frozenset[Value]], ...]:
    """Every fact that is read: its name, its reader with the argument, its possible values."""
    return tuple(
        (name, _READERS[reader], argument, frozenset(fact.values))
        for name, fact in shelf().facts.facts.items()
        for reader, argument in (fact.reads or {}).items()
    )


def wanted(view: View, usual: str) -> tuple[Wanted, ...]:
    """The categories that a demand asks for, each once, in the order of the law; ``usual``: the mode, unless it says
    one.
    """
    values = view.reading.values
    mode = values.get("mode", usual)
    asked = {*values.get("categories", ()), *(c for key, c in shelf().facts.sections.items() if values.get(key))}
    return tuple(Wanted(category, mode) for category in shelf().facts.categories if category in asked)
