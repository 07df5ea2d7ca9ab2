"""What people from outside bring and may see: plain frozen values for the portal."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment
from comity.casefile.documents.base import Json
from comity.casefile.documents.demand import Fault
from comity.docket.disclosures.packing import Packed
from comity.docket.order_views import OrderView


@dataclass(frozen=True)
class Enrolling:
    """An enrolment that a one-time code opened: nothing is left to do but to register the passkey."""

    code: str
    """Identifier of the code, not the code."""
    kind: str
    holder: str


@dataclass(frozen=True)
class Account:
    """Who is behind a session at this moment, whatever kind of account it is."""

    kind: str
    id: str
    name: str
    organisation: str
    authority: str = ""
    """For officers: the identifier of the authority whose orders they see."""
    passkey: str = ""
    cooling_until: Instant | None = None
    """The key replaces another one and counts only from here."""
    replaced_at: Instant | None = None
    """Another key for this person was enrolled and counts from here: whoever did not do that must object."""


@dataclass(frozen=True)
class Acting:
    """An officer who does something, as the door found the session."""

    officer: str
    authority: str
    passkey: str
    confirmed: bool
    """Whether the device and network are familiar, or were confirmed a second time."""


@dataclass(frozen=True)
class OrderLine:
    """One line of the list of orders."""

    reference: str
    order_reference: str
    received_at: Instant
    status: str
    due_at: Instant | None
    number: int
    unread: bool
    """The provider wrote last."""


@dataclass(frozen=True)
class Said:
    """One message of a case's thread."""

    ours: bool
    """Whether the reader's own side wrote it."""
    name: str
    text: str
    at: Instant
    entry: str


@dataclass(frozen=True)
class Told:
    """Information that an authority gave before its first order."""

    at: Instant
    text: str


@dataclass(frozen=True)
class AnswerLine:
    """An answer that lies ready."""

    form: str
    prepared_at: Instant
    entry: str


@dataclass(frozen=True)
class OrderPage:
    """One order as the officers of its authority see it."""

    view: OrderView
    number: int
    form: Json
    filed_by: str
    answers: tuple[AnswerLine, ...]
    thread: tuple[Said, ...]
    may: tuple[str, ...]
    now: Instant
    instrument: str = "eu-tco"
    questions: tuple[str, ...] = ()
    """What was asked of the authority last, in words; of a demand about users only."""
    packages: tuple[Packed, ...] = ()


@dataclass(frozen=True)
class Checked:
    """What would be found if the form were filed now. Nothing of it is kept."""

    assessment: Assessment
    faults: tuple[Fault, ...]
