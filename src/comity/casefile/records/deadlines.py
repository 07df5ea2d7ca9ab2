"""Deadlines: instants that the law sets, kept as rows, fired by a ticker, changed only by entries.

The life of a deadline: it is set *running*, gives its warnings, and ends *met*, *missed* or *cancelled*; while it is
*suspended* it has no due instant, and *restart* gives it a new one, which the law room computed.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.record import DeadlineEntry
from comity.casefile.records import deadline_store as store
from comity.casefile.records.errors import DeadlineRefused
from comity.casefile.records.jobs import Deferred, defer_all
from comity.casefile.records.work import UnitOfWork, must_be_open, record, record_all, unit_of_work

TICKER = "system:ticker"
_SEPARATOR = " · "
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WARNED, MISSED, ENDED = "the warning before it", "it passed without being met", "the period ended"


class State(enum.Enum):
    """Where a deadline stands. The database knows the same five."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class DeadlineRow:
    """A deadline to be set."""

    name: str
    """Its identifier in the law room, for example ``remove_or_disable``; one of a name runs in a case at a time."""
    duty: str
    """What is due, in words."""
    instrument: str
    citations: tuple[str, ...]
    due_at: Instant
    computation: tuple[str, ...]
    """How the instant follows from its trigger, in words, one step a line."""
    warn_at: tuple[Instant, ...] = ()
    ends: bool = False
    """A period whose end is awaited (non-disclosure, preservation), not a duty: at its end it is met, never missed."""
    wakes: bool = False
    """Whether the docket's job runs for the case when this fires."""
    id: str = field(default_factory=new_id)


@dataclass(frozen=True)
class Anew:
    """What a restarted deadline is due by, and why."""

    due_at: Instant
    computation: tuple[str, ...]
    warn_at: tuple[Instant, ...] = ()


@dataclass(frozen=True)
class Standing:
    """A deadline as it stands."""

    id: str
    case: str
    name: str
    duty: str
    instrument: str
    citations: tuple[str, ...]
    computation: tuple[str, ...]
    state: State
    due_at: Instant | None
    warn_at: tuple[Instant, ...]
    entry: str
    """The entry of its last change."""


class Fired(NamedTuple):
    """What the ticker did: a warning given, a duty missed, a period ended."""

    id: str
    case: str
    name: str
    change: str
    """``warned``, ``missed`` or, for a period, ``met``."""
    due_at: Instant
    entry: str


def set_deadline(work: UnitOfWork, case: str, deadline: DeadlineRow, entry: str) -> str:
    """Set a deadline running. ``entry`` is the entry that triggers it; returns the deadline's own entry.

    Warnings that are past already are not given. Raises ``DeadlineRefused`` when one of that name is open in the case.
    """
    return set_deadlines(work, case, [deadline], entry)[0]


def set_deadlines(work: UnitOfWork, case: str, rows: Sequence[DeadlineRow], entry: str) -> list[str]:
    """``set_deadline`` for several with one trigger; gives their entries."""
    said = [_said(case, row.name, "set", row.due_at, _SEPARATOR.join(row.computation)) for row in rows]
    made = record_all(work, case, DeadlineEntry.kind, said)
    written = [_inserted(work, case, row, entry, own) for row, own in zip(rows, made, strict=True)]
    if written and not store.insert(written):
        raise DeadlineRefused(f"{', '.join(row.name for row in rows)}: open in this case already")
    return made


def _inserted(work: UnitOfWork, case: str, deadline: DeadlineRow, trigger: str, entry: str) -> dict[str, Any]:
    warnings = _pending(deadline.warn_at, work.at, deadline.due_at)
    return {
        "id": deadline.id,
        "case": case,
        "name": deadline.name,
        "duty": deadline.duty,
        "instrument": deadline.instrument,
        "citations": list(deadline.citations),
        "triggered_by": trigger,
        "computation": list(deadline.computation),
        "ends": deadline.ends,
        "wakes": deadline.wakes,
        "due_at": deadline.due_at.utc,
        "warn_at": warnings,
        "next_at": min([*warnings, deadline.due_at.utc]),
        "entry": entry,
    }


def suspend(work: UnitOfWork, case: str, name: str, because: str) -> str:
    """Stop a running deadline: it is due no more until it is restarted. Returns the entry."""
    _claim(work, case, name, State.RUNNING)
    made = _enter(work, case, name, "suspended", None, because)
    store.change(case, name, store.Change(made, State.SUSPENDED.value))
    return made


def restart(work: UnitOfWork, case: str, name: str, because: str, anew: Anew) -> str:
    """Let a suspended deadline run again, until the instant that the law now sets. Returns the entry."""
    _claim(work, case, name, State.SUSPENDED)
    words = _SEPARATOR.join((because, *anew.computation))
    made = _enter(work, case, name, "restarted", anew.due_at, words)
    warnings = _pending(anew.warn_at, work.at, anew.due_at)
    next_at = min([*warnings, anew.due_at.utc])
    running = State.RUNNING.value
    store.change(case, name, store.Change(made, running, anew.due_at.utc, tuple(warnings), next_at, anew.computation))
    return made


def meet(work: UnitOfWork, case: str, name: str, because: str) -> str:
    """What was due is done. Raises ``DeadlineRefused`` when it is not open, for instance missed already."""
    return _settle(work, case, name, State.MET, because)


def meet_if_open(work: UnitOfWork, case: str, name: str, because: str) -> str | None:
    """``meet`` where it is open, missed ones and unknown ones left as they are; gives the entry, if one was made."""
    must_be_open(work)
    found = store.lock(case, name)
    return None if found is None else _settled(work, case, name, State.MET, because, found[1])


def cancel(work: UnitOfWork, case: str, name: str, because: str) -> str:
    """It is due no more. Raises ``DeadlineRefused`` when it is not open."""
    return _settle(work, case, name, State.CANCELLED, because)


def deadlines_of(case: str) -> list[Standing]:
    """Every deadline that a case ever had, the earliest due first, suspended ones last."""
    return [
        Standing(
            id=row[0],
            case=row[1],
            name=row[2],
            duty=row[3],
            instrument=row[4],
            citations=tuple(row[5]),
            computation=tuple(row[6]),
            state=State(row[7]),
            due_at=None if row[8] is None else Instant(row[8]),
            warn_at=tuple(map(Instant, row[9])),
            entry=row[10],
        )
        for row in store.of_case(case)
    ]


def fire_due(now: Instant, batch: int = 500, *, task: str | None = None) -> list[Fired]:
    """Fire what is due at ``now``, at most ``batch`` rows, in a unit of work of its own, each with its entry.

    For every case of which a row that *wakes* fired, ``task`` is deferred with it: ``task(case=...)``, locked by case.
    Any number of tickers may call this at once; none fires what another does.
    """
    with unit_of_work(now, TICKER) as work:
        rows = store.fire(work.at.utc, batch, TICKER, {"warned": WARNED, "missed": MISSED, "ended": ENDED})
        if task is not None:
            woken = dict.fromkeys(row[1] for row in rows if row[6])
            defer_all(Deferred(task, {"case": case}, lock=case) for case in woken)
    return [
        Fired(id_, case, name, change, Instant(_EPOCH + timedelta(microseconds=due)), entry)
        for id_, case, name, change, due, entry, _ in rows
    ]


def _enter(work: UnitOfWork, case: str, name: str, change: str, due_at: Instant | None, because: str) -> str:
    return record(work, case, DeadlineEntry.kind, _said(case, name, change, due_at, because))


def _said(case: str, name: str, change: str, due_at: Instant | None, because: str) -> bytes:
    moment = None if due_at is None else Instant(due_at.utc)
    return DeadlineEntry(case=case, deadline=name, change=change, due_at=moment, because=because).canonical()


def _claim(work: UnitOfWork, case: str, name: str, *states: State) -> Instant | None:
    """Lock the open deadline of that name; refuse when there is none in one of ``states``."""
    must_be_open(work)
    found = store.lock(case, name)
    if found is None or State(found[0]) not in states:
        where = "not open" if found is None else found[0]
        raise DeadlineRefused(f"{name} is {where} in this case")
    return None if found[1] is None else Instant(found[1])


def _settle(work: UnitOfWork, case: str, name: str, state: State, because: str) -> str:
    due_at = _claim(work, case, name, State.RUNNING, State.SUSPENDED)
    return _settled(work, case, name, state, because, None if due_at is None else due_at.utc)


def _settled(work: UnitOfWork, case: str, name: str, state: State, because: str, due_at: datetime | None) -> str:
    made = _enter(work, case, name, state.value, None if due_at is None else Instant(due_at), because)
    store.change(case, name, store.Change(made, state.value, due_at))
    return made


def _pending(warnings: tuple[Instant, ...], now: Instant, due_at: Instant) -> list[datetime]:
    return sorted({warning.utc for warning in warnings if now < warning < due_at})
