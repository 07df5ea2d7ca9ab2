"""Entries about banks: what is listed, by whom, on which ground, and who changed it."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document, Value


class BankTerms(Value):
    """Everything that is said of a bank as a whole."""

    name: str
    """Capital letters, digits and low lines, as the peers write it."""
    owner: str
    """Who answers for what is listed."""
    source: str
    """Where the signals come from: an exchange, an order, our reviewers."""
    reason: str
    legal_basis: str
    """Under which provision, programme or terms its matches are looked at."""
    expires_at: Instant | None = None
    enabled: bool = True
    enabled_ratio: float = 1.0
    """Of look-ups that name no seed, the share that this bank answers; from 0 to 1."""
    negative: bool = False
    """An allow bank: what matches here is let pass, whatever else it matches."""
    shadow: bool = False
    """Only tried: its matches are counted, and nothing follows from them."""
    guarded: bool = True
    """An item that suddenly matches much is held back; not in a bank whose every item our own people looked at."""
    thresholds: dict[str, float] = Field(default_factory=dict)
    """By type of signal, where the type's own is not used."""


class BankChange(Document):
    """A bank was made, changed or ended; ``terms`` is how it stands from now on."""

    kind: ClassVar[str] = "bank"

    bank: str
    """Its identifier, under which its entries lie."""
    number: int
    version: int
    change: str
    """``created``, ``changed`` or ``ended``."""
    terms: BankTerms
    because: str
    at: Instant


class EntryChange(Document):
    """One item of a bank was listed, switched off or on, held back, let go or withdrawn."""

    kind: ClassVar[str] = "bank_entry"

    bank: str
    item: int
    """The item's number (``bank_content_id``)."""
    change: str
    """``added``, ``switched_off``, ``switched_on``, ``quarantined``, ``released`` or ``withdrawn``."""
    signals: dict[str, str] = Field(default_factory=dict)
    """By type; of an item that is added, or those for which it is held back."""
    member: str = ""
    source: str = ""
    note: str | None = None
    reference: str | None = None
    """The lister's own name for it."""
    until: Instant | None = None
    expires_at: Instant | None = None
    because: str
    at: Instant


class BankImport(Document):
    """Many items were listed at once, or their list waits for a person, or that person decided."""

    kind: ClassVar[str] = "bank_import"

    bank: str
    held: str | None = None
    """The identifier of the waiting list, if it waits or waited."""
    change: str
    """``imported``, ``held``, ``released`` or ``discarded``."""
    member: str
    items: int
    withdrawn: int = 0
    digest: str
    """SHA-256 of the list as it was read, in hexadecimal."""
    compared: int = 0
    """Stored or uploaded things that the list was tried against first."""
    would_match: int = 0
    """Of these, how many it would match."""
    because: str
    at: Instant


class Opinion(StrEnum):
    """What a reviewer thinks of somebody's signal."""

    CONFIRM = "confirm"
    DISPUTE = "dispute"
    SEEN = "seen"


class BankOpinion(Document):
    """One of our people confirmed or disputed an item; it goes back to the exchange that the item came from."""

    kind: ClassVar[str] = "bank_opinion"

    bank: str
    item: int
    stance: Opinion
    because: str
    by: str
    told: bool = False
    """Whether the exchange has been told; an entry of its own says so."""
    at: Instant
