"""Telling an authority's machine that its case moved, and bringing it what was packed: kept with the move, sent by a
job, entered before it goes.

What can go wrong on the way, and what then happens:

* lost (refused, unreachable, killed before sending): the failure is entered, it goes again, later each time;
* repeated (a job that ran twice, or after its receipt): the receipt stands, nothing is sent;
* late (the case moved on meanwhile): it says where the case stood when it was made; the newer one follows;
* taken, and the answer lost on the way: it goes again with the same identifiers; *already there* (3010) is a receipt.

What was entered is what goes: a message that would read otherwise by now (another encoding was set) is entered anew. A
delivery has arrived only when its own receipt came, which is kept; an answer to something else is none.
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
from comity.docket.hi1 import answering, deliveries, showing, store
from comity.docket.hi1.models import NoticeRow, Progress
from comity.docket.hi1.raising import TELL
from comity.docket.machines import Machine
from comity.docket.parts import Parts
from comity.execution.content.rules import gives_up, pause_before
from comity.hi1 import ErrorCode, Hi1Error, Verb
from comity.hi1.message import Encoding
from comity.hi1.reading import failure_in, names_message
from comity.hi1.writing import write_request
from comity.registry.rules import AuthenticatedSender

_SECONDS_FOR_CHECKPOINT = 5.0
_SOON = timedelta(seconds=1)
_NEWEST = 200
"""Entries of notices that are looked through; an order that lies further back is entered anew."""
_OPEN = (Progress.RAISED.value, Progress.ORDERED.value)


def tell(notice: str, parts: Parts) -> None:
    """Tell or bring one thing, unless that is done; if it must wait, the same job comes later."""
    row = store.notice(notice)
    if row is None or row.progress not in _OPEN:
        return
    machine = parts.machines.machines.get(store.client_of(row.case_id.hex))
    why = _why_not(row, machine, parts)
    if why or machine is None:
        _settle(notice, parts, Progress.KEPT, why)
        return
    body = message(row, machine, parts)
    if hashlib.sha256(body).hexdigest() != _ordered(row):
        row = _order(notice, parts, machine, body)
    if row is not None:
        _bring(row, machine, body, parts)


def _why_not(row: NoticeRow, machine: Machine | None, parts: Parts) -> str:
    """Why it stays to be fetched; empty where it goes."""
    if machine is None or not machine.endpoint or parts.machines.way is None:
        return "no address is set: it is fetched"
    if not people.still_trusted(row.authority):
        return "the authority is not confirmed now: nothing goes out by itself"
    return _why_not_brought(row, machine, parts) if row.package is not None else ""


def _why_not_brought(row: NoticeRow, machine: Machine, parts: Parts) -> str:
    now = parts.clock.now()
    if not machine.deliver:
        return "no deliveries are set for this client: it is fetched"
    who = parts.intake.registry.authenticate_client(machine.client, now)
    if not isinstance(who, AuthenticatedSender) or who.authority.id != row.authority:
        return "its client is not confirmed now: no data go out by themselves"
    return "the package can be had no more" if deliveries.over(row, now) else ""


def message(row: NoticeRow, machine: Machine, parts: Parts) -> bytes:
    """The message as it goes out: every attempt has the same bytes."""
    envelope = answering.head(parts, machine.party, str(row.id), Instant(row.made_at))
    if row.package is None:
        verb, shown = Verb.CREATE, showing.notification(row, parts.machines.us)
    else:
        data = deliveries.enclosed(row, parts, machine.client)
        verb, shown = Verb.DELIVER, deliveries.shown(row, parts.machines.us, data)
    return write_request(envelope, [(0, verb.value, {"HI1Object": [shown]})], machine.encoding)


def _ordered(row: NoticeRow) -> str:
    """The digest of the message that was entered last; empty where none was."""
    for one in reversed(audit.entries_of(row.case_id.hex, kind=MessageNotice.kind, newest=_NEWEST)):
        said = audit.find(one.entry, MessageNotice).document
        if said.notice == row.id.hex and said.change == "ordered":
            return said.digest
    return ""


def _order(notice: str, parts: Parts, machine: Machine, body: bytes) -> NoticeRow | None:
    """Enter that it goes out; nothing has left before."""
    with parts.work() as work:
        row = store.notice(notice, locked=True)
        if row is None or row.progress not in _OPEN:
            return None
        why = "the case moved" if row.package is None else f"package {row.package.hex} is delivered"
        said = _document(row, work, "ordered", machine, hashlib.sha256(body).hexdigest(), why)
        store.step(work, row, said, progress=Progress.ORDERED.value)
    return row


def _bring(row: NoticeRow, machine: Machine, body: bytes, parts: Parts) -> None:
    assert parts.machines.way is not None  # its caller looked
    attempt = row.attempts + 1
    try:
        audit.wait_until_proven(audit.find(row.entry.hex, MessageNotice), _SECONDS_FOR_CHECKPOINT)
        answer = parts.machines.way.post(machine.endpoint, body, machine.encoding).encode()
    except NotInCheckpoint:
        _again(row, parts, _SOON)
        return
    except NotDelivered as failure:
        _failed(row, machine, parts, str(failure), retry=failure.retry and not gives_up(attempt))
        return
    wrong = _wrong(row, answer, machine.encoding)
    if wrong is None or wrong.number is ErrorCode.OBJECT_EXISTS:
        because = "taken" if wrong is None else "it was there already"
        _settle(row.id.hex, parts, Progress.DELIVERED, because, receipt=answer if row.package is not None else b"")
        return
    _failed(row, machine, parts, _words(wrong), retry=_passing(wrong) and not gives_up(attempt))


def _wrong(row: NoticeRow, answer: bytes, encoding: Encoding) -> Hi1Error | None:
    """What an answer says went wrong; of a delivery it must name the very message that it answers."""
    if row.package is not None and not names_message(answer, encoding, str(row.id), 0):
        return Hi1Error(ErrorCode.TRANSIENT, "Header.TransactionIdentifier", "what came back is no receipt of this")
    return failure_in(answer, encoding)


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


def _settle(notice: str, parts: Parts, progress: Progress, because: str, *, receipt: bytes = b"") -> None:
    with parts.work() as work:
        row = store.notice(notice, locked=True)
        if row is None or row.progress not in _OPEN:
            return
        machine = parts.machines.machines.get(store.client_of(row.case_id.hex))
        kept = _kept(work, row, parts, machine, receipt) if receipt else ""
        store.step(work, row, _document(row, work, progress.value, machine, kept, because), progress=progress.value)
        if progress is Progress.GIVEN_UP:
            case = cases.locked(row.case_id.hex)
            cases.note(work, case, "machine not told", " ".join(because.split())[:500])


def _kept(work: UnitOfWork, row: NoticeRow, parts: Parts, machine: Machine | None, receipt: bytes) -> str:
    """Keep a receipt in the case's file; gives its digest."""
    kind = machine.encoding.value if machine else Encoding.XML.value
    purpose = "receipt of a delivery over HI-1"
    case = row.case_id.hex
    return parts.vault.take_in(work, case, [receipt], media_type=kind, name="receipt", purpose=purpose).digest


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
