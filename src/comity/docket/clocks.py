"""The docket's clocks: set, suspended, restarted and met as the case moves; every change is an entry.

The law room computes; the record keeps and fires. A duty of ours that is missed stays visible as missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from comity import law
from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment, Deadline
from comity.casefile.documents.record import DeadlineEntry
from comity.casefile.records import UnitOfWork, deadlines
from comity.casefile.records.deadlines import Anew, DeadlineRow, Standing, State
from comity.docket.models import Case

SECONDS_FOR_CHECKPOINT = 5.0
HOUR = "remove_or_disable"
FEEDBACK = "feedback"
INFORM = "inform_content_provider"
PRESERVE = "preserve"
NONDISCLOSURE = "nondisclosure_end"
REINSTATE = "reinstate"
SCRUTINY = "scrutiny_request"
USER_SCRUTINY = "scrutiny_request_content_provider"
COMPLAINT = "complaint_outcome"
ACKNOWLEDGE = "acknowledge"
EFFECT = "report_effect"
INFORM_RECIPIENT = "inform_recipient"
RETENTION = "provider_retention"

_AT_RECEIPT = frozenset({HOUR, SCRUTINY, ACKNOWLEDGE})
_PERIODS = frozenset({PRESERVE, NONDISCLOSURE, SCRUTINY, USER_SCRUTINY, RETENTION})
"""Periods whose end is awaited; the others are duties."""
_WAKES = frozenset({PRESERVE, NONDISCLOSURE, RETENTION})
_OPEN = (State.RUNNING, State.SUSPENDED)


@dataclass(frozen=True)
class NextClock:
    """The next duty that runs against us."""

    due_at: object
    """A ``datetime`` for the case's row, or ``None``."""
    duty: str


def set_all(work: UnitOfWork, row: Case, assessment: Entered[Assessment]) -> NextClock:
    """Set the clocks that run from receipt; after a clarification, restart the hour that was suspended."""
    case = row.id.hex
    standing = {one.name: one for one in deadlines.deadlines_of(case)}
    hour: Deadline | None = None
    fresh: list[Deadline] = []
    for deadline in assessment.document.deadlines:
        if deadline.id not in _AT_RECEIPT:
            continue
        hour = deadline if deadline.id == HOUR else hour
        old = standing.get(deadline.id)
        if old is None or (old.state is State.MISSED and old.due_at is not None and old.due_at < deadline.due_at):
            fresh.append(deadline)
        elif old.state is State.SUSPENDED:
            deadlines.restart(work, case, deadline.id, "a new hour begins", _anew(row, deadline))
    deadlines.set_deadlines(work, case, [_new(row, one) for one in fresh], assessment.entry)
    return NextClock(hour.due_at.utc if hour else row.due_at, HOUR if hour else row.due_duty)


def start(work: UnitOfWork, row: Case, name: str, events: Mapping[str, Instant], entry: str) -> Deadline | None:
    """Set the clock ``name`` from an event of the case; one that is open already stays as it is."""
    deadline = law.deadline(row.instrument, name, events)
    _start(work, row, [deadline], entry)
    return deadline


def start_all(work: UnitOfWork, row: Case, names: Sequence[str], events: Mapping[str, Instant], entry: str) -> None:
    """``start`` for several clocks that one event sets going."""
    _start(work, row, [law.deadline(row.instrument, name, events) for name in names], entry)


def _start(work: UnitOfWork, row: Case, computed: Sequence[Deadline | None], entry: str) -> None:
    running = {one.name for one in deadlines.deadlines_of(row.id.hex) if one.state in _OPEN}
    fresh = [_new(row, one) for one in computed if one is not None and one.id not in running]
    deadlines.set_deadlines(work, row.id.hex, fresh, entry)


def begin(work: UnitOfWork, row: Case, deadline: Deadline, entry: str, *, warn_at: tuple[Instant, ...]) -> None:
    """Set a clock that the law room computed already, in the place of an open one of its name."""
    found = _standing(row.id.hex, deadline.id)
    if found is not None and found.state in _OPEN:
        deadlines.cancel(work, row.id.hex, deadline.id, "another end takes its place")
    deadlines.set_deadline(work, row.id.hex, _new(row, deadline, warn_at=warn_at), entry)


def surely_over(case: str, name: str) -> bool:
    """Whether the end of a period may be believed.

    The entry that it fired with must be inside a signed checkpoint, for the sequencer looks at the clock before it
    signs; and no jump of the clock may stand unsettled. Else a clock set to next year would tell secrets and erase.
    """
    found = _standing(case, name)
    if found is not None and found.state is State.MET:
        audit.wait_until_proven(audit.find(found.entry, DeadlineEntry), SECONDS_FOR_CHECKPOINT)
    return audit.clock_is_sane()


def replace(work: UnitOfWork, row: Case, name: str, events: Mapping[str, Instant], entry: str) -> None:
    """A clock of the case has a new end: the old one is cancelled, the new one set; both are entries."""
    found = _standing(row.id.hex, name)
    if found is not None and found.state in _OPEN:
        deadlines.cancel(work, row.id.hex, name, "a new end was set")
    start(work, row, name, events, entry)


def fired_early(case: str, now: Instant) -> timedelta | None:
    """How long until the true end of a period that a jump of the clock let fire too soon; nothing else will wake it."""
    early = [
        one.due_at.since(now)
        for one in deadlines.deadlines_of(case)
        if one.name in _WAKES and one.state is State.MET and one.due_at is not None and one.due_at > now
    ]
    return min(early, default=None)


def meet(work: UnitOfWork, row: Case, name: str, because: str) -> str | None:
    """A duty is done, if its clock still runs; gives the entry."""
    return deadlines.meet_if_open(work, row.id.hex, name, because)


def suspend_hour(work: UnitOfWork, row: Case, because: str) -> str | None:
    """Annex III went out: the hour of Article 3(3) stands still."""
    found = _standing(row.id.hex, HOUR)
    if found is None or found.state is not State.RUNNING:
        return None
    return deadlines.suspend(work, row.id.hex, HOUR, because)


def run_on(work: UnitOfWork, row: Case, hour: Deadline, because: str) -> None:
    """What made the hour stand still did not hold: it runs, until the instant that the law sets without it."""
    found = _standing(row.id.hex, hour.id)
    if found is not None and found.state is State.SUSPENDED:
        deadlines.restart(work, row.id.hex, hour.id, because, _anew(row, hour))


def cancel(work: UnitOfWork, row: Case, name: str, because: str) -> None:
    """A clock ends before its time, if it runs."""
    found = _standing(row.id.hex, name)
    if found is not None and found.state in _OPEN:
        deadlines.cancel(work, row.id.hex, name, because)


def cancel_all(work: UnitOfWork, row: Case, because: str) -> None:
    """Nothing is due any more, except what is preserved."""
    for one in deadlines.deadlines_of(row.id.hex):
        if one.state in _OPEN and one.name != PRESERVE:
            deadlines.cancel(work, row.id.hex, one.name, because)


def due(case: str, name: str) -> Instant | None:
    """When the newest clock of this name is or was due."""
    found = _standing(case, name)
    return found.due_at if found else None


def awaited(case: str, name: str) -> Standing | None:
    """A period that runs, or ran to its end; nothing where none was set or it was cancelled."""
    found = _standing(case, name)
    return found if found is not None and found.state in (State.RUNNING, State.MET) else None


def _standing(case: str, name: str) -> Standing | None:
    """The open clock of this name, else the last one that was."""
    found = [one for one in deadlines.deadlines_of(case) if one.name == name]
    return next((one for one in found if one.state in _OPEN), found[-1] if found else None)


def _new(row: Case, deadline: Deadline, *, warn_at: tuple[Instant, ...] | None = None) -> DeadlineRow:
    return DeadlineRow(
        name=deadline.id,
        duty=deadline.duty,
        instrument=row.instrument,
        citations=deadline.citations,
        due_at=deadline.due_at,
        computation=deadline.computation,
        warn_at=_warnings(row, deadline) if warn_at is None else warn_at,
        ends=deadline.id in _PERIODS,
        wakes=deadline.id in _WAKES,
    )


def _anew(row: Case, deadline: Deadline) -> Anew:
    return Anew(deadline.due_at, deadline.computation, _warnings(row, deadline))


def _warnings(row: Case, deadline: Deadline) -> tuple[Instant, ...]:
    return law.warnings(row.instrument, deadline.id, deadline.due_at)
