"""What the console shows of reviews and matching rules: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.documents.matching_rule import MatchingRule
from comity.casefile.documents.review import ReviewDecision
from comity.docket.care import Care
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
    looking: str
    """The case whose content is shown clearly now; empty where nothing is."""
    left: int
    """Seconds until it is veiled again."""
    pause_until: Instant | None
    over: bool
    """As long as one person looks in a day."""

    @classmethod
    def of(cls, now: Exposure, at: Instant, care: Care) -> Looked:
        """What a page says of a count."""
        day = care.day.total_seconds()
        return cls(
            minutes=int(now.seconds // 60),
            of_minutes=int(day // 60),
            looks=now.looks,
            looking=now.looking(at, care),
            left=now.left(at, care),
            pause_until=now.pause_until if now.pause_until is not None and at < now.pause_until else None,
            over=now.seconds >= day,
        )


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

    kind: str = ""
    created_at: Instant | None = None
    words: tuple[str, ...] = ()
    """Given out only while somebody looks."""
    texts: bool = False
    """There are words, or may be."""
    pictures: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Films and other files, which no page plays: they are given out while somebody looks."""
    films: tuple[str, ...] = ()
    """Those of the files of which moments can be shown."""
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
class Counted:
    """All detections of a review in numbers, the most first: a hunt may bring thousands."""

    undecided: int
    accounts: tuple[tuple[str, int], ...]
    other_accounts: int
    """Accounts beyond those named."""
    content: tuple[tuple[str, int], ...]
    """By type of content."""
    progress: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ReviewView:
    """Everything on a review's page."""

    line: ReviewLine
    items: tuple[ItemLine, ...]
    after: int
    """The place after which those shown begin."""
    following: int
    """The place after which the next page begins; 0 where there is none."""
    counted: Counted
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
    adviser: str
    advises: str
    decision: ReviewDecision | None
    decided_by: str
    earlier: ReviewDecision | None
    earlier_number: int | None
    earlier_close: bool
    """It was about what lies close, not about the same."""
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

    @property
    def precision(self) -> float | None:
        """In per cent, as ``recall``, ``low`` and ``high``."""
        return _percent(self.figures.precision)

    @property
    def recall(self) -> float | None:
        """Of what was disabled after any match."""
        return _percent(self.figures.recall)

    @property
    def low(self) -> float | None:
        """Above which the precision lies, with 95 %."""
        return _percent(self.figures.bounds[0]) if self.figures.bounds else None

    @property
    def high(self) -> float | None:
        """Below which it lies."""
        return _percent(self.figures.bounds[1]) if self.figures.bounds else None


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


@dataclass(frozen=True)
class MatchingRulesPage:
    """Everything on the page of matching rules."""

    rules: tuple[MatchingRuleLine, ...]
    banks: tuple[BankLine, ...]
    signal_types: tuple[str, ...]
    content_types: tuple[str, ...]
    now: Instant
