"""How acts on content follow one another, how long between attempts, and what their rows may say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.casefile.documents.act import Act, ActState
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.decision import Approval, Decision, Grant, Measure, Person
from comity.execution.content import rules
from comity.execution.content.models import OPEN, ContentItem, ItemState

NOW = Instant.parse("2026-11-23T01:13:00Z")
CASE, ACT = "c" * 32, "a" * 32
GRANT = Grant(measure=Measure.DISABLE, url="https://board.example/p/1", territories=("EU",))
STATES = st.sampled_from(ItemState)


@given(st.integers(-5, 10_000))
def test_pauses_never_shrink_and_never_exceed_five_minutes(attempt):
    pause = rules.pause_before(attempt)
    assert rules.FIRST_PAUSE <= pause <= rules.pause_before(attempt + 1) <= rules.LONGEST_PAUSE


def test_pauses_double_from_one_second():
    assert [rules.pause_before(number).total_seconds() for number in (1, 2, 3, 4, 10, 11)] == [1, 1, 2, 4, 256, 300]


def test_all_attempts_together_leave_a_person_time_within_the_hour():
    total = sum((rules.pause_before(number) for number in range(2, rules.MAX_ATTEMPTS + 1)), timedelta())
    assert total < timedelta(minutes=30)
    assert [rules.gives_up(number) for number in (1, rules.MAX_ATTEMPTS - 1, rules.MAX_ATTEMPTS)] == [
        False,
        False,
        True,
    ]


@given(st.lists(STATES, max_size=6))
def test_a_case_is_settled_when_nothing_is_open_and_something_was_there(states):
    waiting = {*OPEN, ItemState.RESTORING}
    assert rules.settled(states) is (bool(states) and not waiting & set(states))
    assert rules.impossible(states) is (ItemState.FAILED in states)


@given(state=STATES, found=st.booleans())
def test_when_an_order_ends_what_may_be_disabled_comes_back_and_nothing_stays_open(state, found):
    lifted = rules.lifting(state, found=found)
    assert lifted not in OPEN
    touched = {ItemState.PRESERVED, ItemState.PERFORMED, ItemState.BARRED}
    if state in touched or (state is ItemState.FAILED and found):
        assert lifted is ItemState.RESTORING
    elif state is ItemState.ORDERED:
        assert lifted is ItemState.LEFT
    else:
        assert lifted is state


@given(own=st.sampled_from("ab"), others=st.lists(st.sampled_from("ab"), max_size=3))
def test_an_item_comes_back_only_when_no_other_case_keeps_it_away(own, others):
    assert rules.may_restore(own, others) is (set(others) <= {own})


def _row(**changes: Any) -> ContentItem:
    sound: dict[str, Any] = {"case_id": UUID(CASE), "url": GRANT.url, "act": UUID(ACT), "territories": ["EU"]}
    return ContentItem(**(sound | changes))


def _act(**changes: Any) -> Act:
    sound: dict[str, Any] = {
        "act": ACT,
        "case": CASE,
        "decision": "d" * 32,
        "grant": GRANT,
        "state": ActState.ORDERED,
        "at": NOW,
    }
    return Act.model_validate(sound | changes)


def _decision(**changes: Any) -> Decision:
    sound: dict[str, Any] = {
        "case": CASE,
        "answer": Proposal.COMPLY,
        "grants": (GRANT,),
        "reasons": ("x",),
        "basis": "b",
        "approvals": (Approval(person=Person(id="p", role="legal"), at=NOW),),
    }
    return Decision.model_validate(sound | changes)


def test_a_row_that_says_what_was_granted_may_be_carried_out():
    assert rules.why_not_granted(_row(), _act(), _decision()) == ""


OTHER = Grant(measure=Measure.DISABLE, url="https://board.example/p/2", territories=("EU",))


@pytest.mark.parametrize(
    ("row", "act", "decision"),
    [
        (_row(url=OTHER.url), _act(), _decision()),
        (_row(territories=["*"]), _act(), _decision()),
        (_row(act=UUID("b" * 32)), _act(), _decision()),
        (_row(case_id=UUID("e" * 32)), _act(), _decision()),
        (_row(), _act(state=ActState.PERFORMED), _decision()),
        (_row(), _act(case="e" * 32), _decision()),
        (_row(url=OTHER.url), _act(grant=OTHER), _decision()),
        (_row(), _act(), _decision(case="e" * 32)),
        (_row(), _act(), _decision(grants=())),
    ],
)
def test_a_row_act_or_decision_that_differs_in_anything_stops_the_act(row, act, decision):
    assert rules.why_not_granted(row, act, decision) != ""


@pytest.mark.parametrize(
    ("states", "settled", "impossible"),
    [
        ([], False, False),
        ([ItemState.ORDERED], False, False),
        ([ItemState.PERFORMED, ItemState.RESTORING], False, False),
        ([ItemState.PERFORMED], True, False),
        ([ItemState.PERFORMED, ItemState.FAILED], True, True),
    ],
)
def test_what_is_left_to_do_and_what_failed_for_good(states, settled, impossible):
    assert rules.settled(states) is settled
    assert rules.impossible(states) is impossible


@pytest.mark.parametrize(
    ("state", "found", "becomes"),
    [
        (ItemState.PERFORMED, True, ItemState.RESTORING),
        (ItemState.BARRED, False, ItemState.RESTORING),
        (ItemState.FAILED, True, ItemState.RESTORING),
        (ItemState.FAILED, False, ItemState.FAILED),
        (ItemState.ORDERED, True, ItemState.LEFT),
        (ItemState.RESTORED, True, ItemState.RESTORED),
    ],
)
def test_what_becomes_of_an_address_whose_order_ends(state, found, becomes):
    assert rules.lifting(state, found=found) is becomes


def test_another_cases_order_keeps_an_item_away():
    assert rules.may_restore("a", ["a"])
    assert not rules.may_restore("a", ["a", "b"])


@pytest.mark.parametrize(("state", "begun"), [(ItemState.ORDERED, False), (ItemState.BARRED, True)])
def test_what_was_only_ordered_has_not_begun(state, begun):
    assert rules.begun(state) is begun
