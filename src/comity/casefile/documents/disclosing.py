"""What people do on the way to a disclosure: find out, propose, let go, contest. The decision itself is elsewhere."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.base import Document, Json, Value
from comity.casefile.documents.decision import Person
from comity.casefile.documents.disclosure import GrantTerms

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]


class Circumstances(Document):
    """What one of our people found out that no form can show: who is concerned, whose the data are, what is stored."""

    kind: ClassVar[str] = "circumstances"

    case: str
    facts: Json
    """By the law room's names under ``circumstances`` and ``content``; a later document of the case replaces it."""
    source: Words
    """Where it was found out."""
    by: Person
    at: Instant


class DraftDisclosure(Document):
    """A first person's answer to a demand about users that waits for a second person, or the disagreement."""

    kind: ClassVar[str] = "draft_disclosure"

    case: str
    answer: Proposal
    terms: tuple[GrantTerms, ...]
    reasons: tuple[str, ...]
    emergency: bool
    two_because: str
    letter: dict[str, str] = Field(default_factory=dict)
    by: Person
    at: Instant
    disagreed_by: Person | None = None


class ReleasedPart(Value):
    """One collection as it leaves."""

    collection: str
    data: str
    """Digest of its data set, or of a redacted form of it."""
    instead: dict[str, str] = Field(default_factory=dict)
    """Digest of a file → digest of the redacted form that leaves in its place."""


class Release(Document):
    """A person looked at what would leave, and lets exactly that go; or sends it back."""

    kind: ClassVar[str] = "release"

    case: str
    decision: str
    parts: tuple[ReleasedPart, ...]
    """Empty where it was sent back."""
    because: str
    by: Person
    at: Instant


class Forum(StrEnum):
    """Before whom an order is contested."""

    ISSUING_AUTHORITY = "issuing_authority"
    """An objection with reasons, which its own state decides (2023/1543 Art 17)."""
    COURT = "court"
    """A motion or an action before a court (18 USC 2703(h), or national law)."""
    OTHER_AUTHORITY = "other_authority"
    """Referred to mutual legal assistance, or to an agreement's designated authority."""


class ContestState(StrEnum):
    """How far it has come."""

    BEGUN = "begun"
    UPHELD = "upheld"
    """The order falls, wholly."""
    REJECTED = "rejected"
    """The order stands: it is decided anew, and whatever of its period was left runs on."""


class Contest(Document):
    """An order is contested, or the outcome came."""

    kind: ClassVar[str] = "contest"

    case: str
    forum: Forum
    state: ContestState
    at: Instant
    """When it was lodged, or when the outcome was received."""
    reference: str
    """The forum's own, once there is one."""
    reasons: Words
    by: Person
    entered_at: Instant
