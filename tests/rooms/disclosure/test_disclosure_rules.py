"""What is inside a grant and what is cut, judged from stated facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.casefile.documents.act import ActState
from comity.casefile.documents.collection import Collection
from comity.casefile.documents.disclosure import FIELDS, Category, Identifier, IdentifierKind, Span
from comity.casefile.documents.identifiers import new_id
from comity.execution.disclosure import rules
from comity.platform import RecordRow
from support.grants import ARRIVED, SIGNED, decision, terms, user
from support.records import instant, login, person, upload

TRAFFIC = rules.ASKED_FOR["traffic"]
INSIDE = "2026-11-12T00:00:00Z"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (login(INSIDE), ""),
        (login(INSIDE, of="alice2"), "other_identifier"),
        (login(INSIDE, of="alic"), "other_identifier"),
        (login(INSIDE, of="Alice"), "other_identifier"),
        (login(INSIDE, of="\u0430lice"), "other_identifier"),
        (login(INSIDE, of="ali\u0441e"), "other_identifier"),
        (login(INSIDE, of="alicé"), "other_identifier"),
        (login(INSIDE, of=Identifier(kind=IdentifierKind.EMAIL, value="alice")), "other_identifier"),
        (login(None), "no_time"),
        (login("2026-11-09T22:59:59.999999Z"), "outside_period"),
        (login("2026-11-09T23:00:00Z"), ""),
        (login("2026-11-10T00:00:00+01:00"), ""),
        (login("2026-11-10T00:30:00+02:00"), "outside_period"),
        (login("2026-11-09T23:30:00-05:00"), ""),
        (login("2026-11-18T22:59:59.999999Z"), ""),
        (login("2026-11-18T23:00:00Z"), "outside_period"),
        (login("2026-11-19T00:00:00+02:00"), ""),
        (login("2026-11-18T23:59:59-05:00"), "outside_period"),
        (person(), "other_category"),
        (upload(INSIDE, b"x"), "other_category"),
    ],
)
def test_what_is_inside_the_grant(row: RecordRow, reason: str) -> None:
    made = rules.cut(terms(Category.TRAFFIC), TRAFFIC, row)
    assert made.reasons == ((reason,) if reason else ())
    assert (made.row is None) == bool(reason)


def test_an_answer_to_another_question_is_cut_even_if_its_category_is_granted() -> None:
    both = terms(Category.TRAFFIC, Category.SUBSCRIBER)
    assert rules.cut(both, TRAFFIC, person()).reasons == ("other_category",)
    assert rules.cut(both, rules.ASKED_FOR["subscriber"], person()).row is not None


def test_what_was_registered_after_the_demand_arrived_is_cut() -> None:
    subscriber = terms(Category.SUBSCRIBER)
    asked = rules.ASKED_FOR["subscriber"]
    assert rules.cut(subscriber, asked, person(at=str(ARRIVED))).row is not None
    late = person(at=str(ARRIVED.plus(timedelta(microseconds=1))))
    assert rules.cut(subscriber, asked, late).reasons == ("stored_later",)
    assert rules.cut(subscriber, asked, person(at=None)).row is not None, "a state has no time of its own"
    ended = replace(person(), ended_at=ARRIVED.plus(timedelta(1)))
    made = rules.cut(subscriber, asked, ended)
    assert (made.row and made.row.ended_at, made.reasons) == (None, ("end_outside_period",))


@pytest.mark.parametrize(
    ("ended", "told"),
    [("2026-11-18T22:59:59Z", True), ("2026-11-18T23:00:00Z", False), ("2026-11-20T00:00:00Z", False)],
)
def test_the_end_of_a_session_is_told_inside_the_period_alone(ended: str, told: bool) -> None:
    made = rules.cut(terms(Category.TRAFFIC), TRAFFIC, login(INSIDE, ended=ended))
    assert made.row is not None
    assert (made.row.ended_at is not None) == told
    assert made.reasons == (() if told else ("end_outside_period",))


def test_fields_that_are_not_granted_are_taken_away_and_counted() -> None:
    made = rules.cut(terms(Category.TRAFFIC, fields=("ip",)), TRAFFIC, login(INSIDE, room="!r", password="x"))
    assert made.row is not None
    assert dict(made.row.fields) == {"ip": "192.0.2.1"}
    assert made.reasons == ("field", "field", "field")


def test_a_row_of_which_nothing_is_granted_is_cut_whole() -> None:
    made = rules.cut(terms(Category.TRAFFIC, fields=("room",)), TRAFFIC, login(INSIDE))
    assert (made.row, made.reasons) == (None, ("nothing_granted",))


def test_a_file_takes_a_field_of_its_own() -> None:
    asked = rules.ASKED_FOR["content"]
    assert rules.cut(terms(Category.CONTENT), asked, upload(INSIDE, b"x")).row.file is not None
    made = rules.cut(terms(Category.CONTENT, fields=("message", "type")), asked, upload(INSIDE, b"x"))
    assert (made.row.file, made.reasons) == (None, ("file",))
    only = rules.cut(terms(Category.CONTENT, fields=("file",)), asked, upload(INSIDE, b"x"))
    assert (only.row.file is not None, dict(only.row.fields)) == (True, {})


ROWS = st.builds(
    RecordRow,
    st.sampled_from(Category),
    st.sampled_from([user("alice"), user("alice2"), user("bob")]),
    st.none() | st.datetimes(timezones=st.timezones()).filter(lambda one: 1900 < one.year < 9000).map(Instant),
    st.dictionaries(
        st.sampled_from(sorted(set().union(*FIELDS.values()) | {"password"})), st.text(min_size=1, max_size=3)
    ),
    st.none() | st.just(instant(INSIDE)),
)


@given(ROWS, st.sets(st.sampled_from(Category), min_size=1), st.sampled_from(sorted(rules.ASKED_FOR)))
def test_whatever_an_adapter_gives_nothing_outside_the_grant_is_left(row, categories, question) -> None:
    granted = terms(*sorted(categories))
    made = rules.cut(granted, rules.ASKED_FOR[question], row)
    if made.row is None:
        assert made.reasons
        return
    assert made.row.identifier == user("alice")
    assert made.row.category in categories & rules.ASKED_FOR[question]
    assert set(made.row.fields) <= granted.fields_of(made.row.category)
    if made.row.category is not Category.SUBSCRIBER:
        assert granted.period.since <= made.row.at < granted.period.until
    assert (len(row.fields) - len(made.row.fields)) == made.reasons.count("field")


def test_a_grant_is_what_the_signed_decision_says() -> None:
    made = decision(terms(), terms(Category.SUBSCRIBER))
    entry = new_id()
    grant = made.grants(entry)[1]
    ordered = Collection(collection=new_id(), case=made.case, grant=grant, state=ActState.ORDERED, at=SIGNED)

    def why(one=ordered, of=made, case=made.case, number=1) -> str:
        return rules.why_not_granted(one, of, case=case, number=number)

    assert why() == ""
    wider = grant.model_copy(update={"terms": terms(Category.SUBSCRIBER, of="mallory")})
    assert "does not grant" in why(ordered.model_copy(update={"grant": wider}))
    moved = grant.model_copy(
        update={"terms": terms(Category.SUBSCRIBER, period=Span(since=SIGNED.plus(timedelta(-99)), until=ARRIVED))}
    )
    assert "does not grant" in why(ordered.model_copy(update={"grant": moved}))
    assert "altered" in why(of=made.model_copy(update={"reasons": ("another",)}))
    assert "another grant" in why(number=0)
    assert "another case" in why(case=new_id())
    assert "no collection" in why(ordered.model_copy(update={"state": ActState.FAILED}))


def test_pauses_grow_and_end() -> None:
    assert [rules.pause_before(attempt).total_seconds() for attempt in (1, 2, 3, 4, 12, 99)] == [
        5,
        5,
        10,
        20,
        1800,
        1800,
    ]
    assert [rules.gives_up(attempt) for attempt in (1, 19, 20)] == [False, False, True]


def test_a_grant_ends_at_its_end() -> None:
    ends = terms().ends_at
    assert not rules.expired(terms(), ends.plus(timedelta(microseconds=-1)))
    assert rules.expired(terms(), ends)


def test_what_was_cut_is_counted_by_reason() -> None:
    tally = rules.Tally()
    assert tally.counts == {}
    tally.add(("no_time", "other_category"))
    tally.add(("no_time",))
    assert tally.counts == {"no_time": 2, "other_category": 1}
