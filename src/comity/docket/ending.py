"""The end of a case: what was preserved is held for its legal period, then erased, with a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents import lasting
from comity.casefile.documents.record import CaseMove
from comity.casefile.evidence.errors import HoldStands, PeriodRunning
from comity.casefile.records import UnitOfWork
from comity.docket import clocks, customs, retention, store
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import PROCEDURE, Status
from comity.docket.user_procedure import ABOUT_USERS
from comity.execution.content import looking
from comity.intake import store as received
from comity.law.asking import about_users
from comity.transparency import service as transparency


@dataclass(frozen=True)
class End:
    """Which clock ends a case that stands here, by which event, and what its certificate says."""

    clock: str
    event: str
    because: str
    citations: tuple[str, ...]


_PRESERVED = End(clocks.PRESERVE, "preservation ended", "the preservation period ended", ("2021/784 Art 6(2)",))
_KEPT = End(clocks.RETENTION, "retention ended", retention.DEMANDS.because, ())
_ACTED = End(clocks.RETENTION, "preservation ended", retention.ACTED.because, ())
_ENDS = {
    Status.IN_EFFECT: _PRESERVED,
    Status.REINSTATED: _PRESERVED,
    Status.REFUSED: _KEPT,
    Status.DISMISSED: _KEPT,
    Status.CLARIFYING: _KEPT,
}
UNTIL_SOMEBODY_LOOKED = timedelta(minutes=5)
"""How long to wait before looking again whether a jump of the clock was settled."""
_ARROWS = frozenset(arrow.event for arrow in (*PROCEDURE, *ABOUT_USERS))


def hold_until_period_ends(work: UnitOfWork, row: Case, parts: Parts) -> None:
    """Put the legal period on every exhibit of the case that has none yet."""
    until = clocks.due(row.id.hex, clocks.PRESERVE)
    if until is None:
        return
    parts.vault.hold_all(work, row.id.hex, because="2021/784 Art 6(2)", until=until)


def period_over(row: Case, at: Instant) -> bool:
    """Whether the period that this case waits for, and every extension of it, is over."""
    until = clocks.due(row.id.hex, _end(row).clock)
    return until is not None and at >= until


def _end(row: Case) -> End:
    """What ends a case where it stands: nothing that a demand about users left is preserved under Article 6."""
    if row.instrument in about_users():
        return _KEPT
    acted = _ENDS[Status(row.status)]
    return _ACTED if acted is _PRESERVED and customs.acts_by_other_law(row) else acted


def erase_if_due(row: Case, parts: Parts) -> bool | timedelta | None:
    """Erase what is kept when its period is over and nothing else holds it; while something does, look daily."""
    case = row.id.hex
    if not _time_has_come(row, parts.clock.now()):
        return None
    if not clocks.surely_over(case, _end(row).clock):
        return UNTIL_SOMEBODY_LOOKED
    try:
        _erase(case, parts)
    except (HoldStands, PeriodRunning):
        return timedelta(days=1)
    return True


def _time_has_come(row: Case, at: Instant) -> bool:
    over = Status(row.status) in _ENDS and period_over(row, at)
    return over and not transparency.has_open_complaint(row.id.hex)


def _erase(case: str, parts: Parts) -> None:
    with parts.work() as work:
        locked = store.locked(case)
        if not _time_has_come(locked, work.at):
            return  # since we looked it was erased already, or a complaint, an answer or a longer period came in
        end = _end(locked)
        if end.clock == clocks.RETENTION:
            _say_how_long(work, case, parts)
        gone = tuple(entry.entry for entry in audit.entries_of(case) if _goes(entry))
        erased = parts.vault.erase(work, case, because=end.because, citations=end.citations, documents=gone)
        store.move(locked, end.event, erased.entry, needs_person=False, due_at=None, due_duty="")
        store.end_thread(case, erased.entry)
        received.forget(case, erased.entry)
        clocks.meet(work, locked, end.clock, "erased")
        parts.hunting.forget(looking.disabled_items(case))  # last: should the rest be lost, it is due again


def _goes(entry: audit.EntryRow) -> bool:
    """Whether a document's body is erased with the exhibits; what remains of it is its leaf and what that commits to.

    Houses of the first version wrote their notes as moves that are no arrow of the procedure.
    """
    if entry.body is None:
        return False
    noted = entry.kind == CaseMove.kind and CaseMove.from_canonical(entry.body).event not in _ARROWS
    return noted or entry.kind in lasting.ERASED


def _say_how_long(work: UnitOfWork, case: str, parts: Parts) -> None:
    """The vault erases nothing without a period that was stated for it; this one was not of the law's making."""
    until = clocks.due(case, clocks.RETENTION)
    for custody in parts.vault.exhibits(case):
        if not custody.erased:
            parts.vault.hold(work, case, custody.exhibit.digest, because=retention.DEMANDS.because, until=until)
