"""Certificates under attack, and what must hold for all of them."""

from __future__ import annotations

import contextlib
import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Answer, Assessment, Lawful, Outcome
from comity.law.assessing import recognise
from comity.law.errors import UnusableOrderError
from comity.law.library import instrument
from comity.law.parts import parts
from comity.law.provider import Provider
from support.vectors import changed, judge

EPOC, EPOC_PR, TCO = "eu-eevidence-production", "eu-eevidence-preservation", "eu-tco"
ORDERS: dict[str, Any] = {one: instrument(one).vectors["order"] for one in (EPOC, EPOC_PR, TCO)}
PROVIDER = Provider.model_validate(instrument(EPOC).vectors["provider"])
RECEIVED = Instant.parse("2026-09-01T09:30:00+02:00")
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=12)
    | st.sampled_from([str(RECEIVED), "FR", "EPOC"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "value", "start", "name", "a", "c", "date", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


def assess(order: dict[str, Any], **options: Any) -> Assessment:
    return law.assess(order, **{"received": RECEIVED, "provider": PROVIDER, **options})


@pytest.mark.parametrize("identifier", [EPOC, EPOC_PR, TCO])
def test_an_order_is_recognised_by_its_form(identifier: str) -> None:
    assert recognise(ORDERS[identifier]) == identifier
    assert recognise({**ORDERS[identifier], "instrument": identifier}) == identifier


def test_a_mark_may_stand_beside_the_form_and_an_empty_field_is_none() -> None:
    form = instrument(EPOC).order_form
    assert form.carries({"M": {}}, "M")
    assert form.carries({"G": {"nature": "Fraud"}}, "G.offence")
    assert not form.carries({"G": "Fraud"}, "G.offence")
    assert "I.fax" not in form.read({"I": {"fax": None, "tel": ""}}).values


@pytest.mark.parametrize("order", [{}, {"A": {}}, {"A": 1, "B": [], "I": "x"}, {"A": {"issuing_state": "DE"}}])
def test_what_is_the_form_of_no_law_is_refused_by_field(order: dict[str, Any]) -> None:
    with pytest.raises(UnusableOrderError) as caught:
        recognise(order)
    assert caught.value.field == "instrument"


@pytest.mark.parametrize("identifier", [EPOC, EPOC_PR])
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_certificate_breaks_it_and_damage_never_executes(identifier: str, data: st.DataObject) -> None:
    order = copy.deepcopy(ORDERS[identifier])
    section = data.draw(st.sampled_from(sorted({*order, "message", "M"})))
    fields = order.get(section)
    key = data.draw(st.sampled_from([*(fields if isinstance(fields, dict) else ()), ""]))
    value = data.draw(JSON)
    if key:
        fields[key] = value
    else:
        order[section] = value
    with contextlib.suppress(UnusableOrderError):
        judgement = law.judge(order, received=RECEIVED, provider=PROVIDER, identifier=identifier)
        found = judgement.assessment
        notes = {table.id for table in instrument(identifier).tables.tables if table.answer == "note"}
        if found.answer is Answer.EXECUTE:
            own = {table.id for table in instrument(identifier).tables.tables}
            assert {f.id for f in found.findings if f.outcome is not Outcome.HOLDS} & own <= notes
        for part in parts(judgement):
            assert part.findings
        assert Assessment.from_canonical(found.canonical()) == found


@pytest.mark.parametrize("identifier", [EPOC, EPOC_PR])
@given(order=st.dictionaries(st.sampled_from("ABCDEFGHIJKLM"), JSON))
@settings(max_examples=100, deadline=None)
def test_sections_of_any_content_are_judged_and_never_executed(identifier: str, order: dict[str, Any]) -> None:
    assert assess(order, instrument=identifier).answer is not Answer.EXECUTE


@pytest.mark.parametrize("identifier", [EPOC, EPOC_PR])
def test_an_unknown_fact_never_executes_unless_no_value_of_it_could_forbid(identifier: str) -> None:
    facts = law.judge(ORDERS[identifier], received=RECEIVED, provider=PROVIDER).facts
    epoch = instrument(identifier).at(RECEIVED.utc)
    domains = instrument(identifier).tables.facts
    assert epoch.verdict(facts).answer is Answer.EXECUTE
    for name in facts:
        known = {epoch.verdict({**facts, name: value}).answer for value in domains[name].values}
        assert (epoch.verdict({**facts, name: None}).answer is Answer.EXECUTE) == (known == {Answer.EXECUTE}), name


MOMENTS = st.integers(1787011200, 4000000000).map(lambda at: Instant(datetime.fromtimestamp(at, UTC)))


@given(MOMENTS, st.integers(0, 10**7))
@settings(max_examples=80, deadline=None)
def test_a_later_receipt_never_gives_an_earlier_deadline(first: Instant, seconds: int) -> None:
    second = Instant(datetime.fromtimestamp(int(first.utc.timestamp()) + seconds, UTC))
    for change in ({}, {"C": {"deadline": "IMMINENT_THREAT_TO_LIFE", "emergency_reasons": "An attack is announced."}}):
        order = changed(ORDERS[EPOC], {"set": {"I.date": "2026-08-18", **change}})
        one, two = ({d.id: d.due_at for d in assess(order, received=at).deadlines} for at in (first, second))
        assert set(one) == set(two)
        assert all(one[name] <= two[name] for name in one)


def test_preservation_is_due_at_once_whatever_is_wrong() -> None:
    for vector in instrument(EPOC).vectors["scenarios"]:
        found = judge(EPOC, vector).assessment
        assert {d.id for d in found.deadlines} >= {"preserve_at_once"}
        assert {r.route: r.lawful for r in found.routes}["preserve"] is Lawful.YES
        assert {r.route: r.lawful for r in found.routes}["inform_user"] is Lawful.NO


def test_each_part_has_its_own_answer() -> None:
    start, end = "2026-08-01T00:00:00Z", "2026-12-01T00:00:00Z"
    vector = {
        "set": {
            "E.identifiers": [
                {"id": "7", "type": "USER_ID", "value": "mira_k"},
                {"id": "8", "type": "USER_ID", "value": "mirа_k"},
                {"id": "9", "type": "EMAIL", "value": "nobody"},
                {"id": "10", "type": "USER_ID", "value": "jon", "start": start, "end": end},
                {"id": "11", "type": "USER_ID", "value": "zoe", "start": "2026-11-01T00:00:00Z"},
            ],
            "F": {"a": ["USER_INFORMATION"], "c": ["log files"]},
            "G.threshold": ["THREE_YEARS"],
        }
    }
    found = {(part.identifier, part.category): part for part in parts(judge(EPOC, vector))}
    assert {key: part.outcome.value for key, part in found.items() if key[1] == "subscriber"} == {
        ("7", "subscriber"): "holds", ("8", "subscriber"): "fails", ("3", "subscriber"): "fails",
        ("10", "subscriber"): "fails", ("11", "subscriber"): "fails",
    }  # fmt: skip
    assert found["8", "subscriber"].reasons == ("INSUFFICIENT_INFO",)
    assert found["3", "subscriber"].reasons == ("INSUFFICIENT_INFO",)
    assert found["10", "subscriber"].reasons == found["11", "subscriber"].reasons == ("NOT_STORED",)
    assert found["7", "traffic"].reasons == ("NOT_ISSUED_OR_VALIDATED",)


def test_an_order_without_parts_has_none() -> None:
    assert parts(law.judge(ORDERS[TCO], received=RECEIVED, provider=None)) == ()
    assert parts(law.judge(ORDERS[EPOC_PR], received=RECEIVED, provider=PROVIDER)) == ()
    assert parts(judge(EPOC, {"set": {"E": {}}})) == ()


def test_the_calendar_is_that_of_the_order_or_else_of_the_state_whose_day_ends_first() -> None:
    def due(**profile: Any) -> str:
        found = judge(EPOC, {"with_provider": profile})
        return next(d.due_at.z() for d in found.assessment.deadlines if d.id == "produce")

    both = [{"state": "FR", "kind": "main"}, {"state": "IE", "kind": "designated"}]
    assert due(establishments=both) == "2026-09-11T21:59:59Z"
    assert due(home_state="IE", establishments=both[1:]) == "2026-09-11T22:59:59Z"
    assert due(home_state="GB", establishments=[]) == "2026-09-11T23:59:59Z"


def test_the_law_consulted_on_transmission_and_keeping() -> None:
    no = ("withdrawn", "objection_open", "clarification_open", "emergency", "confirmed", "ten_days_over")
    clear: dict[str, Any] = {f"transmission.{name}": False for name in no}
    clear |= {"transmission.refusal": "none", "transmission.notified": True}
    told = law.consult(EPOC, "transmission", clear, RECEIVED)["may_transmit"]
    assert told.finding.outcome is Outcome.FAILS
    over = law.consult(EPOC, "transmission", {**clear, "transmission.ten_days_over": True}, RECEIVED)["may_transmit"]
    assert over.finding.outcome is Outcome.HOLDS
    unknown = law.consult(EPOC, "transmission", {**clear, "transmission.refusal": None}, RECEIVED)["may_transmit"]
    assert unknown.finding.outcome is Outcome.UNDETERMINED
    kept = {"keeping.not_needed": False, "keeping.clarification_silent": True, "keeping.period_over": False}
    assert law.consult(EPOC_PR, "keeping", kept, RECEIVED)["must_keep"].finding.outcome is Outcome.FAILS
