"""The only file that acts on content.

The life of an act, each number a commit point; a crash after any of them is repaired by walking on from the row:

1. *ordered* is entered, with its item row (``order``).
2. Its leaf is inside a signed checkpoint; before that nothing is touched (``_proven``).
3. What stands there is fetched and taken into custody, one transaction (``_preserve``).
4. The platform disables, idempotent by the act's identifier; a crash here repeats the call to no effect (``_disable``).
5. A stranger's view is checked; *performed* is entered with the item row (``_disable``).

The caller MUST call ``carry`` again, after ``Progress.again_in``, until ``Progress.settled``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.audit.errors import NotInCheckpoint
from comity.casefile.clock import Clock, Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.act import Act, ActState
from comity.casefile.documents.decision import Decision, Grant, Measure
from comity.casefile.evidence import Vault
from comity.casefile.records import UnitOfWork
from comity.execution.content import rules, store
from comity.execution.content.errors import BeyondTheGrant, NotEntered, StillAway, StillVisible, Superseded
from comity.execution.content.models import ContentItem, ItemState
from comity.execution.content.seeing import seen as seen_by_all
from comity.platform import Content, LegalNote, Outcome
from comity.platform.errors import PlatformFailure, Unreachable

Work = Callable[[], AbstractContextManager[UnitOfWork]]
SECONDS_FOR_CHECKPOINT = 5.0


@dataclass(frozen=True)
class Progress:
    """How far the acts of a case have come."""

    settled: bool
    impossible: bool
    """Some act failed for good."""
    performed: bool
    """At least one address is disabled and was seen to be gone."""
    barred: bool
    """Some address stays away because another case's order bars its return."""
    again_in: timedelta | None


@dataclass(frozen=True)
class Means:
    """What an execution works with, joined by the composition root."""

    platform: Content
    vault: Vault
    clock: Clock
    territory: str
    """From where the stranger looks."""


def order(work: UnitOfWork, decision: Entered[Decision]) -> None:
    """Enter *ordered* for every grant of a decision to disable, and open its item row.

    What is disabled already stays as it is; what failed before and is not granted again is left out.
    """
    standing = {row.url: row for row in store.locked_items(decision.case)}
    granted = {grant.url for grant in decision.document.grants}
    for row in standing.values():
        if row.url not in granted and row.state == ItemState.FAILED.value:
            row.state = ItemState.LEFT.value
            store.save(row, decision.entry, ["state"])
    for grant in decision.document.grants:
        if grant.url in standing and standing[grant.url].state == ItemState.PERFORMED.value:
            continue
        entered = _ordered(work, decision, grant)
        store.add(decision.case, entered.document, entered.entry)


def order_restoration(work: UnitOfWork, decision: Entered[Decision]) -> int:
    """Enter *ordered* for every grant to restore what is or may be disabled; returns how many may come back.

    What was ordered but not touched yet is left, so that nothing more is done. The rows are locked first: one that is
    being taken into custody at this moment is seen as what it is then, and never left behind disabled.
    """
    wanted = {grant.url: grant for grant in decision.document.grants}
    ordered = 0
    for row in store.locked_items(decision.case):
        lifted = rules.lifting(ItemState(row.state), found=bool(row.item))
        if row.url not in wanted or lifted is ItemState(row.state):
            continue
        if lifted is ItemState.LEFT:
            _leave(work, row, "the order ended before anything was done")
            continue
        entered = _ordered(work, decision, wanted[row.url])
        row.act, row.ordered, row.attempt = UUID(entered.document.act), UUID(entered.entry), 1
        row.state = ItemState.RESTORING.value
        store.save(row, entered.entry, ["act", "ordered", "attempt", "state"])
        ordered += 1
    return ordered


def leave_untouched(work: UnitOfWork, case: str) -> bool:
    """Do nothing of what was ordered, if nothing of it was begun; gives whether that was so."""
    rows = store.locked_items(case)
    if any(rules.begun(ItemState(row.state)) for row in rows):
        return False
    for row in rows:
        if row.state == ItemState.ORDERED.value:
            _leave(work, row, "what decided it lost its ground before anything was done")
    return True


def _ordered(work: UnitOfWork, decision: Entered[Decision], grant: Grant) -> Entered[Act]:
    """Enter that one grant is to be carried out."""
    act = Act(
        act=new_id(), case=decision.case, decision=decision.entry, grant=grant, state=ActState.ORDERED, at=work.at
    )
    return audit.enter(work, decision.case, act)


def carry(case: str, means: Means, work: Work, legal: LegalNote | None) -> Progress:
    """Walk every open act of a case as far as it goes now."""
    try:
        for row in store.open_items(case):
            _attempt(row, work, lambda row: _disable(_preserve(row, means, work), means, work, legal))
        for row in store.restoring_items(case):
            _attempt(row, work, lambda row: _restore(row, means, work))
    except NotEntered:
        pass  # the others would wait as long for the same checkpoint
    return progress(case)


def progress(case: str) -> Progress:
    """How far the acts of a case have come, without touching anything."""
    rows = store.items(case)
    states = [ItemState(row.state) for row in rows]
    waiting = [row.attempt for row in rows if not rules.settled([ItemState(row.state)])]
    again = rules.pause_before(max(waiting)) if waiting else None
    return Progress(
        settled=rules.settled(states),
        impossible=rules.impossible(states),
        performed=ItemState.PERFORMED in states,
        barred=ItemState.BARRED in states,
        again_in=again,
    )


def _attempt(row: ContentItem, work: Work, step: Callable[[ContentItem], None]) -> None:
    """One attempt; whatever stops it is entered as *failed*, with whether it is tried again."""
    ordered = _proven(row)
    try:
        try:
            _granted(row, ordered)
            step(row)
        except (PlatformFailure, StillVisible, StillAway, BeyondTheGrant) as failure:
            with work() as unit:
                _failed(unit, row, f"{failure.code}: {failure}", retry=failure.retry)
    except Superseded:
        return


def _proven(row: ContentItem) -> Act:
    """Nothing happens in the world before *ordered* is inside a signed checkpoint (invariant 1)."""
    try:
        return audit.wait_until_proven(audit.find(row.ordered.hex, Act), SECONDS_FOR_CHECKPOINT).document
    except NotInCheckpoint as missing:
        raise NotEntered from missing


def _granted(row: ContentItem, ordered: Act) -> None:
    """Nothing happens in the world beyond what the entered decision grants, whatever the row says."""
    why = rules.why_not_granted(row, ordered, audit.find(ordered.decision, Decision).document)
    if why:
        raise BeyondTheGrant(f"{BeyondTheGrant.__doc__} {why}.")


def _preserve(row: ContentItem, means: Means, work: Work) -> ContentItem:
    """Find what stands under the address and take it into custody (2021/784 Art 6), once."""
    if row.state != ItemState.ORDERED.value:
        return row
    found = means.platform.resolve(row.url)
    if found.outcome is Outcome.UNKNOWN or found.item is None:
        with work() as unit:
            _failed(unit, row, found.why, retry=found.outcome is Outcome.UNKNOWN, absent=True)
        return row
    description = means.platform.describe(found.item)
    staged = [
        means.vault.stage(row.case_id.hex, part.chunks, media_type=part.media_type, name=part.name)
        for part in means.platform.fetch(found.item)
    ]
    with work() as unit:
        store.claim(row)
        digests = [exhibit.digest for exhibit in means.vault.admit_all(unit, staged, purpose="preserve")]
        act = _report(row, unit, ActState.PERFORMED, measure=Measure.PRESERVE, exhibits=tuple(digests))
        row.item, row.account, row.exhibits = found.item, description.account, digests
        row.state = ItemState.PRESERVED.value
        store.save(row, audit.enter(unit, act.case, act).entry, ["item", "account", "exhibits", "state"])
    return row


def _disable(row: ContentItem, means: Means, work: Work, legal: LegalNote | None) -> None:
    """Disable, then look as a stranger would; only what is seen to be gone is *performed*."""
    if row.state != ItemState.PRESERVED.value:
        return
    found = means.platform.resolve(row.url)
    if found.outcome is Outcome.UNKNOWN:
        raise Unreachable(found.why)
    if found.item not in (row.item, None):
        raise BeyondTheGrant("The address that was granted names another item.")
    with store.alone_with(row.item):
        effect = means.platform.disable(row.item, territories=tuple(row.territories), key=row.act.hex, legal=legal)
        disabled_at = means.clock.now()
        seen = seen_by_all(means.platform, row.url, row.territories, gone=True)
        if seen.gone is not True:
            raise StillVisible(f"{StillVisible.__doc__} {seen.detail}")
        _performed(row, work, "; ".join(said for said in (effect.detail, seen.detail) if said), disabled_at)


def _performed(row: ContentItem, work: Work, detail: str, disabled_at: Instant) -> None:
    with work() as unit:
        store.claim(row)
        act = _report(row, unit, ActState.PERFORMED, detail=detail)
        row.state, row.detail, row.disabled_at = ItemState.PERFORMED.value, detail, disabled_at.utc
        store.save(row, audit.enter(unit, act.case, act).entry, ["state", "detail", "disabled_at"])


def _restore(row: ContentItem, means: Means, work: Work) -> None:
    """Bring an item back and look as a stranger would, unless another case's order still keeps it away."""
    with store.alone_with(row.item):
        if not rules.may_restore(row.case_id.hex, store.disabling_cases(row.item)):
            _settled(row, work, ItemState.BARRED, "another decision still bars it")
            return
        means.platform.restore(row.item, territories=tuple(row.territories), key=row.act.hex)
        seen = seen_by_all(means.platform, row.url, row.territories, gone=False)
        if seen.gone is not False:
            raise StillAway(f"{StillAway.__doc__} {seen.detail}")
        _settled(row, work, ItemState.RESTORED, seen.detail)


def _settled(row: ContentItem, work: Work, state: ItemState, detail: str) -> None:
    with work() as unit:
        store.claim(row)
        told = ActState.PERFORMED if state is ItemState.RESTORED else ActState.FAILED
        act = _report(row, unit, told, detail=detail, measure=Measure.RESTORE)
        row.state, row.detail = state.value, detail
        row.restored_at = unit.at.utc if state is ItemState.RESTORED else None
        store.save(row, audit.enter(unit, act.case, act).entry, ["state", "detail", "restored_at"])


def _leave(work: UnitOfWork, row: ContentItem, because: str) -> None:
    """An address that nothing was done about yet: nothing will be. The caller holds the row's lock."""
    act = _report(row, work, ActState.FAILED, detail=because)
    row.state, row.detail = ItemState.LEFT.value, act.detail
    store.save(row, audit.enter(work, act.case, act).entry, ["state", "detail"])


def _failed(work: UnitOfWork, row: ContentItem, detail: str, *, retry: bool, absent: bool = False) -> None:
    """Enter *failed*; after the last attempt, or when repeating cannot help, a person must look."""
    store.claim(row)
    again = retry and not rules.gives_up(row.attempt)
    measure = Measure.RESTORE if row.state == ItemState.RESTORING.value else Measure.DISABLE
    act = _report(row, work, ActState.FAILED, detail=detail, measure=measure, retry=again)
    if not again:
        row.state = (ItemState.ABSENT if absent and not retry else ItemState.FAILED).value
    row.attempt, row.detail = row.attempt + 1, detail
    store.save(row, audit.enter(work, act.case, act).entry, ["state", "attempt", "detail"])


def _report(  # noqa: PLR0913 -- the fields of an act, named at every call
    row: ContentItem,
    work: UnitOfWork,
    state: ActState,
    *,
    detail: str = "",
    measure: Measure = Measure.DISABLE,
    exhibits: tuple[str, ...] = (),
    retry: bool = False,
) -> Act:
    ordered = audit.find(row.ordered.hex, Act).document
    return Act(
        act=ordered.act,
        case=ordered.case,
        decision=ordered.decision,
        grant=Grant(measure=measure, url=ordered.grant.url, territories=ordered.grant.territories),
        state=state,
        at=work.at,
        attempt=row.attempt,
        detail=detail,
        exhibits=exhibits,
        retry=retry,
    )
