"""One insider wants to do all of it alone."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from pydantic import ValidationError

from comity.casefile import audit
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.decision import Approval, Decision, Person, StandingRule
from comity.casefile.records import unit_of_work
from comity.decision.errors import SamePersonTwice
from comity.decision.models import StandingRuleRow
from comity.docket.errors import NotYourTurn
from comity.docket.procedure import Status
from support.failing import House


def waiting(house: House) -> tuple[str, str]:
    url = house.publish()
    case = house.ordered("other", url)
    house.run(case)
    assert house.status(case) is Status.WAITING
    return case, url


def test_one_insider_does_it_all(house: House) -> None:
    case, _ = waiting(house)
    with pytest.raises(NotYourTurn, match="second person"):
        house.docket.dismiss(case, house.who.mia, "I do not like it.")
    assert house.status(case) is Status.WAITING


def test_nobody_refuses_alone_nor_agrees_with_themselves(house: House) -> None:
    case, _ = waiting(house)
    house.docket.decide(case, house.who.carla, answer="refuse", urls=(), reasons="I do not like it.")
    assert house.status(case) is Status.SECOND
    with pytest.raises(SamePersonTwice):
        house.docket.approve(case, house.who.carla)
    assert house.status(case) is Status.SECOND


def test_not_even_a_type_carries_one_person_twice(house: House) -> None:
    one = Person(id=house.who.ben, role="approver")
    twice = tuple(Approval(person=one, at=house.clock.now()) for _ in range(2))
    with pytest.raises(ValidationError, match="twice"):
        Decision(case="0" * 32, answer=Proposal.REFUSE, grants=(), reasons=("x",), basis="0" * 32, approvals=twice)


def test_not_even_the_database_takes_a_rule_that_one_person_made(house: House) -> None:
    row = StandingRuleRow.objects.get(id=house.docket.rules()[0].rule)
    document = audit.find(row.entry.hex, StandingRule).document

    def approve_ones_own() -> None:
        with unit_of_work(house.clock.now(), "staff:x") as work:
            entered = audit.enter(work, row.id.hex, document)
            StandingRuleRow.objects.filter(id=row.id).update(entry=entered.entry, approved_by=row.proposed_by)

    with pytest.raises(IntegrityError, match="standing_rule_two_people"):
        approve_ones_own()


def test_opening_what_is_in_custody_is_an_entry_before_the_first_byte(house: House) -> None:
    case, _ = waiting(house)
    digest = house.parts.vault.exhibits(case)[0].exhibit.digest
    before = len(audit.entries_of(case))
    house.docket.exhibit(case, house.who.mia, digest, "curiosity")
    entries = audit.entries_of(case)
    assert len(entries) == before + 1
    assert (entries[-1].kind, entries[-1].actor) == ("custody", f"staff:{house.who.mia}")
    assert b"curiosity" in (entries[-1].body or b"")
