"""What may leave about a user: the terms of a decision, who signed it, and the grant that a collection is carried by.

The types refuse what no demand may ask (invariant 4): everyone, a period without an end, data that did not exist when
the demand arrived. Terms name each identifier, category and field; what they do not name is never collected.
"""

from __future__ import annotations

import hashlib
import ipaddress
import unicodedata
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.base import Document, Value
from comity.casefile.documents.decision import Approval

MOST_IDENTIFIERS = 1_000
"""Identifiers that one grant names at most; a longer order is several grants."""
COMPLYING = frozenset({Proposal.COMPLY, Proposal.COMPLY_IN_PART})


class Category(StrEnum):
    """Kinds of data by Article 3 of Regulation (EU) 2023/1543; location, a part of traffic data there, stands apart."""

    SUBSCRIBER = "SUBSCRIBER"
    USER_ID = "USER_ID"
    """Wanted only to identify the user (Art 3(10))."""
    TRAFFIC = "TRAFFIC"
    LOCATION = "LOCATION"
    CONTENT = "CONTENT"


FIELDS: dict[Category, frozenset[str]] = {
    Category.SUBSCRIBER: frozenset(
        [
            "account",
            "name",
            "display_name",
            "date_of_birth",
            "postal_address",
            "email",
            "phone",
            "payment",
            "registered_at",
            "service",
            "service_until",
            "devices",
            "language",
            "status",
            "picture",
            "other_account",
        ]
    ),
    Category.USER_ID: frozenset(["account", "ip", "source_port", "device", "user_agent"]),
    Category.TRAFFIC: frozenset(
        [
            "account",
            "ip",
            "source_port",
            "device",
            "user_agent",
            "event",
            "message",
            "room",
            "counterpart",
            "size",
            "protocol",
            "route",
        ]
    ),
    Category.LOCATION: frozenset(["account", "latitude", "longitude", "accuracy", "cell", "place"]),
    Category.CONTENT: frozenset(
        [
            "account",
            "message",
            "room",
            "type",
            "subject",
            "text",
            "in_reply_to",
            "file_name",
            "file_type",
            "file_size",
            "file_sha256",
            "file",
        ]
    ),
}
"""What can be said of a user at all. There is no field for a password or another means of logging in (Art 3(9))."""
TIMED = frozenset(Category) - {Category.SUBSCRIBER}
"""Categories of which every row happened at an instant."""


class IdentifierKind(StrEnum):
    """By what a demand names an account; each is one account or connection. A range of addresses cannot be said."""

    USER_ID = "USER_ID"
    EMAIL = "EMAIL"
    PHONE_NUMBER = "PHONE_NUMBER"
    IPV_4 = "IPV_4"
    IPV_6 = "IPV_6"
    IMEI_NUMBER = "IMEI_NUMBER"
    MAC_ADDRESS = "MAC_ADDRESS"


_ADDRESSES = {IdentifierKind.IPV_4: ipaddress.IPv4Address, IdentifierKind.IPV_6: ipaddress.IPv6Address}


class Identifier(Value):
    """Exactly one account or connection, compared code point by code point: a look-alike is another identifier."""

    kind: IdentifierKind
    value: Annotated[str, StringConstraints(min_length=1, max_length=255)]

    @model_validator(mode="after")
    def _one_and_visible(self) -> Self:
        if any(unicodedata.category(sign)[0] in "CZ" for sign in self.value):
            raise ValueError("an identifier has no blanks and no invisible characters")
        if any(sign in self.value for sign in "*%"):
            raise ValueError("an identifier names one account: there are no wildcards")
        reader = _ADDRESSES.get(self.kind)
        if reader is not None and str(reader(self.value)) != self.value:
            raise ValueError(f"{self.kind.value} is written in one way only: {reader(self.value)}")
        return self


class Span(Value):
    """A period: from ``since``, up to and without ``until``. Compared in UTC, kept in the offsets it came with."""

    since: Instant
    until: Instant

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if not self.since < self.until:
            raise ValueError("a period ends after it begins")
        return self

    def holds(self, at: Instant) -> bool:
        """Whether an instant lies in it."""
        return self.since <= at < self.until


class GrantTerms(Value):
    """What exactly may be collected: of whom, which categories and fields, of which period, why, and until when."""

    identifiers: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=MOST_IDENTIFIERS)]
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    fields: Annotated[tuple[str, ...], Field(min_length=1)]
    period: Span
    stored_by: Instant
    """When the demand arrived: only what stood in the records then is reached (2023/1543 Art 3(8))."""
    purpose: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    """With its provision."""
    ends_at: Instant
    """From then on nothing is collected under it."""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        for named, what in ((self.identifiers, "identifier"), (self.categories, "category"), (self.fields, "field")):
            if len(set(named)) != len(named):
                raise ValueError(f"each {what} is named once")
        strange = set(self.fields) - set().union(*(FIELDS[one] for one in self.categories))
        if strange:
            raise ValueError(f"no such field in these categories: {', '.join(sorted(strange))}")
        if self.stored_by < self.period.until:
            raise ValueError("the period ends by the time the demand arrived: later data are no stored data")
        if not self.stored_by < self.ends_at:
            raise ValueError("a grant ends after the demand arrived")
        return self

    def fields_of(self, category: Category) -> frozenset[str]:
        """The granted fields of one category; none of a category that is not granted."""
        return FIELDS[category] & frozenset(self.fields) if category in self.categories else frozenset()


class DisclosureDecision(Document):
    """Our answer to a demand about users. Always persons sign it, never a rule; some of it takes two (invariant 6)."""

    kind: ClassVar[str] = "disclosure_decision"

    case: str
    answer: Proposal
    basis: str
    """The entry of the demand, or of what was said about it since."""
    terms: tuple[GrantTerms, ...]
    reasons: Annotated[tuple[str, ...], Field(min_length=1)]
    approvals: Annotated[tuple[Approval, ...], Field(min_length=1, max_length=2)]
    emergency: bool = False
    two_because: str = ""
    """The provision or the provider's own rule by which two must sign, besides content and emergencies."""
    letter: dict[str, str] = Field(default_factory=dict)
    """What the persons wrote for the answering form or letter, by its fields: questions, a route, Section E."""
    keeps: bool = False
    """It answers a demand that asks to keep and not to give: nothing is granted, and the hold stands without it."""
    departs_from: Proposal | None = None
    """What the assessment had proposed, where the persons decided otherwise."""

    @property
    def needs_two(self) -> bool:
        """Whether two persons must sign: content, an emergency, or a rule that says so."""
        content = any(Category.CONTENT in terms.categories for terms in self.terms)
        return content or self.emergency or bool(self.two_because)

    @model_validator(mode="after")
    def _signed(self) -> Self:
        people = {approval.person.id for approval in self.approvals}
        if len(people) != len(self.approvals):
            raise ValueError("the same person cannot approve twice")
        if bool(self.terms) != (self.answer in COMPLYING and not self.keeps):
            raise ValueError("something is granted exactly when we comply")
        if self.needs_two and self.terms and len(people) < 2:
            raise ValueError("two different persons sign what discloses content or is released as an emergency")
        signed = max(approval.at for approval in self.approvals)
        if any(signed < terms.stored_by or terms.ends_at <= signed for terms in self.terms):
            raise ValueError("it is signed after the demand arrived and before the grant ends")
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of its canonical bytes."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def grants(self, entry: str) -> tuple[DisclosureGrant, ...]:
        """The only makers of grants are signed decisions; ``entry`` is the decision's own."""
        return tuple(
            DisclosureGrant(decision=entry, digest=self.digest, number=number, terms=terms)
            for number, terms in enumerate(self.terms)
        )


class DisclosureGrant(Value):
    """The key to a collection: terms, and the signed decision that they come from."""

    decision: str
    """The entry of the decision."""
    digest: str
    """SHA-256 of the decision's canonical bytes: terms that were altered after signing do not fit it."""
    number: int
    """Which of the decision's terms, from 0."""
    terms: GrantTerms


class Preservation(Value):
    """What is to be kept from deletion and shown to nobody: it needs no signature, and opens nothing."""

    basis: str
    """The entry of the demand."""
    terms: GrantTerms

    @property
    def until(self) -> Instant:
        """When it ends, unless it is prolonged by another."""
        return self.terms.ends_at


Scope = DisclosureGrant | Preservation
"""By what the records are asked; never by a query."""
