"""Keeping what a demand names, from its receipt on, wherever the law says so and whatever comes of the demand.

The hold comes before any assessment (2023/1543 Art 10(1), 11(1); 18 USC 2703(f)): it needs no signature and opens
nothing. Only an authenticated sender sets one going, so that nobody can have records copied by writing a mail.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment, Deadline
from comity.casefile.documents.collection import HoldState, RecordsHold
from comity.casefile.documents.disclosure import (
    FIELDS,
    MOST_IDENTIFIERS,
    Category,
    GrantTerms,
    Identifier,
    Preservation,
    Span,
)
from comity.casefile.records import UnitOfWork
from comity.decision.proposing import Piece, pieces
from comity.docket.disclosures.judging import Judged
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.execution.disclosure import holding, store
from comity.execution.disclosure.models import HoldRow
from comity.execution.disclosure.service import Means

LONGEST = timedelta(days=366)
"""How long a hold lasts whose end is an event: our own bound, after which a person prolongs it."""
_KEEPS = "preserve"
_AT_ONCE = "preserve_at_once"
_KEEPING = frozenset([*store.STANDING_HOLDS, HoldState.ORDERED.value])
_ENDED = frozenset([HoldState.RELEASED.value, HoldState.EXPIRED.value])


def means(parts: Parts) -> Means | None:
    """What collections and holds work with; nothing where the provider connected no records."""
    records = parts.disclosing.records
    return Means(records, parts.vault, parts.clock) if records is not None else None


def ordered_by_law(assessment: Assessment) -> tuple[Deadline, ...]:
    """The periods of an assessment that say that something must be kept."""
    return tuple(one for one in assessment.deadlines if one.id.startswith(_KEEPS))


def until(deadlines: Iterable[Deadline], received: Instant) -> Instant:
    """To when: the end that the law sets, else our own bound where production or withdrawal ends it."""
    ends = [one.due_at for one in deadlines if one.id != _AT_ONCE]
    return max(ends, key=lambda end: end.utc) if ends else received.plus(LONGEST)


def order(work: UnitOfWork, row: Case, judged: Judged, parts: Parts) -> bool:
    """Enter that what the demand names is to be kept, each part once and as long as the law says; ``carry`` does it."""
    case, kept, known = row.id.hex, ordered_by_law(judged.judgement.assessment), means(parts)
    if not kept or row.verified is not True or known is None:
        return False
    end = until(kept, judged.ask.received)
    if end <= work.at:
        return False
    asked = {_what(one.terms) for one in _ordered(case)}
    fresh = [one for one in _terms(judged, end) if _what(one) not in asked]
    for hold in _short(case, end):
        holding.prolong(work, hold, end, known)
    for one in fresh:
        holding.order(work, case, Preservation(basis=judged.demand.entry, terms=one))
    return bool(fresh)


def run_on(work: UnitOfWork, row: Case, judged: Judged, parts: Parts) -> None:
    """After an answer: what is kept lasts to the end that the law sets now, or ends at once where there is none."""
    kept = ordered_by_law(judged.judgement.assessment)
    if kept and until(kept, judged.ask.received) > work.at:
        order(work, row, judged, parts)
    else:
        release(work, row.id.hex, "the law asks to keep it no longer")


def _short(case: str, end: Instant) -> list[str]:
    """The standing holds, one for each part, after whose end nothing would keep that part until ``end``."""
    last: dict[tuple[object, ...], HoldRow] = {}
    for row in store.holds(case):
        what = _what(audit.find(row.ordered.hex, RecordsHold).document.preservation.terms)
        if row.state in _KEEPING and (what not in last or last[what].until < row.until):
            last[what] = row
    return [row.hold.hex for row in last.values() if row.until < end.utc and row.state in store.STANDING_HOLDS]


def _ordered(case: str) -> Iterable[Preservation]:
    """What was ordered to be kept so far, whatever became of it."""
    for row in store.holds(case):
        yield audit.find(row.ordered.hex, RecordsHold).document.preservation


def _what(terms: GrantTerms) -> tuple[object, ...]:
    return terms.identifiers, terms.categories, terms.period


def carry(case: str, parts: Parts) -> timedelta | None:
    """Place and lift what is open; gives after how long to come again."""
    known = means(parts)
    return holding.carry(case, known, parts.work) if known is not None else None


def kept_since(case: str) -> Instant | None:
    """Since when what stands is kept."""
    found = [audit.find(row.entry.hex, RecordsHold).document.at for row in standing(case)]
    return min(found, default=None, key=lambda at: at.utc)


def release(work: UnitOfWork, case: str, because: str) -> None:
    """Enter that nothing needs keeping any more."""
    for row in standing(case):
        holding.release(work, row.hold.hex, because)


def standing(case: str) -> list[HoldRow]:
    """The holds of a case that have not ended."""
    return [row for row in store.holds(case) if row.state in store.STANDING_HOLDS]


def erase_copies(work: UnitOfWork, case: str, parts: Parts) -> None:
    """Erase the copies of holds that ended; raises as the vault does while a period runs."""
    known = means(parts)
    for row in store.holds(case):
        if known is not None and row.exhibits and row.state in _ENDED:
            holding.erase_copy(work, row.hold.hex, known)


def _terms(judged: Judged, end: Instant) -> Iterable[GrantTerms]:
    """One preservation for each period and set of categories, whatever the law says on giving them."""
    named: dict[tuple[Span, tuple[Category, ...]], dict[Identifier, None]] = {}
    for (identifier, period), asked in _categories(pieces(judged.ask)).items():
        named.setdefault((period, tuple(asked)), {})[identifier] = None
    for (period, categories), identifiers in named.items():
        some = tuple(identifiers)
        for first in range(0, len(some), MOST_IDENTIFIERS):
            yield GrantTerms(
                identifiers=some[first : first + MOST_IDENTIFIERS],
                categories=categories,
                fields=tuple(sorted(frozenset[str]().union(*(FIELDS[one] for one in categories)))),
                period=period,
                stored_by=judged.ask.received,
                purpose=judged.purpose,
                ends_at=end,
            )


def _categories(found: Iterable[Piece]) -> dict[tuple[Identifier, Span], dict[Category, None]]:
    asked: dict[tuple[Identifier, Span], dict[Category, None]] = {}
    for piece in found:
        if piece.identifier is not None and piece.period is not None:
            asked.setdefault((piece.identifier, piece.period), {})[piece.category] = None
    return asked
