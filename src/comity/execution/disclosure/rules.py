"""Pure judgement: whether a grant holds, what of a row is inside it, how long to wait, what may be fetched when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

from comity.casefile.clock import Instant
from comity.casefile.documents.act import ActState
from comity.casefile.documents.collection import Collection
from comity.casefile.documents.disclosure import TIMED, Category, DisclosureDecision, GrantTerms
from comity.platform import RecordRow

MAX_ATTEMPTS = 20
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=30)
ASKED_FOR = {
    "subscriber": frozenset({Category.SUBSCRIBER}),
    "identification": frozenset({Category.USER_ID}),
    "traffic": frozenset({Category.TRAFFIC, Category.LOCATION}),
    "content": frozenset({Category.CONTENT}),
}
"""The four questions of the protocol, and the categories that answer each."""
FILE = "file"


def pause_before(attempt: int) -> timedelta:
    """How long to wait before attempt ``attempt`` (2, 3, …): five seconds, doubled each time, at most half an hour."""
    return min(FIRST_PAUSE * (1 << min(max(0, attempt - 2), 20)), LONGEST_PAUSE)


def gives_up(attempt: int) -> bool:
    """Whether a person must look: twenty attempts span about six hours, less than the shortest period of an order."""
    return attempt >= MAX_ATTEMPTS


def why_not_granted(ordered: Collection, decision: DisclosureDecision, *, case: str, number: int) -> str:
    """What of an ordered collection the signed decision does not say; empty when it says exactly this."""
    checks = (
        (ordered.state is ActState.ORDERED, "no collection was ordered"),
        (ordered.case == decision.case == case, "it was ordered in another case"),
        (ordered.grant.digest == decision.digest, "the decision was altered after it was signed"),
        (ordered.grant.number == number, "another grant was ordered"),
        (ordered.grant in decision.grants(ordered.grant.decision), "the decision does not grant it"),
    )
    return next((words for holds, words in checks if not holds), "")


def expired(terms: GrantTerms, at: Instant) -> bool:
    """Whether the grant's end has come."""
    return terms.ends_at <= at


@dataclass(frozen=True, slots=True)
class Cut:
    """What of a row is inside the grant, and what was too much, by reason."""

    row: RecordRow | None
    reasons: tuple[str, ...]


def cut(terms: GrantTerms, asked: frozenset[Category], row: RecordRow) -> Cut:
    """Cut one row to the grant. A row outside is cut whole; inside, what is not granted of it is taken away."""
    why = _why_outside(terms, asked, row)
    if why:
        return Cut(None, (why,))
    wanted = terms.fields_of(row.category)
    fields = {name: value for name, value in row.fields.items() if name in wanted}
    reasons = ["field"] * (len(row.fields) - len(fields))
    file = row.file if FILE in wanted else None
    if row.file is not None and file is None:
        reasons.append("file")
    if not fields and file is None:
        return Cut(None, ("nothing_granted",))
    ended = row.ended_at if _may_end(terms, row) else None
    if row.ended_at is not None and ended is None:
        reasons.append("end_outside_period")
    return Cut(replace(row, fields=fields, file=file, ended_at=ended), tuple(reasons))


def _why_outside(terms: GrantTerms, asked: frozenset[Category], row: RecordRow) -> str:
    timed = row.category in TIMED
    checks = (
        (row.category in asked and row.category in terms.categories, "other_category"),
        (row.identifier in terms.identifiers, "other_identifier"),
        (row.at is not None or not timed, "no_time"),
        (row.at is None or not timed or terms.period.holds(row.at), "outside_period"),
        (row.at is None or row.at <= terms.stored_by, "stored_later"),
    )
    return next((reason for holds, reason in checks if not holds), "")


def _may_end(terms: GrantTerms, row: RecordRow) -> bool:
    """A session's end is told only inside the period: what lies behind its end was not ordered."""
    if row.ended_at is None or row.category not in TIMED:
        return row.ended_at is None or row.ended_at <= terms.stored_by
    return row.ended_at < terms.period.until


class Tally:
    """What was cut, by reason."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, reasons: tuple[str, ...]) -> None:
        """Count a row's reasons."""
        self._counts.update(reasons)

    @property
    def counts(self) -> dict[str, int]:
        """By reason, in alphabetical order; empty when nothing was too much."""
        return dict(sorted(self._counts.items()))
