"""What follows from matches, and which rules can be made: every branch."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from comity.casefile.clock import Instant
from comity.casefile.documents.decision import Person
from comity.casefile.documents.detection import ListedMatch
from comity.casefile.documents.matching_rule import MatchingRule, MatchMeasure
from comity.matching.policy import rules, told
from comity.matching.policy.errors import UnusableRule
from comity.matching.policy.rules import Listing, Rule, Terms

NOW = Instant.parse("2026-11-23T01:13:00Z")
REVIEW, DISABLE, PASS = MatchMeasure.REVIEW, MatchMeasure.DISABLE_AND_REVIEW, MatchMeasure.LET_PASS


def match(**said: Any) -> ListedMatch:
    fixed = {
        "bank": "KNOWN",
        "bank_version": 1,
        "entry": 7,
        "member": "them",
        "signal_type": "pdq",
        "listed": "00" * 32,
    }
    return ListedMatch.model_validate(fixed | {"distance": 4.0, "threshold": 31.0} | said)


def rule(name: str, measure: MatchMeasure, **said: Any) -> Rule:
    fixed: dict[str, Any] = {"bank": None, "signal_type": None, "content_type": None, "most_distance": None}
    return Rule(rule=name, measure=measure, **(fixed | said))


def listed(**said: Any) -> Listing:
    shown = {name: said.pop(name) for name in ("bank", "negative", "shadow", "in_force") if name in said}
    return Listing(match(**said), **({"bank": "b"} | shown))


@pytest.mark.parametrize(
    ("listings", "measure", "why"),
    [
        ([listed(), listed(negative=True)], PASS, "an allow bank knows it"),
        ([listed(), listed(negative=True, in_force=False)], REVIEW, "no rule says otherwise"),
        ([listed(), listed(negative=True, shadow=True)], REVIEW, "no rule says otherwise"),
        ([listed(in_force=False)], PASS, "listed in force any more"),
        ([listed(bank=None)], PASS, "listed in force any more"),
        ([], PASS, "listed in force any more"),
        ([Listing(match(shadow=True), "b")], PASS, "only tried"),
        ([listed(shadow=True)], PASS, "only tried"),
        ([listed()], REVIEW, "no rule says otherwise"),
    ],
)
def test_without_rules_a_person_looks_unless_nothing_in_force_knows_it(
    listings: list[Listing], measure: MatchMeasure, why: str
) -> None:
    found = rules.measure([], listings, "photo")
    assert found.measure is measure
    assert found.rule is None
    assert why in found.why


SPEAKING = rule("r", DISABLE, bank="b", signal_type="pdq", content_type="photo", most_distance=10.0)


@pytest.mark.parametrize(
    ("changes", "bank", "content", "speaks"),
    [
        ({}, "b", "photo", True),
        ({}, "c", "photo", False),
        ({"signal_type": "sha256"}, "b", "photo", False),
        ({}, "b", "video", False),
        ({"distance": 10.0}, "b", "photo", True),
        ({"distance": 10.5}, "b", "photo", False),
    ],
)
def test_of_what_a_rule_speaks(changes: dict[str, Any], bank: str, content: str, speaks: bool) -> None:
    assert SPEAKING.speaks(match(**changes), bank, content) is speaks
    found = rules.measure([SPEAKING], [Listing(match(**changes), bank)], content)
    assert (found.measure is DISABLE) is speaks


def test_the_most_particular_rule_counts_whatever_its_place() -> None:
    every = [
        rule("any", PASS),
        rule("bank", REVIEW, bank="b"),
        rule("type", DISABLE, bank="b", signal_type="pdq"),
        rule("near", PASS, bank="b", signal_type="pdq", most_distance=5.0),
    ]
    for order in permutations(every):
        assert rules.measure(order, [listed()], "photo").rule == "near"
        assert rules.measure(order, [listed(distance=6.0)], "photo").rule == "type"


def test_of_two_rules_equally_particular_the_milder_counts() -> None:
    both = [rule("acts", DISABLE, bank="b"), rule("looks", REVIEW, bank="b")]
    assert rules.measure(both, [listed()], "photo").rule == "looks"
    both = [rule("passes", PASS, bank="b"), rule("acts", DISABLE, bank="b")]
    assert rules.measure(both, [listed()], "photo").rule == "acts"


def test_of_several_matches_the_strongest_measure_counts() -> None:
    known = [rule("pass", PASS, bank="a"), rule("acts", DISABLE, bank="b", signal_type="pdq")]
    found = rules.measure(known, [listed(bank="a"), listed(bank="b", bank_version=2), listed(bank="c")], "photo")
    assert (found.measure, found.rule, found.match) == (DISABLE, "acts", match(bank_version=2))


MEASURES = st.sampled_from(MatchMeasure)


@given(st.lists(MEASURES), st.booleans(), st.booleans())
def test_nothing_is_disabled_but_by_a_rule_that_says_so(said: list[MatchMeasure], shadow: bool, negative: bool) -> None:
    known = [rule(str(n), one) for n, one in enumerate(said)]
    found = rules.measure(known, [listed(shadow=shadow), listed(negative=negative, bank="n")], "photo")
    if found.measure is DISABLE:
        assert DISABLE in said
        assert not negative
        assert found.rule is not None


# -- rules that can be made --------------------------------------------------------------------------------------------


def terms(**said: Any) -> Terms:
    fixed: dict[str, Any] = {
        "bank": "KNOWN", "signal_type": "pdq", "content_type": "photo", "most_distance": 5.0, "measure": DISABLE,
        "valid_until": NOW.plus(timedelta(days=30)), "why": " known copies ",
    }  # fmt: skip
    return Terms(**(fixed | said))


def test_a_rule_that_can_be_made_comes_back_tidied() -> None:
    found = rules.checked(terms(), NOW)
    assert (found.why, found.signal_type) == ("known copies", "pdq")
    open_ = terms(bank="", signal_type="", content_type="", most_distance=None, measure=REVIEW)
    assert rules.checked(open_, NOW).signal_type == ""


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"signal_type": "palmistry"}, "no such type of signal"),
        ({"content_type": "smell"}, "no such type of content"),
        ({"most_distance": math.nan}, "A distance"),
        ({"most_distance": -1.0}, "A distance"),
        ({"signal_type": "", "measure": REVIEW}, "A distance"),
        ({"bank": ""}, "one named bank"),
        ({"signal_type": "", "most_distance": None}, "one named bank"),
        ({"valid_until": NOW}, "ends within a year"),
        ({"valid_until": NOW.plus(timedelta(days=-1))}, "ends within a year"),
        ({"valid_until": NOW.plus(timedelta(days=367))}, "ends within a year"),
        ({"why": "  "}, "Say why"),
        ({"why": "x" * 8_001}, "Say why"),
    ],
)
def test_a_rule_that_cannot_be_made_names_what_is_wrong(said: dict[str, Any], message: str) -> None:
    with pytest.raises(UnusableRule, match=message):
        rules.checked(terms(**said), NOW)


# -- the document ------------------------------------------------------------------------------------------------------

CARLA, BEN = Person(id="carla", role="legal"), Person(id="ben", role="approver")


def document(**said: Any) -> MatchingRule:
    fixed: dict[str, Any] = {
        "rule": "a" * 32, "bank": "b" * 32, "bank_name": "KNOWN", "signal_type": "pdq", "content_type": None,
        "most_distance": None, "measure": DISABLE, "why": "w", "proposed_by": CARLA, "valid_from": NOW,
        "valid_until": NOW.plus(timedelta(days=30)), "at": NOW,
    }  # fmt: skip
    return MatchingRule.model_validate(fixed | said)


def test_one_person_is_never_two_in_a_rules_own_type() -> None:
    with pytest.raises(ValidationError):
        document(approved_by=CARLA)


@pytest.mark.parametrize("said", [{"bank": None}, {"signal_type": None}])
def test_a_rule_that_disables_names_bank_and_type(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        document(**said)


def test_when_a_rule_is_in_force() -> None:
    until = NOW.plus(timedelta(days=30))
    assert not document().in_force(NOW)
    assert document(approved_by=BEN).in_force(NOW)
    assert document(measure=REVIEW).in_force(NOW)
    assert not document(approved_by=BEN, withdrawn=True).in_force(NOW)
    assert not document(approved_by=BEN).in_force(until)
    assert not document(approved_by=BEN).in_force(NOW.plus(timedelta(seconds=-1)))


def test_a_rule_as_it_is_judged_says_what_was_entered() -> None:
    assert rules.facts(document(most_distance=3.0)) == Rule("a" * 32, "b" * 32, "pdq", None, 3.0, DISABLE)


# -- what callers of the match service are told ------------------------------------------------------------------------


def carried(**said: Any) -> dict[str, Any]:
    fixed: dict[str, Any] = {
        "rule": "r", "bank": "KNOWN", "signal_type": "pdq", "content_type": None, "most_distance": None,
        "measure": "disable_and_review", "valid_from": NOW.z(), "valid_until": NOW.plus(timedelta(days=1)).z(),
    }  # fmt: skip
    return fixed | said


@pytest.mark.parametrize(
    ("said", "measure"),
    [
        ([carried()], "disable_and_review"),
        ([carried(valid_until=NOW.z())], "review"),
        ([carried(bank="OTHER")], "review"),
        (None, "review"),
        ([], "review"),
        ([carried(measure="explode")], "review"),
        ([carried(valid_from="yesterday")], "review"),
        ([{}], "review"),
        ("rules", "review"),
        (7, "review"),
    ],
)
def test_what_callers_are_told_is_a_review_wherever_rules_cannot_be_read(said: Any, measure: str) -> None:
    assert told.measure_told(said, [match()], "photo", NOW) == measure
