"""The shapes that cross this door. Times are RFC 3339 with an offset; absent means unknown."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from comity.api.commands import OrderView
from comity.casefile.clock import Instant
from comity.casefile.documents import Json

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]
OptionalText = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FaultOut(_Shown):
    """One thing wrong: the field, the rule it breaks, what to do, the article."""

    field: str
    rule: str
    message: str
    citations: list[str]


class ProblemOut(_Shown):
    """A failure (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    faults: list[FaultOut]


class FindingOut(_Shown):
    """One answer to one legal question about the order."""

    id: str
    question: str
    outcome: str
    citations: list[str]
    why: str
    certainty: str


class ClockOut(_Shown):
    """One deadline with its present state and its computation in words."""

    id: str
    duty: str
    due_at: Moment | None
    state: str
    citations: list[str]
    computation: list[str]


class ItemOut(_Shown):
    """One address of the order and what became of it."""

    url: str
    state: str
    disabled_at: Moment | None
    restored_at: Moment | None


class OrderOut(_Shown):
    """An order as its authority sees it. Lists about the assessment are empty until ``assessed`` is true."""

    reference: str
    order_reference: str
    received_at: Moment
    status: str
    duplicate_of: str | None
    faults: list[FaultOut]
    assessed: bool
    answer: str | None
    proposed: str | None
    findings: list[FindingOut]
    deadlines: list[ClockOut]
    items: list[ItemOut]
    forms: list[str]

    @classmethod
    def of(cls, view: OrderView) -> Self:
        """The docket's view in the shape of this door."""
        found = view.assessment
        return cls(
            reference=view.reference,
            order_reference=view.order_reference,
            received_at=str(view.received_at),
            status=view.status,
            duplicate_of=view.duplicate_of,
            faults=[
                FaultOut(field=item.field, rule=item.code, message=item.message, citations=list(item.citations))
                for item in view.faults
            ],
            assessed=found is not None,
            answer=found.answer.value if found else None,
            proposed=found.proposed.value if found else None,
            findings=_findings(view),
            deadlines=_deadlines(view),
            items=[
                ItemOut(
                    url=item.url,
                    state=item.state,
                    disabled_at=_shown(item.disabled_at),
                    restored_at=_shown(item.restored_at),
                )
                for item in view.items
            ],
            forms=list(view.forms),
        )


class TakenOut(_Shown):
    """Something other than an order was received and entered."""

    reference: str
    received_at: Moment


class HealthOut(_Shown):
    """Whether orders can be received now."""

    status: str


class ClarificationIn(_Sent):
    """What the issuer corrects or completes, or that the grounds of impossibility ended (Article 3(7) and (8))."""

    changes: Json = Field(default_factory=dict, description="Fields of Annex I with their corrected values")
    grounds_ceased: bool = False
    note: OptionalText = ""


class ScrutinyIn(_Sent):
    """The home authority's reasoned decision (Article 4(3) and (4))."""

    infringement: bool = Field(description="Whether the order ceases to have legal effects (Article 4(6))")
    reasons: Text


class WithdrawalIn(_Sent):
    """The issuer takes its order back."""

    reasons: Text


class ExtensionIn(_Sent):
    """The issuer extends non-disclosure, once, by at most six weeks, decided before its end (Article 11(3))."""

    decided_at: Moment = Field(max_length=40, description="When the authority decided so (RFC 3339, with offset)")
    reasons: Text


class InformationIn(_Sent):
    """Procedures and deadlines, told twelve hours before a first order (Article 3(2)), or later news about one."""

    text: Text


def _findings(view: OrderView) -> list[FindingOut]:
    if view.assessment is None:
        return []
    return [
        FindingOut(
            id=item.id,
            question=item.question,
            outcome=item.outcome.value,
            citations=list(item.citations),
            why=item.why,
            certainty=item.certainty.value,
        )
        for item in view.assessment.findings
    ]


def _deadlines(view: OrderView) -> list[ClockOut]:
    return [
        ClockOut(
            id=item.id,
            duty=item.duty,
            due_at=_shown(item.due_at),
            state=item.state,
            citations=list(item.citations),
            computation=list(item.computation),
        )
        for item in view.clocks
    ]


def _shown(at: Instant | None) -> str | None:
    return None if at is None else str(at)
