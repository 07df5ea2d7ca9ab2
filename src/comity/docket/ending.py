"""The end of a case: what was preserved is held for its legal period, then erased, with a certificate."""

from __future__ import annotations

from datetime import timedelta

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.answer import Complaint, Notice
from comity.casefile.evidence.errors import HoldStands, PeriodRunning
from comity.casefile.records import UnitOfWork
from comity.docket import clocks, store
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.transparency import service as transparency

_ENDS_FROM = (Status.IN_EFFECT.value, Status.REINSTATED.value)
CITATIONS = ("2021/784 Art 6(2)",)
UNTIL_SOMEBODY_LOOKED = timedelta(minutes=5)
"""How long to wait before looking again whether a jump of the clock was settled."""
PERSONAL = frozenset({Notice.kind, Complaint.kind})
"""Documents whose bodies are erased with the exhibits; what remains of them is their leaf and what it commits to."""


def hold_until_period_ends(work: UnitOfWork, row: Case, parts: Parts) -> None:
    """Put the legal period on every exhibit of the case that has none yet."""
    until = clocks.due(row.id.hex, clocks.PRESERVE)
    if until is None:
        return
    parts.vault.hold_all(work, row.id.hex, because="2021/784 Art 6(2)", until=until)


def period_over(row: Case, at: Instant) -> bool:
    """Whether the six months, and every extension, are over."""
    until = clocks.due(row.id.hex, clocks.PRESERVE)
    return until is not None and at >= until


def erase_if_due(row: Case, parts: Parts) -> bool | timedelta | None:
    """Erase what was preserved when its period is over and nothing else holds it; while something does, look daily."""
    case = row.id.hex
    if not _time_has_come(row, parts.clock.now()):
        return None
    if not clocks.surely_over(case, clocks.PRESERVE):
        return UNTIL_SOMEBODY_LOOKED
    try:
        _erase(case, parts)
    except (HoldStands, PeriodRunning):
        return timedelta(days=1)
    return True


def _time_has_come(row: Case, at: Instant) -> bool:
    over = row.status in _ENDS_FROM and period_over(row, at)
    return over and not transparency.has_open_complaint(row.id.hex)


def _erase(case: str, parts: Parts) -> None:
    with parts.work() as work:
        locked = store.locked(case)
        if not _time_has_come(locked, work.at):
            return  # since we looked it was erased already, or a complaint or a longer period came in
        personal = tuple(entry.entry for entry in audit.entries_of(case) if entry.kind in PERSONAL and entry.body)
        erased = parts.vault.erase(
            work, case, because="the preservation period ended", citations=CITATIONS, documents=personal
        )
        store.move(locked, "preservation ended", erased.entry, needs_person=False, due_at=None, due_duty="")
        clocks.meet(work, locked, clocks.PRESERVE, "erased")
