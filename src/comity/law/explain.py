"""What other rooms ask of the shelf beside assessing orders: articles, deadlines from events, rulings on other
subjects.
"""

from __future__ import annotations

from collections.abc import Mapping

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Deadline
from comity.law.calendars import calendars
from comity.law.errors import UnknownPeriodError, UnresolvedCitationError, UnusableOrderError
from comity.law.evaluator import Ruling, Value
from comity.law.library import INSTRUMENTS, instrument
from comity.law.periods import CompiledPeriod, Events
from comity.law.text import Article


def article_text(citation: str) -> Article:
    """The article behind a citation: title, text in our words, certainty, source; or ``UnresolvedCitationError``."""
    for identifier in INSTRUMENTS:
        found = instrument(identifier).text.get(citation)
        if found is not None:
            return found
    message = f"{citation[:80]!r} is no article on the shelf"
    raise UnresolvedCitationError(message)


def deadline(identifier: str, period: str, events: Events, state: str | None = None) -> Deadline | None:
    """A deadline of an instrument from the events that are known, with its computation. ``state`` (ISO 3166-1) names
    the state whose calendar counts, for periods of days.

    ``None`` while the period has not begun or is paused. Raises ``UnknownPeriodError``.
    """
    return _period(identifier, period).deadline(events, calendars().get(state or ""))


def warnings(identifier: str, period: str, due: Instant) -> tuple[Instant, ...]:
    """When people are warned before a deadline of this period, earliest first. Raises ``UnknownPeriodError``."""
    return _period(identifier, period).warn_at(due)


def consult(identifier: str, subject: str, facts: Mapping[str, Value], at: Instant) -> dict[str, Ruling]:
    """Rulings by table or route on a subject other than an order (``notice``, ``complaint``, …) by the law in force at
    ``at``.

    A fact that is absent is unknown. Raises ``UnusableOrderError`` for a subject, fact or value that the tables do not
    know.
    """
    law = instrument(identifier)
    epoch = law.at(at.utc)
    tables = (*epoch.findings.get(subject, ()), *epoch.routes.get(subject, ()))
    if not tables:
        raise UnusableOrderError("subject", f"{subject[:64]!r} is no subject of {identifier}")
    asked = {fact for table in tables for fact in table.facts}
    for fact, value in facts.items():
        if fact not in asked:
            raise UnusableOrderError(fact, f"is no fact that the tables on {subject} ask for")
        if value is not None and value not in law.tables.facts[fact].values:
            raise UnusableOrderError(fact, f"{value!r} is none of {law.tables.facts[fact].values}")
    return {table.table.id: table.rule(facts) for table in tables}


def _period(identifier: str, period: str) -> CompiledPeriod:
    found = instrument(identifier).periods.get(period)
    if found is None:
        message = f"{period[:64]!r} is no period of {identifier}"
        raise UnknownPeriodError(message)
    return found
