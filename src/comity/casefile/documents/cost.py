"""What acting on a demand cost, what was asked for it and what came back. Money is decimal text, never a float."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import StringConstraints, model_validator

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document
from comity.casefile.documents.decision import Person

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class CostState(StrEnum):
    """How far one cost has come."""

    INCURRED = "incurred"
    CLAIMED = "claimed"
    REIMBURSED = "reimbursed"
    """``amount`` is what came, which may be less than what was claimed."""
    DENIED = "denied"


CLAIMS = frozenset({CostState.CLAIMED, CostState.REIMBURSED, CostState.DENIED})


class CostNote(Document):
    """One cost of one demand. Each state is an entry of its own; ``cost`` is the same in all."""

    kind: ClassVar[str] = "cost_note"

    case: str
    cost: str
    state: CostState
    amount: Annotated[str, StringConstraints(pattern=r"^(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,3})?$")]
    """Decimal, with a point: ``240.00``."""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    """ISO 4217."""
    what: _Line
    """For what: hours, media, copies."""
    provision: str = ""
    """By which reimbursement is asked; for certificates the issuing State's own law, if any (2023/1543 Art 14)."""
    by: Person
    at: Instant

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not Decimal(self.amount):
            raise ValueError("a cost is more than nothing")
        if self.state in CLAIMS and not self.provision.strip():
            raise ValueError("reimbursement is asked under a provision that is named")
        return self


def follows(earlier: CostNote | None, later: CostNote) -> bool:
    """Whether a state may come after another: incurred, claimed, then reimbursed or denied; the same cost throughout.

    No more comes back than was claimed.
    """
    if earlier is None:
        return later.state is CostState.INCURRED
    same = (earlier.case, earlier.cost, earlier.currency, earlier.what) == (
        later.case, later.cost, later.currency, later.what
    )  # fmt: skip
    after = {CostState.INCURRED: {CostState.CLAIMED}, CostState.CLAIMED: {CostState.REIMBURSED, CostState.DENIED}}
    bounded = Decimal(later.amount) <= Decimal(earlier.amount)
    return same and bounded and later.state in after.get(earlier.state, set())


def sums(notes: Iterable[CostNote], state: CostState) -> dict[str, str]:
    """By currency, what all notes of one state come to; a note that is repeated counts once."""
    found: dict[str, Decimal] = {}
    for note in {note.cost: note for note in notes if note.state is state}.values():
        found[note.currency] = found.get(note.currency, Decimal()) + Decimal(note.amount)
    return {currency: format(amount, "f") for currency, amount in sorted(found.items())}
