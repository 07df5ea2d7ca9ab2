"""What people do with a hunt that is under way: let it go on, narrow it, have it searched again, end it."""

from __future__ import annotations

from comity.casefile import audit
from comity.casefile.documents.hunt import HuntStep
from comity.casefile.records import UnitOfWork
from comity.docket.errors import NothingSaid
from comity.docket.hunts import rules, store
from comity.docket.hunts.errors import NotTheTurn
from comity.docket.hunts.models import HuntRow, State
from comity.docket.hunts.ordering import defer


def release(work: UnitOfWork, number: int, because: str) -> HuntRow:
    """Let everything that a held hunt found become detections. What was broken off cannot: it must be narrowed."""
    row = _at(number, State.HELD)
    if rules.why_held(0, 0, full=row.found >= rules.MOST_FOUND):
        raise NotTheTurn("It was broken off: take out what is sought too broadly.")
    _enter(work, row, "released", because, state=State.ENTERING.value, released=True, said="")
    defer(work, row)
    return row


def narrow(work: UnitOfWork, number: int, without: frozenset[int], because: str) -> HuntRow:
    """Take signals out and search again; found too much, it is held again."""
    row = _at(number, State.HELD)
    out = sorted(set(row.without) | {place for place in without if 0 <= place < row.signals})
    if len(out) == len(row.without):
        raise NotTheTurn("Name a signal that is sought.")
    _enter(work, row, "narrowed", because, state=State.ORDERED.value, without=out, said="")
    defer(work, row)
    return row


def again(work: UnitOfWork, number: int, because: str) -> HuntRow:
    """Have a search that failed made again."""
    row = _at(number, State.FAILED)
    _enter(work, row, "again", because, state=State.ORDERED.value, said="")
    defer(work, row)
    return row


def stop(work: UnitOfWork, number: int, because: str) -> HuntRow:
    """End it. What is a detection already stays one; the rest of what was found is forgotten."""
    row = store.by_number(number, locked=True)
    if State(row.state) in rules.OVER:
        raise NotTheTurn
    became = store.became(row.id)
    _enter(work, row, "stopped", because, state=State.STOPPED.value, became=became, over_at=work.at.utc)
    store.forget_found(row.id)
    return row


def _at(number: int, state: State) -> HuntRow:
    row = store.by_number(number, locked=True)
    if row.state != state.value:
        raise NotTheTurn
    return row


def _enter(work: UnitOfWork, row: HuntRow, change: str, because: str, **fields: object) -> None:
    if not because.strip():
        raise NothingSaid
    without = fields.get("without", row.without)
    step = HuntStep(
        hunt=row.id.hex,
        change=change,
        because=because.strip()[:8_000],
        by=work.actor,
        left_out=len(without) if isinstance(without, list) else 0,
        stored=row.stored,
        found=row.found,
        at=work.at,
    )
    store.change(row, audit.enter(work, row.id.hex, step).entry, **fields)
