"""Pure judgement about telling and complaining."""

from __future__ import annotations

from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.documents.answer import ComplaintOutcome
from comity.casefile.documents.base import Json


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
