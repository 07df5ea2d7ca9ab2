"""What the machine does by itself with a demand about users. Any step may be killed, repeated or late.

The case is looked at under lock before each commit; every effect outside is idempotent by the entry that ordered it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from comity.casefile import audit
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.casefile.records import UnitOfWork
from comity.decision.urgency import leaves_at
from comity.docket import retention, store
from comity.docket.disclosures import answering, clocks, emergency_desk, ending, keeping, packing
from comity.docket.disclosures.judging import Judged, judged
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.execution.disclosure import service as collecting

log = structlog.get_logger("comity.docket")
_SOON = timedelta(seconds=1)
Step = Callable[[Case, Parts], "timedelta | bool | None"]
_HOURLY = timedelta(hours=1)
_NO_RECORDS = "the provider's records are not connected: nothing can be collected or kept by itself"


def assess(row: Case, parts: Parts) -> bool | timedelta | None:
    """Keep first what the law says is kept, then judge; a person always answers."""
    found = judged(row, parts)
    if _keep(row, found, parts):
        keeping.carry(row.id.hex, parts)  # what is still open is carried on by ``rest``
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if locked.status != Status.RECEIVED.value or locked.demand != row.demand:
            return True
        assessment = audit.enter(work, row.id.hex, found.judgement.assessment)
        due = clocks.set_all(work, locked, assessment)
        if _kept(row.id.hex):
            clocks.meet(work, locked, ("preserve_at_once",), "what the demand names is kept")
            due = clocks.next_clock(row.id.hex)
        store.move(
            locked, "assessed", assessment.entry, assessment=assessment.entry, due_at=due.due_at, due_duty=due.duty
        )
        store.move(locked, "needs a person", assessment.entry, needs_person=True)
    return True


def _keep(row: Case, found: Judged, parts: Parts) -> bool:
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if locked.status != Status.RECEIVED.value:
            return False
        return keeping.order(work, locked, found, parts)


def _kept(case: str) -> bool:
    return bool(keeping.standing(case))


def collect(row: Case, parts: Parts) -> bool | timedelta | None:
    """Carry out what was granted; a demand that only keeps is carried out when its hold stands."""
    if row.needs_person:
        return None
    case, means = row.id.hex, keeping.means(parts)
    assert row.decision is not None  # only a decision leads here
    decision = audit.find(row.decision.hex, DisclosureDecision)
    if means is None:
        return _impossible(row, parts, _NO_RECORDS)
    if not decision.document.terms:
        return _keep_only(row, parts)
    progress = collecting.carry(case, means, parts.work)
    mine = packing.collections(decision.entry)
    if any(one.state == "failed" for one in mine):
        return _impossible(row, parts, "the records could not be collected")
    if any(one.state == "ordered" for one in mine):
        return progress.again_in or _SOON
    with parts.work() as work:
        locked = store.locked(case)
        if locked.status == Status.EXECUTING.value:
            store.walk(work, locked, "collected", "what was granted lies in custody", needs_person=True)
    return True


def _keep_only(row: Case, parts: Parts) -> bool | timedelta | None:
    again = keeping.carry(row.id.hex, parts)
    if again is not None:
        return again
    if not _kept(row.id.hex):
        return _impossible(row, parts, "nothing could be kept: no hold stands")
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if locked.status == Status.EXECUTING.value:
            store.walk(work, locked, "kept", "what the demand names is kept", needs_person=False)
    return True


def _impossible(row: Case, parts: Parts, why: str) -> bool:
    """A person looks, the clock running; what was collected under this decision stays in custody until the end."""
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if locked.status == row.status:
            store.walk(work, locked, "impossible", why, needs_person=True)
    return True


def pack(row: Case, parts: Parts) -> bool | timedelta | None:
    """Make the package of what was released, once."""
    why = packing.pack(row, parts)
    if why:
        return _impossible(row, parts, why)
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if locked.status == Status.PACKING.value:
            entry = store.walk(
                work, locked, "packed", "sealed and encrypted to the authority's key", needs_person=False
            )
            ending.offer(work, locked, parts, entry)
    return True


def answer(row: Case, parts: Parts) -> bool | timedelta | None:
    """Bring the answer; then the duty is met, or what was asked or contested stands open."""
    wait = _until_it_leaves(row, parts)
    if wait is not None:
        return wait
    brought = answering.answer(row, parts)
    if isinstance(brought, timedelta):
        return brought
    if not brought and row.status == Status.DECLINING.value:
        return _HOURLY  # nothing was said yet, so that every clock still runs
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if locked.status == Status.EXECUTED.value:
            _answered(work, locked, parts, delivered=brought)
        elif locked.status == Status.DECLINING.value:
            _declined(work, locked, parts)
    return True


def _until_it_leaves(row: Case, parts: Parts) -> timedelta | None:
    """What was packed leaves at a whole quarter of an hour: when does not tell how long the search took."""
    made = packing.made(row.id.hex, row.decision.hex) if row.decision else None
    if row.status != Status.EXECUTED.value or made is None:
        return None
    now, due = parts.clock.now(), leaves_at(made.document.at)
    return due.since(now) if now < due else None


def _answered(work: UnitOfWork, row: Case, parts: Parts, *, delivered: bool) -> None:
    if delivered:
        clocks.meet(work, row, clocks.PRODUCE + clocks.OBSTACLE, "the answer went out")
    due = clocks.next_clock(row.id.hex)
    why = "the answer went out" if delivered else "a person brings the answer"
    entry = store.walk(work, row, "answered", why, due_at=due.due_at, due_duty=due.duty)
    emergency_desk.begin_afterwards(work, row, parts, entry)


def _declined(work: UnitOfWork, row: Case, parts: Parts) -> None:
    event = answering.how_declined(row)
    clocks.meet(work, row, clocks.OBSTACLE, "the authority was told what stands in the way")
    if event == "refused":
        clocks.cancel(work, row, "refused")
        keeping.release(work, row.id.hex, "the demand was refused")
    else:
        clocks.suspend(work, row, clocks.PRODUCE, "a question is open" if event == "asked" else "an objection is open")
    gone = {"due_at": None, "due_duty": "", "needs_person": False}
    if event == "contested":
        store.move(row, event, answering.begin_contest(work, row), **gone)
        return
    retention.begin(work, row, parts, store.walk(work, row, event, "the letter went out", **gone))


def rest(row: Case, parts: Parts) -> bool | timedelta | None:
    """Nothing to do but to carry holds that are still open; a platform that did not answer is asked again."""
    return keeping.carry(row.id.hex, parts)


STEPS: dict[Status, Step] = {
    Status.RECEIVED: assess,
    Status.WAITING: rest,
    Status.SECOND: rest,
    Status.EXECUTING: collect,
    Status.COLLECTED: rest,
    Status.PACKING: pack,
    Status.EXECUTED: answer,
    Status.DECLINING: answer,
    Status.ANSWERED: ending.notice,
    Status.IN_EFFECT: ending.in_effect,
    Status.REFUSED: ending.over,
    Status.DISMISSED: ending.over,
    Status.CLARIFYING: ending.over,
    Status.CONTESTING: rest,
}
