"""What an overseer sees: plain frozen values for the portal. Personal data is in none of them but ``Opened``."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json


@dataclass(frozen=True)
class Overseeing:
    """An overseer who reads, as the door found the session."""

    overseer: str
    passkey: str
    confirmed: bool
    """Whether the device and network are familiar, or were confirmed a second time."""


@dataclass(frozen=True)
class SeenLine:
    """One case of the list."""

    case: str
    number: int
    received_at: Instant
    status: str
    authority: str
    channel: str
    verified: bool | None
    decided_by: str
    """``nobody``, ``people``, ``rule`` or ``night_rule``."""
    approvals: int
    secret_until: Instant | None
    drill: bool


@dataclass(frozen=True)
class AuthorityCount:
    """How often one authority asked, and what came of it."""

    authority: str
    orders: int
    automatic: int
    declined: int
    dismissed: int
    in_effect: int
    reinstated: int


@dataclass(frozen=True)
class Summary:
    """The first page: what needs the overseer's eye before everything else."""

    emergencies: tuple[SeenLine, ...]
    """Acted on by a night rule because nobody answered; newest first."""
    automatic: tuple[SeenLine, ...]
    counts: tuple[AuthorityCount, ...]
    size: int
    """How many entries the published log has."""
    required_witnesses: int
    clock_sane: bool
    now: Instant


@dataclass(frozen=True)
class Approver:
    """Who signed a decision."""

    name: str
    role: str
    at: Instant


@dataclass(frozen=True)
class SeenDecision:
    """One decision, with its reasons as they were entered."""

    entry: str
    at: Instant
    answer: str
    reasons: tuple[str, ...]
    approvals: tuple[Approver, ...]
    rule: str | None
    """The standing or night rule that decided, if no person did."""
    rule_people: tuple[str, ...]
    """Who had proposed and approved that rule."""
    departs_from: str | None
    measures: tuple[str, ...]


@dataclass(frozen=True)
class SeenEntry:
    """One entry of a case: what kind, when, who by role, and whether its leaf is in the log."""

    entry: str
    kind: str
    at: Instant
    actor: str
    """``system``, ``authority`` or the roles of a member of staff, separated by commas."""
    index: int | None
    erased: bool


@dataclass(frozen=True)
class SeenExhibit:
    """An exhibit by its digest; neither its name nor its bytes."""

    digest: str
    media_type: str
    size: int
    erased: bool


@dataclass(frozen=True)
class SeenCase:
    """The skeleton of a case."""

    line: SeenLine
    entries: tuple[SeenEntry, ...]
    decisions: tuple[SeenDecision, ...]
    exhibits: tuple[SeenExhibit, ...]
    accesses: tuple[AccessLine, ...]
    now: Instant


@dataclass(frozen=True)
class Opened:
    """A document, opened for a reason that was entered first."""

    case: str
    entry: str
    kind: str
    document: Json
    body: bytes
    """The document's canonical bytes."""
    salt: str
    """In hexadecimal: with it anybody opens the leaf's commitment."""
    reason: str


@dataclass(frozen=True)
class AccessLine:
    """One access to personal data, as entered."""

    entry: str
    at: Instant
    overseer: str
    body: str
    case: str
    what: str
    reason: str
