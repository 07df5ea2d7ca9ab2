"""What the doors may see of a demand about users: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment, Finding
from comity.casefile.documents.base import Json
from comity.casefile.documents.collection import Redaction
from comity.casefile.documents.demand import Demand
from comity.casefile.documents.disclosing import Contest, DraftDisclosure, Release
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.docket.disclosures.breach import Breach
from comity.docket.disclosures.packing import Packed
from comity.docket.views import CallBack, CaseLine, ExhibitLine, ReplyLine, RunningClock, TimelineLine


@dataclass(frozen=True)
class PieceLine:
    """One identifier with one category: what the law says, and whether it can be granted."""

    key: str
    number: str
    type: str
    value: str
    category: str
    since: Instant | None
    until: Instant | None
    law: str
    """holds, fails or undetermined."""
    proposed: bool
    why_not: str
    reasons: tuple[str, ...]
    fields: tuple[str, ...] = ()
    """What of its category the demand reaches."""


@dataclass(frozen=True)
class LawLine:
    """What one law says on one category."""

    law: str
    stance: str
    why: str
    citations: tuple[str, ...]
    certainty: str


@dataclass(frozen=True)
class WayLine:
    """The lawful route for one category, why, and why not the others."""

    category: str
    route: str
    label: str
    why: str
    citations: tuple[str, ...]
    certainty: str
    laws: tuple[LawLine, ...]
    not_taken: tuple[tuple[str, str], ...]
    """Route and the fact that rules it out."""


@dataclass(frozen=True)
class QuestionLine:
    """A fact that nobody has stated, as a question with its possible answers."""

    fact: str
    path: str
    """Under which key an answer is recorded; empty where only the authority can say it."""
    asks: str
    would_change: tuple[str, ...]
    answers: tuple[str | bool, ...]
    """Values that can be recorded; empty where only the authority can say it."""


@dataclass(frozen=True)
class CollectionLine:
    """One collection: ordered, granted, collected, cut."""

    collection: str
    decision: str
    """The entry of the decision under which it was collected."""
    state: str
    detail: str
    data: str
    """Digest of the data set, or of its newest redacted form."""
    redacted: bool
    instead: tuple[tuple[str, str], ...]
    """Digest of a file and of the redacted form that leaves in its place."""
    rows: int
    cut: tuple[tuple[str, int], ...]
    categories: tuple[str, ...]
    fields: tuple[str, ...]
    identifiers: tuple[str, ...]
    since: Instant
    until: Instant


@dataclass(frozen=True)
class HoldLine:
    """One hold on the platform's records."""

    hold: str
    state: str
    until: Instant
    detail: str


@dataclass(frozen=True)
class Preview:
    """A page of what would leave, exactly as it would."""

    form: str
    """Digest of the data set's form."""
    head: Json
    rows: tuple[Json, ...]
    files: dict[int, str]
    """Number of a row → digest of its file as it was collected, where parts of it can be made black."""
    first: int
    more: bool


@dataclass(frozen=True)
class FileShown:
    """A file beside a data set, in the form in which it would leave."""

    file: str
    """Digest of what was collected."""
    form: str
    """Digest of the form that leaves; the same where nothing of it was left out."""
    name: str
    media_type: str
    size: int
    pages: int
    """Of a picture one."""


@dataclass(frozen=True)
class DisclosureView:
    """Everything on the page of a demand about users."""

    line: CaseLine
    demand: Demand
    assessment: Assessment | None
    groups: tuple[tuple[str, tuple[Finding, ...]], ...]
    """Findings by what they are about."""
    pieces: tuple[PieceLine, ...]
    ways: tuple[WayLine, ...]
    questions: tuple[QuestionLine, ...]
    facts: Json
    emergency: bool
    keeps: bool
    decision: DisclosureDecision | None
    draft: DraftDisclosure | None
    collections: tuple[CollectionLine, ...]
    holds: tuple[HoldLine, ...]
    packages: tuple[Packed, ...]
    release: Release | None
    contest: Contest | None
    redactions: tuple[Redaction, ...]
    """Those that nobody undid."""
    leaves: str
    """What exactly would leave, as a digest: whoever lets it go says which he looked at."""
    may_leave: str
    """Why the data may not be transmitted now; empty where they may."""
    bars: tuple[str, ...]
    """Why it may not be released as an emergency."""
    signs: tuple[str, ...]
    clocks: tuple[RunningClock, ...]
    timeline: tuple[TimelineLine, ...]
    exhibits: tuple[ExhibitLine, ...]
    replies: tuple[ReplyLine, ...]
    call_back: CallBack | None
    may: tuple[str, ...]
    now: Instant
    answers: tuple[str, ...] = field(default=())
    """The answers that can be given now."""
    breach: Breach | None = None
    """A breach of personal data that the review of a release found."""
    events: tuple[tuple[str, str], ...] = ()
    """What may have happened outside that people record with its instant, and how it is called."""
