"""What is kept beside the cases in files of its own: mail set aside, information before a first order, applications.

No law sets a period for it; the provider does (``retention``). The clock of a file wakes the same job as a case's, and
what is due is erased with a certificate, as a case is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from comity.casefile import audit
from comity.casefile.audit.errors import NotInCheckpoint
from comity.casefile.clock import Instant
from comity.casefile.documents.record import ErasureCertificate, RegistryChange
from comity.casefile.documents.thread import AdvanceInformation
from comity.casefile.evidence.errors import HoldStands, PeriodRunning
from comity.casefile.records import UnitOfWork, deadlines, erase_document
from comity.casefile.records.deadlines import DeadlineRow, Standing
from comity.docket import clocks
from comity.docket.ending import UNTIL_SOMEBODY_LOOKED
from comity.docket.parts import Parts
from comity.docket.retention import APPLICATIONS, INFORMATION, SET_ASIDE, Kept
from comity.intake import service as intake
from comity.intake import store as received
from comity.intake.store import KeptMessage
from comity.registry import officers_store
from comity.registry.officers_means import OfficerState

_SOON = timedelta(seconds=1)
_DAILY = timedelta(days=1)
AUTOMATIC = "an automatic message without an order"


def set_aside(work: UnitOfWork, kept: KeptMessage, parts: Parts, because: str, *, what: Kept = SET_ASIDE) -> None:
    """No demand comes of a message: it is set aside, and its period begins with that."""
    begin(work, kept.case, what, parts, intake.set_aside(work, kept, because))


def inform(work: UnitOfWork, told: AdvanceInformation, parts: Parts) -> None:
    """Enter what an authority told us beforehand; its file is erased piece by piece, the oldest first."""
    entry = audit.enter(work, told.authority, told).entry
    found = clocks.awaited(told.authority, clocks.RETENTION)
    if found is None or found.state is deadlines.State.MET:
        begin(work, told.authority, INFORMATION, parts, entry)


def keep_application(work: UnitOfWork, officer: str, parts: Parts) -> None:
    """The period of an application begins when it comes, for nobody may ever settle it, and anew when it is refused."""
    (said,) = audit.entries_of(officer, kind=RegistryChange.kind, newest=1)
    begin(work, officer, APPLICATIONS, parts, said.entry)


def begin(work: UnitOfWork, file: str, what: Kept, parts: Parts, entry: str, *, since: Instant | None = None) -> None:
    """Let a file's period run, from now unless said otherwise, in the place of one that runs already."""
    settled(work, file, "another end takes its place")
    deadline = what.deadline(since or work.at, parts)
    row = DeadlineRow(
        name=deadline.id,
        duty=deadline.duty,
        instrument="",
        citations=(),
        due_at=deadline.due_at,
        computation=deadline.computation,
        ends=True,
        wakes=True,
    )
    deadlines.set_deadline(work, file, row, entry)


def settled(work: UnitOfWork, file: str, because: str) -> None:
    """A file is not erased any more at the end of its period, if one runs."""
    found = clocks.awaited(file, clocks.RETENTION)
    if found is not None and found.state is deadlines.State.RUNNING:
        deadlines.cancel(work, file, clocks.RETENTION, because)


def end(file: str, parts: Parts) -> timedelta | None:
    """Erase what is due in a file; gives how long to wait where it must be looked at again."""
    period, now = clocks.awaited(file, clocks.RETENTION), parts.clock.now()
    if period is None or period.due_at is None:
        return None
    if now < period.due_at:
        early = clocks.fired_early(file, now)
        return min(early, _DAILY) if early else None
    try:
        if not clocks.surely_over(file, clocks.RETENTION):
            return UNTIL_SOMEBODY_LOOKED
        with parts.work() as work:
            _erase(work, period, parts)
    except NotInCheckpoint:
        return _SOON
    except (HoldStands, PeriodRunning):
        return _DAILY
    return None


def _erase(work: UnitOfWork, period: Standing, parts: Parts) -> None:
    deadlines.meet_if_open(work, period.case, clocks.RETENTION, "its end was seen")
    message = received.of_case(period.case)
    if message is not None and message.state == "set_aside":
        _message(work, period, parts)
    elif officers_store.address_of(period.case):
        _application(work, period.case)
    else:
        _information(work, period.case, parts)


def _message(work: UnitOfWork, period: Standing, parts: Parts) -> None:
    """A message that was set aside: its bytes, and the facts about who sent them."""
    standing = [one for one in parts.vault.exhibits(period.case) if not one.erased]
    if not standing:
        return  # since we looked it was erased already
    because = f"the provider's own period ended: {period.duty}"
    for one in standing:
        parts.vault.hold(work, period.case, one.exhibit.digest, because=because, until=period.due_at)
    erased = parts.vault.erase(work, period.case, because=because, citations=())
    received.forget(period.case, erased.entry)


def _application(work: UnitOfWork, officer: str) -> None:
    """What a person wrote who asked for access and was never enrolled, and what we wrote about it."""
    held = officers_store.officer(officer, lock=True)
    if held.state.value in officers_store.OPEN or held.state in (OfficerState.REFUSED, OfficerState.WITHDRAWN):
        rows = audit.entries_of(officer, kind=RegistryChange.kind)
        entry = certify(work, officer, [one.entry for one in rows if one.body is not None], APPLICATIONS.because)
        officers_store.forget(officer, entry=entry)


def _information(work: UnitOfWork, file: str, parts: Parts) -> None:
    """An authority's words beforehand, those whose period is over; for the next ones the clock is set anew."""
    period = INFORMATION.period(parts)
    rows = [one for one in audit.entries_of(file, kind=AdvanceInformation.kind) if one.body is not None]
    gone = [one for one in rows if period.after(one.at) <= work.at]
    if gone:
        certify(work, file, [one.entry for one in gone], INFORMATION.because)
    left = rows[len(gone) :]
    if left:
        begin(work, file, INFORMATION, parts, left[0].entry, since=left[0].at)


def certify(work: UnitOfWork, file: str, documents: Sequence[str], because: str) -> str:
    """Erase documents of a file that holds no exhibit, with a certificate; gives its entry."""
    certificate = ErasureCertificate(
        case=file, exhibits=(), documents=tuple(documents), because=because, citations=(), at=work.at
    )
    entry = audit.enter(work, file, certificate).entry
    for document in documents:
        erase_document(work, document, entry)
    return entry
