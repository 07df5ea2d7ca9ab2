"""What ends by itself: what was collected, packed or kept is erased when its time is over, and then the case.

Nothing of the data outlives its period: a data set goes with the package that was made of it, or at once where nothing
of it may leave; the account of what was asked, decided and given stays.
"""

from __future__ import annotations

from datetime import timedelta

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.evidence.errors import HoldStands, PeriodRunning
from comity.casefile.records import UnitOfWork, deadlines
from comity.casefile.records.deadlines import DeadlineRow
from comity.docket import clocks as common
from comity.docket import ending, retention, store
from comity.docket.disclosures import breach, keeping, packing, telling
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.execution.disclosure import holding, pulling
from comity.execution.disclosure import store as records

FETCHABLE = "package_available"
"""The clock that ends with a package; a period of the provider's own choice between 10 and 45 days."""
_CITED = ("2025/1550 Annex 3.3.3",)
_DAILY = timedelta(days=1)
DISCLOSED = retention.Kept(
    "disclosures",
    "P6M",
    "demands about users that were answered",
    "Long enough to answer the issuing authority, a court, a data-protection authority or the user about the demand; "
    "the data themselves go earlier, with their package.",
)


def offer(work: UnitOfWork, row: Case, parts: Parts, entry: str) -> None:
    """A package lies ready: its end is put on the clock, and on every data set that it was made of."""
    found = packing.packages(row.id.hex)
    until = max((one.available_until for one in found if one.available_until), default=None, key=lambda end: end.utc)
    if until is None:
        return
    _set(work, row, until, entry)
    for one in records.collections(row.id.hex):
        if one.exhibits:
            parts.vault.hold_all(work, one.collection.hex, because=_CITED[0], until=until)


def _set(work: UnitOfWork, row: Case, until: Instant, entry: str) -> None:
    clock = DeadlineRow(
        name=FETCHABLE,
        duty="The package can be fetched until now; then it and the data it was made of are erased",
        instrument=row.instrument,
        citations=_CITED,
        due_at=until,
        computation=(f"the provider lets it lie until {until.z()}; the law allows 10 to 45 days",),
        ends=True,
        wakes=True,
    )
    common.cancel(work, row, FETCHABLE, "another package lies ready")
    deadlines.set_deadline(work, row.id.hex, clock, entry)


def erase_data(work: UnitOfWork, case: str, parts: Parts, because: str) -> None:
    """Erase every data set of a case at once; raises as the vault does while a period or a hold stands."""
    for one in records.collections(case):
        standing = [custody for custody in parts.vault.exhibits(one.collection.hex) if not custody.erased]
        if standing:
            parts.vault.hold_all(work, one.collection.hex, because=because, until=work.at)
            parts.vault.erase(work, one.collection.hex, because=because, citations=_CITED)


def in_effect(row: Case, parts: Parts) -> bool | timedelta | None:
    """Ends of packages, of holds, of silence, of the case."""
    told = telling.end_silence(row, parts)
    again = told if told is not None else tidy(row, parts)
    return again if again is not None else _close(row, parts)


def over(row: Case, parts: Parts) -> bool | timedelta | None:
    """A demand that came to nothing, or waits for an answer: nothing of the data stays, and then the case ends."""
    again = tidy(row, parts)
    if again is None and ending.period_over(row, parts.clock.now()):
        _erase(row, parts, "nothing of it may leave")
    return again if again is not None else _close(row, parts)


def tidy(row: Case, parts: Parts) -> timedelta | None:
    """Let go what has ended: holds whose period is over, packages that can be fetched no longer."""
    case = row.id.hex
    with parts.work() as work:
        store.locked(case)
        sane = audit.clock_is_sane()  # a clock that jumped lets nobody's records go
        if sane:
            holding.expire(work)
    if common.awaited(case, FETCHABLE) is not None and _fetched_no_longer(case, parts):
        if not common.surely_over(case, FETCHABLE):
            return ending.UNTIL_SOMEBODY_LOOKED
        with parts.work() as work:
            pulling.erase(work, parts.vault)
        _erase(row, parts, "the package that was made of it is gone")
    again = keeping.carry(case, parts)
    waits = not sane and any(Instant(one.until) <= parts.clock.now() for one in keeping.standing(case))
    return again if again is not None or not waits else ending.UNTIL_SOMEBODY_LOOKED


def _fetched_no_longer(case: str, parts: Parts) -> bool:
    until = common.due(case, FETCHABLE)
    return until is not None and until <= parts.clock.now()


def _erase(row: Case, parts: Parts, because: str) -> None:
    try:
        with parts.work() as work:
            store.locked(row.id.hex)
            erase_data(work, row.id.hex, parts, because)
    except (HoldStands, PeriodRunning):
        return  # the next look comes with the clock of the case


def _data_stand(case: str, parts: Parts) -> bool:
    """Whether a data set of the case is still in custody: nothing would erase it once the case is closed."""
    held = (custody for one in records.collections(case) for custody in parts.vault.exhibits(one.collection.hex))
    return any(not custody.erased for custody in held)


def _close(row: Case, parts: Parts) -> bool | timedelta | None:
    """The case ends when its period is over and nothing is kept for it any more."""
    case = row.id.hex
    if breach.is_open(case):
        return _DAILY  # what must be told of it stays until somebody told it
    if ending.period_over(row, parts.clock.now()):
        if keeping.standing(case) or packing.packages(case) or _data_stand(case, parts):
            return _DAILY
        with parts.work() as work:
            keeping.erase_copies(work, case, parts)
    return ending.erase_if_due(row, parts) or common.fired_early(case, parts.clock.now())


def begin(work: UnitOfWork, row: Case, parts: Parts, entry: str) -> None:
    """Let the period of an answered demand run from now."""
    common.begin(work, row, DISCLOSED.deadline(work.at, parts), entry, warn_at=())


def notice(row: Case, parts: Parts) -> bool:
    """Tell the user, or keep silent; what was answered is then over but for what ends by itself."""
    said = telling.tell(row, parts)
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if locked.status == Status.ANSWERED.value:
            entry = store.walk(work, locked, "noticed", f"{said.tell.value}: {said.why}")
            begin(work, locked, parts, entry)
            telling.keep_silent(work, locked, said, entry)
            if not packing.keeps(locked):
                keeping.release(work, locked.id.hex, "what was asked is answered")
            work.defer("advance", lock=locked.id.hex, case=locked.id.hex)
    return True
