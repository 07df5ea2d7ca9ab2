# ruff: noqa: PT012 -- what is refused is the whole unit of work

from __future__ import annotations

import pytest
from django.db import DatabaseError
from registry_playbook import People, Work, account

from comity.casefile.documents import new_id
from comity.registry import staffing, store_staff
from comity.registry.duties import Role
from comity.registry.errors import (
    AlreadyHeldError,
    NotReadyError,
    NotYourDutyError,
    SamePersonError,
    UnknownStaffError,
    WrongStateError,
)
from comity.registry.staffing import NewMember

MODERATOR = frozenset({Role.MODERATOR})


def add(work: Work, people: People, name: str = "eve") -> str:
    with work(people.anna) as opened:
        return staffing.add_staff(opened, by=people.anna, person=NewMember(account(name), name, MODERATOR))


def test_a_new_member_works_once_another_person_confirmed(work: Work, people: People) -> None:
    eve = add(work, people)
    with pytest.raises(UnknownStaffError):
        store_staff.member(eve)
    with work(people.ben) as opened:
        staffing.confirm_staff(opened, by=people.ben, staff=eve)
    assert store_staff.member(eve).roles == MODERATOR
    user = store_staff.everybody()[-1].user
    assert store_staff.member_of_user(user) == store_staff.member(eve)
    assert store_staff.member_of_user(0) is None


def test_who_added_does_not_confirm(work: Work, people: People) -> None:
    eve = add(work, people)
    with pytest.raises(SamePersonError), work(people.anna) as opened:
        staffing.confirm_staff(opened, by=people.anna, staff=eve)
    with pytest.raises(DatabaseError, match="confirmed_by_another"), work(people.anna) as opened:
        entry = staffing._enter(opened, eve, "forged", people.anna, {})
        store_staff.set_state(eve, "active", entry=entry, confirmed_by=people.anna)
    with pytest.raises(DatabaseError, match="only_when_confirmed"), work(people.anna) as opened:
        store_staff.set_state(eve, "active", entry=staffing._enter(opened, eve, "forged", people.anna, {}))
    with pytest.raises(NotYourDutyError), work(people.dan) as opened:
        staffing.confirm_staff(opened, by=people.dan, staff=eve)


def test_a_member_is_confirmed_once(work: Work, people: People) -> None:
    with pytest.raises(WrongStateError), work(people.ben) as opened:
        staffing.confirm_staff(opened, by=people.ben, staff=people.carla)


def test_nobody_changes_or_suspends_themselves(work: Work, people: People) -> None:
    with pytest.raises(SamePersonError), work(people.anna) as opened:
        staffing.change_roles(opened, by=people.anna, staff=people.anna, roles=frozenset(Role) - {Role.AUDITOR})
    with pytest.raises(SamePersonError), work(people.anna) as opened:
        staffing.suspend_staff(opened, by=people.anna, staff=people.anna, because="x")
    with pytest.raises(DatabaseError, match="from_another"), work(people.anna) as opened:
        entry = staffing._enter(opened, people.anna, "forged", people.anna, {})
        store_staff.set_roles(people.anna, frozenset({Role.APPROVER}), by=people.anna, entry=entry)


def test_an_administrator_changes_roles(work: Work, people: People) -> None:
    with work(people.anna) as opened:
        staffing.change_roles(opened, by=people.anna, staff=people.carla, roles=MODERATOR)
    assert store_staff.member(people.carla).roles == MODERATOR
    with work(people.anna) as opened:
        staffing.change_roles(opened, by=people.anna, staff=people.carla, roles=frozenset({Role.LEGAL}))
    assert store_staff.member(people.carla).roles == {Role.LEGAL}
    with pytest.raises(NotYourDutyError), work(people.ben) as opened:
        staffing.change_roles(opened, by=people.ben, staff=people.carla, roles=MODERATOR)
    with pytest.raises(NotYourDutyError), work(people.anna) as opened:
        staffing.change_roles(opened, by=people.anna, staff=people.carla, roles=frozenset())


def test_a_suspended_member_does_nothing_until_readmitted_by_two(work: Work, people: People) -> None:
    with work(people.anna) as opened:
        staffing.suspend_staff(opened, by=people.anna, staff=people.carla, because="Left")
    with pytest.raises(UnknownStaffError):
        store_staff.member(people.carla)
    with pytest.raises(WrongStateError), work(people.anna) as opened:
        staffing.suspend_staff(opened, by=people.anna, staff=people.carla, because="Left")
    with work(people.anna) as opened:
        staffing.readmit_staff(opened, by=people.anna, staff=people.carla)
    with pytest.raises(UnknownStaffError):
        store_staff.member(people.carla)
    with work(people.ben) as opened:
        staffing.confirm_staff(opened, by=people.ben, staff=people.carla)
    assert store_staff.member(people.carla).roles == {Role.LEGAL}
    with pytest.raises(WrongStateError), work(people.anna) as opened:
        staffing.readmit_staff(opened, by=people.anna, staff=people.carla)


def test_the_first_staff_are_founded_once(work: Work, people: People) -> None:
    with pytest.raises(AlreadyHeldError), work("") as opened:
        staffing.found_staff(opened, ())


@pytest.mark.parametrize("roles", [[Role.ADMINISTRATOR], [Role.MODERATOR, Role.APPROVER], []])
def test_one_person_or_no_administrator_founds_nothing(work: Work, roles: list[Role]) -> None:
    new = tuple(NewMember(account(role), role, frozenset({role})) for role in roles)
    with pytest.raises(NotReadyError), work("") as opened:
        staffing.found_staff(opened, new)


def test_unknown_staff_is_refused(work: Work, people: People) -> None:
    with pytest.raises(UnknownStaffError), work(people.anna) as opened:
        staffing.suspend_staff(opened, by=people.anna, staff=new_id(), because="x")
