"""Every worked example of the two instruments of Regulation (EU) 2023/1543: rows, periods, whole certificates."""

from __future__ import annotations

from typing import Any

import pytest

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Certainty, Lawful, Outcome
from comity.law.checks import compiled, complaints
from comity.law.parts import parts
from support.vectors import judge

IDENTIFIERS = ("eu-eevidence-production", "eu-eevidence-preservation")
VECTORS: dict[str, Any] = {identifier: law.instrument(identifier).vectors for identifier in IDENTIFIERS}


def each(kind: str) -> list[Any]:
    return [
        pytest.param(
            identifier, vector, id=f"{identifier}: {vector.get('row') or vector.get('name') or vector['period']}"
        )
        for identifier in IDENTIFIERS
        for vector in VECTORS[identifier][kind]
    ]


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_the_instrument_is_sound(identifier: str) -> None:
    assert complaints(law.instrument(identifier)) == []


@pytest.mark.parametrize(("identifier", "vector"), each("rows"))
def test_row(identifier: str, vector: dict[str, Any]) -> None:
    (table,) = [table for table in compiled(law.instrument(identifier)) if table.table.id == vector["table"]]
    ruling = table.rule(vector["facts"])
    assert ruling.finding.outcome == vector["outcome"]
    assert ruling.rows == (vector["row"],)
    assert vector["source"] in ruling.finding.citations


@pytest.mark.parametrize(("identifier", "vector"), each("periods"))
def test_period(identifier: str, vector: dict[str, Any]) -> None:
    events = {
        name: [Instant.parse(t) for t in at] if isinstance(at, list) else Instant.parse(at)
        for name, at in vector["events"].items()
    }
    found = law.deadline(identifier, vector["period"], events, vector.get("state"))
    assert (found.due_at.z() if found else None) == vector["due"]
    if found:
        assert found.computation[0].startswith("Starts with ")
        assert any(found.due_at.z() in step for step in found.computation[-2:])
        assert any("target of our own" in step for step in found.computation) == (vector["source"] == "our own target")
        assert all(warning < found.due_at for warning in law.warnings(identifier, vector["period"], found.due_at))


@pytest.mark.parametrize(("identifier", "vector"), each("scenarios"))
def test_scenario(identifier: str, vector: dict[str, Any]) -> None:
    expected = vector["expect"]
    judgement = judge(identifier, vector)
    found = judgement.assessment
    assert found.instrument == identifier
    own = {table.id for table in law.instrument(identifier).tables.tables}  # beside them stand those of other laws
    by_outcome = {o: {f.id for f in found.findings if f.outcome is o and f.id in own} for o in Outcome}
    assert by_outcome[Outcome.FAILS] == set(expected.get("fails", ()))
    assert by_outcome[Outcome.UNDETERMINED] == set(expected.get("undetermined", ()))
    assert (found.answer, found.proposed) == (expected["answer"], expected["proposed"])
    due = {deadline.id: deadline.due_at.z() for deadline in found.deadlines}
    assert {name: due.get(name) for name in expected.get("due", {})} == expected.get("due", {})
    assert not set(expected.get("no_deadline", ())) & set(due)
    doubted = {deadline.id for deadline in found.deadlines if deadline.certainty is Certainty.UNCONFIRMED}
    assert set(expected.get("doubted", ())) <= doubted
    routes = {route.route: route.lawful for route in found.routes}
    wanted = {name: Lawful(value) for name, value in expected.get("routes", {}).items()}
    assert {name: routes[name] for name in wanted} == wanted
    assert set(expected.get("reasons", ())) <= set(judgement.reasons)
    for name, words in expected.get("says", {}).items():
        assert words in next(finding.why for finding in found.findings if finding.id == name)
    if "answer_hangs_on" in expected:
        assert "answer" in {u.fact: u.would_change for u in found.unknown}[expected["answer_hangs_on"]]
    by_part = {f"{part.identifier}:{part.category}": [part.outcome.value, *part.reasons] for part in parts(judgement)}
    for name, says in expected.get("parts", {}).items():
        assert by_part[name] == says
    assert law.article_text(vector["source"]).text


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_only_what_was_read_in_the_official_text_lets_a_certificate_pass(identifier: str) -> None:
    for table in law.instrument(identifier).tables.tables:
        if table.kind == "finding" and table.subject in {"order", "part"}:
            holding = [row for row in table.rows if row.outcome is Outcome.HOLDS]
            assert all(row.certainty is Certainty.OFFICIAL for row in holding), table.id


def test_there_are_enough_scenarios_and_half_of_them_are_wrong() -> None:
    scenarios = [vector for identifier in IDENTIFIERS for vector in VECTORS[identifier]["scenarios"]]
    wrong = [vector for vector in scenarios if vector["expect"]["answer"] != "execute"]
    assert len(scenarios) >= 100
    assert len(wrong) * 2 >= len(scenarios)
    for identifier in IDENTIFIERS:
        names = [vector["name"] for vector in VECTORS[identifier]["scenarios"]]
        assert len(names) == len(set(names))


def test_every_finding_says_why_and_by_which_article() -> None:
    for identifier in IDENTIFIERS:
        for vector in VECTORS[identifier]["scenarios"]:
            for finding in judge(identifier, vector).assessment.findings:
                assert finding.why
                assert all(law.article_text(citation).text for citation in finding.citations)
