"""An order judged by one law: findings, deadlines, what is unknown, which routes are open, the answer and its
proposal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

from comity.casefile.clock import Instant
from comity.casefile.clock.calendars import elapsed, months_later
from comity.casefile.documents.assessment import Assessment, Deadline, Finding, Outcome, Route
from comity.law import conflicts, fieldtypes
from comity.law.calendars import Calendar, calendars
from comity.law.errors import UnusableOrderError
from comity.law.evaluator import Ruling, Value
from comity.law.forms import FormReading
from comity.law.library import INSTRUMENTS, Instrument, instrument
from comity.law.provider import Provider
from comity.law.view import View

_FROM_RECEIPT = ("receipt", "received", "notif", "service", "réception", "reception", "zustellung", "zugang", "eingang")


@dataclass(frozen=True)
class Judgement:
    """An assessment with everything that explains it."""

    assessment: Assessment
    rulings: Mapping[str, Ruling]
    """By finding or route: the rows that decided, the rows passed over and for which fact, the pivots."""
    facts: Mapping[str, Value]
    labels: Mapping[str, str]
    """What each fact asks, in words."""
    reading: FormReading
    received: Instant
    """With the offset in which it was stated."""
    moment: Instant
    """The instant whose law counted."""
    picture: conflicts.Picture | None = None
    """Every other law's word, where other laws are weighed."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """The boxes of the answering form that the rows tick by which something does not hold."""
        known = instrument(self.assessment.instrument).reasons
        found = [f.id for f in self.assessment.findings if f.outcome is not Outcome.HOLDS]
        return tuple(dict.fromkeys(known[row] for name in found for row in self.rulings[name].rows if row in known))


def recognise(order: Mapping[str, Any]) -> str:
    """The instrument of an order that does not say: the one whose form it carries. Raises ``UnusableOrderError``."""
    stated = order.get("instrument")
    if isinstance(stated, str):
        if stated in INSTRUMENTS:
            return stated
        raise UnusableOrderError("instrument", f"{stated[:64]!r} is none of {', '.join(INSTRUMENTS)}")
    shares = {identifier: _share(order, instrument(identifier)) for identifier in INSTRUMENTS}
    best = max(shares, key=lambda identifier: shares[identifier])
    if 2 * shares[best] > 1:
        return best
    raise UnusableOrderError("instrument", "is not stated, and the fields are those of no form that is known")


def _share(order: Mapping[str, Any], law: Instrument) -> Fraction:
    """How much an order carries of what tells the orders of one law from those of others."""
    marks = law.tables.recognised_by
    return Fraction(sum(law.order_form.carries(order, mark) for mark in marks), len(marks))


def assess(
    order: Mapping[str, Any], *, received: Instant, provider: Provider | None, instrument: str | None = None
) -> Assessment:
    """Assess one order; ``received`` is its receipt at the contact point, ``provider`` ``None`` when nobody said.

    Raises ``UnknownInstrumentError`` or ``UnusableOrderError`` (naming the field) and nothing else.
    """
    return judge(order, received=received, provider=provider, identifier=instrument).assessment


def judge(
    order: Mapping[str, Any], *, received: Instant, provider: Provider | None, identifier: str | None = None
) -> Judgement:
    """As ``assess``, with the explanation of every ruling."""
    law = instrument(identifier or recognise(order))
    if not fieldtypes.is_countable(received):
        raise UnusableOrderError("received", f"the year {received.original.year} is beyond any order")
    reading = law.order_form.read(order, law.besides)
    events = _events(law, order, reading, received)
    calendar = _calendar(law, reading, provider, received) if law.counts_days else None
    view = View(order, reading, provider, received, law.applies_from)
    facts = _facts(law, view)
    issued = reading.values.get(law.tables.events_from.get("issued_at", ""))
    moment = issued if issued is not None and facts.get("order.issued_at") == "plausible" else received
    verdict = law.at(moment.utc).verdict(facts)
    deadlines = _deadlines(law, verdict.by_id, events, calendar)
    findings = list(verdict.findings)
    for i, ruling in verdict.amiss:
        findings[i] = _noted(ruling, view)
    assessment = Assessment(
        instrument=law.id,
        law_version=law.law_version,
        received_at=Instant(received.utc),
        answer=verdict.answer,
        proposed=verdict.proposed,
        findings=tuple(findings),
        deadlines=tuple(deadlines.values()),
        unknown=verdict.unknown,
        routes=tuple([_dated(route, deadlines.get(period or "")) for route, period in verdict.routes]),
    )
    judgement = Judgement(assessment, verdict.by_id, facts, law.labels, reading, received, moment)
    return _weighed(judgement, view, deadlines, moment) if law.tables.weighs_other_laws else judgement


def _weighed(alone: Judgement, view: View, deadlines: Mapping[str, Deadline], moment: Instant) -> Judgement:
    """The judgement under one law, weighed with every other law that may bind, bar or open a route."""
    identifier = alone.assessment.instrument
    wanted = conflicts.wanted(view, conflicts.usual_mode(identifier))
    picture = conflicts.picture(identifier, conflicts.facts_of(view), wanted, moment.utc)
    return replace(
        alone,
        assessment=conflicts.weigh(conflicts.Alone(alone.assessment, deadlines), picture),
        rulings={**alone.rulings, **picture.rulings},
        labels={**conflicts.labels(), **alone.labels},
        picture=picture,
    )


def _facts(law: Instrument, view: View) -> dict[str, Value]:
    """Every fact that can be read from the order; what is no value of its domain is unknown."""
    facts = view.facts
    for name, reader, argument, values in law.facts_of_orders:
        value = reader(view, name, argument)
        facts[name] = value if value in values else None
    return facts


def _events(
    law: Instrument, order: Mapping[str, Any], reading: FormReading, received: Instant
) -> dict[str, Sequence[Instant]]:
    """The instants that periods count from: stated events, the form's own times, and receipt, which nothing
    overrides.
    """
    stated = order.get("events")
    if stated is not None and not isinstance(stated, dict):
        raise UnusableOrderError("events", "is not an object of times")
    found: dict[str, Sequence[Instant]] = {
        name: _instants(name, value) for name, value in (stated or {}).items() if name in law.events
    }
    for name, key in law.tables.events_from.items():
        if key in reading.values:
            found[name] = (reading.values[key],)
    found["transport_received_at"] = (received,)
    ends = _end_of_redress(reading, received)
    if ends is not None:
        found["redress_ends_at"] = (ends,)
    return found


def _instants(name: str, value: object) -> tuple[Instant, ...]:
    values = value if isinstance(value, list) else [value]
    try:
        return tuple(sorted(fieldtypes.instant(item) for item in values))
    except fieldtypes.UnreadableValue as error:
        raise UnusableOrderError(f"events.{name}", error.why) from error


def _end_of_redress(reading: FormReading, received: Instant) -> Instant | None:
    """The end of the time limit on the form, where it runs from receipt; otherwise a person reads it."""
    number, unit, start = reading.values.get("redress.deadline") or (0, "", "")
    if not any(word in start.casefold() for word in _FROM_RECEIPT):
        return None
    return months_later(received, number) if unit == "months" else elapsed(received, timedelta(**{unit: number}))


def _noted(ruling: Ruling, view: View) -> Finding:
    """The table's finding, with what exactly was wrong in this order."""
    finding = ruling.finding
    notes = [view.notes[fact] for fact in (*dict(ruling.because), *ruling.pivots) if view.notes.get(fact)]
    return finding.model_copy(update={"why": f"{finding.why} {' '.join(notes)}"}) if notes else finding


def _deadlines(
    law: Instrument,
    rulings: Mapping[str, Ruling],
    events: Mapping[str, Sequence[Instant]],
    calendar: Calendar | None,
) -> dict[str, Deadline]:
    found = {}
    for period in law.periods_of_orders:
        wanted = period.definition.applies
        if not wanted or any(rulings[table].finding.outcome in outcomes for table, outcomes in wanted.items()):
            deadline = period.deadline(events, calendar)
            if deadline is not None:
                found[deadline.id] = deadline
    return found


def _calendar(law: Instrument, reading: FormReading, provider: Provider | None, received: Instant) -> Calendar | None:
    """The calendar of the state that the order names, or else of the provider's; of several, the one whose day ends
    first.
    """
    named = reading.values.get(law.tables.calendar_from or "")
    states = (named,) if named is not None else () if provider is None else provider.states_of_service
    known = [calendars()[state] for state in states if state in calendars()]
    return max(known, key=lambda one: received.utc.astimezone(one.zone).utcoffset() or timedelta(), default=None)


def _dated(route: Route, deadline: Deadline | None) -> Route:
    return route if deadline is None else route.model_copy(update={"due_at": deadline.due_at})
