"""Emergency demands are judged as if forged: what bars, what is shown, what is needed, what waits, what is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import Category
from comity.decision.errors import (
    EmergencyBarred,
    ReleasersMissing,
    RestWaits,
    SamePersonTwice,
    SupervisorNotCalled,
    UnreadableDecoys,
)
from comity.decision.urgency import (
    Bar,
    Budget,
    Call,
    Decoys,
    Limits,
    Need,
    Past,
    Reason,
    Sender,
    Sign,
    Statement,
    check_release,
    decoy,
    due_after,
    judge,
    statement_faults,
    statement_of,
    words_for,
)
from comity.decision.urgency.words import WORDS
from support.grants import user
from support.urgency import (
    AT,
    CALLED,
    CLAIM,
    LIMITS,
    LONG_AGO,
    OFFICER,
    RECEIVED,
    SENDER,
    STATEMENT,
    SUPERVISOR,
    codes,
    verdict,
)

TWO = ("p1", "p2")
ANNA = user("@anna:board.example")
HOUR = timedelta(hours=1)


def test_an_honest_emergency_needs_two_people_and_gives_subscriber_data_first():
    found = verdict()
    assert (codes(found.bars), codes(found.signs), codes(found.needs)) == ([], [], ["two_releasers"])
    assert (found.first, found.delayed) == ((Category.SUBSCRIBER,), (Category.LOCATION,))
    assert not found.is_barred
    check_release(found, TWO, [Category.SUBSCRIBER], LIMITS, at=AT)


@pytest.mark.parametrize(
    ("changed", "bar"),
    [
        ({"sender": {"earlier_demands": 0}}, "first_demand"),
        ({"sender": {"earlier_demands": None}}, "first_demand"),
        ({"sender": {"mailbox_only": True}}, "mailbox_only"),
        ({"sender": {"calls": ()}}, "unverified"),
        ({"sender": {"calls": (OFFICER, SUPERVISOR, replace(OFFICER, confirmed=False))}}, "denied"),
        ({"past": {"officer_emergencies": (RECEIVED,) * 3}}, "officer_budget"),
        ({"past": {"authority_emergencies": (RECEIVED,) * 10}}, "authority_budget"),
        ({"past": {"written_overdue": True}}, "written_overdue"),
        ({"past": {"doubtful": True}}, "doubtful_before"),
        ({"claim": {"categories": frozenset()}}, "nothing_asked"),
        ({"claim": {"statement": replace(STATEMENT, danger="")}}, "no_danger"),
        ({"claim": {"statement": replace(STATEMENT, why_now="...")}}, "no_why_now"),
        ({"claim": {"statement": replace(STATEMENT, why_no_court="See attached.")}}, "no_why_no_court"),
    ],
)
def test_each_fault_bars_by_itself_and_two_people_cannot_lift_it(changed, bar):
    found = verdict(**changed)
    assert bar in codes(found.bars)
    with pytest.raises(EmergencyBarred, match=bar):
        check_release(found, TWO, [Category.SUBSCRIBER], LIMITS, at=AT)


@pytest.mark.parametrize(
    ("call", "vouches"),
    [
        (OFFICER, True),
        (replace(OFFICER, held_since=RECEIVED), False),
        (replace(OFFICER, held_since=CALLED), False),
        (replace(OFFICER, at=RECEIVED.plus(-HOUR)), False),
        (replace(OFFICER, at=AT.plus(HOUR)), False),
        (replace(OFFICER, at=RECEIVED), True),
    ],
)
def test_a_call_vouches_only_after_the_demand_and_to_a_number_held_before(call, vouches):
    found = verdict(sender={"calls": (call, replace(SUPERVISOR, held_since=RECEIVED))})
    assert ("unverified" not in codes(found.bars)) == vouches


def test_a_call_goes_stale():
    day = timedelta(hours=24)
    assert codes(verdict(at=CALLED.plus(day)).bars) == []
    assert codes(verdict(at=CALLED.plus(day + timedelta(seconds=1))).bars) == ["unverified"]


def test_the_officer_alone_is_not_enough():
    found = verdict(sender={"calls": (OFFICER,)})
    assert codes(found.needs) == ["two_releasers", "supervisor_call"]
    with pytest.raises(SupervisorNotCalled):
        check_release(found, TWO, [Category.SUBSCRIBER], LIMITS, at=AT)


def test_a_release_takes_two_different_people_and_never_more_than_was_asked():
    found = verdict()
    with pytest.raises(SamePersonTwice):
        check_release(found, ("p1", "p1"), [Category.SUBSCRIBER], LIMITS, at=AT)
    for few in ((), ("p1",)):
        with pytest.raises(ReleasersMissing):
            check_release(found, few, [Category.SUBSCRIBER], LIMITS, at=AT)
    with pytest.raises(EmergencyBarred, match="not asked"):
        check_release(found, TWO, [Category.CONTENT], LIMITS, at=AT, first_released_at=AT.plus(-HOUR))


def test_the_rest_waits_for_the_provider_s_period_after_the_first():
    found = verdict()
    for first in (None, AT, AT.plus(timedelta(seconds=1) - HOUR)):
        with pytest.raises(RestWaits, match="LOCATION"):
            check_release(found, TWO, [Category.SUBSCRIBER, Category.LOCATION], LIMITS, at=AT, first_released_at=first)
    check_release(found, TWO, [Category.LOCATION], LIMITS, at=AT, first_released_at=AT.plus(-HOUR))


@pytest.mark.parametrize(
    ("changed", "sign"),
    [
        ({"sender": {"officer_times": ()}}, "officer_first"),
        ({"sender": {"officer_times": (RECEIVED,) * 10}}, "officer_rate"),
        ({"claim": {"received_at": Instant.parse("2026-11-24T02:13:00+01:00")}}, "odd_hour"),
        ({"sender": {"new_device": True}}, "new_device"),
        ({"sender": {"new_device": None}}, "device_unknown"),
        (
            {"claim": {"documents": frozenset({"d1", "d2"})}, "past": {"documents": {"d1": ("c1", "c7")}}},
            "reused_document",
        ),
        ({"claim": {"statement": Statement("He will kill.", "he will kill", "No judge.")}}, "repeated_words"),
        ({"sender": {"domain": "po1ice.example"}}, "lookalike"),
    ],
)
def test_each_sign_is_shown_and_decides_nothing(changed, sign):
    found = verdict(**changed)
    assert sign in codes(found.signs)
    assert sign not in codes(found.bars)
    assert set(codes(found.bars)) <= {"unverified"}  # of the night's demand the calls came hours later


def test_a_file_that_came_in_its_own_case_only_is_no_sign():
    found = verdict(claim={"documents": frozenset({"d1"})}, past={"documents": {"d1": ("c1",)}})
    assert found.signs == ()
    again = verdict(claim={"documents": frozenset({"d1"})}, past={"documents": {"d1": ("c9", "c7")}})
    assert again.signs == (Reason(Sign.REUSED_DOCUMENT, {"cases": "c7, c9"}),)


def test_a_budget_counts_what_lies_within_it_and_what_lies_ahead():
    day = timedelta(hours=24)
    limits = Limits(officer=Budget(1, day))
    for earlier, exceeded in (
        (AT.plus(-day), False),
        (AT.plus(timedelta(seconds=1) - day), True),
        (AT.plus(day), True),
    ):
        found = verdict(past={"officer_emergencies": (earlier,)}, limits=limits)
        assert ("officer_budget" in codes(found.bars)) == exceeded


def test_a_decoy_bars_by_whatever_name_it_is_called():
    salt = bytes(range(16))
    decoys = Decoys.parse(f"# ours\ncomity decoys 1 {salt.hex()}\n{decoy(ANNA.value.upper(), salt)} # the first\n")
    found = verdict(claim={"identifiers": (ANNA,)}, decoys=decoys)
    assert found.bars == (Reason(Bar.DECOY, {"number": "1"}),)
    assert verdict(claim={"identifiers": (ANNA,)}).bars == ()


def test_a_telephone_number_is_one_decoy_however_it_is_written():
    salt = b"0123456789abcdef"
    assert decoy("+33 1 99 00 12 34", salt) == decoy("(33) 1-99-00-12-34", salt) != decoy("33199001235", salt)
    assert decoy("Anna@x.example", salt) == decoy("ａnna@x.example", salt) != decoy("Anna@x.example", b"other")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("nothing", 1),
        (f"comity decoys 1 {'0' * 33}", 1),
        (f"comity decoys 2 {'0' * 32}", 1),
        (f"comity decoys 1 {'0' * 32}\n{'a' * 63}", 2),
        (f"comity decoys 1 {'0' * 32}\n\n{'a' * 64}\n{'A' * 64}", 4),
    ],
)
def test_a_list_of_decoys_is_read_whole_or_not_at_all(text, line):
    with pytest.raises(UnreadableDecoys, match=f"line {line}"):
        Decoys.parse(text)


@pytest.mark.parametrize(
    "text", ["", "  ", "-", "N/A", "none.", "URGENT!", "Voir  pièce jointe", "siehe Anlage.", "1234", "…"]
)
def test_a_field_that_says_nothing_is_named(text):
    for field, bar in (("danger", Bar.NO_DANGER), ("why_now", Bar.NO_WHY_NOW), ("why_no_court", Bar.NO_WHY_NO_COURT)):
        assert statement_faults(replace(STATEMENT, **{field: text})) == (bar,)
    assert statement_faults(Statement(text, text, text)) == (Bar.NO_DANGER, Bar.NO_WHY_NOW, Bar.NO_WHY_NO_COURT)


def test_a_form_is_read_with_its_gaps():
    assert statement_of({"danger": "Anna", "why_now": 7, "why_no_court": None}) == Statement("Anna", "", "")
    assert statement_faults(STATEMENT) == ()


def test_what_nobody_knows_opens_nothing():
    found = judge(CLAIM, Sender(), Past(), LIMITS, Decoys(), at=AT)
    assert codes(found.bars) == ["first_demand", "mailbox_only", "unverified"]
    assert codes(found.signs) == ["officer_first", "device_unknown"]
    assert codes(found.needs) == ["two_releasers", "supervisor_call"]


instants = st.integers(-3 * 86400, 3 * 86400).map(lambda seconds: RECEIVED.plus(timedelta(seconds=seconds)))
calls = st.builds(Call, instants, instants, st.booleans(), st.booleans())


@given(st.lists(calls, max_size=4), st.one_of(st.none(), st.integers(0, 3)), st.booleans(), instants)
def test_nothing_leaves_without_a_number_held_before_and_a_known_authority(made, earlier, mailbox, at):
    found = verdict(sender={"calls": tuple(made), "earlier_demands": earlier, "mailbox_only": mailbox}, at=at)
    if found.is_barred:
        return
    assert earlier
    assert not mailbox
    vouching = [one for one in made if one.confirmed and one.held_since < RECEIVED and RECEIVED <= one.at <= at]
    assert vouching
    assert all(one.confirmed for one in made)
    needed = any(one.code is Need.SUPERVISOR_CALL for one in found.needs)
    assert needed or any(one.supervisor for one in vouching)


def test_the_written_demand_is_due_by_the_law_where_it_says_so():
    released = RECEIVED.plus(HOUR)
    written, review = due_after("ie-2011", received_at=RECEIVED, released_at=released, limits=LIMITS, in_writing=False)
    assert (written.id, written.due_at) == ("written_demand", RECEIVED.plus(timedelta(days=2)))
    assert written.citations == ("IE 2011 Act s 6",)
    assert review.due_at == released.plus(timedelta(days=7))
    assert "provider's own" in review.computation[-1]
    own = Limits(written_within=timedelta(days=9))
    assert due_after("ie-2011", received_at=RECEIVED, released_at=released, limits=own, in_writing=False)[0] == written


def test_elsewhere_it_is_due_by_the_provider_s_own_period_which_says_so():
    released = RECEIVED.plus(HOUR)
    kept = due_after("emergency-voluntary", received_at=RECEIVED, released_at=released, limits=LIMITS, in_writing=False)
    assert kept[0].due_at == released.plus(timedelta(days=5))
    assert any("our own" in step for step in kept[0].computation)
    own = Limits(written_within=timedelta(days=2))
    (written, _) = due_after("us-sca", received_at=RECEIVED, released_at=released, limits=own, in_writing=False)
    assert written.due_at == released.plus(timedelta(days=2))
    assert "provider's own" in written.computation[-1]
    (review,) = due_after("us-sca", received_at=RECEIVED, released_at=released, limits=own, in_writing=True)
    assert review.id == "emergency_review"


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_every_reason_has_its_words(language):
    seen = {"seen": "02:13", "number": "1", "cases": "c7", "domain": "po1ice.example", "known": "police.example"}
    assert set(WORDS) == {*Bar, *Sign, *Need}
    with translation.override(language):
        said = [words_for(Reason(code, seen)) for code in WORDS]
    assert len(set(said)) == len(WORDS)
    assert not any("%(" in one for one in said)


def test_the_honest_sender_is_what_the_tests_spoil():
    assert SENDER.officer_times == (LONG_AGO,)
