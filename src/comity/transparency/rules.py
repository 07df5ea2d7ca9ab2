"""Pure judgement about telling and complaining."""

from __future__ import annotations

from collections.abc import Iterable

from comity.casefile.clock import Instant
from comity.casefile.documents.answer import ComplaintOutcome
from comity.casefile.documents.assessment import Deadline

NONDISCLOSURE = "nondisclosure_end"
"""Identifier of the deadline at which non-disclosure ends (2021/784 Art 11(3))."""


def silent_until(deadlines: Iterable[Deadline]) -> Instant | None:
    """When the content provider may be told, or ``None`` for at once."""
    return next((deadline.due_at for deadline in deadlines if deadline.id == NONDISCLOSURE), None)


def is_secret(until: Instant | None, at: Instant) -> bool:
    """Whether nobody may be told at this instant; the instant of the end itself is free."""
    return until is not None and at < until


def outcomes_open(*, order_in_force: bool) -> frozenset[ComplaintOutcome]:
    """What may come of a complaint. While an order binds us, a complaint can never lift it (Articles 4(4) and 9)."""
    if order_in_force:
        return frozenset({ComplaintOutcome.REFER, ComplaintOutcome.REJECT})
    return frozenset({ComplaintOutcome.REINSTATE, ComplaintOutcome.REJECT})
