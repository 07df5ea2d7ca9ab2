"""Whole orders under attack and under the properties that must hold for all of them."""

from __future__ import annotations

import contextlib
import copy
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Answer, Assessment, Certainty, Outcome, Proposal
from comity.law.errors import (
    UnknownInstrumentError,
    UnknownPeriodError,
    UnresolvedCitationError,
    UnusableOrderError,
)
from comity.law.languages import LANGUAGES, language_of
from comity.law.provider import Provider

LAW = law.instrument("eu-tco")
ORDER: dict[str, Any] = LAW.vectors["order"]
PROVIDER = Provider.model_validate(LAW.vectors["provider"])
RECEIVED = Instant.parse(LAW.vectors["received"])


def assess(order: dict[str, Any] | None = None, **options: Any) -> Assessment:
    given_options = {"received": RECEIVED, "provider": PROVIDER, **options}
    return law.assess(ORDER if order is None else order, **given_options)


def due(found: Assessment) -> dict[str, Instant]:
    return {deadline.id: deadline.due_at for deadline in found.deadlines}


# What it refuses, by field


@pytest.mark.parametrize(
    ("order", "options", "field"),
    [
        ({}, {}, "instrument"),
        ({"instrument": "xx-none"}, {}, "instrument"),
        ({"order_reference": "1", "url": "https://board.example"}, {}, "instrument"),
        ({**ORDER, "events": "soon"}, {}, "events"),
        ({**ORDER, "events": {"grounds_ceased_at": "soon"}}, {}, "events.grounds_ceased_at"),
        ({**ORDER, "events": {"grounds_ceased_at": ["2026-11-21T05:00:00"]}}, {}, "events.grounds_ceased_at"),
        ({**ORDER, "events": {"advance_information_at": 5}}, {}, "events.advance_information_at"),
        (ORDER, {"received": Instant.parse("9999-12-31T23:59:59Z")}, "received"),
        (ORDER, {"received": Instant.parse("0001-01-02T00:00:00+14:00")}, "received"),
    ],
)
def test_an_unusable_order_is_refused_by_field(order: dict[str, Any], options: dict[str, Any], field: str) -> None:
    with pytest.raises(UnusableOrderError) as caught:
        assess(order, **options)
    assert caught.value.field == field
    assert str(caught.value).startswith(field)


def test_an_unknown_instrument_is_refused() -> None:
    with pytest.raises(UnknownInstrumentError, match=r"'xx' is none of .*eu-tco"):
        assess(instrument="xx")


def test_the_instrument_is_stated_or_recognised_by_its_form() -> None:
    assert assess({**ORDER, "instrument": "eu-tco"}).instrument == "eu-tco"
    assert assess(instrument="eu-tco").instrument == assess().instrument == "eu-tco"
    assert assess({}, instrument="eu-tco").answer is Answer.NEEDS_PERSON


def test_an_event_that_no_period_knows_changes_nothing() -> None:
    assert assess({**ORDER, "events": {"full_moon_at": "x"}}) == assess()


# What it prints


def test_the_printed_object_is_that_of_the_interface() -> None:
    printed = assess().as_interface()
    assert list(printed) == [
        "instrument", "law_version", "received_at", "answer", "proposed", "findings", "deadlines", "unknown", "routes",
    ]  # fmt: skip
    assert printed["received_at"] == "2026-11-21T01:13:00Z"
    assert set(printed["findings"][0]) == {"id", "question", "outcome", "citations", "why", "certainty"}
    assert set(printed["deadlines"][0]) == {"id", "duty", "due_at", "citations", "computation"}
    assert set(printed["routes"][0]) == {"route", "lawful", "citations", "due_at"}
    assert all(deadline["due_at"].endswith("Z") for deadline in printed["deadlines"])
    assert {type(route["due_at"]) for route in printed["routes"]} == {str, type(None)}
    unknown = assess(provider=None).as_interface()["unknown"][0]
    assert set(unknown) == {"fact", "would_change"}


def test_an_assessment_survives_storage() -> None:
    found = assess()
    assert Assessment.from_canonical(found.canonical()) == found


def test_certainty_reaches_the_computation() -> None:
    (scrutiny,) = [deadline for deadline in assess().deadlines if deadline.id == "scrutiny_request"]
    assert scrutiny.certainty is Certainty.SECONDARY
    assert scrutiny.computation[-1] == "Certainty: secondary; compare with the Official Journal"
    (hour,) = [deadline for deadline in assess().deadlines if deadline.id == "remove_or_disable"]
    assert hour.certainty is Certainty.OFFICIAL
    assert hour.computation == (
        "Starts with receipt at the contact point: 2026-11-21T01:13:00Z",
        "Plus 1 hour (2021/784 Art 3(3)): 2026-11-21T02:13:00Z",
    )


# What must hold for every order

MOMENTS = st.datetimes(datetime(2022, 6, 8), datetime(2150, 1, 1), timezones=st.just(UTC)).map(Instant)  # noqa: DTZ001
OFFSETS = st.integers(-14 * 60, 14 * 60)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=400)))
@settings(max_examples=60)
def test_deadlines_are_the_laws_and_never_move_back_when_receipt_moves_on(first: Instant, later: timedelta) -> None:
    second = first.plus(later)
    order = {**ORDER, "issued_at": str(first), "nondisclosure": True}
    one, two = due(assess(order, received=first)), due(assess(order, received=second))
    assert one["remove_or_disable"].since(first) == timedelta(hours=1)
    assert one["scrutiny_request"].since(first) == timedelta(hours=48)
    assert one["nondisclosure_end"].since(first) == timedelta(weeks=6)
    assert set(one) == set(two)
    assert all(one[name] <= two[name] for name in one)
    assert one["nondisclosure_end"] == two["nondisclosure_end"]


@given(st.lists(st.timedeltas(timedelta(0), timedelta(hours=5)), max_size=4), st.booleans())
@settings(max_examples=60)
def test_the_hour_is_one_hour_from_receipt_or_from_a_restart_that_was_asked_for(
    waits: list[timedelta], grounds: bool
) -> None:
    paused, restarted = (
        ("impossibility_reported_at", "grounds_ceased_at")
        if grounds
        else ("clarification_requested_at", "clarification_received_at")
    )
    moments = [RECEIVED.plus(sum(waits[: i + 1], timedelta())) for i in range(len(waits))]
    events = {paused: [str(at) for at in moments[::2]], restarted: [str(at) for at in moments[1::2]]}
    found = due(assess({**ORDER, "events": events})).get("remove_or_disable")
    starts = [RECEIVED, *moments[1::2]]
    assert found is None or found in [start.plus(timedelta(hours=1)) for start in starts]
    if not moments or moments[0] > RECEIVED.plus(timedelta(hours=1)):
        assert found == RECEIVED.plus(timedelta(hours=1))


@given(OFFSETS)
@settings(max_examples=30)
def test_the_offset_in_which_receipt_is_written_changes_nothing(minutes: int) -> None:
    sign, (hours, rest) = ("-" if minutes < 0 else "+"), divmod(abs(minutes), 60)
    text = (RECEIVED.utc + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S") + f"{sign}{hours:02}:{rest:02}"
    assert assess(received=Instant.parse(text)).as_interface() == assess().as_interface()


def test_what_is_unknown_never_executes_unless_no_value_of_it_could_forbid() -> None:
    judgement = law.judge(ORDER, received=RECEIVED, provider=PROVIDER)
    assert judgement.assessment.answer is Answer.EXECUTE
    epoch = LAW.at(RECEIVED.utc)
    for name in judgement.facts:
        verdict = epoch.verdict({**judgement.facts, name: None})
        known = [epoch.verdict({**judgement.facts, name: value}).answer for value in LAW.tables.facts[name].values]
        assert (verdict.answer is Answer.EXECUTE) == (set(known) == {Answer.EXECUTE}), name
        if verdict.answer is not Answer.EXECUTE:
            assert verdict.proposed is not Proposal.COMPLY
            assert any(unknown.fact == name and "answer" in unknown.would_change for unknown in verdict.unknown)


def test_two_unknowns_never_execute_where_one_does_not() -> None:
    facts = law.judge(ORDER, received=RECEIVED, provider=PROVIDER).facts
    epoch = LAW.at(RECEIVED.utc)
    alone = {name: epoch.verdict({**facts, name: None}).answer for name in facts}
    for one, two in itertools.combinations(facts, 2):
        both = epoch.verdict({**facts, one: None, two: None}).answer
        if Answer.EXECUTE not in (alone[one], alone[two]):
            assert both is not Answer.EXECUTE, (one, two)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=12) | st.sampled_from([str(RECEIVED), "FR"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*ORDER, "message", "legal_basis", "language", "zz"]), JSON, min_size=1))
@settings(max_examples=200)
def test_no_order_breaks_it_and_damage_never_executes(damage: dict[str, Any]) -> None:
    order = {**copy.deepcopy(ORDER), **damage}
    found = assess(order)
    damaged = {field for field, value in damage.items() if value != ORDER.get(field)}
    if damaged & {"issuer", "content_locations", "grounds", "channel", "redress", "home_member_state"}:
        assert found.answer is not Answer.EXECUTE
    if found.answer is Answer.EXECUTE:
        forced = [f for f in found.findings if f.outcome is not Outcome.HOLDS]
        notes = {table.id for table in LAW.tables.tables if table.answer == "note"}
        assert {finding.id for finding in forced} <= notes


@given(JSON)
@settings(max_examples=60)
def test_any_object_is_assessed_or_refused(value: Any) -> None:
    order = value if isinstance(value, dict) else {"instrument": value}
    assert assess({**order, "events": {}}, instrument="eu-tco").answer is not Answer.EXECUTE


@given(JSON)
@settings(max_examples=60)
def test_any_events_are_read_or_refused_by_name(value: Any) -> None:
    for events in (value, {"grounds_ceased_at": value}):
        with contextlib.suppress(UnusableOrderError):
            assert assess({**ORDER, "events": events}).answer is Answer.EXECUTE


def test_strange_combinations_cannot_fill_the_memory() -> None:
    epoch = LAW.at(RECEIVED.utc)
    domains = [(*fact.values, None) for fact in LAW.tables.facts.values() if fact.reads is not None]
    names = [name for name, fact in LAW.tables.facts.items() if fact.reads is not None]
    for values in itertools.islice(itertools.product(*domains), 4200):
        epoch.verdict(dict(zip(names, values, strict=True)))
    assert len(epoch._verdicts) <= 4096


# What other rooms ask


def test_articles_stand_behind_citations() -> None:
    article = law.article_text("2021/784 Art 3(3)")
    assert article.title == "One hour"
    assert "one hour of receipt" in article.text
    assert article.certainty is Certainty.OFFICIAL
    assert article.source.startswith("S4")
    assert [duty.id for duty in article.duties] == ["remove_within_the_hour"]
    with pytest.raises(UnresolvedCitationError):
        law.article_text("2021/784 Art 99")


def test_consulting_on_other_subjects() -> None:
    ruling = law.consult("eu-tco", "notice", {"secrecy.ordered": True, "secrecy.over": False}, RECEIVED)
    assert ruling["may_inform"].finding.outcome is Outcome.FAILS
    assert law.consult("eu-tco", "notice", {}, RECEIVED)["may_inform"].pivots == ("secrecy.ordered", "secrecy.over")
    assert law.consult("eu-tco", "notice", {"secrecy.ordered": None}, RECEIVED)
    for subject, facts, field in (
        ("weather", {}, "subject"),
        ("notice", {"secrecy.orderd": True}, "secrecy.orderd"),
        ("notice", {"secrecy.ordered": "yes"}, "secrecy.ordered"),
    ):
        with pytest.raises(UnusableOrderError) as caught:
            law.consult("eu-tco", subject, facts, RECEIVED)  # type: ignore[arg-type]
        assert caught.value.field == field


def test_deadlines_from_events_alone_and_their_warnings() -> None:
    found = law.deadline("eu-tco", "remove_or_disable", {"transport_received_at": RECEIVED})
    assert found is not None
    assert [at.z() for at in law.warnings("eu-tco", "remove_or_disable", found.due_at)] == [
        "2026-11-21T01:43:00Z", "2026-11-21T01:58:00Z", "2026-11-21T02:08:00Z",
    ]  # fmt: skip
    assert law.deadline("eu-tco", "preserve", {}) is None
    assert law.deadline("eu-tco", "preserve", {"measure_taken_at": Instant.parse("9999-12-01T00:00:00Z")}) is None
    with pytest.raises(UnknownPeriodError):
        law.deadline("eu-tco", "remove", {})


@pytest.mark.parametrize("unit", ["hours", "days", "weeks", "months"])
def test_no_time_limit_leaves_the_calendar(unit: str) -> None:
    redress = {**ORDER["redress"], "deadline": {"n": 9999, "unit": unit, "from": "receipt"}}
    last = Instant.parse("9000-12-31T23:00:00Z")
    assert due(assess({**ORDER, "redress": redress}, received=last))["court_challenge"] > last


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The video glorifies the attack and calls for more.", "en"),
        ("La vidéo fait l'apologie de l'attentat et appelle à le répéter.", "fr"),
        ("Das Video verherrlicht den Anschlag und ruft zur Nachahmung auf.", "de"),
        ("El vídeo enaltece los atentados y pide que se repitan en otra ciudad.", "es"),
        ("Το βίντεο εξυμνεί την επίθεση και καλεί σε νέες.", "el"),
        ("De video verheerlijkt het geweld en roept op tot nog een aanslag van dat soort.", "nl"),
        ("Propaganda", None),
        ("", None),
        ("17 https://board.example", None),
        ("de", None),
    ],
)
def test_the_language_of_a_text_is_told_or_not(text: str, code: str | None) -> None:
    assert language_of(text) == code
    assert code is None or code in LANGUAGES
