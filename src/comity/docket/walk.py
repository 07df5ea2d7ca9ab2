"""Walking a case on: what the machine does by itself, one arrow after another, until somebody else's turn.

``advance`` is the one job of the procedure. It may be killed anywhere and run again, twice or late: every step looks at
the case's row, under lock, before it commits, and every effect outside is idempotent by the entry that ordered it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from comity.assessment import enter_assessment
from comity.casefile import audit
from comity.casefile.audit.errors import AuditFailure, NotInCheckpoint
from comity.casefile.documents.assessment import Assessment, Proposal
from comity.casefile.documents.decision import Decision
from comity.casefile.documents.demand import Demand
from comity.casefile.documents.record import CaseMove
from comity.casefile.records import UnitOfWork, jobs
from comity.decision import rules as decision_rules
from comity.decision import service as deciding
from comity.docket import (
    answering,
    beside,
    clocks,
    customs,
    drills,
    effects,
    ending,
    people,
    restoring,
    retention,
    store,
    telling,
)
from comity.docket.disclosures import walking
from comity.docket.incidents import service as incidents
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.docket.reviews import periods
from comity.docket.threats import periods as threats
from comity.execution.content import looking
from comity.execution.content import service as executing
from comity.law.asking import about_users
from comity.platform.errors import PlatformFailure

log = structlog.get_logger("comity.docket")
_SOON = timedelta(seconds=1)
_ASKED_AGAIN = timedelta(minutes=2)
"""How long after receipt a platform that does not answer is asked again before a person is called, its hour running."""
_LATER = timedelta(minutes=5)
_HOURLY = timedelta(hours=1)
Step = Callable[[Case, Parts], "timedelta | bool | None"]
"""A step gives ``True`` when the case moved, ``None`` when it is not the machine's turn, or when to look again."""


def advance(case: str, parts: Parts) -> None:
    """Walk a case as far as it goes now; if it must be looked at again, defer that."""
    with store.alone_with(case):
        _walk(case, parts)


def _walk(case: str, parts: Parts) -> None:
    before = ""
    while True:
        row = store.found(case)
        if row is None:
            _beside(case, parts)
            return
        if before:
            log.info("moved", case=case, status=row.status)
        if before == Status.EXECUTING.value and row.status == Status.EXECUTED.value and jobs.others_wait():
            _let_others_by(case, parts)
            return
        before = row.status
        step = steps_of(row).get(Status(row.status))
        moved = _taken(step, row, parts) if step else None
        if isinstance(moved, timedelta):
            with parts.work() as work:
                work.defer("advance", at=work.at.plus(moved), lock=case, case=case)
            return
        if moved is not True:
            return


def _let_others_by(case: str, parts: Parts) -> None:
    """Others wait, whose hour may still run: what was disabled is answered once they have had their turn."""
    with parts.work() as work:
        work.defer("advance", lock=case, behind=True, case=case)


BESIDE: list[tuple[Callable[[str], bool], Callable[[str, Parts], timedelta | None]]] = [
    (periods.holds, periods.end),
    (incidents.holds, incidents.end),
    (threats.holds, threats.end),
]
"""Whose file it is, and what its clock wakes; every other file is what is kept beside the cases."""


def _beside(file: str, parts: Parts) -> None:
    """What woke is no case but a file beside them, whose own period may be over."""
    again = next((end for holds, end in BESIDE if holds(file)), beside.end)(file, parts)
    if again is not None:
        with parts.work() as work:
            work.defer("advance", at=work.at.plus(again), lock=file, case=file)


def _taken(step: Step, row: Case, parts: Parts) -> timedelta | bool | None:
    """Take one step; where a checkpoint or the platform keeps it waiting, look again soon, or later if that is vain."""
    try:
        return step(row, parts)
    except (NotInCheckpoint, PlatformFailure) as wait:
        log.warning("waits", case=row.id.hex, status=row.status, code=wait.code)
        return _LATER if isinstance(wait, PlatformFailure) and not wait.retry else _SOON
    except AuditFailure as broken:
        _call_somebody(row, parts, broken.code)
        raise


def _call_somebody(row: Case, parts: Parts, code: str) -> None:
    """An entry of this case is not what was entered: nothing goes on by itself, and a person learns of it."""
    case = row.id.hex
    with parts.work() as work:
        locked = store.locked(case)
        if not locked.needs_person:
            stopped = CaseMove(case=case, event="stopped", because=f"an entry does not hold: {code}")
            store.update(locked, audit.enter(work, case, stopped).entry, needs_person=True)


def _assess(row: Case, parts: Parts) -> bool | timedelta | None:
    """Ask the law room; where a standing rule speaks, decide and order in the same unit of work.

    A platform that does not answer now is asked again for a while; then a person is called, as for anything unknown.
    """
    demand = audit.find(row.demand.hex, Demand)
    existing = looking.existing(parts.content, demand.document.form)
    if existing.again and parts.clock.now().utc < row.received_at + _ASKED_AGAIN:
        return _SOON
    stops = drills.ends_here(row, decision_rules.addresses(demand.document.form), parts)
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if locked.status != Status.RECEIVED.value or locked.demand != row.demand:
            return True
        assessment = enter_assessment(
            work, demand, parts.provider, content={"urls_resolved": existing.known}, events=demand.document.events
        )
        due = clocks.set_all(work, locked, assessment)
        if demand.document.times.acknowledged_at is not None:
            clocks.meet(work, locked, clocks.ACKNOWLEDGE, "its receipt was confirmed on its channel")
        store.move(
            locked, "assessed", assessment.entry, assessment=assessment.entry, due_at=due.due_at, due_duty=due.duty
        )
        _decide_or_call(work, locked, demand, assessment, stops=stops)
    return True


def _decide_or_call(
    work: UnitOfWork,
    row: Case,
    demand: audit.Entered[Demand],
    assessment: audit.Entered[Assessment],
    *,
    stops: bool = False,
) -> None:
    """A standing rule decides, or a person is called, as always where a drill ``stops`` before the act."""
    decision, why = (
        None,
        "a drill stops before the act" if stops else "the authority is not confirmed in the registry now",
    )
    if not stops and people.still_trusted(demand.document.sender.authority):
        decision, why = deciding.decide_by_rule(work, demand, assessment.document)
    if decision is None:
        store.move(row, "needs a person", assessment.entry, needs_person=True)
        log.info("needs a person", case=row.id.hex, why=why)
        return
    executing.order(work, decision)
    rule = decision.document.standing_rule
    store.move(row, "decided by rule", decision.entry, decision=decision.entry, rule=rule)


def _execute(row: Case, parts: Parts) -> bool | timedelta | None:
    """Carry out what was ordered; *executed* only when every address is settled and at least one was disabled.

    Where its authority withdrew it meanwhile, or its legal effect ended, nothing more is done: a person was called.
    """
    if row.needs_person:
        return None
    case = row.id.hex
    if people.lost_its_ground(row) and _stopped(case, parts):
        return True
    legal = None if telling.is_secret(row, parts) else telling.legal_note(row, parts)
    progress = executing.carry(case, parts.means(), parts.work, legal)
    if not progress.settled:
        return progress.again_in or _SOON
    with parts.work() as work:
        locked = store.locked(case)
        if locked.status != Status.EXECUTING.value:
            return True
        if progress.impossible or not progress.performed:
            store.walk(work, locked, "impossible", "an act could not be carried out", needs_person=True)
            restoring.wake_the_barred(work, locked)
            return True
        clocks.meet(work, locked, clocks.HOUR, "disabled, and seen to be gone")
        entry = store.walk(work, locked, "executed", "every address is settled", due_at=None, due_duty="")
        disabled_at = looking.last_disabled_at(case)
        assert disabled_at is not None  # something was performed
        law_of = customs.of(locked)
        events = {law_of.done: disabled_at, **effects.events(locked)}
        clocks.start_all(work, locked, law_of.after_act, events, entry)
    return True


def _stopped(case: str, parts: Parts) -> bool:
    """Call a person, as long as nothing was touched; what was begun is finished, for half done helps nobody."""
    with parts.work() as work:
        locked = store.locked(case)
        if locked.status != Status.EXECUTING.value or not executing.leave_untouched(work, case):
            return False
        why = "its authority is not confirmed in the registry any more"
        store.walk(work, locked, "impossible", why, needs_person=True)
    return True


def _answer(row: Case, parts: Parts) -> bool | timedelta:
    """Prepare the form once, bring it to the authority, enter the receipt, move on."""
    brought = answering.answer(row, parts, effects.prepare if customs.acts_by_other_law(row) else None)
    if isinstance(brought, timedelta):
        return brought
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if locked.status == Status.EXECUTED.value:
            # The content provider's notice does not wait for a mailbox that is full; the duty to answer stays open.
            law_of = customs.of(locked)
            for name in law_of.answered if brought else ():
                clocks.meet(work, locked, name, "the answer was delivered")
            said = f"{law_of.effect} was delivered" if brought else f"a person brings {law_of.effect}"
            store.walk(work, locked, "answered", said)
            ending.hold_until_period_ends(work, locked, parts)
        elif locked.status == Status.DECLINING.value:
            if not brought:
                return _HOURLY  # nothing was asked yet, so that the hour still runs
            _declined(work, locked, parts)
    return True


def _declined(work: UnitOfWork, row: Case, parts: Parts) -> None:
    """Annex III went out: the hour is suspended while we wait, or the case ends in refusal."""
    assert row.decision is not None  # only a decision leads to declining
    said = f"{customs.of(row).refusal} was delivered"
    for name in customs.of(row).answered:
        clocks.meet(work, row, name, said)
    if audit.find(row.decision.hex, Decision).document.answer is Proposal.CLARIFY:
        clocks.suspend_hour(work, row, said)
        entry = store.walk(work, row, "asked", said, due_at=None, due_duty="", needs_person=False)
    else:
        clocks.cancel_all(work, row, "refused")
        gone = {"due_at": None, "due_duty": "", "needs_person": False}
        entry = store.walk(work, row, "refused", said, **gone)
    retention.begin(work, row, parts, entry)


def _in_effect(row: Case, parts: Parts) -> bool | timedelta | None:
    """Ends of periods: silence, preservation. Anything else waits for people."""
    moved = telling.end_silence(row, parts) or restoring.lift_bar(row, parts) or ending.erase_if_due(row, parts)
    return moved or clocks.fired_early(row.id.hex, parts.clock.now())


def _reinstated(row: Case, parts: Parts) -> bool | timedelta | None:
    """It stands again: its content provider is told that it was away, when that is no secret any more."""
    return telling.tell_late(row, parts) or telling.end_silence(row, parts) or _closing(row, parts)


def _closing(row: Case, parts: Parts) -> bool | timedelta | None:
    return ending.erase_if_due(row, parts) or clocks.fired_early(row.id.hex, parts.clock.now())


STEPS: dict[Status, Step] = {
    Status.RECEIVED: _assess,
    Status.EXECUTING: _execute,
    Status.EXECUTED: _answer,
    Status.DECLINING: _answer,
    Status.ANSWERED: telling.tell,
    Status.IN_EFFECT: _in_effect,
    Status.REINSTATING: restoring.carry_back,
    Status.REINSTATED: _reinstated,
    Status.REFUSED: _closing,
    Status.DISMISSED: _closing,
    Status.CLARIFYING: _closing,
}


def steps_of(row: Case) -> dict[Status, Step]:
    """The steps of the procedure that a case follows."""
    return walking.STEPS if row.instrument in about_users() else STEPS
