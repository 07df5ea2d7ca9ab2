"""How long detections are kept, and their end: by the law where something was disabled, else by the provider.

The clock of a detection's case wakes the docket's job, as a case's does; what is due is erased with a certificate.
"""

from __future__ import annotations

from datetime import timedelta

from comity import law
from comity.casefile import audit
from comity.casefile.audit.errors import NotInCheckpoint
from comity.casefile.clock import Instant
from comity.casefile.documents import lasting
from comity.casefile.documents.review import ReviewStep
from comity.casefile.evidence.errors import HoldStands, PeriodRunning
from comity.casefile.records import UnitOfWork, deadlines
from comity.casefile.records.deadlines import DeadlineRow
from comity.docket import beside, clocks
from comity.docket.ending import UNTIL_SOMEBODY_LOOKED
from comity.docket.parts import Parts
from comity.docket.retention import Kept
from comity.docket.reviews import store
from comity.docket.reviews.models import ItemRow, Progress
from comity.transparency import service as transparency

INSTRUMENT = "eu-tco"
MATCHES = Kept(
    "matches",
    "P6M",
    "matches after which nothing was disabled as terrorist content",
    "Long enough to answer whoever asks why something was looked at, and not to show the same again; as long as what "
    "was disabled is kept (2021/784 Art 6(2)), unless the provider sets another.",
)
_ARTICLE = "2021/784 Art 6(2)"
_SOON, _DAILY = timedelta(seconds=1), timedelta(days=1)
_ENDING = frozenset(
    {Progress.DISABLED, Progress.REINSTATED, Progress.PASSED, Progress.STANDING, Progress.FAILED, Progress.REPEATED}
)


def keep(work: UnitOfWork, case: str, parts: Parts, entry: str) -> None:
    """Let the provider's own period run from now; exhibits, if there are any, are held until its end."""
    beside.begin(work, case, MATCHES, parts, entry)
    _hold(work, case, parts, MATCHES.because, clocks.due(case, clocks.RETENTION))


def preserve(work: UnitOfWork, case: str, parts: Parts, entry: str, since: Instant) -> None:
    """Let the six months of what was disabled as terrorist content run (2021/784 Art 6(2)), once."""
    if clocks.awaited(case, clocks.PRESERVE) is not None:
        return
    beside.settled(work, case, "the law's own period takes its place")
    deadline = law.deadline(INSTRUMENT, clocks.PRESERVE, {"measure_taken_at": since})
    assert deadline is not None  # its start is known
    row = DeadlineRow(
        name=deadline.id,
        duty=deadline.duty,
        instrument=INSTRUMENT,
        citations=deadline.citations,
        due_at=deadline.due_at,
        computation=deadline.computation,
        ends=True,
        wakes=True,
    )
    deadlines.set_deadline(work, case, row, entry)
    _hold(work, case, parts, _ARTICLE, deadline.due_at)


def _hold(work: UnitOfWork, case: str, parts: Parts, because: str, until: Instant | None) -> None:
    if until is not None:
        parts.vault.hold_all(work, case, because=because, until=until)


def holds(case: str) -> bool:
    """Whether a file is a detection's."""
    return store.item(case) is not None


def end(case: str, parts: Parts) -> timedelta | None:
    """Erase what is due; gives how long to wait where it must be looked at again."""
    now, name = parts.clock.now(), _clock(case)
    period = clocks.awaited(case, name)
    if period is None or period.due_at is None:
        return None
    if now < period.due_at:
        early = clocks.fired_early(case, now)
        return min(early, _DAILY) if early else None
    return _end(case, parts, name)


def _clock(case: str) -> str:
    """The law's period where it runs, else the provider's."""
    return clocks.PRESERVE if clocks.awaited(case, clocks.PRESERVE) else clocks.RETENTION


def _end(case: str, parts: Parts, name: str) -> timedelta | None:
    if not _may_end(store.item(case)):
        return _DAILY
    try:
        if not clocks.surely_over(case, name):
            return UNTIL_SOMEBODY_LOOKED
        with parts.work() as work:
            _erase(work, case, parts, name)
    except NotInCheckpoint:
        return _SOON
    except (HoldStands, PeriodRunning):
        return _DAILY
    return None


def _may_end(row: ItemRow | None) -> bool:
    """Whether nothing is under way, and nobody complains."""
    if row is None or Progress(row.progress) not in _ENDING:
        return False
    return not transparency.has_open_complaint(row.id.hex)


def _erase(work: UnitOfWork, case: str, parts: Parts, name: str) -> None:
    row = store.item(case, locked=True)
    if row is None or not _may_end(row):
        return  # since we looked it was erased already, or something came in
    deadlines.meet_if_open(work, case, name, "its end was seen")
    lawful = name == clocks.PRESERVE
    because = "the preservation period ended" if lawful else MATCHES.because
    gone = tuple(one.entry for one in audit.entries_of(case) if one.body is not None and one.kind in lasting.ERASED)
    if any(not one.erased for one in parts.vault.exhibits(case)):
        parts.vault.erase(work, case, because=because, citations=(_ARTICLE,) if lawful else (), documents=gone)
    else:
        beside.certify(work, case, gone, because)
    removed = [row.item] if row.progress == Progress.DISABLED.value else []
    _forget(work, row, because)
    parts.hunting.forget(removed)  # last: should the rest be lost, it is due again


def _forget(work: UnitOfWork, row: ItemRow, because: str) -> None:
    """Of the row stays what was decided; item, address, account and content are forgotten."""
    review = row.review.hex if row.review else None
    step = ReviewStep(review=review, change="closed", because=because, by=work.actor, at=work.at)
    entry = audit.enter(work, row.id.hex, step).entry
    gone = {"item": "", "address": "", "account": "", "alike": ""}
    store.move(row, entry, progress=Progress.CLOSED.value, **gone)
