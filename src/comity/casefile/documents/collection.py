"""What was done about users' records: collected, kept from deletion, redacted, packed, fetched. Never the data."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from comity.casefile.clock import Instant
from comity.casefile.documents.act import ActState
from comity.casefile.documents.base import Document, Value
from comity.casefile.documents.decision import Person
from comity.casefile.documents.disclosure import DisclosureGrant, Preservation


class Collection(Document):
    """One execution of one disclosure grant. Each state is an entry of its own; ``collection`` is the same in all."""

    kind: ClassVar[str] = "collection"

    collection: str
    case: str
    grant: DisclosureGrant
    state: ActState
    at: Instant
    attempt: int = 1
    detail: str = ""
    exhibits: tuple[str, ...] = ()
    """Digests of the data set, first, and of the files that belong to it."""
    rows: int = 0
    """How many rows the data set has."""
    cut: dict[str, int] = Field(default_factory=dict)
    """How many rows, or values of rows, were cut to the grant, by reason."""
    retry: bool = False


class Excess(Document):
    """An adapter gave more than the grant. Nobody saw it; what was too much is counted here, by reason."""

    kind: ClassVar[str] = "excess"

    case: str
    collection: str
    adapter: str
    cut: dict[str, int]
    at: Instant


class HoldState(StrEnum):
    """How far a hold on the platform's records has come."""

    ORDERED = "ordered"
    PLACED = "placed"
    COPIED = "copied"
    """The platform has no measure that keeps records from deletion: what there was is in custody, unseen."""
    FAILED = "failed"
    RELEASING = "releasing"
    """Its end is entered, and the platform is told next."""
    RELEASED = "released"
    EXPIRED = "expired"


class RecordsHold(Document):
    """The platform's own deletion is kept from some records, and the user cannot tell; or that ended."""

    kind: ClassVar[str] = "records_hold"

    hold: str
    case: str
    preservation: Preservation
    state: HoldState
    at: Instant
    attempt: int = 1
    detail: str = ""
    exhibits: tuple[str, ...] = ()
    because: str = ""
    """For *released*: who no longer needs it, with the provision."""
    retry: bool = False


class Region(Value):
    """A rectangle of a page that is made black; fractions of its width and height from the upper left corner."""

    page: int
    """From 1; of a picture always 1."""
    left: float
    top: float
    right: float
    bottom: float


class Redaction(Document):
    """A form of an exhibit that lacks something. Both forms stay in custody; only the redacted one leaves."""

    kind: ClassVar[str] = "redaction"

    case: str
    original: str
    """Digest of the exhibit that is not given."""
    redacted: str
    """Digest of the one that is."""
    fields: tuple[str, ...] = ()
    rows: int = 0
    """How many rows were left out."""
    regions: tuple[Region, ...] = ()
    because: str
    """With its provision."""
    by: Person
    at: Instant


class RedactionUndone(Document):
    """What a redaction left out is given after all: its original is again the form that leaves."""

    kind: ClassVar[str] = "redaction_undone"

    case: str
    redactions: tuple[str, ...]
    """Their entries: several, where the same form was made again."""
    redacted: str
    """Digest of the form that leaves no more; it stays in custody."""
    because: str
    by: Person
    at: Instant


class PackedFile(Value):
    """One file of a package."""

    name: str
    size: int
    sha512: str


class DisclosurePackage(Document):
    """What an authority is given: sealed, encrypted to its key, announced or sent. A receipt proves that it arrived."""

    kind: ClassVar[str] = "disclosure_package"

    case: str
    decision: str
    collections: tuple[str, ...]
    """Entries in which the collections were *performed*."""
    authority: str
    """Who it is for, as the register knows it."""
    exhibit: str
    """SHA-256 of the encrypted package."""
    file: PackedFile
    """What leaves."""
    contents: tuple[PackedFile, ...]
    """What is in it."""
    encrypted_to: str
    """Kind and fingerprint of the key."""
    pulled: bool
    """Too large to be sent: the authority fetches it."""
    available_until: Instant | None
    """Until when it can be fetched: 10 to 45 days (Implementing Regulation (EU) 2025/1550, annex 3.3.3)."""
    at: Instant
