"""What the page of exchanges shows."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.matching.banks.papers import Waiting
from comity.matching.exchanges.batches import Refused
from comity.matching.exchanges.rules import Kind


@dataclass(frozen=True)
class ExchangeLine:
    """An exchange as it stands."""

    name: str
    kind: str
    bank: str
    pace: int
    hurried: int | None
    enabled: bool
    settings: str
    """One a line."""
    secrets: str
    """What each is for, and the name of its file; one a line."""
    next_at: Instant | None
    looked_at: Instant | None
    failures: int
    said: str
    refused: tuple[Refused, ...]
    waits: bool
    """A list of it waits for a person, and nothing more is fetched."""


@dataclass(frozen=True)
class HeldBack:
    """An item that was held back because it suddenly matched much."""

    number: int
    bank: str
    member: str
    kinds: str
    why: str
    since: Instant


@dataclass(frozen=True)
class ExchangePage:
    """Everything on the page."""

    exchanges: tuple[ExchangeLine, ...]
    waiting: tuple[Waiting, ...]
    held_back: tuple[HeldBack, ...]
    kinds: tuple[Kind, ...]
    banks: tuple[str, ...]
    now: Instant


@dataclass(frozen=True)
class Listed:
    """What became of a list that a person gave."""

    items: int
    withdrawn: int
    refused: int
    passed: int
    waits: bool
