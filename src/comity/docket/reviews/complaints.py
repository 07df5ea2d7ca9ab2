"""Complaints against what a review or a rule disabled (2022/2065 Art 20; 2021/784 Art 10): two weeks, with reasons."""

from __future__ import annotations

from comity import law
from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.answer import Complaint, ComplaintOutcome
from comity.casefile.documents.decision import Approval, Person
from comity.casefile.documents.review import Outcome, ReviewStep, Standing
from comity.casefile.records import UnitOfWork, deadlines
from comity.casefile.records.deadlines import DeadlineRow
from comity.docket import clocks
from comity.docket.reviews import acting, periods, rules, store
from comity.docket.reviews.models import ItemRow, Progress, State
from comity.docket.reviews.receiving import ACTS
from comity.docket.views import ComplaintLine
from comity.transparency import service as transparency
from comity.transparency.errors import LinkNotUsable
from comity.transparency.models import ComplaintRow


def concerns(case: str) -> bool:
    """Whether a case is a detection's."""
    return store.item(case) is not None


def received(work: UnitOfWork, case: str, complaint: str) -> None:
    """A complaint came by the link of a statement of reasons; its two weeks begin now."""
    row = store.item(case, locked=True)
    if row is None or row.progress == Progress.CLOSED.value:
        raise LinkNotUsable  # erased since the link was looked up: the words go with this unit of work
    found = law.deadline(periods.INSTRUMENT, clocks.COMPLAINT, {"complaint_received_at": work.at})
    if found is None or _runs(case):
        return
    due = DeadlineRow(
        name=found.id,
        duty=found.duty,
        instrument=periods.INSTRUMENT,
        citations=found.citations,
        due_at=found.due_at,
        computation=found.computation,
        warn_at=law.warnings(periods.INSTRUMENT, found.id, found.due_at),
    )
    deadlines.set_deadline(work, case, due, transparency.entry_of_complaint(complaint))


def _runs(case: str) -> bool:
    open_ = (deadlines.State.RUNNING, deadlines.State.SUSPENDED)
    return any(one.name == clocks.COMPLAINT and one.state in open_ for one in deadlines.deadlines_of(case))


def decide(work: UnitOfWork, case: str, complaint: str, person: Person, *, outcome: str, reasons: str) -> None:
    """Answer a complaint with reasons; where it was right, what was disabled is reinstated."""
    row = store.item(case, locked=True)
    if row is None:
        raise LinkNotUsable
    decided = transparency.decide_complaint(
        work, complaint, outcome=ComplaintOutcome(outcome), reasons=reasons, by=person.id, order_in_force=False
    )
    if not transparency.has_open_complaint(case):
        deadlines.meet_if_open(work, case, clocks.COMPLAINT, "the outcome was decided")
    if decided.document.outcome is ComplaintOutcome.REINSTATE and Progress(row.progress) in rules.AWAY:
        approval = Approval(person=person, at=work.at)
        acting.order_back(work, row, decided.entry, approval, f"complaint: {reasons}")
        _reinstating(work, row)
    work.defer("tell_outcome", lock=case, case=case, complaint=complaint)
    work.defer("advance", lock=case, case=case)  # an erasure may have waited for the outcome


def _reinstating(work: UnitOfWork, row: ItemRow) -> None:
    """It comes back, and so does nothing else: what others published is judged by itself."""
    entry = acting.enter_step(work, row, "reinstating", "the complaint was right")
    store.move(
        row,
        entry,
        progress=Progress.REINSTATING.value,
        outcome=Outcome.LET_STAND.value,
        standing=Standing.COMPLAINT.value,
        decided_at=work.at.utc,
    )
    work.defer(ACTS, lock=row.id.hex, case=row.id.hex)
    if row.review is None:
        return
    review = store.by_id(row.review, locked=True)
    if review.state in store.PENDING and not store.undecided(review.id):
        step = ReviewStep(
            review=review.id.hex, change="ended", because="a complaint settled it", by=work.actor, at=work.at
        )
        store.change(review, audit.enter(work, review.id.hex, step).entry, state=State.DECIDED.value)


def line(row: ComplaintRow) -> ComplaintLine:
    """A complaint as the page of complaints shows it."""
    case = row.case_id.hex
    entered = [one for one in audit.entries_of(case) if one.entry == row.complaint.hex and one.body]
    said = Complaint.from_canonical(entered[0].body or b"") if entered else None
    item = store.item(case)
    away = item is not None and Progress(item.progress) in rules.AWAY
    return ComplaintLine(
        complaint=row.id.hex,
        case=case,
        number=store.by_id(item.review).number if item is not None and item.review else 0,
        received_at=Instant(row.received_at),
        due_at=clocks.due(case, clocks.COMPLAINT) or Instant(row.received_at),
        text=said.text if said else "(erased)",
        language=said.language if said else "",
        state=row.outcome or "open",
        may_reinstate=away,
        review=True,
    )
