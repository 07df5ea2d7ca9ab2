"""What a type of signal is: one way of comparing content, complete with how its signals are written and compared."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from comity.matching.errors import InvalidSignal


class ContentType(enum.StrEnum):
    """What can be compared."""

    PHOTO = "photo"
    VIDEO = "video"
    TEXT = "text"
    URL = "url"
    FILE = "file"


@dataclass(frozen=True)
class SignalType:
    """One type of signal. A signal and what was computed of content match when their distance is within a threshold."""

    name: str
    meaning: str
    content_types: frozenset[ContentType]
    normalise: Callable[[str], str]
    """The one spelling of a signal of this type; ``InvalidSignal`` when it is none."""
    distance: Callable[[str, str], float]
    """Of content's signal from a listed one, both normalised; the unit is in ``unit``."""
    threshold: float
    unit: str
    examples: tuple[str, ...]
    not_examples: tuple[str, ...] = ()
    """Texts that are no signal of this type."""
    elsewhere: tuple[str, ...] = ()
    """What the ``threatexchange`` library and the ThreatExchange API call it."""

    def valid(self, text: str) -> bool:
        """Whether ``text`` is a signal of this type."""
        try:
            self.normalise(text)
        except InvalidSignal:
            return False
        return True

    def matches(self, content: str, listed: str, threshold: float | None = None) -> bool:
        """Whether two signals are within ``threshold`` (else the type's own)."""
        return self.distance(content, listed) <= (self.threshold if threshold is None else threshold)


def same(content: str, listed: str) -> float:
    """The distance of what is equal or is not: 0 or 1."""
    return 0.0 if content == listed else 1.0
