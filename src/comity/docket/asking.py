"""When Annex III has really gone out, for only then does the hour stand still (Article 3(7), (8)).

A form that did not arrive, as a report says, has told and asked nobody anything. The Regulation does not say what then
becomes of the hour; the stricter reading is taken: it has run since receipt as if nothing had been sent, and stands
still again from the instant at which a form that stands goes out, if it is not over by then.
"""

from __future__ import annotations

from comity import law
from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents.answer import FormReply
from comity.casefile.documents.demand import Demand
from comity.casefile.documents.record import CaseMove
from comity.casefile.records import UnitOfWork
from comity.delivery.rules import ANNEX_3
from comity.delivery.service import delivered
from comity.docket import answering, clocks, store
from comity.docket.customs import REMOVAL
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status

_ASKED = "asked"


def asked_at(row: Case) -> Instant | None:
    """When the authority was asked by the Annex III that stands; nothing where none went out, or none arrived."""
    moved = _moved(row.id.hex)
    if moved is None:
        return None
    free = row.instrument != REMOVAL
    forms = [reply for reply in answering.replies(row) if free or reply.document.form == ANNEX_3]
    went = [at for at in (_went_out(reply, moved) for reply in forms) if at is not None]
    return min(went, default=None)


def _went_out(reply: Entered[FormReply], moved: Instant) -> Instant | None:
    if reply.document.channel in answering.FETCHED:
        return moved  # it lies ready where the authority asks for it
    receipt = delivered(reply)
    return max(moved, receipt.document.at) if receipt else None


def _moved(case: str) -> Instant | None:
    """When the case was last put among those that wait for a clarification."""
    rows = audit.entries_of(case, kind=CaseMove.kind)
    moves = [(one.at, CaseMove.from_canonical(one.body)) for one in rows if one.body]
    return next((at for at, move in reversed(moves) if move.event == _ASKED), None)


def taken_back(work: UnitOfWork, row: Case) -> Instant | None:
    """A report took back what had gone out: where nothing else stands the hour runs on; gives its end."""
    if row.status != Status.CLARIFYING.value or row.instrument != REMOVAL or asked_at(row) is not None:
        return None
    demand = audit.find(row.demand.hex, Demand).document
    events = {**demand.events, "transport_received_at": (demand.times.transport_received_at,)}
    hour = law.deadline(row.instrument, clocks.HOUR, events)
    if hour is None:
        return None
    clocks.run_on(work, row, hour, "Annex III did not arrive: the hour has run on (2021/784 Art 3(3))")
    return hour.due_at


def gone_out(work: UnitOfWork, row: Case) -> None:
    """A form stands again: the hour stands still, unless it is over; what was missed stays missed."""
    if row.status != Status.CLARIFYING.value or asked_at(row) is None:
        return
    stopped = clocks.suspend_hour(work, row, "Annex III was delivered after all")
    if stopped is not None:
        store.update(row, store.note(work, row, "asked again", "Annex III went out"), due_at=None, due_duty="")


def bring_again(case: str, reply: str, parts: Parts) -> None:
    """Bring a form that was redirected; if it must wait, the same job comes later."""
    if answering.bring_again(case, reply, parts):
        with parts.work() as work:
            gone_out(work, store.locked(case))
