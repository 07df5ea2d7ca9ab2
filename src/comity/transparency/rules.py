"""Pure judgement about telling and complaining."""

from __future__ import annotations

import unicodedata

from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.documents.answer import ComplaintOutcome
from comity.casefile.documents.base import Json
from comity.transparency.words import ENGLISH, Words


def plain(value: object, most: int = 300) -> str:
    """A value of a form as one line of a notice: nothing that steers a screen, no line of its own, an end in sight.

    What an order says about itself must not be able to pass for something that the notice says.
    """
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    shown = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in str(value)[: most * 2])
    line = " ".join(shown.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def remedies(form: Json, said: Words = ENGLISH) -> Json:
    """Section G of the order, as far as it is there."""
    redress = form.get("redress")
    section: Json = redress if isinstance(redress, dict) else {}
    deadline = section.get("deadline")
    words = ""
    if isinstance(deadline, dict):
        unit = str(deadline.get("unit"))
        limit = {"n": deadline.get("n"), "unit": said.units.get(unit, unit), "start": deadline.get("from")}
        words = plain(said.time_limit.format(**limit))
    return {
        "redress_body": plain(section.get("body")) or said.courts,
        "redress_deadline": words,
        "redress_link": plain(section.get("legal_link")),
    }


def text(form: Json, section: str, key: str) -> str:
    """One field of a section, as one line; nothing for what is not there."""
    part = form.get(section)
    value = part.get(key) if isinstance(part, dict) else None
    if isinstance(value, dict):
        value = ", ".join(plain(item) for item in value.values() if item)
    return plain(value)


def asks_for_silence(form: Json) -> bool:
    """Whether an order asks for non-disclosure; whatever stands there that is not a plain *no* counts as *yes*."""
    return form.get("nondisclosure") not in (None, False) or form.get("nondisclosure_until") is not None


def decided_at(form: Json) -> Instant | None:
    """When non-disclosure was decided: by its own date, else by the order's; nothing when neither can be read."""
    for key in ("nondisclosure_decided_at", "issued_at"):
        try:
            return Instant.parse(str(form.get(key)))
        except InvalidInstant:
            continue
    return None


def is_secret(until: Instant | None, at: Instant) -> bool:
    """Whether nobody may be told at this instant; the instant of the end itself is free."""
    return until is not None and at < until


def outcomes_open(*, order_in_force: bool) -> frozenset[ComplaintOutcome]:
    """What may come of a complaint. While an order binds us, a complaint can never lift it (Articles 4(4) and 9)."""
    if order_in_force:
        return frozenset({ComplaintOutcome.REFER, ComplaintOutcome.REJECT})
    return frozenset({ComplaintOutcome.REINSTATE, ComplaintOutcome.REJECT})
