"""What the console shows of threats to life: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.documents import Json
from comity.casefile.records.deadlines import Standing
from comity.docket.threats.rules import To


@dataclass(frozen=True)
class ThreatLine:
    """One threat."""

    number: int
    state: str
    origin: str
    file_number: int
    known_at: Instant
    raised_by: str
    decided_by: str
    decided_at: Instant | None
    confirmed_by: str
    informed_at: Instant | None
    due_at: Instant | None
    """Of the clock that runs, or ran last."""
    late: bool
    """It passed before everybody was told."""


@dataclass(frozen=True)
class Figures:
    """Of the last twelve months; nothing where fewer than three."""

    raised: int | None
    imminent: int | None
    suspicion: int | None
    half_minutes: float | None
    """From awareness until everybody was told, for half of them at most."""


@dataclass(frozen=True)
class ThreatPage:
    """Everything on the page of all."""

    open: tuple[ThreatLine, ...]
    settled: tuple[ThreatLine, ...]
    figures: Figures
    without_address: tuple[str, ...]
    """Whom we could not tell by ourselves: no address is set."""
    now: Instant


@dataclass(frozen=True)
class RecipientLine:
    """One body that is told."""

    recipient: str
    tell: str
    state: str
    name: str
    channel: str
    address: str
    progress: str
    attempts: int
    delivered_at: Instant | None
    said: str
    """Of the last change: the other side's words, or why it failed."""
    entry: str


@dataclass(frozen=True)
class EntryLine:
    """One entry of a threat, in order."""

    entry: str
    change: str
    who: str
    because: str
    at: Instant


@dataclass(frozen=True)
class ThreatView:
    """Everything on a threat's page."""

    line: ThreatLine
    because: str
    clocks: tuple[Standing, ...]
    recipients: tuple[RecipientLine, ...]
    changes: tuple[EntryLine, ...]
    may: tuple[str, ...]
    now: Instant


@dataclass(frozen=True)
class Proposed:
    """What would go out if a person decided now: the fields as they would be entered, and who would be told."""

    fields: Json
    told: tuple[To, ...]
