"""How time and documents are laid out for the eye. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.documents import Json
from comity.casefile.documents.assessment import Finding, Outcome
from comity.casefile.documents.demand import Demand

_HOT = timedelta(minutes=15)
_SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Remaining:
    """Time left until an instant, in words, and how urgent it is: late, hot, soon or calm."""

    words: str
    urgency: str


def remaining(due: Instant, now: Instant) -> Remaining:
    """Say how long until ``due``, to the second below ten minutes, coarser beyond."""
    left = due.since(now)
    if left < timedelta(0):
        return Remaining(_("late by %(length)s") % {"length": length_words(-left)}, "late")
    urgency = "hot" if left <= _HOT else "soon" if left <= _SOON else "calm"
    return Remaining(_("%(length)s left") % {"length": length_words(left)}, urgency)


def length_words(length: timedelta) -> str:
    """A length of time in its two largest units that matter."""
    seconds = int(length.total_seconds())
    days, hours, minutes = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60
    if days >= 3:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if days:
        return _("%(d)d d %(h)d h") % {"d": days, "h": hours}
    if hours:
        return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes}
    if minutes >= 10:
        return _("%(m)d min") % {"m": minutes}
    return _("%(m)d min %(s)02d s") % {"m": minutes, "s": seconds % 60}


def author_offset(demand: Demand) -> int:
    """Minutes east of UTC in which the order states its times, so that both sides read the same clock; else zero."""
    if demand.times.sent_at is not None and demand.times.sent_at.offset_minutes:
        return demand.times.sent_at.offset_minutes
    try:
        return Instant.parse(str(demand.form.get("issued_at", ""))).offset_minutes
    except InvalidInstant:
        return 0


def by_outcome(findings: Iterable[Finding]) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
    """What fails first, then what nobody knows, then what holds; empty groups are left out."""
    every = tuple(findings)
    order = (Outcome.FAILS, Outcome.UNDETERMINED, Outcome.HOLDS)
    groups = ((outcome.value, tuple(f for f in every if f.outcome is outcome)) for outcome in order)
    return tuple(group for group in groups if group[1])


def proposed_reasons(findings: Iterable[Finding], proposed: str) -> str:
    """Reasons to start from: what fails or is unknown, each with its article; for an order in good form, why it is."""
    chosen = [f for f in findings if f.outcome is not Outcome.HOLDS]
    if proposed == "comply" and not any(f.outcome is Outcome.FAILS for f in chosen):
        return _("The order is complete and nothing speaks against carrying it out (2021/784 Art 3(3), 3(4)).")
    return "\n".join(f"{f.why} ({', '.join(f.citations)})" for f in chosen[:12])


def addresses(form: Json) -> tuple[str, ...]:
    """The addresses that an order names, each once, in its order."""
    places = form.get("content_locations")
    urls = (place.get("url") for place in places if isinstance(place, dict)) if isinstance(places, list) else ()
    return tuple(dict.fromkeys(url for url in urls if isinstance(url, str) and url))


def text_of(value: object) -> str:
    """A value of a form as a person reads it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, list):
        return "; ".join(text_of(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text_of(part)}" for name, part in value.items())
    return str(value)


def flat(form: Json, prefix: str = "") -> dict[str, object]:
    """The form's fields by dotted key; lists of values stay whole."""
    found: dict[str, object] = {}
    for name, value in form.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            found.update(flat(value, f"{key}."))
        else:
            found[key] = value
    return found
