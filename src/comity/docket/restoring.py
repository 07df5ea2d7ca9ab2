"""The way back: the order has no effect any more, and what stood there stands there again unless another bars it."""

from __future__ import annotations

from datetime import timedelta

from comity.casefile import audit
from comity.casefile.documents.decision import Approval, Decision
from comity.casefile.documents.demand import Demand
from comity.casefile.records import UnitOfWork
from comity.decision import rules as decision_rules
from comity.decision import service as deciding
from comity.docket import clocks, customs, ending, retention, store
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.execution.content import looking
from comity.execution.content import service as executing
from comity.execution.content.service import Progress

_SOON = timedelta(seconds=1)
ENDED, UPHELD = "legal effect ended", "complaint upheld"


def reinstate(work: UnitOfWork, row: Case, basis: str, approval: Approval, because: str, *, event: str = ENDED) -> None:
    """Enter the decision to let it stand again and order it; the platform is asked by the next job."""
    case = row.id.hex
    decided = deciding.decide_restoration(
        work,
        case,
        basis=basis,
        grants=decision_rules.grants_back(audit.find(row.demand.hex, Demand).document, looking.liftable_urls(case)),
        approvals=(approval,),
        because=because,
    )
    executing.order_restoration(work, decided)
    store.move(row, event, decided.entry, decision=decided.entry, needs_person=False)
    work.defer("advance", lock=case, case=case)


def carry_back(row: Case, parts: Parts) -> bool | timedelta:
    """Restore what was ordered to be restored; wake whoever waited for the same items."""
    progress = executing.carry(row.id.hex, parts.means(), parts.work, None)
    if not progress.settled:
        return progress.again_in or _SOON
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if locked.status == Status.REINSTATING.value:
            _settle(work, locked, progress, parts)
            wake_the_barred(work, locked)
    return True


def _settle(work: UnitOfWork, row: Case, progress: Progress, parts: Parts) -> None:
    if progress.impossible:
        why = "an address could not be restored; a person must look"
        store.walk(work, row, "still barred", why, needs_person=True)
        return
    clocks.meet(work, row, clocks.REINSTATE, "restored, and seen to be there")
    event = "still barred" if progress.barred else "reinstated"
    entry = store.walk(work, row, event, "every address is settled", due_at=None, due_duty="")
    if event == "reinstated":
        # An order that ended before its answer went out has no period for its exhibits yet.
        began = looking.last_disabled_at(row.id.hex) or work.at
        if customs.acts_by_other_law(row):
            retention.begin_after_act(work, row, parts, entry)
        elif clocks.due(row.id.hex, clocks.PRESERVE) is None:
            clocks.start(work, row, clocks.PRESERVE, {"measure_taken_at": began}, entry)
        ending.hold_until_period_ends(work, row, parts)


def wake_the_barred(work: UnitOfWork, row: Case) -> None:
    """Cases whose items this one kept away look again whether they are free."""
    for case in looking.cases_barred_with(row.id.hex):
        work.defer("advance", lock=case, case=case)


def lift_bar(row: Case, parts: Parts) -> bool | None:
    """What another order kept away is free now: carry out the decision to reinstate that was made here before."""
    if not looking.bar_is_gone(row.id.hex):
        return None
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if locked.status != Status.IN_EFFECT.value or locked.decision is None:
            return True
        executing.order_restoration(work, audit.find(locked.decision.hex, Decision))
        store.walk(work, locked, ENDED, "the other decision that barred it has ended")
    return True
