"""The conflict of laws: every row of the source's matrix, the matrix against what each law says by itself, the printed
table, and that an unknown fact never decides.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import law
from comity.casefile.documents.assessment import Answer, Certainty, Outcome, Proposal
from comity.law import conflicts
from comity.law.conflicts import Selection, Wanted, cells, picture, shelf
from comity.law.conflicts.cells import usual_mode
from comity.law.conflicts.lines import lines
from comity.law.conflicts.shelf import load
from comity.law.errors import BrokenLawError, UnresolvedCitationError
from comity.law.library import INSTRUMENTS

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FOLDER = Path(conflicts.__file__).parent
CASES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "vectors.yaml").read_text())["cases"]
HERE = shelf().at(NOW)
TABLES = {**HERE.matrix, **HERE.laws, **HERE.persons}
SURE = {"channel.sender_verified": True, "person.kind": "ordinary", "data.tenant": "private", "data.role": "controller"}


def case(vector: dict[str, Any]) -> str:
    return f"{vector['row']} {vector['instrument']} {vector['category']} {vector['route']}"


@pytest.mark.parametrize("vector", CASES, ids=case)
def test_every_row_of_the_source_leads_to_its_route(vector: dict[str, Any]) -> None:
    asked = Wanted(vector["category"], vector.get("mode", "STORED"))
    found = picture(vector["instrument"], {**SURE, **vector["facts"]}, (asked,), NOW)
    (way,) = found.ways
    assert (way.route.id if way.route else None) == vector["route"]
    if vector["row"] != 50:
        assert any(vector["row"] in row.matrix for row in way.rows)
    if vector["route"] is None:
        assert set(vector["hangs_on"]) <= set(way.ruling.pivots)
        assert found.answer is Answer.NEEDS_PERSON
    assert vector["source"] in way.finding.citations
    assert all(other.route not in way.possible for other in way.not_taken)


def test_no_row_of_the_source_is_forgotten_and_a_third_or_more_are_refused_or_open() -> None:
    assert {vector["row"] for vector in CASES} == set(range(1, 51))
    assert {number for row in shelf().rows.values() for number in row.matrix} | {33, 50} == set(range(1, 51))
    assert sum(vector["route"] != "comply" for vector in CASES) * 2 >= len(CASES)


@pytest.mark.parametrize("name", TABLES)
def test_every_combination_of_facts_is_decided_once_and_every_row_can_decide(name: str) -> None:
    table = TABLES[name]
    deciding = set()
    for key in table.combinations():
        rows = table.matching(key)
        assert rows, dict(zip(table.facts, key, strict=True))
        assert len({table.effect(row) for row in rows}) == 1, [row.id for row in rows]
        deciding.add(rows[0].id)
    assert deciding == {row.id for row in table.rows}


def test_names_lead_somewhere() -> None:
    held = shelf()
    asked = {fact for table in held.tables for row in table.rows for fact in row.when}
    assert asked == set(held.facts.facts)
    assert {row.says for row in held.rows.values()} <= set(held.routes)
    ids = [row.id for table in held.tables for row in table.rows]
    assert len(ids) == len(set(ids))
    for table in held.matrix.tables:
        identifier = table.id.replace("_", "-")
        if identifier in INSTRUMENTS:
            periods = law.instrument(identifier).periods
            assert {period for row in table.rows for period in row.periods} <= set(periods)


def test_every_citation_finds_its_article() -> None:
    cited = {citation for table in shelf().tables for row in table.rows for citation in row.citations}
    for citation in sorted(cited):
        try:
            assert law.article_text(citation).text
        except UnresolvedCitationError:
            assert citation.startswith("2023/1543")
            assert "eu-eevidence-production" not in INSTRUMENTS


BINDING = {"comply", "hold", "ask", "counsel"}
REFERRED = {"refer_mla", "refer_epoc", "refer_eio", "refer_agreement", "refer_us_authority", "refer_network"}
ALLOWED = {
    (True, True): {"object_art17", "motion_2703h", "object", "counsel"} | REFERRED,
    (True, False): BINDING,
    (False, True): {"refuse", "object", "ask", "counsel"} | REFERRED,
    (False, False): {"voluntary", "refuse", "ask", "object", "counsel"} | REFERRED,
}
"""By whether some law must be followed and some law forbids: the routes that section 6.1 lets follow."""


def agree(instrument: str, facts: dict[str, Any]) -> None:
    """Matrix and single laws were written apart; what they say must fit."""
    facts = {**facts, "demand.instrument": instrument}
    route = HERE.matrix[instrument].rule(facts).says
    stances = {table.rule(facts).says for table in HERE.laws.values()}
    allowed = ALLOWED["must" in stances, "must_not" in stances]
    if "open" in stances:  # what a law leaves open is for a named lawyer, or decided against giving
        allowed = allowed | {"comply", "counsel", "refuse"}
    if route == "voluntary":
        assert "may" in stances
    assert route in allowed, (route, stances, facts)


def full(draw: st.DrawFn) -> dict[str, Any]:
    facts = {name: draw(st.sampled_from(fact.values)) for name, fact in shelf().facts.facts.items()}
    facts["demand.cross_border"] = facts["demand.issuer"] != facts["provider.home"]
    return facts


@st.composite
def demands(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    instrument = draw(st.sampled_from(sorted(HERE.matrix)))
    return instrument, full(draw)


def test_every_cell_of_the_matrix_agrees_with_what_each_law_says() -> None:
    for cell in cells(Selection(), NOW):
        facts = {
            "demand.issuer": cell.issuer, "provider.home": cell.home, "demand.category": cell.category,
            "demand.emergency": cell.emergency, "demand.mode": cell.mode, "provider.in_union": True,
            "provider.us_reach": "none", "provider.home_law_bars": False, "provider.foreign_law_risk": False,
            "person.of": "other", "demand.notified": False, "demand.certified": True, "demand.criminal": False,
            "demand.ground": True, "demand.cross_border": cell.issuer != cell.home,
        }  # fmt: skip
        agree(cell.instrument, facts)


@given(demands())
@settings(max_examples=600, deadline=None)
def test_any_demand_gets_a_route_that_fits_what_each_law_says(demand: tuple[str, dict[str, Any]]) -> None:
    instrument, facts = demand
    agree(instrument, facts)


@given(demands(), st.data())
@settings(max_examples=150, deadline=None)
def test_an_unknown_fact_never_decides_what_knowing_it_would_change(
    demand: tuple[str, Any], data: st.DataObject
) -> None:
    instrument, facts = demand
    hidden = data.draw(st.sets(st.sampled_from(sorted(facts)), max_size=3))
    asked = Wanted(facts.pop("demand.category"), facts.pop("demand.mode"))
    known = {name: value for name, value in facts.items() if name not in hidden}
    (whole,) = picture(instrument, facts, (asked,), NOW).ways
    (part,) = picture(instrument, known, (asked,), NOW).ways
    if part.route is not None and "channel.sender_verified" not in hidden:
        assert part.route is whole.route
    else:
        assert (whole.route.id if whole.route else None) in {*part.possible, "hold"}


def test_every_cell_is_decided_or_says_openly_on_what_it_hangs() -> None:
    found = list(cells(Selection(), NOW))
    domains = shelf().facts.facts
    places = 1
    for fact in ("demand.category", "demand.issuer", "provider.home", "demand.emergency"):
        places *= len(domains[fact].values)
    assert len(found) == places * len(HERE.matrix)
    assert len({(c.instrument, c.category, c.issuer, c.home, c.emergency) for c in found}) == len(found)
    for cell in found:
        assert cell.rows
        assert cell.citations
        assert (len(cell.routes) > 1) == bool(cell.hangs_on)
        assert set(cell.routes) <= set(shelf().routes)
    joined = lines(found)
    assert sum(len(x.issuers) * len(x.homes) * len(x.categories) * len(x.emergencies) for x in joined) == len(found)
    assert len(joined) < len(found) // 20


def test_a_selection_is_part_of_the_whole() -> None:
    chosen = Selection("us-sca", "CONTENT", "US", "US", emergency=False, assumed={"person.of": "qualifying"})
    (cell,) = cells(chosen, NOW)
    assert cell.routes == ("comply",)
    assert cell.as_row()["rows"] == ["US4"]
    (hanging,) = cells(Selection("us-sca", "CONTENT", "US", "US", emergency=True, assumed={"person.of": None}), NOW)
    assert hanging.routes == ("comply",)
    (line,) = lines([cell])
    assert line.where == ("US", "US", "CONTENT", "no")
    assert usual_mode("eu-eevidence-preservation") == "PRESERVE"


def test_the_subscriber_part_is_never_held_hostage() -> None:
    facts = {**SURE, "demand.issuer": "FR", "provider.home": "US", "provider.in_union": True, "demand.emergency": False}
    both = picture("eu-eevidence-production", facts, (Wanted("SUBSCRIBER"), Wanted("CONTENT")), NOW)
    assert (both.answer, both.proposed) == (Answer.NEEDS_PERSON, Proposal.COMPLY_IN_PART)
    assert [way.route.id for way in both.ways if way.route] == ["comply", "object_art17"]
    alone = picture("eu-eevidence-production", facts, (Wanted("CONTENT"),), NOW)
    assert (alone.answer, alone.proposed) == (Answer.NEEDS_PERSON, Proposal.OBJECT)
    barred = [said for said in alone.ways[0].laws if said.stance == "must_not"]
    assert [said.law for said in barred] == ["us_stored"]
    other = {other.route: other for other in alone.ways[0].not_taken}
    assert other["comply"].alone
    assert other["comply"].passed.fact == "demand.category"


def test_an_objection_comes_with_section_e_filled_beforehand() -> None:
    facts = {**SURE, "demand.issuer": "FR", "provider.home": "US", "provider.in_union": True}
    both = picture("eu-eevidence-production", facts, (Wanted("SUBSCRIBER"), Wanted("CONTENT")), NOW)
    assert conflicts.section_e(both.ways[0]) is None
    filled = conflicts.section_e(both.ways[1])
    assert filled is not None
    form = law.instrument("eu-eevidence-production").forms["annex-3"]
    reading = form.read(dict(filled))
    assert {key for key in reading.values if key.startswith("E.")} == set(filled)
    assert not [fault for fault in reading.faults if fault.field.startswith("E.")]
    own = {**facts, "provider.home": "UK", "provider.home_law_bars": True}
    (other,) = picture("eu-eevidence-production", own, (Wanted("CONTENT"),), NOW).ways
    assert other.route is not None
    assert (other.route.id, conflicts.section_e(other)) == ("object_art17", None)
    (hanging,) = picture("eu-eevidence-production", SURE, (Wanted("CONTENT"),), NOW).ways
    assert conflicts.section_e(hanging) is None


def test_a_demand_that_names_nothing_takes_a_person() -> None:
    found = picture("us-sca", SURE, (), NOW)
    assert found.ways == ()
    assert (found.answer, found.proposed) == (Answer.NEEDS_PERSON, Proposal.CLARIFY)


def test_what_is_unconfirmed_never_lets_a_demand_pass_by_itself() -> None:
    facts = {**SURE, "demand.issuer": "UK", "provider.home": "UK"}
    found = picture("uk-ipa-cd", facts, (Wanted("SUBSCRIBER"),), NOW)
    assert found.ways[0].finding.certainty is Certainty.UNCONFIRMED
    assert found.ways[0].finding.outcome is Outcome.HOLDS
    assert found.answer is Answer.NEEDS_PERSON


def test_before_any_law_nothing_is_decided() -> None:
    found = picture("us-sca", SURE, (Wanted("SUBSCRIBER"),), datetime(2000, 1, 1, tzinfo=UTC))
    assert found.ways[0].route is None
    assert found.ways[0].possible == ()
    assert found.answer is Answer.NEEDS_PERSON


def test_a_broken_folder_is_named(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "conflicts")
    path = tmp_path / "conflicts" / "matrix.yaml"
    path.write_text(path.read_text().replace("says: refuse", "sais: refuse", 1))
    with pytest.raises(BrokenLawError, match="conflicts: Matrix: tables"):
        load(tmp_path / "conflicts")
