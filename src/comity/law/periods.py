"""Deadlines from the instrument's clocks and the events that are known, each with its computation in words."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

from comity.casefile.clock import Instant, OutsideCalendar, Period
from comity.casefile.clock.calendars import start_of_day_next_year
from comity.casefile.documents.assessment import Certainty, Deadline
from comity.law import counting
from comity.law.calendars import Calendar
from comity.law.evaluator import least_certain
from comity.law.model import ExtendedBy, PausedBy, PeriodDefinition

Events = Mapping[str, Instant | Sequence[Instant]]
_OURS = "The law gives no figure here; the length is a target of our own"


@dataclass(frozen=True, eq=False)
class CompiledPeriod:
    """One clock, ready to compute."""

    definition: PeriodDefinition
    labels: Mapping[str, str]
    length: Period | None
    warnings: tuple[Period, ...]

    @classmethod
    def of(cls, definition: PeriodDefinition, labels: Mapping[str, str]) -> CompiledPeriod:
        """Prepare a period; its lengths were checked when it was loaded."""
        length = Period.parse(definition.length) if definition.length else None
        return cls(definition, labels, length, tuple(Period.parse(text) for text in definition.warnings))

    @functools.cached_property
    def by(self) -> str:
        """Who sets the length."""
        return _OURS if self.definition.figure == "ours" else self.definition.citations[0]

    @functools.cached_property
    def moved_by(self) -> frozenset[str]:
        """Events that stop, lengthen or limit it."""
        rule = self.definition
        pauses = {event for pause in rule.paused_by for event in (pause.event, pause.until)}
        others = {rule.extended_by.event if rule.extended_by else None, rule.not_after, rule.at_least_until}
        return frozenset(pauses | {event for event in others if event is not None})

    def deadline(self, events: Events, calendar: Calendar | None = None) -> Deadline | None:
        """The deadline by the events that are known; ``None`` before it begins, while it is paused, and when it is
        met. ``calendar`` is that of the state whose days count, where days count.
        """
        started = next(filter(events.get, self.definition.starts), None)
        if started is None or any(map(events.get, self.definition.met_by)):
            return None
        start, label = _all(events, started)[0], self.labels[started]
        try:
            if self.length is not None and self.definition.before is None and self.moved_by.isdisjoint(events):
                return self._straight(self.length, start, label, calendar)
            run = _Run(self, start, events, calendar)
            due = run.walk(label)
        except OutsideCalendar:
            return None
        return None if due is None else self._deadline(due, run.steps, run.surety)

    def _straight(self, length: Period, start: Instant, label: str, calendar: Calendar | None) -> Deadline:
        """By its length alone, as most deadlines are: nothing that could move it has happened."""
        found = counting.end(self.definition.counts, length, start, calendar, self.by)
        return self._deadline(
            found.due, [f"Starts with {label}: {start.z()}", *found.steps], (self.definition.certainty, found.certainty)
        )

    def warn_at(self, due: Instant) -> tuple[Instant, ...]:
        """When people are warned before ``due``, earliest first."""
        return tuple(sorted(length.before(due) for length in self.warnings))

    def _deadline(self, due: Instant, steps: list[str], surety: Sequence[Certainty]) -> Deadline:
        certainty = surety[0] if len(set(surety)) == 1 else least_certain(surety)
        if certainty is not Certainty.OFFICIAL:
            steps.append(f"Certainty: {certainty.value}; compare with the Official Journal")
        return Deadline.sure(
            id=self.definition.id,
            duty=self.definition.duty,
            due_at=due if due.original.tzinfo is UTC else Instant(due.utc),
            citations=self.definition.citations,
            computation=tuple(steps),
            certainty=certainty,
        )


class _Run:
    """One walk through the events of a period, with its steps in words."""

    def __init__(self, period: CompiledPeriod, start: Instant, events: Events, calendar: Calendar | None) -> None:
        self.period = period
        self.rule = period.definition
        self.start = start
        self.events = events
        self.calendar = calendar
        self.steps: list[str] = []
        self.surety = [self.rule.certainty]

    def walk(self, label: str) -> Instant | None:
        """The end, or ``None`` while it is paused. Raises ``OutsideCalendar``."""
        self.steps.append(f"Starts with {label}: {self.start.z()}")
        due: Instant | None
        due = self._first_end()
        if self.rule.extended_by is not None:
            due = self._extension(due, self.rule.extended_by)
        if self.rule.paused_by:
            due = self._pauses(due)
        return None if due is None else self._limits(due)

    def _first_end(self) -> Instant:
        if self.rule.before is not None:
            due = start_of_day_next_year(self.start, *self.rule.before)
            self.steps.append(f"Due before this day of the next calendar year, begun in UTC: {due.z()}")
            return due
        if self.period.length is None:
            return self.start
        return self._counted(self.period.length, self.start, self.period.by)

    def _counted(self, length: Period, start: Instant, by: str) -> Instant:
        found = counting.end(self.rule.counts, length, start, self.calendar, by)
        self.steps.extend(found.steps)
        self.surety.append(found.certainty)
        return found.due

    def _pauses(self, due: Instant | None) -> Instant | None:
        """Walk through pauses and what follows them, in time; a pause that comes after the end pauses nothing."""
        paused: set[str] = set()
        left = timedelta()
        for at, _order, pause, stops in sorted(self._turns(), key=lambda turn: turn[:2]):
            if stops and (paused or (due is not None and at <= due)):
                paused.add(pause.event)
                left = due.since(at) if due is not None else left
                due = None
                self.steps.append(f"Stopped by {self.period.labels[pause.event]} ({pause.citation}): {at.z()}")
            elif not stops and pause.event in paused:
                paused.discard(pause.event)
                if not paused:
                    due = self._resumed(at, pause, left)
        return due

    def _resumed(self, at: Instant, pause: PausedBy, left: timedelta) -> Instant:
        self.surety.append(pause.certainty)
        label = f"{self.period.labels[pause.until]} ({pause.citation})"
        if pause.then == "anew":
            return self._anew(at, label, pause.citation)
        due = at.plus(left) if pause.then == "rest" else at
        words = "What was left runs on from" if pause.then == "rest" else "It is over with"
        self.steps.append(f"{words} {label}: {at.z()} to {due.z()}")
        return due

    def _anew(self, at: Instant, label: str, citation: str) -> Instant:
        length = self.period.length
        assert length is not None
        if self.rule.counts != "elapsed":
            self.start = at
            self.steps.append(f"Begins anew with {label}: {at.z()}")
            return self._counted(length, at, citation)
        due = length.after(at)
        self.steps.append(f"{length.words} anew from {label}: {at.z()} to {due.z()}")
        return due

    def _turns(self) -> list[tuple[Instant, int, PausedBy, bool]]:
        turns = []
        for pause in self.rule.paused_by:
            turns += [(at, 0, pause, True) for at in _all(self.events, pause.event)]
            turns += [(at, 1, pause, False) for at in _all(self.events, pause.until)]
        return turns

    def _extension(self, due: Instant, by: ExtendedBy) -> Instant:
        """One extension, decided before the end, counts from the end; a second or a late one does not."""
        decided = [at for at in _all(self.events, by.event) if at <= due]
        if not decided:
            return due
        length = Period.parse(by.length)
        extended = self._longer(due, length)
        step = f"Extended once by {length.words} ({by.citation}, decided {decided[0].z()}): {extended.z()}"
        self.steps.append(step)
        return extended

    def _longer(self, due: Instant, length: Period) -> Instant:
        """Where days are counted, those of both together, so that a day of rest at the end of the first counts once."""
        if self.rule.counts == "elapsed" or self.period.length is None:
            return length.after(due)
        days = (self.period.length.length + length.length).days
        found = counting.end(self.rule.counts, Period.parse(f"P{days}D"), self.start, self.calendar, "")
        self.surety.append(found.certainty)
        return found.due

    def _limits(self, due: Instant) -> Instant:
        labels = self.period.labels
        for stated in _all(self.events, self.rule.not_after)[-1:]:
            if stated < due:
                self.steps.append(f"Ends earlier, with {labels[str(self.rule.not_after)]}: {stated.z()}")
                due = stated
        for stated in _all(self.events, self.rule.at_least_until)[-1:]:
            if stated > due:
                self.steps.append(f"Lasts longer, until {labels[str(self.rule.at_least_until)]}: {stated.z()}")
                due = stated
        return due


def _all(events: Events, name: str | None) -> Sequence[Instant]:
    """Every instant known for an event, in time."""
    found = events.get(name) if name is not None else None
    if found is None:
        return ()
    if isinstance(found, Instant):
        return (found,)
    return found if len(found) == 1 else sorted(found)
