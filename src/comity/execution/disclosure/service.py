"""The only file that collects.

The life of a collection, each number a commit point; a crash after any of them is repaired by walking on from the row:

1. *ordered* is entered for each grant of a signed decision, with its row (``order``).
2. Its leaf is inside a signed checkpoint, and the decision verifies against its own leaf and digest (``_ordered``).
3. The platform is asked by the grant, row by row; each row is cut to the grant before it is written into custody;
   files are taken into custody in batches (``_Gathering``).
4. *performed* is entered with the row, the data set and what was cut; if anything was, the excess too (``_performed``).

Asking changes nothing on the platform, so a collection that broke off is asked again. The exhibits lie under the
collection's own number, so that they can be erased when their time is over, whatever else the case keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.audit.errors import AuditFailure, NotInCheckpoint
from comity.casefile.clock import Clock
from comity.casefile.documents import new_id
from comity.casefile.documents.act import ActState
from comity.casefile.documents.collection import Collection, Excess
from comity.casefile.documents.disclosure import DisclosureDecision, Scope
from comity.casefile.evidence import Vault
from comity.casefile.records import UnitOfWork
from comity.execution.disclosure import dataset, rules, store
from comity.execution.disclosure.errors import (
    DisclosureStopped,
    GrantAltered,
    GrantExpired,
    NotEntered,
    Superseded,
)
from comity.execution.disclosure.gathering import Gathering
from comity.execution.disclosure.models import CollectionRow, CollectionState
from comity.platform import RecordRow, Records
from comity.platform.errors import PlatformFailure

Work = Callable[[], AbstractContextManager[UnitOfWork]]
SECONDS_FOR_CHECKPOINT = 5.0


@dataclass(frozen=True)
class Means:
    """What a collection works with, joined by the composition root."""

    records: Records
    vault: Vault
    clock: Clock


@dataclass(frozen=True)
class Progress:
    """How far the collections of a case have come."""

    settled: bool
    failed: bool
    """Some collection failed for good: a person must look."""
    again_in: timedelta | None


def order(work: UnitOfWork, decision: Entered[DisclosureDecision]) -> tuple[str, ...]:
    """Enter *ordered* for every grant of a decision that was not ordered yet; gives the numbers of the collections."""
    known = store.ordered_under(decision.entry)
    made = []
    for grant in decision.document.grants(decision.entry):
        if grant.number in known:
            continue
        collection = new_id()
        ordered = Collection(collection=collection, case=decision.case, grant=grant, state=ActState.ORDERED, at=work.at)
        store.add(ordered, audit.enter(work, decision.case, ordered).entry, decision.document)
        made.append(collection)
    return tuple(made)


def carry(case: str, means: Means, work: Work) -> Progress:
    """Walk every open collection of a case as far as it goes now. Repeat after ``Progress.again_in``."""
    for row in store.collections(case):
        if row.state == CollectionState.ORDERED.value:
            _attempt(row, means, work)
    return progress(case)


def progress(case: str) -> Progress:
    """How far the collections of a case have come, without asking anything."""
    rows = store.collections(case)
    waiting = [row.attempt for row in rows if row.state == CollectionState.ORDERED.value]
    return Progress(
        settled=bool(rows) and not waiting,
        failed=any(row.state == CollectionState.FAILED.value for row in rows),
        again_in=rules.pause_before(max(waiting)) if waiting else None,
    )


def _attempt(row: CollectionRow, means: Means, work: Work) -> None:
    """One attempt; whatever stops it is entered as *failed*, with whether it is tried again."""
    try:
        ordered = _ordered(row)
        try:
            if rules.expired(ordered.grant.terms, means.clock.now()):
                raise GrantExpired
            _performed(row, ordered, means, work)
        except (PlatformFailure, DisclosureStopped) as failure:
            if isinstance(failure, Superseded):
                raise
            _failed(row, ordered, work, f"{failure.code}: {failure}", retry=failure.retry)
    except (NotEntered, Superseded):
        return
    except GrantAltered as altered:
        _failed(row, audit.find(row.ordered.hex, Collection).document, work, f"{altered.code}: {altered}", retry=False)


def _ordered(row: CollectionRow) -> Collection:
    """What was ordered, once it is proven; raises ``GrantAltered`` where the signed decision does not say it."""
    found = audit.find(row.ordered.hex, Collection)
    try:
        ordered = audit.wait_until_proven(found, SECONDS_FOR_CHECKPOINT).document
        decision = audit.wait_until_proven(
            audit.find(ordered.grant.decision, DisclosureDecision), SECONDS_FOR_CHECKPOINT
        )
    except NotInCheckpoint as missing:
        raise NotEntered from missing
    except AuditFailure as altered:
        raise GrantAltered(f"{GrantAltered.__doc__} {altered}") from altered
    why = rules.why_not_granted(ordered, decision.document, case=row.case_id.hex, number=row.number)
    if why or decision.entry != row.decision.hex or ordered.collection != row.collection.hex:
        raise GrantAltered(f"{GrantAltered.__doc__} {why or 'another collection was ordered'}.")
    return ordered


def answers(records: Records, scope: Scope) -> Iterator[tuple[str, Iterator[RecordRow]]]:
    """Each question that the scope allows, and the platform's rows."""
    asked = {
        "subscriber": records.subscriber,
        "identification": records.identification,
        "traffic": records.traffic,
        "content": records.content,
    }
    for name, ask in asked.items():
        if rules.ASKED_FOR[name] & set(scope.terms.categories):
            yield name, ask(scope)


def _performed(row: CollectionRow, ordered: Collection, means: Means, work: Work) -> None:
    """Gather, then enter what came of it. A grant that ended meanwhile has no result."""
    gathering = Gathering(ordered.collection, ordered.grant, means.vault, work)
    head = dataset.line(dataset.head_of(ordered.grant, ordered.collection))
    staged = means.vault.stage(
        ordered.collection,
        gathering.lines(head, answers(means.records, ordered.grant)),
        media_type=dataset.MEDIA_TYPE,
        name="records.jsonl",
    )
    if rules.expired(ordered.grant.terms, means.clock.now()):
        raise GrantExpired
    with work() as unit:
        store.claim(row)
        digest = means.vault.admit(unit, staged, purpose=f"collected under {ordered.grant.decision}").digest
        row.exhibits = [digest, *gathering.files]
        row.rows, row.cut = gathering.rows, gathering.cut
        row.state = CollectionState.PERFORMED.value
        told = _report(row, ordered, unit, ActState.PERFORMED)
        entry = audit.enter(unit, ordered.case, told).entry
        store.save(row, entry, ["exhibits", "rows", "cut", "state"])
        if row.cut:
            _too_much(unit, ordered, means.records.name, gathering.cut)


def _too_much(unit: UnitOfWork, ordered: Collection, adapter: str, cut: dict[str, int]) -> None:
    said = Excess(case=ordered.case, collection=ordered.collection, adapter=adapter, cut=cut, at=unit.at)
    audit.enter(unit, ordered.case, said)


def _failed(row: CollectionRow, ordered: Collection, work: Work, detail: str, *, retry: bool) -> None:
    """Enter *failed*; after the last attempt, or when repeating cannot help, a person must look."""
    again = retry and not rules.gives_up(row.attempt)
    with work() as unit:
        store.claim(row)
        told = _report(row, ordered, unit, ActState.FAILED, detail=detail, retry=again)
        if not again:
            row.state = CollectionState.FAILED.value
        row.attempt, row.detail = row.attempt + 1, detail
        store.save(row, audit.enter(unit, row.case_id.hex, told).entry, ["state", "attempt", "detail"])


def _report(
    row: CollectionRow,
    ordered: Collection,
    unit: UnitOfWork,
    state: ActState,
    *,
    detail: str = "",
    retry: bool = False,
) -> Collection:
    return ordered.model_copy(
        update={
            "case": row.case_id.hex,
            "state": state,
            "at": unit.at,
            "attempt": row.attempt,
            "detail": detail,
            "exhibits": tuple(row.exhibits),
            "rows": row.rows,
            "cut": dict(row.cut),
            "retry": retry,
        }
    )
