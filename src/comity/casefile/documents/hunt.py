"""Entries about hunts: who ordered which search through what is stored, why, and what came of it."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document
from comity.casefile.documents.decision import Person


class HuntSource(StrEnum):
    """Where the signals that are sought come from."""

    SIGNALS = "signals"
    """A person named them: one, or a list."""
    ITEM = "item"
    """One item of the platform."""
    BANK = "bank"
    """Everything in force in a bank."""
    CASE = "case"
    """What a case disabled. The demand binds for its addresses only: copies are the provider's own decision."""


class Hunt(Document):
    """A named person orders a search. The signals lie beside it; ``digest`` says that they are these."""

    kind: ClassVar[str] = "hunt"

    hunt: str
    """Its identifier, under which its entries lie."""
    number: int
    source: HuntSource
    about: str
    """The item's reference, the bank's name or the case's identifier; of a list its name."""
    bank_version: int | None = None
    signals: int
    digest: str
    """SHA-256 of the signals sought, one a line, in hexadecimal."""
    thresholds: dict[str, float] = Field(default_factory=dict)
    """By type of signal, where a person set another than the type's or the bank's own."""
    content_types: tuple[str, ...] = ()
    """Only among these; everywhere where it is empty."""
    because: str
    by: Person
    at: Instant


class HuntStep(Document):
    """A hunt came further. Numbers only: what was found lies in the detections."""

    kind: ClassVar[str] = "hunt_step"

    hunt: str
    change: str
    """``sought``, ``found``, ``held``, ``released``, ``narrowed``, ``entered``, ``failed``, ``again``, ``stopped``."""
    because: str
    by: str
    """As an entry's actor is written."""
    signals: int = 0
    """Of ``sought``: how many an item or a case has."""
    digest: str = ""
    """Of ``sought``: SHA-256 of these signals, as ``Hunt.digest``."""
    left_out: int = 0
    """Signals that a person took out of the search."""
    stored: int = 0
    """Items that were looked through."""
    found: int = 0
    """Different items within a threshold."""
    became: dict[str, int] = Field(default_factory=dict)
    """How many of them became a detection, and how many did not, by why."""
    at: Instant
