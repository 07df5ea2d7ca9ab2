"""What of a demand for data could be granted: each identifier with each category, within what was asked. Pure.

A person chooses among these pieces; ``terms_for`` makes grants of them that reach no further than the demand did.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pydantic import ValidationError

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Answer, Outcome
from comity.casefile.documents.disclosure import (
    FIELDS,
    Category,
    GrantTerms,
    Identifier,
    IdentifierKind,
    Span,
)
from comity.decision.errors import BeyondTheRequest, NothingGrantable
from comity.law.asking import Asked, Request
from comity.law.conflicts import Way
from comity.law.parts import Part

FIRST = Instant.parse("1970-01-01T00:00:00Z")
"""Where a period begins that names no beginning: everything that was stored."""
GRANT_LASTS = timedelta(days=30)
"""How long a grant opens anything; a collection that failed so long is decided anew."""
_HOLD = "hold"
_WORST = (Outcome.FAILS, Outcome.UNDETERMINED, Outcome.HOLDS)
_BY_BOX: Mapping[str, frozenset[str]] = {
    "USER_INFORMATION": frozenset(["name", "display_name", "date_of_birth", "postal_address", "email", "phone"]),
    "REGISTRATION_INFORMATION": frozenset(["registered_at", "status", "language"]),
    "TYPE_OF_SERVICE_INFORMATION": frozenset(["service", "service_until", "devices"]),
    "PROFILE_INFORMATION": frozenset(["display_name", "picture", "language"]),
    "VALIDATION_OF_USE_OF_SERVICE_INFORMATION": frozenset(["email", "phone", "other_account"]),
    "DEBIT_OR_CREDIT_CARD_INFORMATION": frozenset(["payment"]),
}
"""The boxes of section F(a) (2023/1543 Annex I) and the fields that answer them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One identifier with one category."""

    number: str
    """The identifier's number on the form."""
    type: str
    value: str
    category: Category
    identifier: Identifier | None
    """As a grant would name it; nothing where ``why_not`` says why it cannot."""
    period: Span | None
    law: Outcome
    """Whether the law lets this piece be given."""
    reasons: tuple[str, ...]
    """Boxes of the answering form where it does not."""
    why_not: str

    @property
    def key(self) -> str:
        """What a page calls it."""
        return f"{self.number}:{self.category.value}"

    @property
    def proposed(self) -> bool:
        """Whether the machine proposes to give it: only what the law certainly lets pass."""
        return self.law is Outcome.HOLDS and not self.why_not


@dataclass(frozen=True)
class Ask:
    """A demand beside what the law said on its parts and on its categories."""

    request: Request
    parts: tuple[Part, ...]
    ways: tuple[Way, ...]
    whole: Outcome
    """What the law says of the demand as a whole."""
    received: Instant


@dataclass(frozen=True)
class Wanted:
    """What a person wants to grant: pieces by their keys, without some fields, within a narrower time."""

    pieces: frozenset[str]
    left_out: frozenset[str] = frozenset()
    since: Instant | None = None
    until: Instant | None = None


def pieces(ask: Ask) -> tuple[Piece, ...]:
    """Every piece of a demand, by identifier and category, in the demand's order."""
    return tuple(
        _piece(ask, asked, Category(category)) for asked in ask.request.asked for category in ask.request.categories
    )


def whole(answer: Answer) -> Outcome:
    """What the answer of an assessment says of each piece, where no finer ruling exists."""
    return {Answer.EXECUTE: Outcome.HOLDS, Answer.NOT_EXECUTABLE: Outcome.FAILS}.get(answer, Outcome.UNDETERMINED)


def terms_for(ask: Ask, wanted: Wanted, *, purpose: str, at: Instant) -> tuple[GrantTerms, ...]:
    """Grants for the chosen pieces: one for each period and set of categories. Refuses what nobody asked for."""
    known = {piece.key: piece for piece in pieces(ask)}
    strange = wanted.pieces - known.keys()
    if strange:
        raise BeyondTheRequest(f"{BeyondTheRequest.__doc__} {', '.join(sorted(strange))[:200]}")
    chosen = [piece for key, piece in known.items() if key in wanted.pieces]
    barred = next((piece for piece in chosen if piece.why_not), None)
    if barred is not None or not chosen:
        raise NothingGrantable(barred.why_not if barred else None)
    reached = frozenset[str]().union(*(fields_asked(ask.request, piece.category) for piece in chosen))
    if wanted.left_out - reached:
        raise BeyondTheRequest(f"{BeyondTheRequest.__doc__} {', '.join(sorted(wanted.left_out - reached))[:200]}")
    return tuple(
        GrantTerms(
            identifiers=identifiers,
            categories=categories,
            fields=_fields(ask.request, categories, wanted.left_out),
            period=_narrowed(period, wanted),
            stored_by=ask.received,
            purpose=purpose,
            ends_at=at.plus(GRANT_LASTS),
        )
        for period, categories, identifiers in _grouped(chosen)
    )


def fields_asked(request: Request, category: Category) -> frozenset[str]:
    """The fields of one category that a demand reaches: all, unless its boxes name some; words add nothing."""
    boxes = request.boxes.get(category.value, ())
    if category is not Category.SUBSCRIBER or not boxes:
        return FIELDS[category]
    return frozenset(["account"]).union(*(_BY_BOX.get(box, frozenset()) for box in boxes))


def _piece(ask: Ask, asked: Asked, category: Category) -> Piece:
    identifier, odd = _identifier(asked)
    period, off = _period(asked, category, ask.received)
    law, reasons = _ruled(ask, asked, category)
    mode = "" if ask.request.stored else "it asks for more than what was stored when it arrived"
    return Piece(
        number=asked.number,
        type=asked.type,
        value=asked.value,
        category=category,
        identifier=identifier,
        period=period,
        law=law,
        reasons=reasons,
        why_not=mode or odd or off,
    )


def _ruled(ask: Ask, asked: Asked, category: Category) -> tuple[Outcome, tuple[str, ...]]:
    """The part's own ruling, weighed with what all laws say on its category; where there is neither, the whole's."""
    named = (asked.number, category.value.lower())
    part = next((one for one in ask.parts if (one.identifier, one.category) == named), None)
    way = next((one for one in ask.ways if one.wanted.category == category.value), None)
    found = [part.outcome] if part else []
    found += [_by_way(way, judged=part is not None)] if way else []
    return min(found or [ask.whole], key=_WORST.index), part.reasons if part else ()


def _by_way(way: Way, *, judged: bool) -> Outcome:
    """What a route means for giving. *Hold* lets what the part's own ruling lets pass be collected, and holds it."""
    if way.route is not None and way.route.id == _HOLD:
        return Outcome.HOLDS if judged else Outcome.UNDETERMINED
    return whole(way.gate)


def _identifier(asked: Asked) -> tuple[Identifier | None, str]:
    if asked.tricky:
        return None, "it reads otherwise than it looks: ask which account is meant"
    if asked.type not in IdentifierKind.__members__:
        return None, "it names no single account or connection: ask which one is meant"
    try:
        value = str(ipaddress.ip_address(asked.value)) if asked.type.startswith("IPV_") else asked.value
        return Identifier(kind=IdentifierKind(asked.type), value=value), ""
    except (ValidationError, ValueError):
        return None, "it cannot name exactly one account: ask which one is meant"


def _period(asked: Asked, category: Category, received: Instant) -> tuple[Span | None, str]:
    """The time asked for, as far as it lies before receipt: what came later is no stored data (2023/1543 Art 3(8))."""
    if asked.interval is None or category is Category.SUBSCRIBER:
        return Span(since=FIRST, until=received), ""
    since, until = asked.interval.start or FIRST, asked.interval.end or received
    until = min(until, received, key=lambda one: one.utc)
    if not since < until:
        return None, "it asks for a time that had not begun when the demand arrived"
    return Span(since=since, until=until), ""


def _narrowed(period: Span, wanted: Wanted) -> Span:
    """A narrower time, never a wider one."""
    since, until = wanted.since or period.since, wanted.until or period.until
    if since < period.since or period.until < until or not since < until:
        raise BeyondTheRequest(f"{BeyondTheRequest.__doc__} from {since.z()} to {until.z()}")
    return Span(since=since, until=until)


def _fields(request: Request, categories: Sequence[Category], left_out: frozenset[str]) -> tuple[str, ...]:
    asked = frozenset[str]().union(*(fields_asked(request, category) for category in categories))
    kept = asked - left_out
    if not kept:
        raise NothingGrantable
    return tuple(sorted(kept))


Group = tuple[Span, tuple[Category, ...], tuple[Identifier, ...]]


def _grouped(chosen: Sequence[Piece]) -> list[Group]:
    """Identifiers with the same categories and the same time come under one grant."""
    by_number: dict[str, list[Piece]] = {}
    for piece in chosen:
        by_number.setdefault(piece.number, []).append(piece)
    groups: dict[tuple[Span, tuple[Category, ...]], dict[Identifier, None]] = {}
    for mine in by_number.values():
        for period, categories in _by_period(mine):
            identifier = mine[0].identifier
            assert identifier is not None  # what cannot be granted was refused before
            groups.setdefault((period, categories), {})[identifier] = None
    return [(period, categories, tuple(named)) for (period, categories), named in groups.items()]


def _by_period(mine: Sequence[Piece]) -> list[tuple[Span, tuple[Category, ...]]]:
    """Subscriber data have no time of their own: they come under the time of the rest, where there is a rest."""
    timed = [piece for piece in mine if piece.category is not Category.SUBSCRIBER]
    if timed and timed[0].period is not None:
        return [(timed[0].period, tuple(piece.category for piece in mine))]
    return [(piece.period, (piece.category,)) for piece in mine if piece.period is not None]
