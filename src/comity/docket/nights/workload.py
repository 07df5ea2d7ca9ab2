"""What the house carried: arrivals by hour of the week, hours met and missed, and how long people took.

Drills are counted nowhere; what may be shown at all is judged in ``tally``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from comity.casefile.clock import Instant
from comity.casefile.records import figures
from comity.docket import clocks, people
from comity.docket.models import Case
from comity.docket.nights import forecast
from comity.docket.nights.errors import UnusableLoad
from comity.docket.nights.forecast import Forecast, Load
from comity.docket.nights.tally import DAYS, ENOUGH, LEAST, PARTS_OF_DAY, Shift, Stated, Workload, hours, shown, took
from comity.docket.parts import Parts
from comity.registry.duties import Duty

_MOST = 20_000


class WorkloadDesk:
    """Figures and forecasts."""

    parts: Parts

    def workload(self, viewer: str) -> Workload:
        """What the last thirteen weeks were."""
        people.member_with(viewer, Duty.READ)
        now = self.parts.clock.now()
        since = now.plus(-timedelta(days=DAYS))
        rows = list(_rows(since))
        grid = hours(Instant(row.received_at) for row in rows)
        states = figures.states_of(clocks.HOUR, [row.id for row in rows])
        missed = sum(1 for state in states.values() if "missed" in state)
        met = sum(1 for state in states.values() if "met" in state and "missed" not in state)
        looks, decisions, handled = _durations(rows)
        own = tuple(handled) if len(handled) >= ENOUGH else ()
        manual = hours(Instant(row.received_at) for row in rows if row.rule is None)
        return Workload(
            grid=grid,
            shown=sum(cell or 0 for day in grid for cell in day),
            met=shown(met),
            missed=shown(missed),
            first_look=took(looks),
            decision=took(decisions),
            shifts=tuple(_shift(manual, part, own) for part in PARTS_OF_DAY),
            samples=len(own) or None,
            since=since,
            now=now,
        )

    def forecast(self, viewer: str, stated: Stated) -> tuple[Forecast, ...]:
        """How many people a stated load takes; the last is the answer."""
        people.member_with(viewer, Duty.READ)
        own: tuple[float, ...] = ()
        if stated.shape == "own":
            handled = _durations(list(_rows(self.parts.clock.now().plus(-timedelta(days=DAYS)))))[2]
            own = tuple(handled) if len(handled) >= ENOUGH else ()
        load = Load(stated.arrivals, stated.minutes, stated.shape, own)
        return forecast.people_for(load, stated.bound, seed=stated.seed)


def _rows(since: Instant) -> Iterable[Case]:
    """Real cases, the newest first."""
    return Case.objects.filter(test=False, received_at__gte=since.utc).order_by("-received_at")[:_MOST]


def _durations(rows: Sequence[Case]) -> tuple[list[float], list[float], list[float]]:
    """Minutes from receipt to the first look, from receipt to a person's decision, from first look to decision."""
    decided = figures.instants_of([row.decision for row in rows if row.decision is not None and row.rule is None])
    looks, decisions, handled = [], [], []
    for row in rows:
        received = Instant(row.received_at)
        if row.opened_at is not None:
            looks.append(_minutes(Instant(row.opened_at), received))
        at = decided.get(row.decision) if row.decision is not None else None
        if at is not None:
            decisions.append(_minutes(at, received))
            if row.opened_at is not None and at >= Instant(row.opened_at):
                handled.append(_minutes(at, Instant(row.opened_at)))
    return looks, decisions, handled


def _minutes(later: Instant, earlier: Instant) -> float:
    return later.since(earlier).total_seconds() / 60


def _shift(grid: tuple[tuple[int | None, ...], ...], part: tuple[int, int], own: tuple[float, ...]) -> Shift:
    """A part of the day: its arrivals an hour, and people so that at most one hour in a hundred would be missed."""
    starts, ends = part
    came = sum(cell or 0 for day in grid for cell in day[starts:ends])
    if came < LEAST:
        return Shift(starts, ends, None, None)
    arrivals = came / (DAYS * (ends - starts))
    if not own:
        return Shift(starts, ends, arrivals, None)
    try:
        found = forecast.people_for(Load(arrivals, 1.0, "own", own), 0.01, seed=1)
    except UnusableLoad:
        return Shift(starts, ends, arrivals, None)
    return Shift(starts, ends, arrivals, found[-1].people)
