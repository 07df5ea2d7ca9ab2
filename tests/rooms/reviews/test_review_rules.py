"""Pure judgement about reviews: every branch, and that no decision passes which does not say what it must."""

from __future__ import annotations

import contextlib
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from comity.casefile.clock import Instant
from comity.casefile.documents.decision import Person
from comity.casefile.documents.review import Exclusion, Limb, Outcome, Purpose, ReviewDecision, Standing
from comity.docket.reviews import rules
from comity.docket.reviews.errors import AssessmentMissing, GroundMissing, SecondNeeded
from comity.docket.reviews.models import Progress
from comity.docket.reviews.rules import Choice, Earlier, Figures

NOW = Instant.parse("2026-11-23T01:13:00Z")
PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
WHY = Exclusion(why="No sign of any purpose.")


def turned(signal: str, count: int) -> str:
    return f"{int(signal, 16) ^ ((1 << count) - 1):064x}"


def test_what_is_alike_is_of_one_type_and_one_signal() -> None:
    assert rules.alike("pdq", PDQ) == rules.alike("pdq", PDQ)
    assert rules.alike("pdq", PDQ) != rules.alike("sha256", PDQ)
    assert rules.alike("pdq", PDQ) != rules.alike("pdq", turned(PDQ, 1))


@pytest.mark.parametrize(("distance", "found"), [(0, "other"), (31, "other"), (32, None)])
def test_near_is_within_the_types_own_threshold(distance: int, found: str | None) -> None:
    assert rules.near("pdq", PDQ, [("other", turned(PDQ, distance))]) == found


def test_of_two_that_are_near_the_nearer_counts_and_of_none_nothing() -> None:
    assert rules.near("pdq", PDQ, [("far", turned(PDQ, 9)), ("near", turned(PDQ, 3))]) == "near"
    assert rules.near("pdq", PDQ, []) is None


@pytest.mark.parametrize(("distance", "found"), [(0, "other"), (7, "other"), (8, None)])
def test_close_is_within_a_quarter_of_that(distance: int, found: str | None) -> None:
    assert rules.close("pdq", PDQ, [("other", turned(PDQ, distance)), ("far", turned(PDQ, 40))]) == found


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("standing", [None, *Standing])
def test_close_decisions_are_only_proposed_and_who_published_something_is_repeated_for_nobody(
    standing: Standing | None, same: bool
) -> None:
    outcome = Outcome.LET_STAND if standing else Outcome.DISABLE
    before = Earlier("e", outcome, standing, "ada", same=same)
    of_content = standing in (Standing.OTHER_CONTENT, Standing.NO_GROUND)
    assert before.proposed is (standing is None or (of_content and not same))
    assert same or not before.applies_to("ada")


@pytest.mark.parametrize(
    ("outcome", "standing", "account", "applies"),
    [
        (Outcome.DISABLE, None, "ada", False),
        (Outcome.LET_STAND, Standing.OTHER_CONTENT, "", True),
        (Outcome.LET_STAND, Standing.NO_GROUND, "ben", True),
        (Outcome.LET_STAND, Standing.PURPOSE, "ada", True),
        (Outcome.LET_STAND, Standing.PURPOSE, "ben", False),
        (Outcome.LET_STAND, Standing.PURPOSE, "", False),
        (Outcome.LET_STAND, Standing.COMPLAINT, "ada", True),
        (Outcome.LET_STAND, Standing.COMPLAINT, "ben", False),
    ],
)
def test_for_whom_what_was_decided_once_holds(
    outcome: Outcome, standing: Standing | None, account: str, applies: bool
) -> None:
    assert Earlier("e", outcome, standing, "ada").applies_to(account) is applies


def test_terrorist_content_is_disabled_in_the_union_and_what_breaks_our_terms_everywhere() -> None:
    assert Choice(Outcome.DISABLE, limbs=(Limb.INCITES,), terms="4.2").territories == ("EU",)
    assert Choice(Outcome.DISABLE, terms="4.2").territories == ("*",)


REFUSED = [
    (Choice(Outcome.DISABLE, limbs=(Limb.INCITES,), exclusion=Exclusion(doubtful=True, why="?")), SecondNeeded),
    (Choice(Outcome.LET_STAND, standing=Standing.NO_GROUND, exclusion=Exclusion(doubtful=True)), SecondNeeded),
    (Choice(Outcome.LET_STAND), GroundMissing),
    (Choice(Outcome.LET_STAND, standing=Standing.COMPLAINT), GroundMissing),
    (Choice(Outcome.LET_STAND, standing=Standing.PURPOSE), AssessmentMissing),
    (Choice(Outcome.LET_STAND, standing=Standing.NO_GROUND, exclusion=Exclusion(found=Purpose.ART)), AssessmentMissing),
    (Choice(Outcome.DISABLE, exclusion=WHY), GroundMissing),
    (Choice(Outcome.DISABLE, terms="  ", exclusion=WHY), GroundMissing),
    (Choice(Outcome.DISABLE, limbs=(Limb.INCITES,), exclusion=Exclusion(found=Purpose.ART, why="x")), GroundMissing),
    (Choice(Outcome.DISABLE, limbs=(Limb.INCITES,), exclusion=Exclusion(why=" ")), AssessmentMissing),
]


@pytest.mark.parametrize(("choice", "refusal"), REFUSED)
def test_half_a_choice_is_refused(choice: Choice, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.check(choice, advised=False)


def test_whole_choices_pass() -> None:
    rules.check(Choice(Outcome.DISABLE, limbs=(Limb.THREATENS,), exclusion=WHY), advised=False)
    rules.check(Choice(Outcome.DISABLE, terms="4.2", exclusion=WHY), advised=False)
    rules.check(Choice(Outcome.LET_STAND, standing=Standing.OTHER_CONTENT), advised=False)
    art = Exclusion(found=Purpose.ART, doubtful=True, why="An exhibition.")
    rules.check(Choice(Outcome.LET_STAND, standing=Standing.PURPOSE, exclusion=art), advised=True)


CHOICES = st.builds(
    Choice,
    outcome=st.sampled_from(Outcome),
    limbs=st.sets(st.sampled_from(Limb)).map(tuple),
    terms=st.sampled_from(("", " ", "4.2")),
    standing=st.sampled_from((None, *Standing)),
    exclusion=st.builds(
        Exclusion,
        found=st.sampled_from((None, *Purpose)),
        doubtful=st.booleans(),
        why=st.sampled_from(("", " ", "because")),
    ),
)


@given(CHOICES, st.booleans())
def test_what_passes_the_rules_can_be_entered_and_says_its_ground(choice: Choice, advised: bool) -> None:
    with contextlib.suppress(GroundMissing, AssessmentMissing, SecondNeeded):
        rules.check(choice, advised=advised)
        disables = choice.outcome is Outcome.DISABLE
        document = entered(
            outcome=choice.outcome,
            limbs=choice.limbs if disables else (),
            terms=choice.terms.strip() if disables else "",
            standing=None if disables else choice.standing,
            exclusion=choice.exclusion,
            second="b" * 32 if advised else None,
        )
        assert bool(document.limbs or document.terms) is (document.outcome is Outcome.DISABLE)
        assert advised or not document.exclusion.doubtful


def entered(**said: object) -> ReviewDecision:
    fixed = {"review": "a" * 32, "number": 1, "reasons": "", "cases": ("c" * 32,), "at": NOW}
    return ReviewDecision.model_validate(fixed | {"by": Person(id="p", role="moderator"), "exclusion": WHY} | said)


@pytest.mark.parametrize(
    "said",
    [
        {"outcome": "disable"},
        {"outcome": "disable", "limbs": ("incites",), "standing": "no_ground"},
        {"outcome": "let_stand"},
        {"outcome": "let_stand", "standing": "no_ground", "terms": "4.2"},
        {"outcome": "let_stand", "standing": "purpose"},
        {"outcome": "let_stand", "standing": "no_ground", "exclusion": Exclusion(found=Purpose.ART)},
        {"outcome": "disable", "limbs": ("incites",), "exclusion": Exclusion(doubtful=True, why="?")},
    ],
)
def test_not_even_the_type_carries_a_decision_without_what_it_needs(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        entered(**said)


STEPS = {
    (Progress.WAITING, Outcome.DISABLE, True): Progress.DISABLING,
    (Progress.WAITING, Outcome.DISABLE, False): Progress.FAILED,
    (Progress.FAILED, Outcome.DISABLE, True): Progress.DISABLING,
    (Progress.FAILED, Outcome.DISABLE, False): Progress.FAILED,
    (Progress.DISABLING, Outcome.DISABLE, True): Progress.DISABLING,
    (Progress.DISABLED, Outcome.DISABLE, True): Progress.DISABLED,
    (Progress.REPEATED, Outcome.DISABLE, True): Progress.REPEATED,
    (Progress.WAITING, Outcome.LET_STAND, True): Progress.STANDING,
    (Progress.FAILED, Outcome.LET_STAND, True): Progress.STANDING,
    (Progress.DISABLING, Outcome.LET_STAND, True): Progress.REINSTATING,
    (Progress.DISABLED, Outcome.LET_STAND, True): Progress.REINSTATING,
    (Progress.REPEATED, Outcome.LET_STAND, True): Progress.REPEATED,
}


@pytest.mark.parametrize(("before", "outcome", "address"), STEPS)
def test_what_becomes_of_a_detection_that_is_decided(before: Progress, outcome: Outcome, address: bool) -> None:
    after = rules.next_step(before, outcome, address=address)
    assert after is STEPS[before, outcome, address]
    assert after is before or after in rules.MOVES[before]


def test_nothing_that_can_wait_for_a_decision_comes_to_where_it_cannot_go() -> None:
    waiting = {before for before, _outcome, _address in STEPS}
    for before, outcome, address in product(waiting, Outcome, (True, False)):
        after = rules.next_step(before, outcome, address=address)
        assert after is before or after in rules.MOVES[before]
    assert set(rules.MOVES) == set(Progress)


# -- figures -----------------------------------------------------------------------------------------------------------


def test_of_a_bank_that_nobody_judged_nothing_is_said() -> None:
    nothing = Figures("B", 0, 0, 0, 0)
    assert (nothing.precision, nothing.recall, nothing.bounds, nothing.errs) == (None, None, None, False)


def test_precision_and_recall_are_shares_of_reviews() -> None:
    found = Figures("B", right=3, wrong=1, disabled=2, all_disabled=8)
    assert (found.decided, found.precision, found.recall) == (4, 0.75, 0.25)


@pytest.mark.parametrize(
    ("right", "wrong", "errs"),
    [(0, 9, False), (0, 10, True), (9, 1, False), (5, 5, True), (70, 30, True), (88, 12, False)],
)
def test_a_bank_errs_when_ten_decisions_leave_no_doubt(right: int, wrong: int, errs: bool) -> None:
    assert Figures("B", right, wrong, 0, 0).errs is errs


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_the_precision_lies_within_its_bounds(right: int, wrong: int) -> None:
    found = Figures("B", right, wrong, 0, 0)
    if found.bounds is None or found.precision is None:
        assert right + wrong == 0
        return
    low, high = found.bounds
    assert -1e-9 <= low - 1e-9 <= found.precision <= high + 1e-9 <= 1.0 + 1e-9
    assert not (found.errs and wrong == 0)


def test_what_wilson_published_is_what_comes_out() -> None:
    """81 of 263 gives 0.2553 to 0.3662 (Newcombe 1998, table I, method 3)."""
    bounds = Figures("B", 81, 182, 0, 0).bounds
    assert bounds is not None
    assert (round(bounds[0], 4), round(bounds[1], 4)) == (0.2553, 0.3662)
