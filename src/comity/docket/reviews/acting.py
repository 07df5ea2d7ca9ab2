"""The jobs that bring a review's decision into the world: order for each detection, carry out, tell, reinstate.

Each may run twice, late, or after a kill: it looks at the detection's row, under lock, before it commits, and acts
are idempotent by their entries. Nothing is disabled before its *ordered* is inside a signed checkpoint.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.audit.errors import NotInCheckpoint
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.decision import Approval, Decision, Grant, Measure
from comity.casefile.documents.review import Outcome, ReviewDecision, ReviewStep, Standing
from comity.casefile.records import UnitOfWork
from comity.docket import store as cases
from comity.docket.parts import Parts
from comity.docket.reviews import periods, rules, statement, store
from comity.docket.reviews.deciding import APPLY
from comity.docket.reviews.errors import NoAddress, NothingFailed
from comity.docket.reviews.models import ItemRow, Progress, State
from comity.docket.reviews.places import place_of
from comity.docket.reviews.receiving import ACTS, PATIENCE
from comity.docket.reviews.rules import Choice
from comity.execution.content import looking
from comity.execution.content import service as executing
from comity.execution.content.service import Progress as Acts
from comity.platform import LegalNote
from comity.platform.errors import Absent, PlatformFailure

_SOON, _LATER = timedelta(seconds=1), timedelta(minutes=5)
_AT_ONCE = 50


def apply(review: str, decision: str, parts: Parts) -> None:
    """Order what was decided, some detections at a time; each unit of work is whole in itself."""
    found = audit.find(decision, ReviewDecision)
    if found.case != review or found.actor != f"staff:{found.document.by.id}":
        return  # nobody decides in another's name
    with cases.alone_with(review):
        waiting = [case for case in found.document.cases if _undecided(case)]
        disables = found.document.outcome is Outcome.DISABLE
        silent = _find_places(waiting, parts) if disables else frozenset()
        if parts.clock.now().since(found.document.at) >= PATIENCE:
            silent = frozenset()
        now = [case for case in waiting if case not in silent]
        for start in range(0, len(now), _AT_ONCE):
            with parts.work() as work:
                for case in now[start : start + _AT_ONCE]:
                    _apply_one(work, case, found, parts)
        with parts.work() as work:
            if silent:
                work.defer(APPLY, at=work.at.plus(_SOON), lock=review, review=review, decision=decision)
            else:
                _applied(work, review, decision)


def _applied(work: UnitOfWork, review: str, decision: str) -> None:
    """All of a decision is ordered: the review is done, or goes on about what was left out or joined since."""
    row = store.by_id(review, locked=True)
    if row.state == State.APPLYING.value and row.decision == UUID(decision):
        state = State.OPEN if store.undecided(row.id) else State.DECIDED
        step = ReviewStep(review=review, change="decided", because="all of it is ordered", by=work.actor, at=work.at)
        store.change(row, audit.enter(work, review, step).entry, state=state.value)


def _undecided(case: str) -> bool:
    row = store.item(case)
    return row is not None and row.decision is None


def _find_places(waiting: list[str], parts: Parts) -> frozenset[str]:
    """Ask the platform once more about what had no address; gives those about which it may soon say more."""
    again: set[str] = set()
    for case in waiting:
        row = store.item(case)
        if row is None or row.address or row.progress == Progress.REPEATED.value:
            continue
        place = place_of(parts.content, row.item, None)
        if place.again and not place.address:
            again.add(case)
        if place.address:
            with parts.work() as work:
                locked = store.item(case, locked=True)
                if locked is not None and not locked.address:
                    step = ReviewStep(
                        review=_hex(locked.review), change="joined", because="the platform has an address for it now",
                        by=work.actor, at=work.at,
                    )  # fmt: skip
                    store.move(locked, audit.enter(work, case, step).entry, address=place.address)
    return frozenset(again)


def _apply_one(work: UnitOfWork, case: str, found: Entered[ReviewDecision], parts: Parts) -> None:
    row = store.item(case, locked=True)
    if row is None or row.decision is not None:
        return
    document, before = found.document, Progress(row.progress)
    after = rules.next_step(before, document.outcome, address=bool(row.address))
    if after is Progress.DISABLING and before is not Progress.DISABLING:
        executing.order(work, audit.enter(work, case, _to_disable(row, found)))
    elif after is Progress.REINSTATING:
        order_back(work, row, found.entry, Approval(person=document.by, at=document.at), document.reasons)
    entry = enter_step(work, row, after.value, f"the review's decision {found.entry}")
    store.move(
        row,
        entry,
        progress=after.value,
        outcome=document.outcome.value,
        standing=document.standing.value if document.standing else "",
        decision=UUID(found.entry),
        decided_at=document.at.utc,
    )
    if after in (Progress.STANDING, Progress.FAILED):
        periods.keep(work, case, parts, entry)
    elif after is not Progress.REPEATED:
        work.defer(ACTS, lock=case, behind=len(document.cases) > _AT_ONCE, case=case)


def _to_disable(row: ItemRow, found: Entered[ReviewDecision]) -> Decision:
    document = found.document
    territories = Choice(document.outcome, document.limbs).territories
    points = ", ".join(f"Art 2(7) {limb.value}" for limb in document.limbs)
    ground = f"2021/784 {points}" if points else f"our terms: {document.terms}"
    return Decision(
        case=row.id.hex,
        answer=Proposal.COMPLY,
        grants=(Grant(measure=Measure.DISABLE, url=row.address, territories=territories),),
        reasons=tuple(one for one in (ground, document.reasons) if one),
        basis=found.entry,
        approvals=(Approval(person=document.by, at=document.at),),
    )


def order_back(work: UnitOfWork, row: ItemRow, basis: str, approval: Approval, because: str) -> None:
    """Enter the decision to reinstate, with the territories in which it was disabled, and order it."""
    case = row.id.hex
    acts = looking.items(case)
    grants = tuple(Grant(measure=Measure.RESTORE, url=one.url, territories=tuple(one.territories)) for one in acts)
    decision = Decision(
        case=case,
        answer=Proposal.COMPLY,
        grants=grants,
        reasons=(because or "A person let it stand.",),
        basis=basis,
        approvals=(approval,),
    )
    executing.order_restoration(work, audit.enter(work, case, decision))


def carry(case: str, parts: Parts) -> None:
    """Walk a detection on as far as it goes now; if it must be looked at again, defer that."""
    with cases.alone_with(case):
        try:
            again = _walk(case, parts)
        except (NotInCheckpoint, PlatformFailure) as wait:
            again = _LATER if isinstance(wait, PlatformFailure) and not wait.retry else _SOON
        if again is not None:
            with parts.work() as work:
                work.defer(ACTS, at=work.at.plus(again), lock=case, case=case)


def _walk(case: str, parts: Parts) -> timedelta | None:
    row = store.item(case)
    if row is None:
        return None
    progress = Progress(row.progress)
    if progress in (Progress.DISABLING, Progress.REINSTATING):
        acts = executing.carry(case, parts.means(), parts.work, _note(row, parts))
        if not acts.settled:
            return acts.again_in or _SOON
        if progress is Progress.DISABLING and not acts.performed:
            _forget_if_gone(row, parts)
        with parts.work() as work:
            locked = store.item(case, locked=True)
            if locked is None or locked.progress != progress.value:
                return _SOON  # a person decided meanwhile
            (_disabled if progress is Progress.DISABLING else _restored)(work, locked, acts, parts)
    statement.tell(case, parts)
    if progress is Progress.DISABLED and row.automatic and _lawful(row):
        looking.show_note(case, parts.means(), _note(row, parts) or LegalNote(blocked_by=f"{parts.public_url}/contact"))
    return None


def _forget_if_gone(row: ItemRow, parts: Parts) -> None:
    """Nothing was done about it: where the platform has it no more, no hunt shall find it either."""
    try:
        parts.content.describe(row.item)
    except Absent:
        parts.hunting.forget([row.item])


def _disabled(work: UnitOfWork, row: ItemRow, acts: Acts, parts: Parts) -> None:
    """It is seen to be gone, or it could not be done and a person looks."""
    case = row.id.hex
    if acts.impossible or not acts.performed:
        why = "; ".join(one.detail for one in looking.items(case) if one.detail) or "nothing stands there any more"
        entry = enter_step(work, row, "failed", why[: rules.LONGEST_WORDS])
        store.move(row, entry, progress=Progress.FAILED.value)
        periods.keep(work, case, parts, entry)
        return
    entry = enter_step(work, row, "disabled", "disabled, and seen to be gone")
    store.move(row, entry, progress=Progress.DISABLED.value, account=row.account or looking.account_of(case))
    since = looking.last_disabled_at(case) or work.at
    if row.automatic or _lawful(row):
        periods.preserve(work, case, parts, entry, since)
    else:
        periods.keep(work, case, parts, entry)


def _restored(work: UnitOfWork, row: ItemRow, acts: Acts, parts: Parts) -> None:
    """It stands again; or another case's order keeps it away, or the platform does not do it, and a person looks."""
    if acts.barred or acts.impossible:
        why = "another decision keeps it away" if acts.barred else "it could not be restored; a person must look"
        entry = enter_step(work, row, "disabled", why)
        store.move(row, entry, progress=Progress.DISABLED.value)
        return
    entry = enter_step(work, row, "reinstated", "restored, and seen to be there")
    store.move(row, entry, progress=Progress.REINSTATED.value)
    since = looking.last_disabled_at(row.id.hex)
    if since is None:
        periods.keep(work, row.id.hex, parts, entry)
    else:
        periods.preserve(work, row.id.hex, parts, entry, since)


def again(case: str, parts: Parts, actor: str) -> None:
    """A person has what failed tried once more: by the decision that was made, where the platform finds it now.

    Raises ``NothingFailed`` or ``NoAddress``.
    """
    found = store.item(case)
    if found is None or found.progress != Progress.FAILED.value:
        raise NothingFailed
    address = found.address or place_of(parts.content, found.item, None).address
    if not address:
        raise NoAddress
    with parts.work(actor) as work:
        row = store.item(case, locked=True)
        if row is None or row.progress != Progress.FAILED.value:
            raise NothingFailed
        row.address = address
        executing.order(work, _ordered_before(work, row))
        entry = enter_step(work, row, "disabling", "tried again")
        store.move(row, entry, progress=Progress.DISABLING.value, address=address)
        work.defer(ACTS, lock=case, case=case)


def _ordered_before(work: UnitOfWork, row: ItemRow) -> Entered[Decision]:
    """The decision by which it was ordered; where there was no address to order anything, the one that follows now."""
    decisions = [one.entry for one in audit.entries_of(row.id.hex, kind=Decision.kind)]
    if decisions:
        return audit.find(decisions[-1], Decision)
    assert row.decision is not None  # what no rule ordered has failed by a person's decision
    found = audit.find(row.decision.hex, ReviewDecision)
    return audit.enter(work, row.id.hex, _to_disable(row, found))


def enter_step(work: UnitOfWork, row: ItemRow, change: str, because: str) -> str:
    """Enter in a detection's case what became of it."""
    step = ReviewStep(review=_hex(row.review), change=change, because=because, by=work.actor, at=work.at)
    return audit.enter(work, row.id.hex, step).entry


def _hex(review: UUID | None) -> str | None:
    return review.hex if review else None


def _lawful(row: ItemRow) -> bool:
    """Whether a person found it to be terrorist content, so that visitors may be told why it is gone."""
    if row.decision is None or row.outcome != Outcome.DISABLE.value:
        return False
    return bool(audit.find(row.decision.hex, ReviewDecision).document.limbs)


def _note(row: ItemRow, parts: Parts) -> LegalNote | None:
    """What visitors learn (RFC 7725): a note where a person found a ground in the law, else nothing."""
    if not _lawful(row) or row.standing == Standing.COMPLAINT.value:
        return None
    return LegalNote(blocked_by=f"{parts.public_url}/contact")
