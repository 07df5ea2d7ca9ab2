"""What a document refuses to say, whoever writes it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.base import MalformedDocument
from comity.casefile.documents.decision import Approval, Decision, Person, StandingRule
from comity.casefile.documents.identifiers import new_id, new_salt
from comity.casefile.documents.incident import IncidentChange
from comity.casefile.documents.night import NightRule

NOW = Instant.parse("2026-11-23T01:13:00Z")
ONE, TWO = Person(id="1", role="legal"), Person(id="2", role="approver")


def decision(*people: Person, rule: str | None = None) -> Decision:
    approvals = tuple(Approval(person=person, at=NOW) for person in people)
    said: dict[str, Any] = {"case": "c", "answer": Proposal.COMPLY, "grants": (), "reasons": ("x",), "basis": "b"}
    return Decision(**said, approvals=approvals, standing_rule=rule)


@pytest.mark.parametrize(("people", "rule"), [((ONE,), None), ((ONE, TWO), None), ((), "r")])
def test_a_decision_is_of_people_or_of_a_rule(people, rule):
    made = decision(*people, rule=rule)
    assert Decision.from_canonical(made.canonical()) == made


@pytest.mark.parametrize(("people", "rule"), [((), None), ((ONE,), "r"), ((ONE, ONE), None)])
def test_a_decision_of_nobody_of_both_or_twice_of_one_is_none(people, rule):
    with pytest.raises(ValidationError):
        decision(*people, rule=rule)


@pytest.mark.parametrize("kind", [StandingRule, NightRule])
@pytest.mark.parametrize(("second", "right"), [(None, True), (TWO, True), (ONE, False)])
def test_a_rule_takes_another_person_to_approve_it(kind, second, right):
    said: dict[str, Any] = {
        "rule": "r",
        "instrument": "eu-tco",
        "authority": "a",
        "channels": ("api",),
        "proposed_by": ONE,
        "approved_by": second,
        "valid_from": NOW,
        "valid_until": NOW,
    }
    said |= {"minutes": 10} if kind is NightRule else {}
    if right:
        assert kind(**said).approved_by == second
        return
    with pytest.raises(ValidationError, match="another person"):
        kind(**said)


@pytest.mark.parametrize(
    ("change", "by", "right"),
    [("declared", ONE, True), ("ended", None, True), ("closed", None, False), ("ended", ONE, False)],
)
def test_an_incident_ends_by_the_clock_or_by_a_person(change, by, right):
    said: dict[str, Any] = {
        "incident": "a", "number": 1, "change": change, "type": "bombing", "title": "t", "bank": "INCIDENT_1",
        "pace": 30, "ends_at": NOW, "because": "b", "by": by, "at": NOW,
    }  # fmt: skip
    if right:
        assert IncidentChange(**said).by == by
        return
    with pytest.raises(ValidationError, match="by a person"):
        IncidentChange(**said)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"kind": "decision"}'])
def test_other_bytes_are_no_document(body):
    with pytest.raises(MalformedDocument, match="not a decision"):
        Decision.from_canonical(body)


def test_no_two_identifiers_or_salts_are_alike():
    assert len({new_id() for _ in range(100)}) == len({new_salt() for _ in range(100)}) == 100
    assert (len(new_id()), len(new_salt())) == (32, 32)
