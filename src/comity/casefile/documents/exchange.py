"""Entries about exchanges: where lists of signals come from, how often, what each fetch brought, and what went out."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document, Value


class ExchangeTerms(Value):
    """Everything that a person says of an exchange. No secret stands here, only the names of their files."""

    name: str
    """Small letters, digits and hyphens; it never changes, since it stands in the references of what was listed."""
    type: str
    """The protocol: ``csv``, ``stix``, ``ncmec`` …"""
    bank: str
    """The name of the bank that its lists go into."""
    settings: dict[str, str] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict)
    """What a secret is for → the name of its file."""
    pace: int
    """Seconds from one fetch to the next."""
    enabled: bool = True


class ExchangeChange(Document):
    """An exchange was set up, changed or ended, or is fetched faster for a while."""

    kind: ClassVar[str] = "exchange"

    exchange: str
    """Its identifier, under which its entries lie."""
    version: int
    change: str
    """``created``, ``changed``, ``ended``, ``hurried``, ``calmed``, or ``asked`` for at once."""
    terms: ExchangeTerms
    hurried: int | None = None
    """Seconds from one fetch to the next while something happens, if that is now."""
    because: str
    at: Instant


class ExchangeFetch(Document):
    """A part of a list was taken, together with where the next fetch begins."""

    kind: ClassVar[str] = "exchange_fetch"

    exchange: str
    turn: int
    """One more than at the part before: what is repeated or late does not fit and is not taken."""
    change: str
    """``taken``, ``held``, or ``restarted``: from the start of another list."""
    bank: str
    items: int
    withdrawn: int
    refused: int
    """Rows that name no usable signal; they are not listed."""
    passed: int
    """Rows of types of signals that are not compared here."""
    held: str | None = None
    """The identifier of the list that waits for a person."""
    checkpoint: str | None = None
    """Where the next fetch begins, as the exchange's protocol writes it (JSON)."""
    at: Instant


class BankExport(Document):
    """A bank was written out as a whole, to be given to others."""

    kind: ClassVar[str] = "bank_export"

    bank: str
    version: int
    items: int
    """Items that stood in it then, those that are off or held back among them."""
    because: str
    at: Instant
