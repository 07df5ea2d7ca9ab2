"""Every worked example of the laws under which data of users are demanded: rows, periods, whole demands with the other
laws that bind, bar or open a route.
"""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Answer, Lawful, Outcome
from comity.law.checks import complaints
from comity.law.library import INSTRUMENTS, Instrument, instrument
from comity.law.provider import Provider

LAWS = (
    "budapest-2", "de-stpo", "emergency-voluntary", "eu-dsa-art10", "eu-dsa-art9", "fr-csi", "fr-judicial", "gdpr-48",
    "ie-2011", "uk-ipa-cd", "us-cloud-agreements", "us-sca",
)  # fmt: skip


def every(kind: str) -> list[Any]:
    return [
        pytest.param(
            instrument(name), vector, id=f"{name} {vector.get('name') or vector.get('row') or vector['period']}"
        )
        for name in LAWS
        for vector in instrument(name).vectors[kind]
    ]


def changed(order: dict[str, Any], vector: dict[str, Any]) -> dict[str, Any]:
    order = copy.deepcopy(order)
    for path, value in vector.get("set", {}).items():
        *outer, last = path.split(".")
        place: Any = order
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = copy.deepcopy(value)
    for path in vector.get("drop", ()):
        *outer, last = path.split(".")
        place = order
        for part in outer:
            place = place[part]
        del place[last]
    return order


def judge(of: Instrument, vector: dict[str, Any]) -> Any:
    provider = Provider.model_validate(vector.get("provider", of.vectors["provider"]))
    received = Instant.parse(vector.get("received", of.vectors["received"]))
    return law.judge(changed(of.vectors["order"], vector), received=received, provider=provider)


@pytest.mark.parametrize("name", LAWS)
def test_the_instrument_is_sound(name: str) -> None:
    assert complaints(instrument(name)) == []


@pytest.mark.parametrize(("of", "vector"), every("rows"))
def test_row(of: Instrument, vector: dict[str, Any]) -> None:
    at = date.fromisoformat(vector["at"]) if "at" in vector else of.days_of_change[-1]
    epoch = of.at(datetime.combine(at, time(), UTC))
    (table,) = [
        table
        for tables in (*epoch.findings.values(), *epoch.routes.values())
        for table in tables
        if table.table.id == vector["table"]
    ]
    ruling = table.rule(vector["facts"])
    assert ruling.finding.outcome == vector["outcome"]
    assert vector["row"] in ruling.rows
    assert vector["source"] in ruling.finding.citations


@pytest.mark.parametrize(("of", "vector"), every("periods"))
def test_period(of: Instrument, vector: dict[str, Any]) -> None:
    events = {name: Instant.parse(at) for name, at in vector["events"].items()}
    found = law.deadline(of.id, vector["period"], events, vector.get("state"))
    assert (found.due_at.z() if found else None) == vector["due"]
    if found:
        assert any("target of our own" in step for step in found.computation) == (vector["source"] == "our own target")


@pytest.mark.parametrize(("of", "vector"), every("scenarios"))
def test_scenario(of: Instrument, vector: dict[str, Any]) -> None:
    expected = vector["expect"]
    judgement = judge(of, vector)
    found = judgement.assessment
    by_outcome = {o: {f.id for f in found.findings if f.outcome is o} for o in Outcome}
    assert by_outcome[Outcome.FAILS] == set(expected.get("fails", ()))
    assert by_outcome[Outcome.UNDETERMINED] == set(expected.get("undetermined", ()))
    assert (found.answer, found.proposed) == (expected["answer"], expected["proposed"])
    due = {deadline.id: deadline.due_at.z() for deadline in found.deadlines}
    assert {name: due.get(name) for name in expected.get("due", {})} == expected.get("due", {})
    assert not set(expected.get("no_deadline", ())) & set(due)
    routes = {route.route: route.lawful for route in found.routes}
    wanted = {name: Lawful(value) for name, value in expected.get("routes", {}).items()}
    assert {name: routes.get(name) for name in wanted} == wanted
    assert set(expected.get("unknown", ())) <= {unknown.fact for unknown in found.unknown}
    assert {name: judgement.rulings[name].says for name in expected.get("says", {})} == expected.get("says", {})
    assert law.article_text(vector["source"]).text


def article(citation: str) -> str:
    """The text behind a citation; of the e-Evidence Regulation only once it is on the shelf."""
    if citation.startswith("2023/1543") and "eu-eevidence-production" not in INSTRUMENTS:
        return citation
    return law.article_text(citation).text


def test_there_are_enough_scenarios_and_half_of_them_are_wrong() -> None:
    scenarios = [vector for name in LAWS for vector in instrument(name).vectors["scenarios"]]
    wrong = [vector for vector in scenarios if vector["expect"]["answer"] != "execute"]
    assert len(scenarios) >= 130
    assert len(wrong) * 2 >= len(scenarios)


@pytest.mark.parametrize(("of", "vector"), every("scenarios"))
def test_every_finding_is_explained_and_cited_and_what_is_unconfirmed_takes_a_person(
    of: Instrument, vector: dict[str, Any]
) -> None:
    judgement = judge(of, vector)
    for finding in judgement.assessment.findings:
        assert finding.why
        for citation in finding.citations:
            assert article(citation)
    for route in judgement.assessment.routes:
        for citation in route.citations:
            assert article(citation)
    if any(finding.certainty == "unconfirmed" for finding in judgement.assessment.findings):
        assert judgement.assessment.answer is not Answer.EXECUTE
