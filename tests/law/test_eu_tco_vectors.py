"""Every worked example of the instrument: rows, periods, whole orders."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Lawful, Outcome
from comity.law.checks import compiled, complaints
from comity.law.provider import Provider

LAW = law.instrument("eu-tco")
VECTORS: Any = LAW.vectors
NOW = Instant(datetime(2026, 11, 23, tzinfo=UTC))


def changed(order: dict[str, Any], vector: dict[str, Any]) -> dict[str, Any]:
    order = copy.deepcopy(order)
    for path, value in vector.get("set", {}).items():
        *outer, last = path.split(".")
        place: Any = order
        for part in outer:
            place = place.setdefault(part, {})
        place[last.replace("=", ".")] = copy.deepcopy(value)
    for path in vector.get("drop", ()):
        *outer, last = path.split(".")
        place = order
        for part in outer:
            place = place[int(part)] if part.isdigit() else place[part]
        del place[last]
    return order


def judge(vector: dict[str, Any]) -> Any:
    provider = None if vector.get("without_provider") else Provider.model_validate(VECTORS["provider"])
    received = Instant.parse(vector.get("received", VECTORS["received"]))
    order = changed(VECTORS["order"], vector)
    return law.judge(order, received=received, provider=provider, identifier=vector.get("instrument"))


def test_the_instrument_is_sound() -> None:
    assert complaints(LAW) == []


@pytest.mark.parametrize("vector", VECTORS["rows"], ids=lambda vector: vector["row"])
def test_row(vector: dict[str, Any]) -> None:
    (table,) = [table for table in compiled(LAW) if table.table.id == vector["table"]]
    ruling = table.rule(vector["facts"])
    assert ruling.finding.outcome == vector["outcome"]
    assert ruling.rows == (vector["row"],)
    assert vector["source"] in ruling.finding.citations
    assert vector["row"] not in {passed.row for passed in ruling.passed_over}


@pytest.mark.parametrize("vector", VECTORS["periods"], ids=lambda v: f"{v['period']} {v.get('what', '')}")
def test_period(vector: dict[str, Any]) -> None:
    events = {
        name: [Instant.parse(t) for t in at] if isinstance(at, list) else Instant.parse(at)
        for name, at in vector["events"].items()
    }
    found = law.deadline("eu-tco", vector["period"], events)
    assert (found.due_at.z() if found else None) == vector["due"]
    if found:
        assert found.computation[0].startswith("Starts with ")
        assert found.due_at.z() in found.computation[-1] or found.due_at.z() in found.computation[-2]
        assert any("target of our own" in step for step in found.computation) == (vector["source"] == "our own target")
        assert all(warning < found.due_at for warning in law.warnings("eu-tco", vector["period"], found.due_at))


@pytest.mark.parametrize("vector", VECTORS["scenarios"], ids=lambda vector: vector["name"])
def test_scenario(vector: dict[str, Any]) -> None:
    expected = vector["expect"]
    judgement = judge(vector)
    found = judgement.assessment
    by_outcome = {o: {f.id for f in found.findings if f.outcome is o} for o in Outcome}
    assert by_outcome[Outcome.FAILS] == set(expected.get("fails", ()))
    assert by_outcome[Outcome.UNDETERMINED] == set(expected.get("undetermined", ()))
    assert found.answer == expected["answer"]
    assert found.proposed == expected["proposed"]
    due = {deadline.id: deadline.due_at.z() for deadline in found.deadlines}
    assert {name: due.get(name) for name in expected.get("due", {})} == expected.get("due", {})
    assert not set(expected.get("no_deadline", ())) & set(due)
    routes = {route.route: route.lawful for route in found.routes}
    assert {name: routes[name] for name in expected.get("routes", {})} == {
        name: Lawful(value) for name, value in expected.get("routes", {}).items()
    }
    unknown = {unknown.fact: unknown.would_change for unknown in found.unknown}
    assert set(expected.get("unknown", ())) <= set(unknown)
    if "answer_hangs_on" in expected:
        assert "answer" in unknown[expected["answer_hangs_on"]]


def test_there_are_enough_scenarios_and_half_of_them_are_wrong() -> None:
    names = [vector["name"] for vector in VECTORS["scenarios"]]
    wrong = [vector for vector in VECTORS["scenarios"] if vector["expect"]["answer"] != "execute"]
    assert len(names) == len(set(names)) >= 60
    assert len(wrong) * 2 >= len(names)


def test_every_scenario_explains_each_finding() -> None:
    for vector in VECTORS["scenarios"]:
        judgement = judge(vector)
        for finding in judgement.assessment.findings:
            ruling = judgement.rulings[finding.id]
            assert finding.why
            assert finding.citations
            assert (not ruling.rows) == (finding.outcome is Outcome.UNDETERMINED and not ruling.rows)
            for citation in finding.citations:
                assert law.article_text(citation).text
