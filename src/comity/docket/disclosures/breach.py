"""A release that a review finds forged is a breach of personal data: its 72 hours, who must act, and how it ends.

The law room computes the clock (GDPR Art 33, by the rows of ``gdpr-48``); it runs from the review, when we knew.
Neither the authority's withdrawal nor a new assessment nor a jump of our clock ends it: a named person does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity import law
from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents.decision import Person
from comity.casefile.documents.emergency import BreachDecision, BreachOutcome, EmergencyReview, ReviewOutcome
from comity.casefile.records import UnitOfWork, deadlines
from comity.casefile.records.deadlines import DeadlineRow, State
from comity.docket import store
from comity.docket.disclosures.errors import NoBreach, UnusableEnd
from comity.docket.models import Case

NOTIFY: Final = "notify_breach"
_LAW = "gdpr-48"
_OPEN = (State.RUNNING, State.SUSPENDED)


@dataclass(frozen=True)
class Told:
    """What a person says became of a breach."""

    outcome: str
    reasons: str
    to: str = ""
    told_at: Instant | None = None


@dataclass(frozen=True)
class Breach:
    """A breach that a review of this case found."""

    review: str
    known_at: Instant
    due_at: Instant | None
    certainty: str
    ended: BreachDecision | None

    @property
    def open(self) -> bool:
        """Whether somebody must still act."""
        return self.ended is None


def begin(work: UnitOfWork, row: Case, review: Entered[EmergencyReview]) -> None:
    """Set the clock, if the review found a forgery and none was found before; the case waits for a person."""
    if review.document.outcome is not ReviewOutcome.FORGED or find(row.id.hex, but=review.entry) is not None:
        return
    due = law.deadline(_LAW, NOTIFY, {"breach_known_at": review.document.at})
    assert due is not None  # elapsed time begins with its event
    clock = DeadlineRow(
        name=NOTIFY,
        duty=due.duty,
        instrument=_LAW,
        citations=due.citations,
        due_at=due.due_at,
        computation=(*due.computation, f"Certainty of {', '.join(due.citations)}: {due.certainty}"),
        warn_at=law.warnings(_LAW, NOTIFY, due.due_at),
    )
    deadlines.set_deadline(work, row.id.hex, clock, review.entry)
    store.update(row, review.entry, needs_person=True, due_at=due.due_at.utc, due_duty=NOTIFY)


def find(case: str, *, but: str = "") -> Breach | None:
    """The breach that a review of a case found, the first of them; ``but``: an entry that does not count."""
    entries = (one.entry for one in audit.entries_of(case, kind=EmergencyReview.kind) if one.entry != but)
    reviews = (audit.find(entry, EmergencyReview) for entry in entries)
    found = next((one for one in reviews if one.document.outcome is ReviewOutcome.FORGED), None)
    if found is None:
        return None
    ended = audit.entries_of(case, kind=BreachDecision.kind, newest=1)
    clock = next((one for one in deadlines.deadlines_of(case) if one.name == NOTIFY), None)
    return Breach(
        review=found.entry,
        known_at=found.document.at,
        due_at=clock.due_at if clock else None,
        certainty=law.article_text("GDPR Art 33").certainty.value,
        ended=audit.find(ended[0].entry, BreachDecision).document if ended else None,
    )


def is_open(case: str) -> bool:
    """Whether somebody must still act on a breach."""
    found = find(case)
    return found is not None and found.open


def end(work: UnitOfWork, row: Case, person: Person, told: Told) -> str:
    """Enter how the breach ended; raises ``NoBreach`` where none is open. Gives the entry."""
    case = row.id.hex
    found = find(case)
    if found is None or not found.open:
        raise NoBreach
    released_by = audit.find(found.review, EmergencyReview).document.released_by
    _check(told, found, person, released_by, work.at)
    said = BreachDecision(
        case=case,
        review=found.review,
        released_by=released_by,
        known_at=found.known_at,
        outcome=BreachOutcome(told.outcome),
        to=told.to.strip()[:300],
        told_at=told.told_at,
        reasons=told.reasons,
        by=person,
        at=work.at,
    )
    entry = audit.enter(work, case, said).entry
    deadlines.meet_if_open(work, case, NOTIFY, said.outcome.value)
    return entry


def _check(told: Told, found: Breach, person: Person, released_by: tuple[str, ...], at: Instant) -> None:
    """Refuse in words what the document would refuse as well."""
    notified = told.outcome != BreachOutcome.NOT_REQUIRED
    if notified != bool(told.to.strip()) or notified != (told.told_at is not None):
        raise UnusableEnd("Name whom you told, and when; where nobody was told, neither.")
    if told.told_at is not None and not found.known_at <= told.told_at <= at:
        raise UnusableEnd("Somebody is told after the breach was known, and not in the future.")
    if not notified and person.id in released_by:
        raise UnusableEnd("Who signed the release does not find that nobody has to be notified.")
    if not told.reasons.strip():
        raise UnusableEnd("Say why, or what was told.")
