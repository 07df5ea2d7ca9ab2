"""Commands about standing rules and complaints."""

from __future__ import annotations

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.answer import Complaint, ComplaintOutcome
from comity.casefile.documents.decision import Approval
from comity.decision import service as deciding
from comity.decision import store as decisions
from comity.decision.models import StandingRuleRow
from comity.docket import clocks, people, restoring, store
from comity.docket.cases import CaseDesk
from comity.docket.models import Case
from comity.docket.procedure import Status
from comity.docket.reviews import complaints as reviewed
from comity.docket.views import ComplaintLine, RuleLine
from comity.execution.content import looking
from comity.platform.protocols import cannot_undo
from comity.registry import store as register
from comity.registry.duties import Duty
from comity.transparency import service as transparency
from comity.transparency import store as complaints
from comity.transparency.models import ComplaintRow

INSTRUMENT = "eu-tco"


class RuleDesk(CaseDesk):
    """Standing rules: two people make one, one person ends one. Complaints: reasons, within two weeks."""

    def rules(self) -> tuple[RuleLine, ...]:
        """Every standing rule, those in force first."""
        now = self.parts.clock.now()
        lines = [_line(row, now) for row in decisions.all_rules()]
        return tuple(sorted(lines, key=lambda line: line.state != "in_force"))

    def cannot_undo(self) -> str:
        """What the platform cannot take back once a rule has had it done; nothing where it can."""
        return cannot_undo(self.parts.content)

    def propose_rule(
        self, viewer: str, *, authority: str, channels: tuple[str, ...], valid_until: Instant, why: str
    ) -> None:
        """Propose that orders of this authority on these channels are carried out without a person."""
        person = people.signer(viewer, Duty.PROPOSE_RULE)
        held = register.authority(authority)
        with self.parts.work(f"staff:{viewer}") as work:
            deciding.propose_rule(work, deciding.Terms(INSTRUMENT, held.id, channels, valid_until, why), person)

    def approve_rule(self, viewer: str, rule: str) -> None:
        """Agree to a rule that somebody else proposed."""
        person = people.signer(viewer, Duty.APPROVE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            deciding.approve_rule(work, rule, person)

    def withdraw_rule(self, viewer: str, rule: str, because: str) -> None:
        """End a rule at once."""
        person = people.signer(viewer, Duty.PROPOSE_RULE)
        with self.parts.work(f"staff:{viewer}") as work:
            deciding.withdraw_rule(work, rule, person, because)

    def complaints(self) -> tuple[ComplaintLine, ...]:
        """Complaints, those still open first."""
        return tuple(self._complaint(row) for row in complaints.complaints())

    def decide_complaint(self, viewer: str, complaint: str, *, outcome: str, reasons: str) -> None:
        """Answer a complaint with reasons; *reinstate* only where no order binds us any more."""
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            case = complaints.complaint(complaint).case_id.hex
            if reviewed.concerns(case):
                reviewed.decide(work, case, complaint, person, outcome=outcome, reasons=reasons)
                return
            row = store.locked(case)
            decided = transparency.decide_complaint(
                work,
                complaint,
                outcome=ComplaintOutcome(outcome),
                reasons=reasons,
                by=person.id,
                order_in_force=_binds(row),
            )
            if not transparency.has_open_complaint(row.id.hex):
                clocks.meet(work, row, clocks.COMPLAINT, "the outcome was decided")
            if decided.document.outcome is ComplaintOutcome.REINSTATE and row.status == Status.IN_EFFECT.value:
                approval = Approval(person=person, at=work.at)
                restoring.reinstate(work, row, decided.entry, approval, f"complaint: {reasons}", event=restoring.UPHELD)
            work.defer("advance", lock=row.id.hex, case=row.id.hex)  # an erasure may have waited for the outcome
            work.defer("tell_outcome", lock=row.id.hex, case=row.id.hex, complaint=complaint)

    def _complaint(self, row: ComplaintRow) -> ComplaintLine:
        if reviewed.concerns(row.case_id.hex):
            return reviewed.line(row)
        case = store.case(row.case_id.hex)
        entered = [one for one in audit.entries_of(row.case_id.hex) if one.entry == row.complaint.hex and one.body]
        said = Complaint.from_canonical(entered[0].body or b"") if entered else None
        due = clocks.due(row.case_id.hex, clocks.COMPLAINT)
        return ComplaintLine(
            complaint=row.id.hex,
            case=row.case_id.hex,
            number=case.number,
            received_at=Instant(row.received_at),
            due_at=due or Instant(row.received_at),
            text=said.text if said else "(erased)",
            language=said.language if said else "",
            state=row.outcome or "open",
            may_reinstate=not _binds(case),
        )


def _binds(row: Case) -> bool:
    """Whether an order keeps the content away: then a complaint to us cannot lift it (Articles 4(4) and 9)."""
    return row.status == Status.IN_EFFECT.value and row.instrument == INSTRUMENT and looking.in_force(row.id.hex)


def _line(row: StandingRuleRow, now: Instant) -> RuleLine:
    facts = decisions.facts(row)
    state = "proposed"
    if facts.withdrawn:
        state = "withdrawn"
    elif facts.approved:
        state = "in_force" if facts.valid_from <= now < facts.valid_until else "expired"
    return RuleLine(
        rule=facts.rule,
        authority=facts.authority,
        authority_name=register.authority(facts.authority).name,
        channels=facts.channels,
        proposed_by=people.name_of(f"staff:{row.proposed_by}"),
        approved_by=people.name_of(f"staff:{row.approved_by}") if row.approved_by else None,
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        state=state,
        used=store.decided_by_rule(facts.rule),
    )
