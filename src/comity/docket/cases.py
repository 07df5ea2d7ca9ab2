"""Commands of the provider's staff about cases. Each checks the duty, opens one unit of work, calls one stage."""

from __future__ import annotations

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment, Proposal
from comity.casefile.documents.base import Json
from comity.casefile.documents.decision import CallBackRecord, Decision, Dismissal
from comity.casefile.documents.demand import Clarification, Demand
from comity.casefile.documents.record import AccessEvent
from comity.casefile.records import UnitOfWork
from comity.decision import rules as decision_rules
from comity.decision import service as deciding
from comity.decision.errors import ReasonsMissing
from comity.docket import asking, clocks, drills, effects, people, reading, retention, store
from comity.docket.errors import AlreadyDone, ImpossibleInstant, NotYourTurn
from comity.docket.models import Case
from comity.docket.pages import page
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.docket.rejudging import judged_anew
from comity.docket.views import CaseView, DocketPage
from comity.execution.content import looking
from comity.execution.content import service as executing
from comity.intake.rules import role_fault
from comity.law.asking import about_users
from comity.registry import service as registry
from comity.registry import store as register
from comity.registry.directory import Directory
from comity.registry.duties import Duty
from comity.registry.means import CallOutcome
from comity.registry.rules import AuthenticatedSender
from comity.registry.store import CallMade

_PAUSES = {
    "clarification_received_at": ("clarification_requested_at", "clarification_received_at"),
    "grounds_ceased_at": ("impossibility_reported_at", "grounds_ceased_at"),
}
"""The law room's names for the beginning and the end of each pause of the hour (2021/784 Art 3(7), (8))."""
_SETTLED_BY_CALL = "sender_not_verified"
Events = dict[str, tuple[Instant, ...]]


class CaseDesk:
    """Reading the docket and the cases on it, and deciding them."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts that the composition root joined."""
        self.parts = parts

    def page(self, *, tab: str, search: str, cursor: str | None, viewer: str) -> DocketPage:
        """At most fifty lines of a tab."""
        people.member_with(viewer, Duty.READ)
        return page(tab=tab, search=search, cursor=cursor, now=self.parts.clock.now())

    def case(self, number: int, viewer: str) -> CaseView:
        """Everything on the case page."""
        member = people.member_with(viewer, Duty.READ)
        return reading.view(store.by_number(number), member, self.parts)

    def opened(self, case: str, viewer: str) -> None:
        """The first look of a person is entered, with its instant; later looks change nothing."""
        people.member_with(viewer, Duty.READ)
        if store.case(case).opened_at is not None:
            return
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.locked(case)
            seen = AccessEvent(case=case, by=viewer, what="case", purpose="first look", at=work.at)
            store.update(row, audit.enter(work, case, seen).entry, opened_at=row.opened_at or work.at.utc)

    def decide(self, case: str, viewer: str, *, answer: str, urls: tuple[str, ...], reasons: str) -> None:
        """Give an answer; where it takes two persons it waits as a draft."""
        person = people.signer(viewer, Duty.DECIDE)
        _about_content(case)
        choice = deciding.Choice(Proposal(answer), urls, reasons)
        with self.parts.work(f"staff:{viewer}") as work:
            row, demand, proposed = self._waiting(case, Status.WAITING)
            if choice.answer not in decision_rules.COMPLYING and looking.disabled_urls(case):
                raise AlreadyDone
            if choice.answer in decision_rules.COMPLYING and drills.ends_here(row, urls, self.parts):
                drills.end(work, row)
                return
            decision = deciding.decide(work, demand, proposed, choice, person)
            if decision is None:
                store.move(row, "first approval", _last(work, case))
                return
            self._decided(work, row, decision)

    def approve(self, case: str, viewer: str) -> None:
        """Agree as the second person."""
        person = people.signer(viewer, Duty.APPROVE_DECISION)
        _about_content(case)
        with self.parts.work(f"staff:{viewer}") as work:
            row, demand, proposed = self._waiting(case, Status.SECOND)
            self._decided(work, row, deciding.approve(work, demand, proposed, person))

    def disagree(self, case: str, viewer: str, because: str) -> None:
        """Do not agree: the case goes back to the docket."""
        person = people.signer(viewer, Duty.APPROVE_DECISION)
        _about_content(case)
        with self.parts.work(f"staff:{viewer}") as work:
            row, _, _ = self._waiting(case, Status.SECOND)
            store.move(row, "disagreed", deciding.disagree(work, case, person, because).entry)

    def dismiss(self, case: str, viewer: str, because: str) -> None:
        """Say that this is no order. What arrived is kept; the sender hears nothing from us.

        What an authority is known to have sent is never put away like this by one person, unless it repeats another.
        """
        person = people.signer(viewer, Duty.DECIDE)
        if not because.strip():
            raise ReasonsMissing
        with self.parts.work(f"staff:{viewer}") as work:
            row, demand, _ = self._waiting(case, Status.WAITING)
            if row.verified and demand.document.duplicate_of is None:
                raise NotYourTurn("A verified order is not dismissed: refuse it, which takes a second person.")
            document = Dismissal(case=case, because=because, by=person, at=work.at)
            entry = audit.enter(work, case, document).entry
            store.move(row, "dismissed", entry, needs_person=False, due_at=None, due_duty="")
            clocks.cancel_all(work, row, "dismissed")
            retention.begin(work, row, self.parts, entry)

    def authenticate(self, case: str, viewer: str, *, number: str, spoken_to: str, confirmed: bool, note: str) -> None:
        """Record a call-back to a number held beforehand; confirmed, the demand is verified and assessed anew."""
        person = people.signer(viewer, Duty.RECORD_CALL_BACK)
        with self.parts.work(f"staff:{viewer}") as work:
            row, demand, _ = self._waiting(case, Status.WAITING)
            authority = reading.held_for_call(demand.document)
            if authority is None:
                raise NotYourTurn("The demand points to no authority that the registry holds: enrol it first.")
            if confirmed and role_fault(demand.document.instrument, authority) is not None:
                raise NotYourTurn("The authority is enrolled under no role that covers this law: amend its enrolment.")
            outcome = CallOutcome.VERIFIED if confirmed else CallOutcome.DISOWNED
            made = CallMade(reading.number_id(authority, number), spoken_to, outcome, case)
            registry.record_call_back(work, by=viewer, authority=authority.id, made=made)
            called = CallBackRecord(
                case=case,
                authority=authority.id,
                number=number,
                spoken_to=spoken_to,
                confirmed=confirmed,
                note=note,
                by=person,
                at=work.at,
            )
            entry = audit.enter(work, case, called).entry
            judged = Directory().authenticate_call_back(case, demand.document.times.transport_received_at)
            if isinstance(judged, AuthenticatedSender):
                self._verified(work, row, demand, judged)
            elif confirmed:
                raise NotYourTurn(judged.why)
            else:
                store.update(row, entry, verified=False)

    def clarified(
        self, case: str, viewer: str, *, received_at: Instant, changes: Json, grounds_ceased: bool, note: str
    ) -> None:
        """The clarification came, or the grounds of impossibility ceased: a new hour began at ``received_at``.

        Whoever types it in vouches for it, and no rule speaks about the demand any more (invariant 6): what is carried
        out by itself is what a verified authority said over its own channel, and nothing that one of us wrote.
        """
        people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            row, demand, _ = self._waiting(case, Status.CLARIFYING)
            if not Instant(row.received_at) <= received_at <= work.at:
                raise ImpossibleInstant
            news = Clarification(
                case=case,
                received_at=received_at,
                restarts="grounds_ceased_at" if grounds_ceased else "clarification_received_at",
                changes={**changes, **({"note": note} if note else {})},
                raw=(),
                typed_by=viewer,
                typed_at=work.at,
            )
            self.take_clarification(work, row, demand, news)

    def take_clarification(self, work: UnitOfWork, row: Case, demand: Entered[Demand], news: Clarification) -> None:
        """Enter what the authority sent and the demand as it reads now; a new hour begins with the next assessment.

        Only what was asked for begins one: what came before Annex III went out, or where none arrived, begins nothing.
        """
        case = row.id.hex
        audit.enter(work, case, news)
        form = {**demand.document.form, **{key: value for key, value in news.changes.items() if key != "note"}}
        changed = demand.document.model_copy(
            update={
                "form": form,
                "events": _paused(demand.document.events, news, asking.asked_at(row)),
                "typed_by": news.typed_by or demand.document.typed_by,
            }
        )
        changed = judged_anew(changed, news.changes, by_sender=work.actor.startswith("authority:"))
        entered = audit.enter(work, case, changed)
        known = changed.channel.sender_verified
        store.move(row, "clarified", entered.entry, demand=entered.entry, verified=known, needs_person=False)
        clocks.cancel(work, row, clocks.RETENTION, "the clarification came")
        work.defer("advance", lock=case, case=case)

    def _verified(self, work: UnitOfWork, row: Case, demand: Entered[Demand], judged: AuthenticatedSender) -> None:
        """The demand as it reads now that its sender is known; its instants of receipt stay as they are."""
        document, held = demand.document, judged.authority
        named = (document.sender.reply_to or "").rpartition("@")[2].lower()
        known = {
            "authority": held.id,
            "method": judged.method,
            "why": judged.why,
            # The call proved the authority, not the address that the message named.
            "reply_to": document.sender.reply_to if named in held.mail_domains else held.feedback_contact,
        }
        sender = document.sender.model_copy(update=known)
        first = register.filings(held.id) == 0
        channel = document.channel.model_copy(
            update={"sender_verified": True, "authority_in_register": True, "first_order_from_authority": first}
        )
        faults = tuple(fault for fault in document.faults if fault.code != _SETTLED_BY_CALL)
        anew = document.model_copy(update={"sender": sender, "channel": channel, "faults": faults})
        entered = audit.enter(work, row.id.hex, anew)
        registry.note_demand(work, authority=held.id, entry=entered.entry)
        store.move(
            row,
            "authenticated",
            entered.entry,
            demand=entered.entry,
            verified=True,
            authority=held.id,
            authority_name=held.name,
            needs_person=False,
        )
        work.defer("advance", lock=row.id.hex, case=row.id.hex)

    def _decided(self, work: UnitOfWork, row: Case, decision: Entered[Decision]) -> None:
        case = row.id.hex
        if decision.document.answer in decision_rules.COMPLYING:
            effects.events(row)  # nothing is done whose silence cannot be read
            executing.order(work, decision)
            store.move(row, "decided", decision.entry, decision=decision.entry, needs_person=False)
        else:
            store.move(row, "declined", decision.entry, decision=decision.entry, needs_person=False)
        work.defer("advance", lock=case, case=case)

    def _waiting(self, case: str, status: Status) -> tuple[Case, Entered[Demand], Proposal]:
        """The case, locked, if it stands where the command needs it."""
        row = store.locked(case)
        if row.status != status.value:
            raise NotYourTurn
        demand = audit.find(row.demand.hex, Demand)
        assert row.assessment is not None  # nothing waits before it was assessed
        return row, demand, audit.find(row.assessment.hex, Assessment).document.proposed


def _about_content(case: str) -> None:
    """A demand about users is decided by commands of its own; these would grant an act on content."""
    if store.case(case).instrument in about_users():
        raise NotYourTurn


def _last(work: UnitOfWork, case: str) -> str:
    """The entry that this unit of work made last in the case."""
    return next(entry.entry for entry in reversed(audit.entries_of(case)) if entry.at == work.at)


def _paused(before: Events, news: Clarification, asked: Instant | None) -> Events:
    """The events of a demand with the pause that this news ended, if there was one."""
    if asked is None or news.received_at < asked:
        return before
    began, ended = _PAUSES[news.restarts]
    return {**before, began: (*before.get(began, ()), asked), ended: (*before.get(ended, ()), news.received_at)}
