"""What follows from matches, and which rules can be made: every branch, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from comity.casefile.clock import Instant
from comity.casefile.documents.decision import Person
from comity.casefile.documents.detection import ListedMatch
from comity.casefile.documents.matching_rule import MatchingRule, MatchMeasure
from comity.matching.policy.errors import UnusableRule
from comity.matching.policy.rules import LONGEST, Listing, Rule, Terms, checked, facts, measure

NOW = Instant.parse("2026-11-23T01:13:00Z")
REVIEW, DISABLE, PASS = MatchMeasure.REVIEW, MatchMeasure.DISABLE_AND_REVIEW, MatchMeasure.LET_PASS
ANY = Rule("any", None, None, None, None, REVIEW)


def match(**changes: Any) -> ListedMatch:
    said = {"bank": "LIST", "bank_version": 1, "entry": 7, "member": "m", "signal_type": "pdq", "listed": "00"}
    return ListedMatch.model_validate({**said, "distance": 12.0, "threshold": 31.0, **changes})


def listed(**changes: Any) -> Listing:
    return replace(Listing(match(), "b1"), **changes)


def test_without_a_rule_a_person_looks() -> None:
    found = measure([], [listed()], "photo")
    assert (found.measure, found.rule) == (REVIEW, None)
    assert "LIST" in found.why


@pytest.mark.parametrize(
    ("listings", "why"),
    [
        ([listed(), listed(negative=True)], "an allow bank knows it"),
        ([], "listed in force"),
        ([listed(in_force=False)], "listed in force"),
        ([listed(bank=None)], "listed in force"),
        ([listed(negative=True, in_force=False)], "listed in force"),
        ([listed(shadow=True)], "only tried"),
        ([listed(match=match(shadow=True))], "only tried"),
    ],
)
def test_what_lets_pass(listings: list[Listing], why: str) -> None:
    found = measure([replace(ANY, measure=DISABLE)], listings, "photo")
    assert found.measure is PASS
    assert why in found.why


def test_an_allow_bank_that_is_only_tried_allows_nothing() -> None:
    assert measure([], [listed(), listed(negative=True, shadow=True)], "photo").measure is REVIEW


@pytest.mark.parametrize(
    ("restriction", "speaks"),
    [
        ({"bank": "b1"}, True),
        ({"bank": "b2"}, False),
        ({"signal_type": "pdq"}, True),
        ({"signal_type": "md5"}, False),
        ({"content_type": "photo"}, True),
        ({"content_type": "video"}, False),
        ({"most_distance": 12.0}, True),
        ({"most_distance": 11.0}, False),
    ],
)
def test_a_rule_speaks_of_what_it_names(restriction: dict[str, Any], speaks: bool) -> None:
    found = measure([replace(ANY, measure=PASS, **restriction)], [listed()], "photo")
    assert found.measure is (PASS if speaks else REVIEW)
    assert found.rule == ("any" if speaks else None)


def test_the_most_particular_rule_speaks_and_of_equals_the_milder() -> None:
    general, near = (
        replace(ANY, measure=PASS),
        replace(ANY, rule="near", bank="b1", most_distance=20.0, measure=DISABLE),
    )
    assert measure([general, near], [listed()], "photo").rule == "near"
    nearer = replace(near, rule="nearer", most_distance=15.0, measure=PASS)
    assert measure([near, nearer], [listed()], "photo").rule == "nearer"
    equal = replace(near, rule="equal", measure=REVIEW)
    assert measure([near, equal], [listed()], "photo").rule == "equal"


def test_of_several_matches_the_strongest_counts() -> None:
    rules = [replace(ANY, rule="one", bank="b1", measure=PASS), replace(ANY, rule="two", bank="b2", measure=DISABLE)]
    assert measure(rules, [listed(), listed(bank="b2")], "photo").rule == "two"


def test_an_entered_rule_is_judged_by_its_facts() -> None:
    mia = Person(id="mia", role="registrar")
    document = MatchingRule(
        rule="r1", bank="b1", bank_name="LIST", signal_type="pdq", content_type=None, most_distance=10.0,
        measure=REVIEW, why="w", proposed_by=mia, valid_from=NOW, valid_until=NOW.plus(LONGEST), at=NOW,
    )  # fmt: skip
    assert facts(document) == Rule("r1", "b1", "pdq", None, 10.0, REVIEW)


def said(**changes: Any) -> Terms:
    good = Terms("LIST", "pdq", "photo", 20.0, DISABLE, NOW.plus(timedelta(days=90)), " because ")
    return replace(good, **changes)


def test_terms_that_can_be_used() -> None:
    assert checked(said(), NOW).why == "because"
    assert checked(said(signal_type="HASH_PDQ"), NOW).signal_type == "pdq"
    assert checked(said(signal_type="", content_type="", most_distance=None, measure=REVIEW), NOW).signal_type == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"signal_type": "nonsense"},
        {"content_type": "nonsense"},
        {"most_distance": -1.0},
        {"most_distance": float("nan")},
        {"signal_type": "", "measure": REVIEW},
        {"bank": ""},
        {"signal_type": "", "most_distance": None},
        {"valid_until": NOW},
        {"valid_until": NOW.plus(LONGEST).plus(timedelta(seconds=1))},
        {"why": " "},
        {"why": "w" * 8_001},
    ],
)
def test_terms_that_cannot_be_used(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnusableRule):
        checked(said(**wrong), NOW)
