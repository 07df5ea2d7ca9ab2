"""A review's decision that says everything is a document, and reads back as itself."""

from __future__ import annotations

import pytest

from comity.casefile.clock import Instant
from comity.casefile.documents.decision import Person
from comity.casefile.documents.review import Exclusion, Limb, Outcome, ReviewDecision

NOW = Instant.parse("2026-11-23T01:13:00Z")


def decided(**changes: object) -> ReviewDecision:
    said: dict[str, object] = {
        "review": "ab" * 16,
        "number": 1,
        "outcome": Outcome.DISABLE,
        "limbs": tuple(Limb)[:1],
        "exclusion": Exclusion(why="none speaks for it"),
        "reasons": "It calls for an attack.",
        "cases": ("cd" * 16,),
        "by": Person(id="mia", role="moderator"),
        "at": NOW,
    }
    return ReviewDecision(**(said | changes))  # type: ignore[arg-type]


def test_a_decision_with_its_ground_reads_back_as_itself() -> None:
    made = decided()
    assert ReviewDecision.from_canonical(made.canonical()) == made
    assert decided(exclusion=Exclusion(doubtful=True), second="ef" * 16).second == "ef" * 16


def test_what_one_person_could_not_tell_needs_another_opinion() -> None:
    with pytest.raises(ValueError, match="another person"):
        decided(exclusion=Exclusion(doubtful=True))
