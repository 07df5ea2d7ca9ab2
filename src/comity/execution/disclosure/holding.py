"""Keeping records from deletion: on the platform where it can, else by a copy in custody that nobody sees.

A hold needs no decision: it is made at receipt, before any assessment (2023/1543 Art 10(1), Art 11). Its order is
entered, proven, and then carried out; its end is entered before the platform is told. An end that comes by itself is
an entry too. A copy lies under the hold's own number and is erased with it.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.audit.errors import NotInCheckpoint
from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.collection import HoldState, RecordsHold
from comity.casefile.documents.disclosure import Preservation
from comity.casefile.records import UnitOfWork
from comity.execution.disclosure import dataset, frozen, rules, store
from comity.execution.disclosure.errors import NoSuchHold, NotEntered, Superseded
from comity.execution.disclosure.gathering import Gathering
from comity.execution.disclosure.models import HoldRow
from comity.execution.disclosure.service import SECONDS_FOR_CHECKPOINT, Means, Work, answers
from comity.platform.errors import Absent, Cannot, PlatformFailure

_RELEASED, _EXPIRED = "released: ", "expired: "


def order(work: UnitOfWork, case: str, preservation: Preservation) -> Entered[RecordsHold]:
    """Enter that records shall be kept; ``carry`` keeps them. Entering an end that is past already is refused."""
    if rules.expired(preservation.terms, work.at):
        raise NoSuchHold("its end has come already")
    made = RecordsHold(hold=new_id(), case=case, preservation=preservation, state=HoldState.ORDERED, at=work.at)
    entered = audit.enter(work, case, made)
    store.add_hold(made, entered.entry)
    return entered


def prolong(work: UnitOfWork, hold: str, until: Instant, means: Means) -> Entered[RecordsHold]:
    """Enter that what a hold keeps is kept until a later end.

    On a platform by another hold, which stands before this one is over; a copy stays the same, for longer: a new one
    would lack what was deleted meanwhile.
    """
    row = store.hold(hold)
    if row.state not in store.STANDING_HOLDS or until.utc <= row.until:
        raise NoSuchHold
    kept = audit.find(row.ordered.hex, RecordsHold).document.preservation
    later = kept.model_copy(update={"terms": kept.terms.model_copy(update={"ends_at": until})})
    if row.state == HoldState.PLACED.value:
        return order(work, row.case_id.hex, later)
    store.claim(row)
    means.vault.hold_all(work, hold, because="kept from deletion", until=until)
    said = _said(row, HoldState.COPIED, work.at, detail="kept for longer").model_copy(update={"preservation": later})
    entered = audit.enter(work, row.case_id.hex, said)
    row.ordered, row.until = UUID(entered.entry), until.utc
    store.save(row, entered.entry, ["ordered", "until"])
    return entered


def release(work: UnitOfWork, hold: str, because: str) -> Entered[RecordsHold]:
    """Enter that a hold is no longer needed, and on whose word; ``carry`` then tells the platform."""
    return _end(work, store.hold(hold), _RELEASED + " ".join(because.split()))


def expire(work: UnitOfWork) -> tuple[str, ...]:
    """Enter the end of every hold whose time is over; gives the cases in which ``carry`` has something to do."""
    ended = [_end(work, row, _EXPIRED + "its period is over") for row in store.holds_due(work.at)]
    return tuple(dict.fromkeys(one.case for one in ended))


def _end(work: UnitOfWork, row: HoldRow, because: str) -> Entered[RecordsHold]:
    if row.state not in store.STANDING_HOLDS:
        raise NoSuchHold
    store.claim(row)
    entered = audit.enter(work, row.case_id.hex, _said(row, HoldState.RELEASING, work.at, because=because))
    row.ending, row.state, row.attempt = UUID(entered.entry), HoldState.RELEASING.value, 1
    store.save(row, entered.entry, ["ending", "state", "attempt"])
    return entered


def carry(case: str, means: Means, work: Work) -> timedelta | None:
    """Walk every open hold of a case as far as it goes now; gives after how long to come again."""
    for row in store.holds(case):
        if row.state in store.OPEN_HOLDS:
            _attempt(row, means, work)
    waiting = [row.attempt for row in store.holds(case) if row.state in store.OPEN_HOLDS]
    return rules.pause_before(max(waiting)) if waiting else None


def _attempt(row: HoldRow, means: Means, work: Work) -> None:
    try:
        if row.state == HoldState.ORDERED.value:
            _place(row, _proven(row.ordered), means, work)
        else:
            assert row.ending is not None
            _lift(row, _proven(row.ending), means, work)
    except PlatformFailure as failure:
        _failed(row, work, f"{failure.code}: {failure}", retry=failure.retry)
    except (NotEntered, Superseded):
        return


def _proven(entry: UUID) -> RecordsHold:
    try:
        return audit.wait_until_proven(audit.find(entry.hex, RecordsHold), SECONDS_FOR_CHECKPOINT).document
    except NotInCheckpoint as missing:
        raise NotEntered from missing


def _place(row: HoldRow, ordered: RecordsHold, means: Means, work: Work) -> None:
    """On the platform; where it has no such measure, by a copy."""
    try:
        held = means.records.hold(ordered.preservation, key=row.hold.hex)
    except Cannot as cannot:
        _copy(row, ordered, means, work, str(cannot))
        return
    if not held.holds:
        raise Cannot("the platform confirmed, but says that it holds nothing")
    _settle(row, work, HoldState.PLACED, held.detail)


def _copy(row: HoldRow, ordered: RecordsHold, means: Means, work: Work, why: str) -> None:
    kept = ordered.preservation
    gathering = Gathering(row.hold.hex, kept, means.vault, work)
    asked = answers(means.records, kept)
    staged = means.vault.stage(
        row.hold.hex, gathering.lines(frozen.head(kept), asked), media_type=dataset.MEDIA_TYPE, name="kept.jsonl"
    )
    with work() as unit:
        store.claim(row)
        digest = means.vault.admit(unit, staged, purpose="kept from deletion, unseen").digest
        row.exhibits = [digest, *gathering.files]
        means.vault.hold_all(unit, row.hold.hex, because="kept from deletion", until=kept.until)
        _enter(row, unit, HoldState.COPIED, why)


def _lift(row: HoldRow, ending: RecordsHold, means: Means, work: Work) -> None:
    """Tell the platform; a copy is erased once its period is over, by ``erase_copies``."""
    if not row.exhibits:
        try:
            held = means.records.release(ending.preservation, key=row.hold.hex)
        except Absent:
            held = None  # the platform's own end came first
        if held is not None and held.holds:
            raise Cannot("the platform confirmed, but says that it still holds them")
    state = HoldState.EXPIRED if ending.because.startswith(_EXPIRED) else HoldState.RELEASED
    _settle(row, work, state, ending.because)


def erase_copy(work: UnitOfWork, hold: str, means: Means) -> None:
    """Erase the copy of a hold that ended; raises as the vault does while its period runs."""
    row = store.hold(hold)
    if row.state not in (HoldState.RELEASED.value, HoldState.EXPIRED.value) or not row.exhibits:
        raise NoSuchHold
    means.vault.erase(work, hold, because="the hold ended", citations=("2023/1543 Art 11",))


def _settle(row: HoldRow, work: Work, state: HoldState, detail: str) -> None:
    with work() as unit:
        store.claim(row)
        _enter(row, unit, state, detail)


def _enter(row: HoldRow, unit: UnitOfWork, state: HoldState, detail: str) -> None:
    row.state, row.detail = state.value, detail
    told = _said(row, state, unit.at, detail=detail)
    store.save(row, audit.enter(unit, told.case, told).entry, ["state", "detail", "exhibits"])


def _failed(row: HoldRow, work: Work, detail: str, *, retry: bool) -> None:
    again = retry and not rules.gives_up(row.attempt)
    with work() as unit:
        store.claim(row)
        told = _said(row, HoldState.FAILED, unit.at, detail=detail, retry=again)
        if not again:
            row.state = HoldState.FAILED.value
        row.attempt, row.detail = row.attempt + 1, detail
        store.save(row, audit.enter(unit, told.case, told).entry, ["state", "attempt", "detail"])


def _said(
    row: HoldRow, state: HoldState, at: Instant, *, detail: str = "", because: str = "", retry: bool = False
) -> RecordsHold:
    ordered = audit.find(row.ordered.hex, RecordsHold).document
    return ordered.model_copy(
        update={
            "state": state,
            "at": at,
            "attempt": row.attempt,
            "detail": detail,
            "exhibits": tuple(row.exhibits),
            "because": because,
            "retry": retry,
        }
    )
