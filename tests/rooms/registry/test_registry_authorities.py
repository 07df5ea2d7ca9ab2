# ruff: noqa: PT012 -- what is refused is the whole unit of work

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from registry_playbook import People, Work, call

from comity.casefile.audit import entries_of
from comity.casefile.clock import FixedClock
from comity.casefile.documents import new_id
from comity.registry import importing, service, store
from comity.registry.directory import Directory
from comity.registry.errors import (
    NotReadyError,
    NotYourDutyError,
    SamePersonError,
    UnknownAuthorityError,
    UnknownNumberError,
    UnknownStaffError,
    UnusableProposalError,
    WrongStateError,
)
from comity.registry.means import AuthorityProposal, AuthorityState, CallOutcome, NumberFound
from comity.registry.register_file import ReadBy, read_register
from comity.registry.rules import AuthenticatedSender, NotAuthenticated
from comity.registry.store import CallMade


def test_a_fake_agency_enrols_itself(work: Work, people: People, proposed: str) -> None:
    with pytest.raises(NotReadyError), work(people.ben) as opened:
        service.confirm_authority(opened, by=people.ben, authority=proposed)
    call(work, people.ben, proposed)
    with work(people.anna) as opened:
        assert service.confirm_authority(opened, by=people.anna, authority=proposed) is None
    assert store.authority(proposed).state is AuthorityState.PROPOSED
    with work(people.ben) as opened:
        assert service.confirm_authority(opened, by=people.ben, authority=proposed) is not None
    assert store.authority(proposed).state is AuthorityState.CONFIRMED
    changes = [json.loads(row.body or b"")["change"] for row in entries_of(proposed)]
    assert changes == ["authority_proposed", "called_back", "authority_approved", "authority_confirmed"]


def test_the_proposer_alone_confirms_nothing(work: Work, people: People, proposed: str) -> None:
    call(work, people.anna, proposed)
    with work(people.anna) as opened:
        service.confirm_authority(opened, by=people.anna, authority=proposed)
    with pytest.raises(SamePersonError), work(people.anna) as opened:
        service.confirm_authority(opened, by=people.anna, authority=proposed)
    assert store.authority(proposed).state is AuthorityState.PROPOSED


def test_a_call_that_reached_nobody_confirms_nothing(work: Work, people: People, proposed: str) -> None:
    call(work, people.ben, proposed, CallOutcome.NOT_REACHED)
    call(work, people.ben, proposed, CallOutcome.DISOWNED)
    with pytest.raises(NotReadyError), work(people.ben) as opened:
        service.confirm_authority(opened, by=people.ben, authority=proposed)


def test_one_source_is_not_enough(work: Work, people: People, proposal: AuthorityProposal) -> None:
    number = NumberFound(proposal.numbers[0].number, proposal.numbers[0].sources[:1])
    with work(people.anna) as opened:
        id_ = service.propose_authority(opened, by=people.anna, proposal=replace(proposal, numbers=(number,)))
    call(work, people.ben, id_)
    with pytest.raises(NotReadyError), work(people.ben) as opened:
        service.confirm_authority(opened, by=people.ben, authority=id_)


@pytest.mark.parametrize("who", ["ben", "dan"])
def test_only_a_registrar_or_legal_proposes(work: Work, people: People, proposal: AuthorityProposal, who: str) -> None:
    by = getattr(people, who)
    with pytest.raises(NotYourDutyError), work(by) as opened:
        service.propose_authority(opened, by=by, proposal=proposal)


def test_a_stranger_does_nothing(work: Work, people: People, proposal: AuthorityProposal) -> None:
    for by in (new_id(), "x"):
        with pytest.raises(UnknownStaffError), work(people.anna) as opened:
            service.propose_authority(opened, by=by, proposal=proposal)


def test_a_faulty_proposal_leaves_no_trace(work: Work, people: People, proposal: AuthorityProposal) -> None:
    with pytest.raises(UnusableProposalError, match="member_state"), work(people.anna) as opened:
        service.propose_authority(opened, by=people.anna, proposal=replace(proposal, member_state="xx"))
    assert store.authorities() == []


def test_a_change_takes_two_people_again_and_keeps_the_old_number(
    work: Work, people: People, confirmed: str, proposal: AuthorityProposal, clock: FixedClock
) -> None:
    before = store.authority(confirmed)
    clock.advance(timedelta(days=90))
    added = NumberFound("+33150000000", proposal.numbers[0].sources)
    amended = replace(proposal, mail_domains=("authority.example", "new.example"), numbers=(*proposal.numbers, added))
    with work(people.carla) as opened:
        service.amend_authority(opened, by=people.carla, authority=confirmed, proposal=amended)
    after = store.authority(confirmed)
    assert (after.state, after.round) == (AuthorityState.PROPOSED, before.round + 1)
    assert [number.held_since for number in after.numbers] == [before.numbers[0].held_since, clock.now()]
    with pytest.raises(NotReadyError), work(people.ben) as opened:
        service.confirm_authority(opened, by=people.ben, authority=confirmed)  # the old call counts no more
    with work(people.carla) as opened:
        service.amend_authority(opened, by=people.carla, authority=confirmed, proposal=proposal)
    assert [number.number for number in store.authority(confirmed).numbers] == ["+33140000000"]


def test_one_person_stops_an_authority_and_one_person_cannot_bring_it_back(
    work: Work, people: People, confirmed: str
) -> None:
    with work(people.ben) as opened:
        service.suspend_authority(opened, by=people.ben, authority=confirmed, because="Mailbox taken over")
    assert store.authority(confirmed).state is AuthorityState.SUSPENDED
    with pytest.raises(WrongStateError), work(people.carla) as opened:
        service.confirm_authority(opened, by=people.carla, authority=confirmed)
    with pytest.raises(WrongStateError), work(people.ben) as opened:
        service.suspend_authority(opened, by=people.ben, authority=confirmed, because="again")


def test_withdrawn_is_for_good(work: Work, people: People, confirmed: str, proposal: AuthorityProposal) -> None:
    with work(people.carla) as opened:
        service.withdraw_authority(opened, by=people.carla, authority=confirmed, because="Dissolved")
    with pytest.raises(WrongStateError), work(people.anna) as opened:
        service.amend_authority(opened, by=people.anna, authority=confirmed, proposal=proposal)
    assert Directory().authority_by_mail_domain("authority.example") is None


def test_a_reason_is_required(work: Work, people: People, confirmed: str) -> None:
    with pytest.raises(UnusableProposalError), work(people.ben) as opened:
        service.suspend_authority(opened, by=people.ben, authority=confirmed, because="  ")


def test_an_unknown_authority_or_number_is_refused(
    work: Work, people: People, confirmed: str, proposal: AuthorityProposal
) -> None:
    with work(people.anna) as opened:
        other = service.propose_authority(opened, by=people.anna, proposal=proposal)
    number = store.authority(other).numbers[0].id
    for authority, called, error in (
        (new_id(), number, UnknownAuthorityError),
        ("../etc", number, UnknownAuthorityError),
        (confirmed, new_id(), UnknownNumberError),
        (confirmed, number, UnknownNumberError),  # held, but for another authority
    ):
        with pytest.raises(error), work(people.ben) as opened:
            made = CallMade(called, "duty officer", CallOutcome.VERIFIED)
            service.record_call_back(opened, by=people.ben, authority=authority, made=made)


def test_a_call_about_a_case_authenticates_its_sender(
    work: Work, people: People, confirmed: str, clock: FixedClock
) -> None:
    case, received = new_id(), clock.advance(timedelta(days=1))
    assert isinstance(Directory().authenticate_call_back(case, received), NotAuthenticated)
    call(work, people.ben, confirmed, case=case)
    assert isinstance(Directory().authenticate_call_back(case, received), AuthenticatedSender)
    assert isinstance(Directory().authenticate_call_back(new_id(), received), NotAuthenticated)
    clock.advance(timedelta(minutes=1))
    call(work, people.ben, confirmed, CallOutcome.DISOWNED, case=case)
    assert isinstance(Directory().authenticate_call_back(case, received), NotAuthenticated)


def test_a_number_held_only_since_the_message_proves_nothing(
    work: Work, people: People, confirmed: str, clock: FixedClock
) -> None:
    case = new_id()
    call(work, people.ben, confirmed, case=case)
    judged = Directory().authenticate_call_back(case, clock.now().plus(timedelta(days=-1)))
    assert isinstance(judged, NotAuthenticated)
    assert "before the message" in judged.why


def test_the_first_demand_is_known_by_its_entry(work: Work, people: People, confirmed: str) -> None:
    directory = Directory()
    assert directory.first_order_from(confirmed)
    with work(people.ben) as opened:
        entry = service._enter(opened, new_id(), "any_document", people.ben, {})
        service.note_demand(opened, authority=confirmed, entry=entry)
    assert not directory.first_order_from(confirmed)
    assert store.filings(confirmed) == 1
    assert directory.first_order_from(new_id())


def test_a_mail_domain_leads_to_one_authority_or_none(
    work: Work, people: People, confirmed: str, proposal: AuthorityProposal
) -> None:
    directory = Directory()
    held = directory.authority_by_mail_domain("AUTHORITY.example.")
    assert held is not None
    assert held.id == confirmed
    assert directory.authority_by_mail_domain("sub.authority.example") is None
    assert directory.authority_by_mail_domain("a\x00b") is None
    assert directory.judge_mailbox("x@authorlty.example").lookalike is not None
    with work(people.anna) as opened:
        service.propose_authority(opened, by=people.anna, proposal=proposal)
    assert directory.authority_by_mail_domain("authority.example") is None
    assert len(directory.judge_mailbox("x@authority.example").call) == 2


CSV = (
    b"reference,name,member_state,roles,mail_domains,telephone,contact\n"
    b"FR-1,Office central de test,FR,12(1)(a),authority.example,+33140000000,orders@authority.example\n"
    b"DE-1,Amt zum Testen,DE,12(1)(a),amt.example,+4930000000,orders@amt.example\n"
)


def test_an_import_proposes_and_confirms_nothing(work: Work, people: People, clock: FixedClock) -> None:
    by = ReadBy(people.anna, "https://register.example", clock.now())
    register = read_register(CSV, "text/csv", by)
    assert [item.change for item in importing.dry_run(register)] == ["new", "new"]
    assert store.authorities() == []
    with work(people.anna) as opened:
        done = importing.import_register(opened, by=people.anna, register=register)
    assert len(done.proposed) == 2
    assert {held.state for held in store.authorities()} == {AuthorityState.PROPOSED}
    assert importing.dry_run(register) == ()


def test_an_import_amends_only_what_a_person_names(work: Work, people: People, clock: FixedClock) -> None:
    by = ReadBy(people.anna, "https://register.example", clock.now())
    with work(people.anna) as opened:
        importing.import_register(opened, by=people.anna, register=read_register(CSV, "text/csv", by))
    moved = read_register(CSV.replace(b"orders@amt.example", b"neu@amt.example"), "text/csv", by)
    with work(people.anna) as opened:
        assert importing.import_register(opened, by=people.anna, register=moved).amended == ()
    assert [item.reference for item in importing.dry_run(moved)] == ["DE-1"]
    with work(people.anna) as opened:
        done = importing.import_register(opened, by=people.anna, register=moved, amend=frozenset({"DE-1"}))
    assert store.authority(done.amended[0]).feedback_contact == "neu@amt.example"
    with pytest.raises(UnusableProposalError), work(people.anna) as opened:
        importing.import_register(opened, by=people.anna, register=moved, amend=frozenset({"FR-1"}))
    with pytest.raises(NotYourDutyError), work(people.ben) as opened:
        importing.import_register(opened, by=people.ben, register=moved)
