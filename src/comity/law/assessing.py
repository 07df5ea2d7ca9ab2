"""An order judged by one law: findings, deadlines, what is unknown, which routes are open, the answer and its
proposal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from comity.casefile.clock import Instant
from comity.casefile.clock.calendars import elapsed, months_later
from comity.casefile.documents.assessment import Assessment, Deadline, Finding, Outcome, Route
from comity.law import conflicts, fieldtypes
from comity.law.alike import Known, likeness
from comity.law.calendars import Calendar, calendars
from comity.law.errors import UnusableOrderError
from comity.law.evaluator import Ruling, Value
from comity.law.forms import FormReading
from comity.law.library import INSTRUMENTS, Instrument, instrument
from comity.law.provider import Provider
from comity.law.verdicts import Verdict
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
    known = likeness(law.id).known(view)
    issued = reading.values.get(law.tables.events_from.get("issued_at", ""))
    moment = issued if issued is not None and known.facts.get("order.issued_at") == "plausible" else received
    verdict, picture = _decided(law, view, known, moment)
    deadlines = _deadlines(verdict, events, calendar)
    assessment = Assessment.sure(
        instrument=law.id,
        law_version=law.law_version,
        received_at=Instant(received.utc),
        answer=verdict.answer,
        proposed=verdict.proposed,
        findings=_noted(verdict, view),
        deadlines=tuple(deadlines.values()),
        unknown=verdict.unknown,
        routes=_dated(verdict, deadlines),
    )
    labels = law.labels if picture is None else {**conflicts.labels(), **law.labels}
    return Judgement(assessment, verdict.by_id, known.facts, labels, reading, received, moment, picture)


def _decided(law: Instrument, view: View, known: Known, moment: Instant) -> tuple[Verdict, conflicts.Picture | None]:
    """What the law of that moment says on the facts, weighed with every other law that may bind or bar."""
    utc = moment.utc
    laws = law.at(utc), conflicts.shelf().at(utc) if law.tables.weighs_other_laws else None
    found = known.decided.get(laws)
    if found is None:
        found = known.decided[laws] = _decide(law, view, known, utc)
    return found


def _decide(law: Instrument, view: View, known: Known, utc: datetime) -> tuple[Verdict, conflicts.Picture | None]:
    verdict = law.at(utc).verdict(known.facts)
    if not law.tables.weighs_other_laws:
        return verdict, None
    wanted = conflicts.wanted(view, conflicts.usual_mode(law.id))
    picture = conflicts.picture(law.id, conflicts.facts_of(view), wanted, utc)
    return conflicts.weigh(verdict, picture), picture


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
    found["transport_received_at"] = (received if received.original.tzinfo is UTC else Instant(received.utc),)
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


def _noted(verdict: Verdict, view: View) -> tuple[Finding, ...]:
    """The tables' findings, with what exactly was wrong in this order."""
    findings = list(verdict.findings)
    for i, facts in verdict.amiss:
        notes = view.words(facts)
        if notes:
            findings[i] = findings[i].but(why=f"{findings[i].why} {' '.join(notes)}")
    return tuple(findings)


def _deadlines(
    verdict: Verdict, events: Mapping[str, Sequence[Instant]], calendar: Calendar | None
) -> dict[str, Deadline]:
    found = {}
    for period in verdict.clocks:
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
    if len(known) == 1:
        return known[0]
    return max(known, key=lambda one: received.utc.astimezone(one.zone).utcoffset() or timedelta(), default=None)


def _dated(verdict: Verdict, deadlines: Mapping[str, Deadline]) -> tuple[Route, ...]:
    """Every route, with the end of the first of its periods that runs."""
    found = list(verdict.undated)
    for i, periods in verdict.open_until:
        due = next((deadlines[period].due_at for period in periods if period in deadlines), None)
        found[i] = found[i] if due is None else found[i].but(due_at=due)
    return tuple(found)
