"""What else looks at every case also bears one about a user: recount, overseer, statistics, docket, search, threads."""

from __future__ import annotations

import pytest

from comity.casefile.audit.fsck import fsck
from comity.docket import recount, store
from comity.docket.disclosures.errors import NoSuchCost, UnusableCost
from support.asking import JUDGE, SECTION_E, Office


@pytest.fixture
def office(night):
    made = Office(night)
    made.ask(JUDGE)
    made.answer()
    made.agree()
    made.let_go()
    return made


def sound(office: Office) -> None:
    office.night.wait_for_the_log()
    keys = office.night.keys
    report = fsck(keys.verifiers, origin=keys.origin, states=recount.states())
    assert report.sound, report.differences


def test_the_rows_of_every_way_are_the_sum_of_their_entries(office):
    office.ask(JUDGE)
    office.answer()
    office.docket.disagree_with_answer(office.case, office.staff.ben, "Not so.")
    office.answer("object", reasons="Another law forbids it.", letter=SECTION_E)
    office.agree("carla")
    office.contest_ended(upheld=False)
    office.answer()
    office.agree()
    office.docket.send_back(office.case, office.staff.mia, "It names a lawyer.")
    office.answer("refuse", reasons="It names a lawyer.")
    office.agree("carla")
    office.ask_to_keep()
    office.answer("comply", pieces=())
    office.ask(JUDGE)
    office.docket.find_out(
        office.case, office.staff.mia, facts={"content.stored": "some"}, source="the database's operator"
    )
    office.night.work_on()
    office.withdraw()
    sound(office)


def test_a_row_that_names_another_decision_is_found(office):
    with office.night.parts.work("system:thief") as work:
        row = store.locked(office.case)
        entry = store.note(work, row, "noted", "nothing")
        store.update(row, entry, decision=entry)
    keys = office.night.keys
    office.night.wait_for_the_log()
    assert not fsck(keys.verifiers, origin=keys.origin, states=recount.states()).sound


def test_docket_search_case_page_and_statistics_bear_it(office):
    found = office.docket.page(tab="all", search="12 Js", cursor=None, viewer=office.staff.mia)
    assert [one.instrument for one in found.lines] == ["eu-eevidence-production"]
    assert office.docket.case(found.lines[0].number, office.staff.mia).line.case == office.case
    assert office.docket.order_status(office.watch.authority, office.case).status == "in_effect"


def test_costs_are_recorded_one_by_one_and_no_more_comes_back_than_was_asked(office):
    docket, mia = office.docket, office.staff.mia
    cost = docket.note_cost(office.case, mia, amount="240.00", currency="EUR", what="four hours")
    with pytest.raises(UnusableCost):
        docket.move_cost(office.case, mia, cost=cost, state="reimbursed", provision="Art 14")
    with pytest.raises(UnusableCost):
        docket.move_cost(office.case, mia, cost=cost, state="claimed")
    docket.move_cost(office.case, mia, cost=cost, state="claimed", provision="2023/1543 Art 14")
    with pytest.raises(UnusableCost):
        docket.move_cost(office.case, mia, cost=cost, state="reimbursed", amount="300.00")
    docket.move_cost(office.case, mia, cost=cost, state="reimbursed", amount="120.00")
    assert [(one["state"], one["amount"]) for one in office.bodies("cost_note")] == [
        ("incurred", "240.00"), ("claimed", "240.00"), ("reimbursed", "120.00")
    ]  # fmt: skip
    for said in ({"amount": "1,50"}, {"currency": "euro"}, {"what": ""}):
        with pytest.raises(UnusableCost):
            docket.note_cost(office.case, mia, **{"amount": "1", "currency": "EUR", "what": "x", **said})
    with pytest.raises(NoSuchCost):
        docket.move_cost(office.case, mia, cost="f" * 32, state="claimed")
