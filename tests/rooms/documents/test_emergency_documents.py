"""Emergencies and costs as documents: who may not be their own supervisor or reviewer, and what money is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from comity.casefile.clock import Instant
from comity.casefile.documents.cost import CostNote, CostState, follows, sums
from comity.casefile.documents.decision import Person
from comity.casefile.documents.emergency import (
    BreachDecision,
    BreachOutcome,
    EmergencyReview,
    ReviewOutcome,
    SupervisorCall,
)

ADA, BEN, CARL = (Person(id=name, role="legal") for name in ("ada", "ben", "carl"))
BEFORE = Instant.parse("2026-01-05T09:00:00Z")
RECEIVED = Instant.parse("2026-11-24T13:13:00Z")
LATER = Instant.parse("2026-11-24T13:40:00Z")


def call(**changes: Any) -> SupervisorCall:
    said = {
        "case": "c1", "authority": "a1", "officer": "Marc Blanc", "supervisor": "Eva Noir", "number": "+33 1 99",
        "held_since": BEFORE, "demand_received_at": RECEIVED, "confirmed": True, "by": ADA, "at": LATER,
    }  # fmt: skip
    return SupervisorCall.model_validate({**said, **changes})


def review(**changes: Any) -> EmergencyReview:
    said = {
        "case": "c1", "decision": "e1", "released_by": ("ada", "ben"), "released_at": RECEIVED,
        "outcome": ReviewOutcome.RIGHTFUL, "reasons": "The paper came.", "by": CARL, "at": LATER,
    }  # fmt: skip
    return EmergencyReview.model_validate({**said, **changes})


def cost(**changes: Any) -> CostNote:
    said = {
        "case": "c1", "cost": "k1", "state": CostState.INCURRED, "amount": "240.00", "currency": "EUR",
        "what": "Search of archives", "by": ADA, "at": LATER,
    }  # fmt: skip
    return CostNote.model_validate({**said, **changes})


@pytest.mark.parametrize("document", [call(), review(), cost()], ids=lambda one: one.kind)
def test_each_is_read_back_as_it_was_written(document):
    assert type(document).from_canonical(document.canonical()) == document


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"supervisor": "marc  BLANC"}, "own supervisor"),
        ({"held_since": RECEIVED}, "held before"),
        ({"at": BEFORE}, "follows the demand"),
        ({"supervisor": " "}, "supervisor"),
    ],
)
def test_a_call_that_proves_nothing_is_no_call(changes, why):
    with pytest.raises(ValidationError, match=why):
        call(**changes)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"by": ADA}, "does not review"),
        ({"released_by": ("ada", "ada")}, "two different"),
        ({"released_by": ("ada",)}, "released_by"),
        ({"at": BEFORE}, "after it"),
        ({"reasons": ""}, "reasons"),
    ],
)
def test_nobody_reviews_their_own_release(changes, why):
    with pytest.raises(ValidationError, match=why):
        review(**changes)


@pytest.mark.parametrize(
    "amount", ["0", "0.00", "-1", "1,50", "1e3", "01.00", "1.", ".5", "NaN", "1.0000", "1 000", "٣", "240.00\n"]
)
def test_money_is_plain_decimal_text(amount):
    with pytest.raises(ValidationError):
        cost(amount=amount)


def test_money_has_a_currency_and_a_claim_its_provision():
    with pytest.raises(ValidationError, match="currency"):
        cost(currency="euro")
    with pytest.raises(ValidationError, match="provision that is named"):
        cost(state=CostState.CLAIMED, provision=" ")
    assert cost(state=CostState.CLAIMED, provision="CPP R213-1").provision == "CPP R213-1"


def test_costs_are_incurred_then_claimed_then_paid_or_denied():
    claimed = cost(state=CostState.CLAIMED, provision="CPP R213-1")
    paid = cost(state=CostState.REIMBURSED, provision="CPP R213-1", amount="120.5")
    denied = cost(state=CostState.DENIED, provision="CPP R213-1")
    assert [follows(*pair) for pair in ((None, cost()), (cost(), claimed), (claimed, paid), (claimed, denied))] == [
        True
    ] * 4
    assert [follows(*pair) for pair in ((None, claimed), (cost(), paid), (paid, denied), (claimed, cost()))] == [
        False
    ] * 4
    for strange in ({"cost": "k2"}, {"currency": "USD"}, {"amount": "240.01"}, {"what": "Discs"}, {"case": "c2"}):
        assert not follows(cost(), claimed.model_copy(update=strange))


def test_sums_are_exact_by_currency_and_count_a_repetition_once():
    notes = [cost(amount="0.1"), cost(amount="0.1"), cost(cost="k2", amount="0.2"), cost(cost="k3", currency="USD")]
    assert sums(notes, CostState.INCURRED) == {"EUR": "0.3", "USD": "240.00"}
    assert sums(notes, CostState.CLAIMED) == {}


def ended(**changes: Any) -> BreachDecision:
    said: dict[str, Any] = {
        "case": "c1", "review": "e2", "released_by": ("ada", "ben"), "known_at": LATER, "outcome": "notified",
        "to": "CNIL", "told_at": LATER, "reasons": "By its form.", "by": ADA, "at": LATER,
    }  # fmt: skip
    return BreachDecision.model_validate({**said, **changes})


NOBODY = {"outcome": "not_required", "to": "", "told_at": None}


def test_a_breach_ends_by_telling_or_by_somebody_who_signed_nothing() -> None:
    assert ended().outcome is BreachOutcome.NOTIFIED
    assert ended(outcome="controller_told").to == "CNIL"
    assert ended(**NOBODY, by=CARL).told_at is None


@pytest.mark.parametrize(
    "changes",
    [
        {"to": ""},
        {"to": "  "},
        {"told_at": None},
        {"outcome": "not_required", "by": CARL},
        NOBODY,
        {"outcome": "controller_told", "to": "", "told_at": None},
        {"told_at": LATER.plus(timedelta(seconds=1))},
        {"told_at": LATER.plus(timedelta(seconds=-1))},
        {**NOBODY, "by": CARL, "at": LATER.plus(timedelta(seconds=-1))},
        {"reasons": " "},
        {"released_by": ("ada",)},
    ],
)
def test_no_breach_ends_otherwise(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ended(**changes)
