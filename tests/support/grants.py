"""Decisions about users' records, and the grants that come of them."""

from __future__ import annotations

from typing import Any

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.decision import Approval, Person
from comity.casefile.documents.disclosure import (
    FIELDS,
    Category,
    DisclosureDecision,
    DisclosureGrant,
    GrantTerms,
    Identifier,
    IdentifierKind,
    Span,
)
from comity.casefile.documents.identifiers import new_id

ADA, BEN = Person(id="ada", role="legal"), Person(id="ben", role="approver")
ARRIVED = Instant.parse("2026-11-23T01:13:00Z")
SIGNED = Instant.parse("2026-11-23T03:00:00Z")
ENDS = Instant.parse("2026-12-23T00:00:00Z")
SINCE = "2026-11-10T00:00:00+01:00"
UNTIL = "2026-11-19T00:00:00+01:00"
ALL = tuple(sorted(set().union(*FIELDS.values())))


def user(value: str) -> Identifier:
    return Identifier(kind=IdentifierKind.USER_ID, value=value)


def fields(*categories: Category) -> tuple[str, ...]:
    return tuple(sorted(set().union(*(FIELDS[one] for one in categories))))


def terms(*categories: Category, of: str = "alice", **changes: Any) -> GrantTerms:
    named = categories or (Category.TRAFFIC,)
    said: dict[str, Any] = {
        "identifiers": (user(of),),
        "categories": named,
        "fields": fields(*named),
        "period": Span(since=Instant.parse(SINCE), until=Instant.parse(UNTIL)),
        "stored_by": ARRIVED,
        "purpose": "criminal proceedings (2023/1543 Art 5)",
        "ends_at": ENDS,
        **changes,
    }
    return GrantTerms(**said)


def decision(*granted: GrantTerms, case: str = "", people: tuple[Person, ...] = (ADA, BEN), **changes: Any) -> Any:
    said: dict[str, Any] = {
        "case": case or new_id(),
        "answer": Proposal.COMPLY,
        "basis": new_id(),
        "terms": granted or (terms(),),
        "reasons": ("The order holds (2023/1543 Art 10).",),
        "approvals": tuple(Approval(person=person, at=SIGNED) for person in people),
        **changes,
    }
    return DisclosureDecision(**said)


def grant(*categories: Category, **changes: Any) -> DisclosureGrant:
    """A grant as adapters get one; its decision is nobody's."""
    made: DisclosureDecision = decision(terms(*categories, **changes))
    return made.grants(new_id())[0]
