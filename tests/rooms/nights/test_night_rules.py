"""When a case rings, climbs and falls silent: the pure part, mostly where the answer is no."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment, Finding, Outcome
from comity.casefile.documents.night import Step
from comity.docket.nights import rules
from comity.docket.nights.errors import NightRuleRefused, UnreadableLadder, UnusableAddress
from comity.docket.nights.rules import AlarmNow, CaseNow, Turn

NOW = Instant.parse("2026-11-23T01:13:00Z")
DUE = NOW.plus(timedelta(hours=1))
STEPS = (
    Step(minutes=0, to=("role:moderator",)),
    Step(minutes=5, to=("role:approver",)),
    Step(minutes=12, to=("role:legal",)),
)
TARGETS = {"First line": "roster:" + "a" * 32, "Anna": "staff:" + "b" * 32, "role:approver": "role:approver"}


def case(status="waiting", needs=True, due=DUE, warned=None):
    return CaseNow(status, needs, due, warned)


def alarm(state="ringing", turn="waiting", reason="person", ended=None):
    return AlarmNow(state, turn, reason, ended)


@pytest.mark.parametrize(
    ("row", "held", "turn"),
    [
        (case(), None, Turn.BEGIN),
        (case(needs=False), None, Turn.NOTHING),
        (case("executing", needs=False, warned=NOW), None, Turn.BEGIN),
        (case(), alarm(), Turn.NOTHING),
        (case(), alarm("acknowledged", ended=NOW), Turn.NOTHING),
        (case(warned=NOW), alarm("acknowledged", ended=NOW), Turn.NOTHING),
        (case(warned=NOW.plus(timedelta(minutes=1))), alarm("acknowledged", ended=NOW), Turn.ANEW),
        (case("executing", needs=False), alarm(), Turn.SETTLE),
        (case("executing", needs=False), alarm("acknowledged", ended=NOW), Turn.SETTLE),
        (case("second_person"), alarm(), Turn.SETTLE),
        (case("second_person"), alarm("settled", ended=NOW), Turn.BEGIN),
        (case("executing", needs=False, warned=NOW), alarm("settled", ended=NOW), Turn.NOTHING),
        (case("executed", needs=False, due=None, warned=None), alarm(reason="hour", turn="executing"), Turn.SETTLE),
    ],
)
def test_when_a_case_rings(row, held, turn):
    assert rules.judge(row, held).turn is turn


def test_nobody_has_answered_after_the_ladder_or_before_the_hour_ends():
    assert rules.silence_from(STEPS, 10, NOW, None) == NOW.plus(timedelta(minutes=22))
    assert rules.silence_from(STEPS, 10, NOW, DUE) == NOW.plus(timedelta(minutes=22))
    late = DUE.plus(-timedelta(minutes=20))
    assert rules.silence_from(STEPS, 10, late, DUE) == DUE.plus(-timedelta(minutes=15))
    assert rules.silence_from(STEPS, 10, late, DUE, timedelta(minutes=18)) == DUE.plus(-timedelta(minutes=18))
    assert rules.silence_from(STEPS, 10, DUE, DUE) == DUE


def test_each_step_has_its_minute():
    silence = rules.silence_from(STEPS, 10, NOW, DUE)
    whens = [rules.next_step(STEPS, step, NOW, silence).since(NOW).total_seconds() / 60 for step in (-1, 0, 1, 2)]
    assert whens == [0, 5, 12, 22]


def test_after_silence_everybody_is_called_again_and_a_rule_is_never_late():
    assert rules.again_at(NOW, DUE, ()) == NOW.plus(rules.AGAIN)
    near = DUE.plus(-timedelta(minutes=12))
    assert rules.again_at(near, DUE, (10, 30)) == DUE.plus(-timedelta(minutes=10))
    assert rules.again_at(near, None, (10,)) == near.plus(rules.AGAIN)


@pytest.mark.parametrize(
    ("states", "climbs"),
    [
        ([], True),
        ([("ordered", 0)], False),
        ([("ordered", 1)], True),
        ([("ordered", 1), ("ordered", 0)], False),
        ([("ordered", 1), ("sent", 0)], False),
        ([("failed", 6), ("dropped", 0)], True),
        ([("failed", 6), ("joined", 0)], False),
    ],
)
def test_a_step_that_reached_nobody_is_left_at_once(states, climbs):
    assert rules.climbs(states) is climbs


def test_a_page_is_given_up_after_its_tries():
    assert [rules.pause(n) is None for n in range(8)] == [True, False, False, False, False, False, True, True]


def test_a_ladder_is_read_as_it_is_written():
    steps = rules.read_ladder("0 First line\n5 min Anna, role:approver [push, email]", TARGETS)
    assert steps == (
        Step(minutes=0, to=(TARGETS["First line"],)),
        Step(minutes=5, to=(TARGETS["Anna"], "role:approver"), ways=("push", "email")),
    )
    names = {identifier: text for text, identifier in TARGETS.items()}
    assert rules.read_ladder("\n".join(rules.write_step(step, names) for step in steps), TARGETS) == steps


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5 Anna",
        "0 Anna\n0 Anna",
        "0 Anna\n9 Anna\n5 Anna",
        "0 Eve",
        "0 Anna [fax]",
        "Anna",
        "0 Anna []",
        "\n".join(f"{n} Anna" for n in range(30)),
    ],
)
def test_a_ladder_with_a_missing_rung_is_refused(text):
    with pytest.raises(UnreadableLadder):
        rules.read_ladder(text, TARGETS)


@given(st.text(max_size=300))
def test_any_text_is_a_ladder_or_refused(text):
    try:
        steps = rules.read_ladder(text, TARGETS)
    except UnreadableLadder:
        return
    assert steps[0].minutes == 0


@pytest.mark.parametrize(
    ("way", "address"),
    [
        ("push", "short"),
        ("push", "../../etc/passwd"),
        ("push", "topic?x=1"),
        ("email", "nobody"),
        ("email", "a@b\r\nBcc: c@d"),
        ("webhook", "a b"),
        ("webhook", ""),
        ("fax", "12345678"),
    ],
)
def test_an_address_that_could_lead_elsewhere_is_refused(way, address):
    with pytest.raises(UnusableAddress):
        rules.usable(way, address)


@pytest.mark.parametrize("minutes", [0, 4, 31, 60, -5])
def test_a_rule_for_the_night_speaks_late_but_in_time(minutes):
    with pytest.raises(NightRuleRefused):
        rules.check_minutes(minutes)


@pytest.mark.parametrize("minutes", [5, 30])
def test_the_first_and_the_last_minute_of_a_rule_for_the_night(minutes):
    rules.check_minutes(minutes)


@pytest.mark.parametrize(("way", "address"), [("push", " topic-of-anna "), ("email", "anna@board.example")])
def test_an_address_is_kept_without_the_space_around_it(way, address):
    assert rules.usable(way, address) == address.strip()


@pytest.mark.parametrize(
    ("outcomes", "nothing"),
    [
        ([], True),
        ([Outcome.HOLDS], True),
        ([Outcome.HOLDS, Outcome.UNDETERMINED], False),
        ([Outcome.FAILS], False),
    ],
)
def test_in_doubt_a_rule_for_the_night_is_silent(outcomes, nothing):
    assessment = Assessment.model_construct(findings=[Finding.model_construct(outcome=one) for one in outcomes])
    assert rules.nothing_open(assessment) is nothing
