"""Commands of the provider's staff about demands for users' data. Each checks the duty and opens one unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment, Proposal
from comity.casefile.documents.base import Json
from comity.casefile.documents.disclosing import Circumstances, Contest, ContestState, Release
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.casefile.records import UnitOfWork
from comity.decision import disclosing as deciding
from comity.decision.errors import ReasonsMissing
from comity.decision.proposing import Wanted
from comity.docket import people, retention, store
from comity.docket.cases import CaseDesk
from comity.docket.disclosures import (
    answering,
    clocks,
    ending,
    forms,
    judging,
    keeping,
    packing,
    reading,
    telling,
    transmitting,
    turns,
    urgency,
)
from comity.docket.disclosures.errors import KeptNoLonger, MayNotLeave, NotContested, NothingCollected, OtherForm
from comity.docket.disclosures.views import DisclosureView, Preview
from comity.docket.errors import ImpossibleInstant, NotYourTurn
from comity.docket.models import Case
from comity.docket.procedure import Status
from comity.execution.disclosure import service as collecting
from comity.registry.duties import Duty


@dataclass(frozen=True)
class Answered:
    """What a person chose on the page."""

    answer: str
    pieces: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    since: Instant | None = None
    until: Instant | None = None
    reasons: str = ""
    emergency: bool = False
    letter: Mapping[str, str] = field(default_factory=dict)
    """What the person wrote for the answering form or letter, by its fields."""


class DisclosureDesk(CaseDesk):
    """Reading demands about users, and answering them."""

    def disclosure(self, case: str, viewer: str) -> DisclosureView:
        """The page of a demand about users."""
        member = people.member_with(viewer, Duty.READ)
        return reading.view(turns.about_users(store.case(case)), member, self.parts)

    def preview(self, case: str, viewer: str, *, collection: str, first: int = 1) -> Preview:
        """What would leave, a page at a time; who looked is entered."""
        people.member_with(viewer, Duty.DECIDE)
        return forms.preview(turns.about_users(store.case(case)), collection, max(1, first), viewer, self.parts)

    def find_out(self, case: str, viewer: str, *, facts: Json, source: str) -> None:
        """Record what somebody found out or what happened; the demand is assessed anew with it.

        After an answer only where something is still kept: then its end moves with what the authority wrote.
        """
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            row = turns.about_users(store.locked(case))
            kept = row.status == Status.IN_EFFECT.value and packing.keeps(row)
            if not kept and row.status not in (Status.WAITING.value, Status.COLLECTED.value):
                raise NotYourTurn
            if kept and not keeping.standing(case):
                raise KeptNoLonger
            known = {**judging.facts(case), **judging.checked(row.instrument, facts)}
            said = Circumstances(case=case, facts=known, source=source, by=person, at=work.at)
            entry = audit.enter(work, case, said).entry
            if kept:
                self._keep_on(work, row)
            else:
                store.move(row, "found out", entry, needs_person=row.status == Status.COLLECTED.value)
            work.defer("advance", lock=case, case=case)

    def answer_demand(self, case: str, viewer: str, said: Answered) -> None:
        """Give an answer; where it takes two persons it waits as a draft."""
        person = people.signer(viewer, Duty.DECIDE)
        wanted = Wanted(said.pieces, said.left_out, said.since, said.until)
        with self.parts.work(f"staff:{viewer}") as work:
            row = turns.stands(case, Status.WAITING)
            basis, freely = self._basis(row)
            emergency = said.emergency or freely
            choice = deciding.Choice(Proposal(said.answer), wanted, said.reasons, emergency, said.letter)
            answering.check(row, self.parts, choice, person)
            decision = deciding.decide(work, basis, choice, person)
            if decision is None:
                store.move(row, "first approval", _last(work, case))
                return
            self._decided_on(work, row, decision)

    def agree_to_answer(self, case: str, viewer: str) -> None:
        """Agree as the second person, with exactly what the first one signed."""
        person = people.signer(viewer, Duty.APPROVE_DECISION)
        with self.parts.work(f"staff:{viewer}") as work:
            row = turns.stands(case, Status.SECOND)
            basis, _freely = self._basis(row)
            found = judging.judged(row, self.parts)
            urgency.check_second(urgency.judged(row, found, self.parts), deciding.drafted(case), person.id, self.parts)
            self._decided_on(work, row, deciding.approve(work, basis, person))

    def disagree_with_answer(self, case: str, viewer: str, because: str) -> None:
        """Do not agree: the case goes back."""
        person = people.signer(viewer, Duty.APPROVE_DECISION)
        with self.parts.work(f"staff:{viewer}") as work:
            row = turns.stands(case, Status.SECOND)
            store.move(row, "disagreed", deciding.disagree(work, case, person, because).entry)

    def let_go(self, case: str, viewer: str, *, seen: str, because: str = "") -> None:
        """Let go what was looked at: ``seen`` is what ``DisclosureView.leaves`` said to whoever looked."""
        person = people.signer(viewer, Duty.DECIDE)
        waiting = self._collected(case)
        why = transmitting.why_not(waiting, judging.judged(waiting, self.parts), self.parts.clock.now())
        if why:
            raise MayNotLeave(f"{MayNotLeave.__doc__} {why}")
        with self.parts.work(f"staff:{viewer}") as work:
            row = turns.stands(case, Status.COLLECTED)
            assert row.decision is not None  # only a decision leads here
            parts = forms.leaving(row, forms.collections(row, self.parts))
            if not parts:
                raise NothingCollected
            if forms.fingerprint(parts) != seen:
                raise OtherForm
            said = Release(
                case=case, decision=row.decision.hex, parts=parts, because=because.strip(), by=person, at=work.at
            )
            store.move(row, "released", audit.enter(work, case, said).entry, needs_person=False)
            work.defer("advance", lock=case, case=case)

    def send_back(self, case: str, viewer: str, because: str) -> None:
        """What was collected must not leave: it is erased, and the demand is decided anew."""
        person = people.signer(viewer, Duty.DECIDE)
        if not because.strip():
            raise ReasonsMissing
        with self.parts.work(f"staff:{viewer}") as work:
            row = turns.stands(case, Status.COLLECTED)
            assert row.decision is not None  # only a decision leads here
            said = Release(case=case, decision=row.decision.hex, parts=(), because=because, by=person, at=work.at)
            entry = audit.enter(work, case, said).entry
            ending.erase_data(work, case, self.parts, "sent back: it must not leave")
            store.move(row, "sent back", entry, needs_person=True)

    def tell_user(self, case: str, viewer: str) -> None:
        """Tell the user, where the law leaves it to a person; refused while silence lasts."""
        people.signer(viewer, Duty.APPROVE_DECISION)
        row = turns.about_users(store.case(case))
        if row.status != Status.IN_EFFECT.value:
            raise NotYourTurn
        telling.tell_by_hand(row, viewer, self.parts)

    def contest_ended(
        self, case: str, viewer: str, *, upheld: bool, received_at: Instant, reference: str, reasons: str
    ) -> None:
        """Who decides about the objection, the motion or the referral has decided."""
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            row = turns.stands(case, Status.CONTESTING)
            begun = reading.contest(case)
            if begun is None or begun.state is not ContestState.BEGUN:
                raise NotContested
            if not begun.at <= received_at <= work.at:
                raise ImpossibleInstant
            said = Contest(
                case=case,
                forum=begun.forum,
                state=ContestState.UPHELD if upheld else ContestState.REJECTED,
                at=received_at,
                reference=reference.strip(),
                reasons=reasons,
                by=person,
                entered_at=work.at,
            )
            entry = audit.enter(work, case, said).entry
            self._settled(work, row, entry, upheld=upheld)

    def _settled(self, work: UnitOfWork, row: Case, entry: str, *, upheld: bool) -> None:
        if upheld:
            clocks.cancel(work, row, "the order was set aside")
            keeping.release(work, row.id.hex, "the order was set aside")
            store.move(row, "upheld", entry, needs_person=False, due_at=None, due_duty="")
            retention.begin(work, row, self.parts, entry)
        else:
            store.move(row, "rejected", entry, needs_person=True)
        work.defer("advance", lock=row.id.hex, case=row.id.hex)

    def _basis(self, row: Case) -> tuple[deciding.Basis, bool]:
        """What a decision rests on, and whether nothing but an emergency lets anything leave."""
        found = judging.judged(row, self.parts)
        assert row.assessment is not None  # nothing waits before it was assessed
        assessment = audit.find(row.assessment.hex, Assessment).document
        bars = urgency.judged(row, found, self.parts).bars
        basis = deciding.Basis(found.demand, assessment, found.ask, found.purpose, bars)
        return basis, urgency.only_as_emergency(found)

    def _keep_on(self, work: UnitOfWork, row: Case) -> None:
        """After an answer: clock and holds run to the end that the law sets now (2023/1543 Art 11(1) to (3))."""
        found = judging.judged(row, self.parts)
        assessment = audit.enter(work, row.id.hex, found.judgement.assessment)
        due = clocks.run_on(work, row, assessment)
        keeping.run_on(work, row, found, self.parts)
        store.update(row, assessment.entry, assessment=assessment.entry, due_at=due.due_at, due_duty=due.duty)

    def _decided_on(self, work: UnitOfWork, row: Case, decision: Entered[DisclosureDecision]) -> None:
        case = row.id.hex
        complied = decision.document.answer in deciding.COMPLYING
        if complied:
            collecting.order(work, decision)
        event = "decided" if complied else "declined"
        store.move(row, event, decision.entry, decision=decision.entry, needs_person=False)
        work.defer("advance", lock=case, case=case)

    def _collected(self, case: str) -> Case:
        row = turns.about_users(store.case(case))
        if row.status != Status.COLLECTED.value:
            raise NotYourTurn
        return row


def _last(work: UnitOfWork, case: str) -> str:
    """The entry that this unit of work made last in the case."""
    return next(entry.entry for entry in reversed(audit.entries_of(case)) if entry.at == work.at)
