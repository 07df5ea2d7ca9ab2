"""How long what was told of a threat is kept, and its end: no law sets a period, so the provider does."""

from __future__ import annotations

from datetime import timedelta

from comity.casefile import audit
from comity.casefile.audit.errors import NotInCheckpoint
from comity.casefile.documents import lasting
from comity.casefile.documents.answer import FormReply
from comity.casefile.evidence.errors import HoldStands, PeriodRunning
from comity.casefile.records import UnitOfWork, deadlines
from comity.docket import beside, clocks
from comity.docket.ending import UNTIL_SOMEBODY_LOOKED
from comity.docket.parts import Parts
from comity.docket.retention import Kept
from comity.docket.threats import store
from comity.docket.threats.models import State

THREATS = Kept(
    "threats",
    "P12M",
    "what authorities were told of threats to life",
    "Long enough to answer the authority that was told, a court, or whoever asks whether we informed in time.",
)
_SOON, _DAILY = timedelta(seconds=1), timedelta(days=1)


def keep(work: UnitOfWork, file: str, parts: Parts, entry: str) -> None:
    """Let the period of a settled threat run from now."""
    beside.begin(work, file, THREATS, parts, entry)


def holds(file: str) -> bool:
    """Whether a file is a threat's."""
    return store.by_file(file) is not None


def end(file: str, parts: Parts) -> timedelta | None:
    """Erase what is due; gives how long to wait where it must be looked at again."""
    now, period = parts.clock.now(), clocks.awaited(file, clocks.RETENTION)
    if period is None or period.due_at is None:
        return None
    if now < period.due_at:
        early = clocks.fired_early(file, now)
        return min(early, _DAILY) if early else None
    try:
        if not clocks.surely_over(file, clocks.RETENTION):
            return UNTIL_SOMEBODY_LOOKED
        with parts.work() as work:
            _erase(work, file, parts)
    except NotInCheckpoint:
        return _SOON
    except (HoldStands, PeriodRunning):
        return _DAILY
    return None


def _erase(work: UnitOfWork, file: str, parts: Parts) -> None:
    """The forms, sealed and as data, are erased; who told whom when stays."""
    row = store.by_file(file, locked=True)
    if row is None or row.state not in (State.INFORMED.value, State.NO_THREAT.value):
        return
    deadlines.meet_if_open(work, file, clocks.RETENTION, "its end was seen")
    kinds = lasting.ERASED | {FormReply.kind}
    gone = tuple(one.entry for one in audit.entries_of(file) if one.body is not None and one.kind in kinds)
    standing = [one for one in parts.vault.exhibits(file) if not one.erased]
    if standing:
        parts.vault.hold_all(work, file, because=THREATS.because, until=work.at)
        parts.vault.erase(work, file, because=THREATS.because, citations=(), documents=gone)
    else:
        beside.certify(work, file, gone, THREATS.because)
    store.change(row, store.enter(work, row, "closed", THREATS.because, None), state=State.CLOSED.value)
