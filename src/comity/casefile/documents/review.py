"""What people and machines do with detections: joined into reviews, looked at, decided by a named person."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self

from pydantic import model_validator

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document, Value
from comity.casefile.documents.decision import Person


class Limb(StrEnum):
    """What makes material terrorist content: the points of 2021/784 Art 2(7)."""

    INCITES = "incites"
    """(a)"""
    SOLICITS_OFFENCE = "solicits_offence"
    """(b)"""
    SOLICITS_GROUP = "solicits_group"
    """(c)"""
    INSTRUCTS = "instructs"
    """(d)"""
    THREATENS = "threatens"
    """(e)"""


class Purpose(StrEnum):
    """For what terrorist content would be published lawfully (2021/784 Art 1(3)): the true purpose counts."""

    EDUCATION = "education"
    JOURNALISM = "journalism"
    ART = "art"
    RESEARCH = "research"
    COUNTER_SPEECH = "counter_speech"
    """Preventing or countering terrorism, and polemic or controversial views in public debate."""


class Outcome(StrEnum):
    """What a review ends with."""

    DISABLE = "disable"
    LET_STAND = "let_stand"


class Standing(StrEnum):
    """Why something may stand."""

    OTHER_CONTENT = "other_content"
    """It only looks alike: the match was wrong."""
    NO_GROUND = "no_ground"
    """It is what the bank lists, and no ground is met."""
    PURPOSE = "purpose"
    """It is what the bank lists, published for a purpose that Art 1(3) excludes."""
    COMPLAINT = "complaint"
    """The content provider's complaint was right."""


class Exclusion(Value):
    """The assessment of Art 1(3): what purpose was claimed or looked for, what was found, on which evidence."""

    claimed: tuple[Purpose, ...] = ()
    """Every purpose for which something speaks."""
    found: Purpose | None = None
    """The true purpose, where it is one of these."""
    doubtful: bool = False
    """One person alone could not tell."""
    why: str = ""


class ReviewDecision(Document):
    """What a named person decided about these detections, and why."""

    kind: ClassVar[str] = "review_decision"

    review: str
    number: int
    outcome: Outcome
    limbs: tuple[Limb, ...] = ()
    terms: str = ""
    """The clause of the provider's terms that it breaks, in the provider's words."""
    standing: Standing | None = None
    exclusion: Exclusion
    reasons: str
    cases: tuple[str, ...]
    """Of the detections that it decides."""
    by: Person
    second: str | None = None
    """The entry of another person's opinion, if one was asked."""
    earlier: str | None = None
    """The entry of the earlier decision about the same signal, if this repeats it."""
    at: Instant

    @model_validator(mode="after")
    def _grounded(self) -> Self:
        disables = self.outcome is Outcome.DISABLE
        if disables != bool(self.limbs or self.terms) or disables == (self.standing is not None):
            message = "what is disabled names a ground, what stands says why"
            raise ValueError(message)
        if (self.standing is Standing.PURPOSE) != (self.exclusion.found is not None):
            message = "what Article 1(3) excludes stands, and only then is its purpose found"
            raise ValueError(message)
        if self.exclusion.doubtful and self.second is None and self.earlier is None:
            message = "where one person could not tell, another person's opinion is named"
            raise ValueError(message)
        return self


class ReviewStep(Document):
    """Something happened to a review, or to one detection."""

    kind: ClassVar[str] = "review"

    review: str | None
    """Nothing where no person looks at the detection."""
    change: str
    """Of a review: ``opened``, ``claimed``, ``released``, ``asked``, ``advised``, ``decided``, ``ended``. Of a
    detection: ``joined``, ``let_pass``, ``disabling``, ``disabled``, ``failed``, ``let_stand``, ``reinstating``,
    ``reinstated``, ``repeated``, ``closed``."""
    because: str
    by: str
    """As an entry's actor is written."""
    rule: str | None = None
    """The entry of the matching rule that spoke."""
    earlier: str | None = None
    """The entry of an earlier decision about the same."""
    advises: Outcome | None = None
    """Of ``advised``: what the second person would decide."""
    at: Instant
