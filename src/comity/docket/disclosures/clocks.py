"""The clocks of a demand about users: what the law room computed, set as it stands, set anew as it changes."""

from __future__ import annotations

from datetime import datetime

from comity import law
from comity.casefile.audit import Entered
from comity.casefile.documents.assessment import Assessment, Deadline
from comity.casefile.records import UnitOfWork, deadlines
from comity.casefile.records.deadlines import DeadlineRow, Standing, State
from comity.decision.urgency.after import REVIEW
from comity.docket.clocks import NextClock
from comity.docket.disclosures.breach import NOTIFY
from comity.docket.models import Case

PRODUCE = ("produce", "produce_notified", "produce_in_emergency", "produce_confirmed", "answer")
"""The clocks that an answer meets, whichever the law sets."""
OBSTACLE = ("annex_3", "annex_3_in_emergency", "report_obstacle")
"""Those that telling the authority what stands in the way meets."""
_SILENCE = frozenset({"delayed_notice", "silence_ends"})
_OPEN = (State.RUNNING, State.SUSPENDED)


def set_all(work: UnitOfWork, row: Case, assessment: Entered[Assessment]) -> NextClock:
    """Set every clock of an assessment; an open one that now ends elsewhere is replaced, one that is gone cancelled."""
    case = row.id.hex
    known = deadlines.deadlines_of(case)
    standing = {one.name: one for one in known if one.state in _OPEN}
    met = {one.name for one in known if one.state is State.MET}
    computed = {one.id: one for one in assessment.document.deadlines}
    ours = {name: old for name, old in standing.items() if name in _of_law(row)}
    stale = {name for name, old in ours.items() if _ends_elsewhere(old, computed.get(name))}
    for name in sorted(stale):
        deadlines.cancel(work, case, name, "the law sets another end" if name in computed else "it does not run now")
    fresh = [_row(row, one) for name, one in computed.items() if name in stale or name not in met | standing.keys()]
    deadlines.set_deadlines(work, case, fresh, assessment.entry)
    return next_clock(case)


def run_on(work: UnitOfWork, row: Case, assessment: Entered[Assessment]) -> NextClock:
    """After an answer: the ends of keeping as the law computes them now; every other clock as it stands."""
    case = row.id.hex
    standing = {one.name: one for one in deadlines.deadlines_of(case) if one.state in _OPEN and _keeps(one.name)}
    computed = {one.id: one for one in assessment.document.deadlines if _keeps(one.id)}
    stale = {name for name, old in standing.items() if _ends_elsewhere(old, computed.get(name))}
    for name in sorted(stale):
        deadlines.cancel(work, case, name, "the law sets another end" if name in computed else "it does not run now")
    fresh = [_row(row, computed[name]) for name in sorted(stale) if name in computed]
    deadlines.set_deadlines(work, case, fresh, assessment.entry)
    return next_clock(case)


def next_clock(case: str) -> NextClock:
    """The next duty that runs against us; periods whose end we await are none."""
    running = [one for one in deadlines.deadlines_of(case) if one.state is State.RUNNING and _is_duty(one)]
    first = min(running, key=_due, default=None)
    return NextClock(_due(first), first.name) if first else NextClock(None, "")


def meet(work: UnitOfWork, row: Case, names: tuple[str, ...], because: str) -> None:
    """Duties that are done, as far as their clocks run."""
    for name in names:
        deadlines.meet_if_open(work, row.id.hex, name, because)


def cancel(work: UnitOfWork, row: Case, because: str) -> None:
    """Nothing is due any more, but for a breach: that does not end with the demand."""
    for one in deadlines.deadlines_of(row.id.hex):
        if one.state in _OPEN and one.name != NOTIFY:
            deadlines.cancel(work, row.id.hex, one.name, because)


def suspend(work: UnitOfWork, row: Case, names: tuple[str, ...], because: str) -> None:
    """Duties that stand still while a question or an objection is open."""
    for one in deadlines.deadlines_of(row.id.hex):
        if one.name in names and one.state is State.RUNNING:
            deadlines.suspend(work, row.id.hex, one.name, because)


def _of_law(row: Case) -> frozenset[str]:
    """The clocks that the instrument itself knows; the provider's own periods are others' to change."""
    return frozenset(law.instrument(row.instrument).periods) - {NOTIFY}


def _ends_elsewhere(old: Standing, new: Deadline | None) -> bool:
    return new is None or old.due_at is None or old.due_at.utc != new.due_at.utc


def awaited(instrument: str, name: str) -> bool:
    """Whether the end of this clock is awaited (of keeping, of silence, of others' time), or it is a duty of ours."""
    if name == REVIEW:
        return False
    period = law.instrument(instrument).periods.get(name)
    return period is None or _keeps(name) or name in _SILENCE or not period.definition.duties


def _keeps(name: str) -> bool:
    """Whether its end is that of keeping, not a time until which it must have begun."""
    return name.startswith("preserve") and name != "preserve_at_once"


def _is_duty(one: Standing) -> bool:
    return one.due_at is not None and not awaited(one.instrument, one.name)


def _due(one: Standing) -> datetime:
    assert one.due_at is not None  # it runs
    return one.due_at.utc


def _row(row: Case, deadline: Deadline) -> DeadlineRow:
    period = awaited(row.instrument, deadline.id)
    return DeadlineRow(
        name=deadline.id,
        duty=deadline.duty,
        instrument=row.instrument,
        citations=deadline.citations,
        due_at=deadline.due_at,
        computation=deadline.computation,
        warn_at=law.warnings(row.instrument, deadline.id, deadline.due_at),
        ends=period,
        wakes=period,
    )
