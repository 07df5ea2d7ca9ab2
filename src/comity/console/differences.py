"""What was ordered beside what was granted and collected, piece by piece. Pure: values in, values out."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import FIELDS, Category, GrantTerms
from comity.docket.disclosures.views import CollectionLine, DisclosureView, PieceLine


@dataclass(frozen=True)
class Difference:
    """One identifier with one category on its way from the order to what was collected."""

    piece: PieceLine
    granted: bool
    since: Instant | None
    until: Instant | None
    narrowed: bool
    """Whether less time was granted than was asked."""
    left_out: tuple[str, ...]
    """Fields that the demand reaches and nobody granted."""
    collections: tuple[CollectionLine, ...]
    """What was collected under the decision that stands; one collection may hold several pieces."""


def differences(view: DisclosureView) -> tuple[Difference, ...]:
    """Every piece; before a decision nothing is granted."""
    terms = view.decision.terms if view.decision else ()
    return tuple(_of(piece, terms, view.collections) for piece in view.pieces)


def _of(piece: PieceLine, terms: tuple[GrantTerms, ...], lines: tuple[CollectionLine, ...]) -> Difference:
    name = (piece.type, _canonical(piece))
    found = next((one for one in terms if _names(one, name) and Category(piece.category) in one.categories), None)
    if found is None:
        return Difference(piece, False, None, None, False, (), ())
    span = found.period
    granted = FIELDS[Category(piece.category)] & set(found.fields)
    return Difference(
        piece=piece,
        granted=True,
        since=span.since,
        until=span.until,
        narrowed=(piece.since, piece.until) != (span.since, span.until) and piece.category != Category.SUBSCRIBER,
        left_out=tuple(one for one in piece.fields if one not in granted),
        collections=tuple(one for one in lines if " ".join(name) in one.identifiers and _same(one, found)),
    )


def _names(terms: GrantTerms, name: tuple[str, str]) -> bool:
    return any((one.kind.value, one.value) == name for one in terms.identifiers)


def _same(line: CollectionLine, terms: GrantTerms) -> bool:
    categories = tuple(one.value for one in terms.categories)
    return (line.categories, line.since, line.until) == (categories, terms.period.since, terms.period.until)


def _canonical(piece: PieceLine) -> str:
    """As a grant writes it."""
    try:
        return str(ipaddress.ip_address(piece.value)) if piece.type.startswith("IPV_") else piece.value
    except ValueError:
        return piece.value
