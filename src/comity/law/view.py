"""What readers of facts see, and the few ways of looking at it that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from comity.casefile.clock import Instant
from comity.law.addresses import host_of
from comity.law.evaluator import Value
from comity.law.forms import FormReading
from comity.law.provider import Provider

Argument = str | tuple[str, ...]
Note = str | Callable[[], str]
"""What was wrong in the very order, in words, or how they are found: most notes are never read."""
SHOWN = 4
"""Of a longer list, so many are named in a note."""


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
    notes: dict[str, Note] = field(default_factory=dict)
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
            self.hosts = tuple([host_of(url) for url in self.urls])
        if self.provider is not None:
            ours = self.provider.host_set
            self.ours = tuple([host in ours for host in self.hosts])

    def words(self, facts: Iterable[str]) -> list[str]:
        """What was noted on these facts."""
        notes = [self.notes[fact] for fact in facts if self.notes.get(fact)]
        return [note if isinstance(note, str) else note() for note in notes]


Reader = Callable[[View, str, Argument], Value]


def lookup(order: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, or ``None``."""
    found: Any = order
    for part in path.split("."):
        if not isinstance(found, dict):
            return None
        found = found.get(part)
    return found


def several(keys: Argument) -> tuple[str, ...]:
    """An argument as a list."""
    return (keys,) if isinstance(keys, str) else keys


def given(view: View, fact: str, keys: Argument) -> Value:
    """Whether all these fields are filled and readable."""
    values = view.reading.values
    if all(map(values.__contains__, keys)):
        return "given"
    faulty = [key for key in keys if key in view.reading.faulty]
    missing = [key for key in keys if key not in values and key not in faulty]
    view.notes[fact] = faults_in(view, {*faulty, *missing}) or f"Missing: {', '.join(missing)}."
    return "faulty" if faulty else "missing"


def faults_in(view: View, keys: set[str]) -> str:
    """The messages of faults in these fields, the first few."""
    found = [
        f.message
        for f in view.reading.faults
        if any(f.field == key or f.field.startswith(f"{key}[") or f.field.startswith(f"{key}.") for key in keys)
    ]
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return "; ".join(found[:SHOWN]) + more
