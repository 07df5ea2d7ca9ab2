"""What a bank and its items must be, and when a list is too broad to be taken unseen. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from comity.casefile.clock import Instant
from comity.casefile.documents.bank import BankTerms
from comity.matching.banks.errors import UnusableItem, UnusableTerms
from comity.matching.errors import InvalidSignal, UnknownSignalType
from comity.matching.signals import type_named

MOST_BANKS = 1 << 20
_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}", re.ASCII)
_LONGEST = 2_000
BROAD_SHARE = 0.001
"""A list that matches more than one in a thousand of what was compared waits for a person."""
BROAD_COUNT = 20
"""And so does one that matches this many, however much was compared."""
SUDDEN_SHARE = 0.01
LEAST_SAMPLE = 1_000


@dataclass(frozen=True)
class NewEntry:
    """One item to be listed: its signals by type, who listed it, and their own name for it."""

    signals: Mapping[str, str]
    member: str
    reference: str | None = None
    expires_at: Instant | None = None
    withdrawn: bool = False
    """The lister took it back."""


@dataclass(frozen=True)
class DryRun:
    """A list tried against a sample before anything is listed."""

    items: int
    compared: int
    matched: int
    """Things of the sample that some item of the list matches."""

    @property
    def broad(self) -> bool:
        """Whether a person must look before it is listed."""
        return self.matched >= BROAD_COUNT or self.matched > max(1, self.compared * BROAD_SHARE)


def checked_terms(terms: BankTerms) -> BankTerms:
    """Terms that can be used; raises ``UnusableTerms`` naming the field."""
    if _NAME.fullmatch(terms.name) is None:
        message = "name: capital letters, digits and low lines, a letter first, at most 64"
        raise UnusableTerms(message)
    for field in ("owner", "source", "reason", "legal_basis"):
        if not 0 < len(getattr(terms, field).strip()) <= _LONGEST:
            message = f"{field}: say it in at most {_LONGEST} characters"
            raise UnusableTerms(message)
    if not 0.0 <= terms.enabled_ratio <= 1.0:
        message = "enabled_ratio: a share from 0 to 1"
        raise UnusableTerms(message)
    return terms.model_copy(update={"thresholds": _thresholds(terms.thresholds)})


def changed_terms(terms: BankTerms, changes: Mapping[str, object]) -> BankTerms:
    """Terms with some fields set anew; raises ``UnusableTerms`` naming the first that cannot be."""
    try:
        return BankTerms.model_validate(terms.model_dump() | dict(changes))
    except ValidationError as error:
        message = f"{error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}"
        raise UnusableTerms(message) from error


def _thresholds(given: Mapping[str, float]) -> dict[str, float]:
    checked = {}
    for name, value in given.items():
        try:
            kind = type_named(name)
        except UnknownSignalType as unknown:
            message = f"thresholds: {unknown}"
            raise UnusableTerms(message) from unknown
        if math.isnan(value) or not 0 <= value <= widest(kind.name):
            message = f"thresholds: {kind.name} takes from 0 to {widest(kind.name):g} ({kind.unit})"
            raise UnusableTerms(message)
        checked[kind.name] = float(value)
    return checked


def widest(kind: str) -> float:
    """Beyond these a match says nothing, and unrelated content is found in masses."""
    return {"pdq": 60.0, "vpdq": 90.0, "text_likeness": 0.5}.get(kind, 0.0)


def checked_item(item: NewEntry) -> NewEntry:
    """An item whose signals are in their one spelling; raises ``UnusableItem`` naming the signal."""
    if not item.signals and not item.withdrawn:
        message = "signals: an item without any cannot be listed"
        raise UnusableItem(message)
    if not 0 < len(item.member) <= 200 or len(item.reference or "") > _LONGEST:
        message = "member: who lists it, in at most 200 characters; reference: at most 2,000"
        raise UnusableItem(message)
    signals = {}
    for name, text in item.signals.items():
        try:
            kind = type_named(name)
            signals[kind.name] = kind.normalise(text)
        except (UnknownSignalType, InvalidSignal) as wrong:
            message = f"signals: {name}: {wrong}"
            raise UnusableItem(message) from wrong
    return NewEntry(signals, item.member, item.reference, item.expires_at, item.withdrawn)


def suddenly(matches: int, sample: int) -> bool:
    """Whether one signal matches so much of what is uploaded that it is held back until a person looked.

    Of less than ``LEAST_SAMPLE`` no share says anything.
    """
    return sample >= LEAST_SAMPLE and matches >= BROAD_COUNT and matches > sample * SUDDEN_SHARE
