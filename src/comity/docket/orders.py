"""Commands of authorities' machines: file, follow, fetch, clarify, withdraw. Others' cases do not exist for them."""

from __future__ import annotations

import hashlib

from comity.casefile import audit
from comity.casefile.audit import Proven
from comity.casefile.clock import Clock, Instant
from comity.casefile.documents.answer import FormReply, ScrutinyDecision
from comity.casefile.documents.assessment import Assessment
from comity.casefile.documents.base import Json
from comity.casefile.documents.decision import Dismissal
from comity.casefile.documents.demand import ChannelKind, Clarification, Demand
from comity.casefile.records import UnitOfWork, deadlines
from comity.delivery.letters import Letter
from comity.docket import answering, clocks, filing, retention, store, telling
from comity.docket.cases import CaseDesk
from comity.docket.customs import REMOVAL
from comity.docket.disclosures import withdrawing
from comity.docket.errors import NoSuchCase, NotAnswered, NotYourTurn, RoleMayNot
from comity.docket.models import Case
from comity.docket.order_views import AnswerFile, Item, Message, OrderClock, OrderView
from comity.docket.procedure import Status
from comity.execution.content import looking
from comity.execution.content.models import ItemState
from comity.intake.message import Incoming
from comity.law.asking import about_users
from comity.registry import store as register
from comity.registry.means import AuthorityRole, AuthorityState
from comity.transparency import service as transparency

_BEFORE_ACTING = (Status.RECEIVED, Status.WAITING, Status.SECOND, Status.CLARIFYING)
_OF_HOLDS = "preserve"
_COSTS = Letter.COSTS.form
_ACTED = (Status.EXECUTING, Status.EXECUTED, Status.ANSWERED, Status.IN_EFFECT)


class OrderDesk(CaseDesk):
    """What an authority's machine may do. Every method is safe to repeat."""

    @property
    def clock(self) -> Clock:
        """The clock by which calls are received and tokens expire."""
        return self.parts.clock

    def receive_order(self, message: Message) -> OrderView:
        """Keep the bytes, enter the demand, say at once what is known. Nothing that arrives here is refused."""
        filed = filing.file(self.parts, _incoming(message), f"authority:{message.authority}")
        return self._view(filed.row, message.authority)

    def order_status(self, authority: str, reference: str) -> OrderView:
        """The case, if it is this authority's."""
        return self._view(_own(authority, reference), authority)

    def answer(self, authority: str, client: str, reference: str, *, form: str | None, pdf: bool) -> AnswerFile:
        """The newest answer, or the newest of one form; the fetching is entered, and is the proof of delivery.

        A statement of costs is no answer, and is fetched by its form.
        """
        row = _own(authority, reference)
        made = answering.replies(row)
        wanted = [one for one in made if form == one.document.form or (not form and one.document.form != _COSTS)]
        if not wanted:
            raise NotAnswered
        reply: Proven[FormReply] = audit.prove(wanted[-1])
        package = self.parts.delivery.package(reply, purpose="fetched by the authority", actor=f"authority:{authority}")
        if reply.document.recipient == client:
            with self.parts.work(f"authority:{authority}") as work:
                self.parts.delivery.fetched(work, reply, client=client)
        return AnswerFile(
            form=reply.document.form,
            media_type="application/pdf" if pdf else "application/json",
            content=package.pdf if pdf else package.json,
            prepared_at=reply.at,
            entry=reply.entry,
        )

    def clarify(self, reference: str, message: Message, *, changes: Json, grounds_ceased: bool, note: str) -> OrderView:
        """What the issuer sends after Annex III, or the news that the grounds ended: a new hour begins."""
        row = _own(message.authority, reference)
        with self.parts.work(f"authority:{message.authority}") as work:
            row = store.locked(row.id.hex)
            if row.status != Status.CLARIFYING.value:
                raise NotYourTurn
            raw = self._keep(work, row, message, "clarification")
            news = Clarification(
                case=row.id.hex,
                received_at=message.received,
                restarts="grounds_ceased_at" if grounds_ceased else "clarification_received_at",
                changes={**changes, **({"note": note} if note else {})},
                raw=(raw,),
            )
            self.take_clarification(work, row, audit.find(row.demand.hex, Demand), news)
        return self.order_status(message.authority, reference)

    def scrutinise(self, reference: str, message: Message, *, infringement: bool, reasons: str) -> None:
        """The home authority's decision about any authority's order; a person is called to reinstate at once."""
        held = register.authority(message.authority)
        if held.state is not AuthorityState.CONFIRMED or AuthorityRole.SCRUTINISES not in held.roles:
            raise RoleMayNot("Only the competent authority under Article 12(1)(b) scrutinises orders (Article 4).")
        with self.parts.work(f"authority:{message.authority}") as work:
            row = store.locked(reference)
            if held.member_state != self.parts.provider.home_state:
                raise NoSuchCase
            if _entered_before(reference, hashlib.sha256(message.body).hexdigest()):
                return
            if Status(row.status) not in _ACTED or row.instrument != REMOVAL:
                raise NoSuchCase
            raw = self._keep(work, row, message, "scrutiny decision")
            document = ScrutinyDecision(
                case=reference,
                authority=held.name,
                received_at=message.received,
                infringement=infringement,
                reasons=reasons,
                raw=(raw,),
            )
            entry = audit.enter(work, reference, document).entry
            due = (
                clocks.start(
                    work, row, clocks.REINSTATE, {"infringement_decision_received_at": message.received}, entry
                )
                if infringement
                else None
            )
            store.update(
                row,
                entry,
                needs_person=row.needs_person or infringement,
                due_at=due.due_at.utc if due else row.due_at,
                due_duty=clocks.REINSTATE if due else row.due_duty,
            )

    def withdraw(self, reference: str, message: Message, *, reasons: str) -> OrderView:
        """The issuer withdraws its own order: nothing more is done; what was done is put before a person at once."""
        row = _own(message.authority, reference)
        with self.parts.work(f"authority:{message.authority}") as work:
            row = store.still_open(row.id.hex)
            raw = self._keep(work, row, message, "withdrawal")
            self.take_withdrawal(work, row, message.received, raw, reasons)
        return self.order_status(message.authority, reference)

    def take_withdrawal(self, work: UnitOfWork, row: Case, received: Instant, raw: str, reasons: str) -> None:
        """Enter that its authority took an order back; ``raw``: the digest of what says so, in the case's file."""
        if row.instrument in about_users():
            withdrawing.withdraw(work, row, self.parts, reasons)
        elif Status(row.status) in _BEFORE_ACTING:
            document = Dismissal(case=row.id.hex, because=f"withdrawn by its authority: {reasons}", by=None, at=work.at)
            entry = audit.enter(work, row.id.hex, document).entry
            store.move(row, "withdrawn", entry, needs_person=False, due_at=None, due_duty="")
            clocks.cancel_all(work, row, "withdrawn")
            retention.begin(work, row, self.parts, entry)
        elif Status(row.status) in _ACTED and not _entered_before(row.id.hex, raw):
            ended = ScrutinyDecision(
                case=row.id.hex,
                authority=row.authority_name,
                received_at=received,
                infringement=True,
                reasons=f"withdrawn by its authority: {reasons}",
                raw=(raw,),
            )
            store.update(row, audit.enter(work, row.id.hex, ended).entry, needs_person=True)

    def extend_silence(self, reference: str, message: Message, *, decided_at: Instant) -> OrderView:
        """The issuer extends non-disclosure, once, by at most six weeks, decided before its end (Article 11(3))."""
        row = _own(message.authority, reference)
        with self.parts.work(f"authority:{message.authority}") as work:
            row = store.locked(row.id.hex)
            digest = hashlib.sha256(message.body).hexdigest()
            if transparency.extended_by(row.id.hex) != digest:
                raw = self._keep(work, row, message, "decision to extend non-disclosure")
                telling.extend(work, row, decided_at, raw)
        return self.order_status(message.authority, reference)

    def inform(self, message: Message, *, reference: str | None, text: str) -> str:
        """The information of Article 3(2), or later news about an order; kept, and its identifier given."""
        del text  # it lies in the kept bytes
        with self.parts.work(f"authority:{message.authority}") as work:
            if reference is not None:
                row = store.still_open(_own(message.authority, reference).id.hex)
                return self._keep(work, row, message, "information from the authority")
            return filing.inform(work, self.parts, _incoming(message))

    def healthy(self) -> bool:
        """Whether orders can be received now: the database answers."""
        return store.answers()

    def _keep(self, work: UnitOfWork, row: Case, message: Message, purpose: str) -> str:
        return self.parts.vault.take_in(
            work, row.id.hex, [message.body], media_type=message.media_type, name=purpose, purpose=purpose
        ).digest

    def _view(self, row: Case, authority: str) -> OrderView:
        case = row.id.hex
        demand = audit.find(row.demand.hex, Demand).document
        repeats = demand.duplicate_of
        own_repeat = repeats if repeats and store.belongs(repeats, authority) else None
        return OrderView(
            reference=case,
            order_reference=row.reference,
            received_at=Instant(row.received_at),
            status=row.status,
            duplicate_of=own_repeat,
            faults=demand.faults,
            assessment=_shown(row),
            clocks=_clocks(row),
            items=_items(case),
            forms=tuple(dict.fromkeys(reply.document.form for reply in answering.replies(row))),
        )


def _incoming(message: Message) -> Incoming:
    return Incoming(
        channel=ChannelKind.API,
        identifier=message.idempotency_key,
        body=message.body,
        received_at=message.received,
        media_type=message.media_type,
        name="order",
        client=message.client,
        peer=message.peer,
    )


def _entered_before(case: str, digest: str) -> bool:
    """Whether these very bytes ended the order before: a repetition says nothing new."""
    ends = [one.body for one in audit.entries_of(case) if one.kind == ScrutinyDecision.kind and one.body]
    return any(digest in ScrutinyDecision.from_canonical(body).raw for body in ends)


def _own(authority: str, reference: str) -> Case:
    """The case, if this authority filed it; the same refusal for an absent one and for another's."""
    if not store.belongs(reference, authority):
        raise NoSuchCase
    return store.case(reference)


def _shown(row: Case) -> Assessment | None:
    """The assessment, for whose order it is; of a demand about users none: it rests on what our people found, too."""
    if row.assessment is None or row.instrument in about_users():
        return None
    return audit.find(row.assessment.hex, Assessment).document


def _clocks(row: Case) -> tuple[OrderClock, ...]:
    """Its clocks; of a demand about users not those of keeping, which could tell whether there is anything."""
    silent = row.instrument in about_users()
    return tuple(
        OrderClock(one.name, one.duty, one.due_at, one.state.value, one.citations, one.computation)
        for one in deadlines.deadlines_of(row.id.hex)
        if not (silent and one.name.startswith(_OF_HOLDS))
    )


def _items(case: str) -> tuple[Item, ...]:
    shown = {ItemState.PERFORMED: "disabled", ItemState.RESTORED: "restored", ItemState.ABSENT: "absent"}
    return tuple(
        Item(
            item.url,
            shown.get(ItemState(item.state), "open"),
            Instant(item.disabled_at) if item.disabled_at else None,
            Instant(item.restored_at) if item.restored_at else None,
        )
        for item in looking.items(case)
    )
