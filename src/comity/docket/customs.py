"""What the procedure of orders about content takes from each order's law: its clocks, and what its answer is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity.docket import clocks
from comity.docket.models import Case

REMOVAL: Final = "eu-tco"
ILLEGAL: Final = "eu-dsa-art9"


@dataclass(frozen=True)
class Customs:
    """One law's part of the procedure."""

    done: str
    """The event from which the clocks after the act run."""
    after_act: tuple[str, ...]
    answered: tuple[str, ...]
    """Clocks that a delivered answer meets."""
    informed: str
    """The clock that telling whose content it was meets."""
    effect: str
    """What the answer is called that says what was done, and below what was not."""
    refusal: str


_CUSTOMS = {
    REMOVAL: Customs(
        "measure_taken_at",
        (clocks.FEEDBACK, clocks.INFORM, clocks.PRESERVE),
        (clocks.FEEDBACK,),
        clocks.INFORM,
        "Annex II",
        "Annex III",
    ),
    ILLEGAL: Customs(
        "effect_given_at",
        (clocks.EFFECT, clocks.INFORM_RECIPIENT),
        (clocks.EFFECT, clocks.ACKNOWLEDGE),
        clocks.INFORM_RECIPIENT,
        "the letter on its effect",
        "the letter on its effect",
    ),
}


def of(row: Case) -> Customs:
    """The customs of a case's law."""
    return _CUSTOMS[row.instrument]


def acts_by_other_law(row: Case) -> bool:
    """Whether it is an order about content that is no removal order (2022/2065 Art 9)."""
    return row.instrument == ILLEGAL
