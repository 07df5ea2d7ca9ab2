"""What the console shows of reviews and matching rules: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.documents.matching_rule import MatchingRule
from comity.casefile.documents.review import ReviewDecision
from comity.docket.reviews.exposure import Exposure
from comity.docket.reviews.rules import Figures


@dataclass(frozen=True)
class ReviewLine:
    """One line of the page of reviews."""

    number: int
    state: str
    content_type: str
    signal_type: str
    detections: int
    banks: tuple[str, ...]
    automatic: bool
    """Something of it is disabled already."""
    hunt: bool
    opened_at: Instant
    claimed_by: str
    """A colleague's name; empty where it is free."""
    mine: bool
    earlier: str
    """What was decided before about the same; empty where nothing was."""


@dataclass(frozen=True)
class FailedLine:
    """A detection that could not be disabled."""

    case: str
    number: int | None
    address: str
    why: str


@dataclass(frozen=True)
class Looked:
    """How long somebody looked today, and what follows."""

    minutes: int
    of_minutes: int
    looks: int
    looking: bool
    pause_until: Instant | None
    over: bool
    """As long as one person looks in a day."""

    @classmethod
    def of(cls, now: Exposure, at: Instant, *, day_seconds: float, looking: bool) -> Looked:
        """What a page says of a count."""
        pause = now.pause_until if now.pause_until is not None and at < now.pause_until else None
        minutes = int(now.seconds // 60)
        return cls(minutes, int(day_seconds // 60), now.looks, looking, pause, now.seconds >= day_seconds)


@dataclass(frozen=True)
class ReviewPage:
    """Everything on the page of reviews."""

    lines: tuple[ReviewLine, ...]
    decided: tuple[ReviewLine, ...]
    failed: tuple[FailedLine, ...]
    looked: Looked
    now: Instant


@dataclass(frozen=True)
class ItemLine:
    """One detection of a review."""

    case: str
    place: int
    progress: str
    address: str
    account: str
    signal_type: str
    automatic: bool
    detected_at: Instant
    outcome: str


@dataclass(frozen=True)
class Listed:
    """A listed item that was matched, with everything that may be shown of it."""

    bank: str
    bank_version: int
    owner: str
    source: str
    reason: str
    legal_basis: str
    item: int
    member: str
    reference: str
    signal_type: str
    listed: str
    distance: float
    threshold: float
    unit: str
    shadow: bool
    standing: str
    """``in_force``, ``off`` or ``gone``."""
    sample: str
    """The case of content in our custody that a person found to be what this item lists; else empty."""


@dataclass(frozen=True)
class Content:
    """What is shown of the content itself. Pictures are named; they come one by one, veiled."""

    title: str = ""
    kind: str = ""
    created_at: Instant | None = None
    words: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    films: int = 0
    """Films and other files, which are not shown in a browser."""
    kept: bool = False
    """It is in custody; else the platform is asked."""
    missing: str = ""
    """Why nothing can be shown."""


@dataclass(frozen=True)
class StepLine:
    """One entry of a review."""

    at: Instant
    who: str
    change: str
    says: str


@dataclass(frozen=True)
class ReviewView:
    """Everything on a review's page."""

    line: ReviewLine
    items: tuple[ItemLine, ...]
    more: int
    """Detections beyond those shown."""
    upto: int
    """The newest that is shown or counted: a decision is about these."""
    listed: tuple[Listed, ...]
    content: Content | None
    """Only for whoever claimed it."""
    shown: str
    """The case whose content is shown."""
    steps: tuple[StepLine, ...]
    question: str
    asked_by: str
    advice: str
    advises: str
    decision: ReviewDecision | None
    earlier: ReviewDecision | None
    earlier_number: int | None
    may: frozenset[str]
    """claim, release, decide, repeat, ask, advise."""
    looked: Looked
    now: Instant


@dataclass(frozen=True)
class MatchingRuleLine:
    """One matching rule."""

    rule: MatchingRule
    state: str
    """``proposed``, ``in_force``, ``expired`` or ``withdrawn``."""
    proposed_by: str
    approved_by: str
    used: int
    """Detections that it disabled."""


@dataclass(frozen=True)
class BankLine:
    """A bank, how it stands, and what decisions say of it."""

    name: str
    enabled: bool
    shadow: bool
    negative: bool
    figures: Figures


@dataclass(frozen=True)
class MatchingRulesPage:
    """Everything on the page of matching rules."""

    rules: tuple[MatchingRuleLine, ...]
    banks: tuple[BankLine, ...]
    signal_types: tuple[str, ...]
    content_types: tuple[str, ...]
    now: Instant
