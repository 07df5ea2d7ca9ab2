"""Deadlines from the instrument's clocks and the events that are known, each with its computation in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comity.casefile.clock import Instant, OutsideCalendar, Period
from comity.casefile.clock.calendars import start_of_day_next_year
from comity.casefile.documents.assessment import Certainty, Deadline
from comity.law.evaluator import least_certain
from comity.law.model import ExtendedBy, PausedBy, PeriodDefinition

Events = Mapping[str, Instant | Sequence[Instant]]
_OURS = "The law gives no figure here; the length is a target of our own"


@dataclass(frozen=True)
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

    def deadline(self, events: Events) -> Deadline | None:
        """The deadline by the events that are known; ``None`` before it begins, while it is paused, and when it is
        met.
        """
        started = next((event for event in self.definition.starts if _all(events, event)), None)
        if started is None or any(_all(events, event) for event in self.definition.met_by):
            return None
        start = _all(events, started)[0]
        try:
            due, steps, surety = self._run(start, self.labels[started], events)
        except OutsideCalendar:
            return None
        return None if due is None else self._deadline(due, steps, surety)

    def warn_at(self, due: Instant) -> tuple[Instant, ...]:
        """When people are warned before ``due``, earliest first."""
        return tuple(sorted(length.before(due) for length in self.warnings))

    def _run(self, start: Instant, label: str, events: Events) -> tuple[Instant | None, list[str], list[Certainty]]:
        steps = [f"Starts with {label}: {start.z()}"]
        surety = [self.definition.certainty]
        due: Instant | None = self._first_end(start, steps)
        if self.definition.paused_by:
            due = self._pauses(due, events, steps, surety)
        if due is not None and self.definition.extended_by is not None:
            due = self._extension(due, self.definition.extended_by, events, steps)
        if due is not None:
            due = self._limits(due, events, steps)
        return due, steps, surety

    def _first_end(self, start: Instant, steps: list[str]) -> Instant:
        if self.definition.before is not None:
            due = start_of_day_next_year(start, *self.definition.before)
            steps.append(f"Due before this day of the next calendar year, begun in UTC: {due.z()}")
            return due
        if self.length is None:
            return start
        due = self.length.after(start)
        by = self.definition.citations[0]
        steps.append(f"Plus {self.length.words} ({_OURS if self.definition.figure == 'ours' else by}): {due.z()}")
        return due

    def _pauses(self, due: Instant | None, events: Events, steps: list[str], surety: list[Certainty]) -> Instant | None:
        """Walk through pauses and new starts in time; a pause that comes after the end pauses nothing."""
        assert self.length is not None
        paused: set[str] = set()
        for at, _order, pause, stops in sorted(self._turns(events), key=lambda turn: turn[:2]):
            if stops and (paused or (due is not None and at <= due)):
                paused.add(pause.event)
                due = None
                steps.append(f"Stopped by {self.labels[pause.event]} ({pause.citation}): {at.z()}")
            elif not stops and pause.event in paused:
                paused.discard(pause.event)
                if not paused:
                    due = self.length.after(at)
                    surety.append(pause.certainty)
                    why = f"{self.length.words} anew from {self.labels[pause.until]} ({pause.citation})"
                    steps.append(f"{why}: {at.z()} to {due.z()}")
        return due

    def _turns(self, events: Events) -> list[tuple[Instant, int, PausedBy, bool]]:
        turns = []
        for pause in self.definition.paused_by:
            turns += [(at, 0, pause, True) for at in _all(events, pause.event)]
            turns += [(at, 1, pause, False) for at in _all(events, pause.until)]
        return turns

    def _extension(self, due: Instant, by: ExtendedBy, events: Events, steps: list[str]) -> Instant:
        """One extension, decided before the end, counts from the end; a second or a late one does not."""
        decided = [at for at in _all(events, by.event) if at <= due]
        if not decided:
            return due
        length = Period.parse(by.length)
        extended = length.after(due)
        steps.append(f"Extended once by {length.words} ({by.citation}, decided {decided[0].z()}): {extended.z()}")
        return extended

    def _limits(self, due: Instant, events: Events, steps: list[str]) -> Instant:
        for stated in _all(events, self.definition.not_after)[-1:]:
            if stated < due:
                steps.append(f"Ends earlier, with {self.labels[str(self.definition.not_after)]}: {stated.z()}")
                due = stated
        for stated in _all(events, self.definition.at_least_until)[-1:]:
            if stated > due:
                steps.append(f"Lasts longer, until {self.labels[str(self.definition.at_least_until)]}: {stated.z()}")
                due = stated
        return due

    def _deadline(self, due: Instant, steps: list[str], surety: list[Certainty]) -> Deadline:
        certainty = least_certain(surety)
        if certainty is not Certainty.OFFICIAL:
            steps.append(f"Certainty: {certainty.value}; compare with the Official Journal")
        return Deadline(
            id=self.definition.id,
            duty=self.definition.duty,
            due_at=Instant(due.utc),
            citations=self.definition.citations,
            computation=tuple(steps),
            certainty=certainty,
        )


def _all(events: Events, name: str | None) -> Sequence[Instant]:
    """Every instant known for an event, in time."""
    found = events.get(name) if name is not None else None
    if found is None:
        return ()
    return (found,) if isinstance(found, Instant) else sorted(found)
