"""Commands about emergencies: the call to a supervisor, the rest of the data, the review of a release afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.demand import Demand
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.casefile.documents.emergency import EmergencyReview, ReviewOutcome, SupervisorCall
from comity.casefile.documents.record import CaseMove
from comity.casefile.records import UnitOfWork, deadlines
from comity.casefile.records.deadlines import DeadlineRow
from comity.decision.urgency import due_after
from comity.decision.urgency.after import REVIEW
from comity.docket import people, reading, store
from comity.docket.cases import CaseDesk
from comity.docket.disclosures import breach, clocks
from comity.docket.disclosures.errors import NothingReleased, OwnRelease
from comity.docket.disclosures.judging import judged
from comity.docket.disclosures.urgency import only_as_emergency
from comity.docket.errors import NotYourTurn
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.registry.duties import Duty


@dataclass(frozen=True)
class Reached:
    """Who was rung about a demand, and what they said."""

    number: str
    officer: str
    """Whose demand it is."""
    supervisor: str
    """Who was spoken to."""
    confirmed: bool
    note: str = ""


class EmergencyDesk(CaseDesk):
    """What people do about a demand that claims an emergency, before and after."""

    def call_supervisor(self, case: str, viewer: str, reached: Reached) -> None:
        """Record the call to the officer's supervisor, at a number that the register held before the demand came."""
        person = people.signer(viewer, Duty.RECORD_CALL_BACK)
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.locked(case)
            if row.status not in (Status.WAITING.value, Status.SECOND.value):
                raise NotYourTurn
            demand = audit.find(row.demand.hex, Demand).document
            held = reading.held_for_call(demand)
            if held is None:
                raise NotYourTurn("The demand points to no authority that the registry holds: enrol it first.")
            known = next(one for one in held.numbers if one.id == reading.number_id(held, reached.number))
            said = SupervisorCall(
                case=case,
                authority=held.id,
                officer=reached.officer,
                supervisor=reached.supervisor,
                number=known.number,
                held_since=known.held_since,
                demand_received_at=demand.times.transport_received_at,
                confirmed=reached.confirmed,
                note=reached.note,
                by=person,
                at=work.at,
            )
            store.update(row, audit.enter(work, case, said).entry)

    def decide_rest(self, case: str, viewer: str, because: str) -> None:
        """Decide now about what was not given at first."""
        people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.locked(case)
            if row.status != Status.IN_EFFECT.value:
                raise NotYourTurn
            entry = audit.enter(work, case, CaseMove(case=case, event="the rest", because=because[:500])).entry
            store.move(row, "the rest", entry, needs_person=True)

    def review_release(self, case: str, viewer: str, *, outcome: str, reasons: str) -> None:
        """The later look at an emergency release, by somebody who signed nothing of it."""
        person = people.signer(viewer, Duty.APPROVE_DECISION)
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.locked(case)
            if row.decision is None:
                raise NothingReleased
            decision = audit.find(row.decision.hex, DisclosureDecision)
            if not decision.document.emergency:
                raise NothingReleased
            if person.id in {one.person.id for one in decision.document.approvals}:
                raise OwnRelease
            said = EmergencyReview(
                case=case,
                decision=decision.entry,
                released_by=tuple(one.person.id for one in decision.document.approvals),
                released_at=decision.at,
                outcome=ReviewOutcome(outcome),
                reasons=reasons,
                by=person,
                at=work.at,
            )
            entered = audit.enter(work, case, said)
            store.update(row, entered.entry)
            deadlines.meet_if_open(work, case, REVIEW, "reviewed")
            breach.begin(work, row, entered)

    def end_breach(self, case: str, viewer: str, told: breach.Told) -> None:
        """Say who was notified of a breach, or why nobody has to be (GDPR Art 33)."""
        person = people.signer(viewer, Duty.APPROVE_DECISION)
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.locked(case)
            entry = breach.end(work, row, person, told)
            due = clocks.next_clock(case)
            waits = row.status in (Status.WAITING.value, Status.SECOND.value, Status.COLLECTED.value)
            store.update(row, entry, needs_person=waits, due_at=due.due_at, due_duty=due.duty)


def begin_afterwards(work: UnitOfWork, row: Case, parts: Parts, entry: str) -> None:
    """Set what is due once data have left in an emergency: the written demand, and the review by somebody else."""
    assert row.decision is not None  # something was released
    if not audit.find(row.decision.hex, DisclosureDecision).document.emergency:
        return
    open_now = {one.name for one in deadlines.deadlines_of(row.id.hex) if one.state is deadlines.State.RUNNING}
    received = Instant(row.received_at)
    due = due_after(
        row.instrument,
        received_at=received,
        released_at=work.at,
        limits=parts.disclosing.limits,
        in_writing=not only_as_emergency(judged(row, parts)),
    )
    fresh = [
        DeadlineRow(
            name=one.id,
            duty=one.duty,
            instrument=row.instrument,
            citations=one.citations,
            due_at=one.due_at,
            computation=one.computation,
        )
        for one in due
        if one.id not in open_now
    ]
    deadlines.set_deadlines(work, row.id.hex, fresh, entry)
