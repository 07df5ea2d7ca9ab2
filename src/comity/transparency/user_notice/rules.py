"""May the user be told? Judged from the law, the demand's form, what happened, and the hour: from nothing else. Pure.

So a case in which silence lasts cannot be told by this judgement from one in which nothing is due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from comity import law
from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.clock.calendars import months_later
from comity.casefile.documents.assessment import Certainty
from comity.casefile.documents.base import Json
from comity.transparency.user_notice.book import FACTS, Row, Tell, rows

Events = Mapping[str, Sequence[Instant]]
"""By name: ``received_at``, ``effect_given_at``, ``delay_ordered_at``, ``delay_extended_at``, ``secrecy_ordered_at``,
``secrecy_until`` (ends that a court set since), ``secrecy_lifted_at``.
"""
_NOBODY = Row(
    id="NO1", tell=Tell.PERSON, citations=(), certainty=Certainty.UNCONFIRMED, why="No rule about this law is known."
)
_EVERYWHERE = timedelta(hours=36)
"""When a day that began in UTC has ended all over the world."""
_DATE = 10


@dataclass(frozen=True)
class Verdict:
    """Whether the user may be told, by which row, and why."""

    tell: Tell
    rule: str
    why: str
    citations: tuple[str, ...]
    certainty: Certainty
    until: Instant | None = None
    """For *not yet*: when the silence ends, where an instant is known."""
    look_again_at: Instant | None = None
    """For silence without an end: when a person asks whether it still holds."""


@dataclass(frozen=True)
class _Found:
    """Facts, and the instants behind them."""

    facts: Mapping[str, str]
    ends: Mapping[str, Instant | None]


def verdict(instrument: str, form: Json, events: Events, at: Instant) -> Verdict:
    """Whether the user of a demand under ``instrument`` may be told at an instant.

    ``form`` is the demand's as it was received. What cannot be read counts as silence without an end.
    """
    known = rows().get(instrument)
    if known is None:
        return _said(_NOBODY, Tell.PERSON, {}, events, at)
    found = _found(instrument, form, events, at)
    row = next(row for row in known if row.fits(found.facts))
    tell = Tell.PERSON if row.certainty is Certainty.UNCONFIRMED else row.tell
    return _said(row, tell, found.ends, events, at)


def _said(row: Row, tell: Tell, ends: Mapping[str, Instant | None], events: Events, at: Instant) -> Verdict:
    endless = tell is Tell.NOT_YET and not row.until
    return Verdict(
        tell=tell,
        rule=row.id,
        why=row.why,
        citations=row.citations,
        certainty=row.certainty,
        until=ends.get(row.until) if tell is Tell.NOT_YET else None,
        look_again_at=_next_year(events, at) if endless else None,
    )


def _found(instrument: str, form: Json, events: Events, at: Instant) -> _Found:
    reading = law.instrument(instrument).order_form.read(form)
    typed = {key: None if key in reading.faulty else value for key, value in reading.values.items()}
    gag, gag_ends = _gag(form, typed, events, at)
    delay_ends = _delay(events)
    named = _moment(form, typed, "recipients_informed_by")
    kind = str(typed.get("process", "")).lower()
    facts = {
        "gag": gag,
        "delay": "none" if delay_ends is None else "running" if at < delay_ends else "over",
        "effect": "given" if _since("effect_given_at", events, at) else "pending",
        "named": _reached(form, named, at),
        "criminal": "yes" if _ticked(form, typed, "criminal") else "no",
        "kind": kind if kind in FACTS["kind"] else "other",
    }
    return _Found(facts, {"gag": gag_ends, "delay": delay_ends, "named": named})


def _gag(form: Json, typed: Mapping[str, Any], events: Events, at: Instant) -> tuple[str, Instant | None]:
    """Silence by the form or by a court since; the last end counts, and what has no readable end has none."""
    until = _moment(form, typed, "secrecy_until")
    ends = [*events.get("secrecy_until", ()), *([until] if until else [])]
    stated = form.get("secrecy_until") not in (None, "") or _ticked(form, typed, "nondisclosure")
    ordered = events.get("secrecy_ordered_at", ())
    if not (stated or ends or ordered):
        return "none", None
    lifted = _since("secrecy_lifted_at", events, at)
    if lifted and max(lifted) >= max(ordered, default=max(lifted)):
        return "ended", None
    if not ends:
        return "endless", None
    return ("until" if at < max(ends) else "ended"), max(ends)


def _delay(events: Events) -> Instant | None:
    """The end of delayed notice by 18 USC 2705(a), with each extension that was ordered."""
    if not events.get("delay_ordered_at"):
        return None
    names = ("delay_ordered_at", "delay_extended_at")
    found = law.deadline("us-sca", "delayed_notice", {name: tuple(events[name]) for name in names if events.get(name)})
    assert found is not None  # it begins with the order
    return found.due_at


def _reached(form: Json, named: Instant | None, at: Instant) -> str:
    """Whether the time that the authority set has come; one that cannot be read lies ahead."""
    if form.get("recipients_informed_by") in (None, ""):
        return "none"
    return "reached" if named is not None and named <= at else "ahead"


def _moment(form: Json, typed: Mapping[str, Any], key: str) -> Instant | None:
    """A time of the form; a mere day is over when it is over everywhere."""
    raw, value = form.get(key), typed.get(key)
    if isinstance(value, Instant):
        return value.plus(_EVERYWHERE) if isinstance(raw, str) and len(raw.strip()) == _DATE else value
    try:
        return Instant.parse(str(raw))
    except InvalidInstant:
        return None


def _ticked(form: Json, typed: Mapping[str, Any], key: str) -> bool:
    """Whether a box is ticked; whatever stands there that is not a plain *no* counts as *yes*."""
    read = typed.get(key)
    return read is True or (read is not False and form.get(key) not in (None, "", False))


def _since(name: str, events: Events, at: Instant) -> list[Instant]:
    """The events of this name that have happened."""
    return [one for one in events.get(name, ()) if one <= at]


def _next_year(events: Events, at: Instant) -> Instant:
    """The next anniversary of receipt."""
    begun = min(events.get("received_at", ()), default=at)
    years = max(1, at.utc.year - begun.utc.year)
    due = months_later(begun, 12 * years)
    return due if at < due else months_later(begun, 12 * (years + 1))
