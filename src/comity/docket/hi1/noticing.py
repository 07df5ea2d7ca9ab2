"""Telling an authority's machine that its case moved: kept with the move, sent by a job, entered before it goes.

What can go wrong on the way, and what then happens:

* lost (refused, unreachable, killed before sending): the failure is entered, it goes again, later each time;
* repeated (a job that ran twice, or after its receipt): the receipt stands, nothing is sent;
* late (the case moved on meanwhile): it says where the case stood when it was made; the newer one follows;
* taken, and the answer lost on the way: it goes again with the same identifiers; *already there* (3010) is a receipt.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from comity.casefile import audit
from comity.casefile.audit.errors import NotInCheckpoint
from comity.casefile.clock import Instant
from comity.casefile.documents.interface import MessageNotice
from comity.casefile.records import UnitOfWork
from comity.delivery import NotDelivered
from comity.docket import people
from comity.docket import store as cases
from comity.docket.hi1 import answering, showing, store
from comity.docket.hi1.models import NoticeRow, Progress
from comity.docket.hi1.raising import TELL
from comity.docket.machines import Machine
from comity.docket.parts import Parts
from comity.execution.content.rules import gives_up, pause_before
from comity.hi1 import ErrorCode, Hi1Error
from comity.hi1.reading import failure_in
from comity.hi1.writing import write_request

_SECONDS_FOR_CHECKPOINT = 5.0
_SOON = timedelta(seconds=1)
_OPEN = (Progress.RAISED.value, Progress.ORDERED.value)


def tell(notice: str, parts: Parts) -> None:
    """Tell one thing, unless it was told; if it must wait, the same job comes later."""
    row = store.notice(notice)
    if row is None or row.progress not in _OPEN:
        return
    machine = parts.machines.machines.get(store.client_of(row.case_id.hex))
    if machine is None or not machine.endpoint or parts.machines.way is None:
        _settle(notice, parts, Progress.KEPT, "no address is set: it is fetched")
        return
    if not people.still_trusted(row.authority):
        _settle(notice, parts, Progress.KEPT, "the authority is not confirmed now: nothing goes out by itself")
        return
    body = message(row, machine, parts)
    if row.progress == Progress.RAISED.value:
        row = _order(notice, parts, machine, body)
    if row is not None:
        _bring(row, machine, body, parts)


def message(row: NoticeRow, machine: Machine, parts: Parts) -> bytes:
    """The message as it goes out: every attempt has the same bytes."""
    envelope = answering.head(parts, machine.party, str(row.id), Instant(row.made_at))
    return write_request(
        envelope, [(0, "CREATE", {"HI1Object": [showing.notification(row, parts.machines.us)]})], machine.encoding
    )


def _order(notice: str, parts: Parts, machine: Machine, body: bytes) -> NoticeRow | None:
    """Enter that it goes out; nothing has left before."""
    with parts.work() as work:
        row = store.notice(notice, locked=True)
        if row is None or row.progress != Progress.RAISED.value:
            return None
        said = _document(row, work, "ordered", machine, hashlib.sha256(body).hexdigest(), "the case moved")
        store.step(work, row, said, progress=Progress.ORDERED.value)
    return row


def _bring(row: NoticeRow, machine: Machine, body: bytes, parts: Parts) -> None:
    assert parts.machines.way is not None  # its caller looked
    attempt = row.attempts + 1
    try:
        audit.wait_until_proven(audit.find(row.entry.hex, MessageNotice), _SECONDS_FOR_CHECKPOINT)
        answer = parts.machines.way.post(machine.endpoint, body, machine.encoding)
        wrong = failure_in(answer.encode(), machine.encoding)
    except NotInCheckpoint:
        _again(row, parts, _SOON)
        return
    except NotDelivered as failure:
        _failed(row, machine, parts, str(failure), retry=failure.retry and not gives_up(attempt))
        return
    if wrong is None or wrong.number is ErrorCode.OBJECT_EXISTS:
        _settle(row.id.hex, parts, Progress.DELIVERED, "taken" if wrong is None else "it was there already")
        return
    _failed(row, machine, parts, _words(wrong), retry=_passing(wrong) and not gives_up(attempt))


def _passing(wrong: Hi1Error) -> bool:
    return wrong.number in (ErrorCode.TRANSIENT, ErrorCode.CONFIGURATION)


def _words(wrong: Hi1Error) -> str:
    return f"{int(wrong.number)} {wrong.why}"


def _failed(row: NoticeRow, machine: Machine, parts: Parts, because: str, *, retry: bool) -> None:
    """An attempt failed: later again, or never more; then the case's file says so, and it can still be fetched."""
    if not retry:
        _settle(row.id.hex, parts, Progress.GIVEN_UP, because)
        return
    with parts.work() as work:
        locked = store.notice(row.id.hex, locked=True)
        if locked is None or locked.progress != Progress.ORDERED.value:
            return
        said = _document(locked, work, "failed", machine, "", because)
        store.step(work, locked, said, attempts=locked.attempts + 1)
        work.defer(TELL, at=work.at.plus(pause_before(locked.attempts + 1)), lock=row.case_id.hex, notice=row.id.hex)


def _again(row: NoticeRow, parts: Parts, wait: timedelta) -> None:
    with parts.work() as work:
        work.defer(TELL, at=work.at.plus(wait), lock=row.case_id.hex, notice=row.id.hex)


def _settle(notice: str, parts: Parts, progress: Progress, because: str) -> None:
    with parts.work() as work:
        row = store.notice(notice, locked=True)
        if row is None or row.progress not in _OPEN:
            return
        machine = parts.machines.machines.get(store.client_of(row.case_id.hex))
        store.step(work, row, _document(row, work, progress.value, machine, "", because), progress=progress.value)
        if progress is Progress.GIVEN_UP:
            case = cases.locked(row.case_id.hex)
            cases.note(work, case, "machine not told", " ".join(because.split())[:500])


def _document(
    row: NoticeRow, work: UnitOfWork, change: str, machine: Machine | None, digest: str, why: str
) -> MessageNotice:
    return MessageNotice(
        case=row.case_id.hex,
        notice=row.id.hex,
        change=change,
        client=machine.client if machine else "",
        endpoint=machine.endpoint if machine else "",
        digest=digest,
        because=" ".join(why.split())[:500],
        at=work.at,
    )
