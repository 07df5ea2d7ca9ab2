"""What goes out: the legal form to the authority, the proof that it arrived, the notice to the person concerned."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document, Json


class FormReply(Document):
    """A legal form filled from the record (Annex II or III of Regulation 2021/784), as entered before it is sent."""

    kind: ClassVar[str] = "form_reply"

    case: str
    form: str
    """``annex-2`` or ``annex-3``."""
    form_version: str
    fields: Json
    pdf: str
    """Digest of the sealed PDF, which is an exhibit."""
    channel: str
    recipient: str


class Receipt(Document):
    """Proof of delivery, or of a failed attempt."""

    kind: ClassVar[str] = "receipt"

    case: str
    reply: str
    """The entry of the ``form_reply`` (or ``notice``) that was delivered."""
    delivered: bool
    at: Instant
    proof: str
    """What the other side said: an SMTP reply with its queue identifier, or the API client's signed download."""
    attempt: int = 1


class Notice(Document):
    """What the affected person is told: the reasons, the remedies, by when."""

    kind: ClassVar[str] = "notice"

    case: str
    account: str
    """The platform's identifier of the content provider."""
    language: str
    subject: str
    text: str
    urls: tuple[str, ...]
    remedies: Json
    complaint_token: str
    """Opens the complaint form; known to the recipient of this notice alone."""


class SecrecyChange(Document):
    """Non-disclosure begins, is extended, or has ended (Article 11(3))."""

    kind: ClassVar[str] = "secrecy"

    case: str
    begins_at: Instant
    until: Instant
    state: str
    """``begun``, ``extended`` or ``ended``."""
    basis: str


class ComplaintOutcome(StrEnum):
    """How a complaint ended."""

    REINSTATE = "reinstate"
    REJECT = "reject"
    REFER = "refer"
    """An order binds us: the complainant is shown the way to Article 4(4) and Article 9."""


class Complaint(Document):
    """What the content provider says against the measure."""

    kind: ClassVar[str] = "complaint"

    case: str
    received_at: Instant
    text: str
    language: str


class ComplaintDecision(Document):
    """The reasoned outcome of a complaint, told within two weeks (Article 10(2))."""

    kind: ClassVar[str] = "complaint_decision"

    case: str
    complaint: str
    outcome: ComplaintOutcome
    reasons: str
    decided_by: str


class ScrutinyDecision(Document):
    """What the home authority (Article 4) or a court (Article 9) decided about an order."""

    kind: ClassVar[str] = "scrutiny_decision"

    case: str
    authority: str
    received_at: Instant
    infringement: bool
    """Whether the order ceases to have legal effects."""
    reasons: str
    raw: tuple[str, ...]
