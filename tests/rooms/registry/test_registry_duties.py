from __future__ import annotations

import pytest

from comity.registry.duties import (
    CARRIED_BY,
    Duty,
    Member,
    Role,
    TwoPeople,
    duties_of,
    require_compatible,
    require_duty,
)
from comity.registry.errors import NotYourDutyError, SamePersonError


def member(*roles: Role) -> Member:
    return Member("a" * 32, "A", frozenset(roles))


def test_every_duty_is_carried_by_somebody() -> None:
    assert set(CARRIED_BY) == set(Duty)
    assert all(CARRIED_BY.values())


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty is not Duty.READ])
def test_an_auditor_changes_nothing(duty: Duty) -> None:
    with pytest.raises(NotYourDutyError):
        require_duty(member(Role.AUDITOR), duty)


@pytest.mark.parametrize("duty", [Duty.DECIDE, Duty.APPROVE_DECISION, Duty.PROPOSE_AUTHORITY, Duty.CONFIRM_CREDENTIAL])
def test_an_administrator_has_no_part_in_a_case(duty: Duty) -> None:
    with pytest.raises(NotYourDutyError):
        require_duty(member(Role.ADMINISTRATOR), duty)


def test_nobody_without_a_role_may_even_read() -> None:
    with pytest.raises(NotYourDutyError):
        require_duty(member(), Duty.READ)
    assert duties_of(member()) == frozenset()


def test_a_moderator_decides_and_may_stop_an_authority() -> None:
    require_duty(member(Role.MODERATOR), Duty.DECIDE)
    require_duty(member(Role.MODERATOR), Duty.SUSPEND_AUTHORITY)
    assert Duty.CONFIRM_AUTHORITY not in duties_of(member(Role.MODERATOR))


def test_one_person_is_not_two() -> None:
    with pytest.raises(SamePersonError):
        TwoPeople("a", "a")
    assert TwoPeople("a", "b").second == "b"


@pytest.mark.parametrize("roles", [frozenset(), frozenset({Role.AUDITOR, Role.MODERATOR})])
def test_incompatible_roles_are_refused(roles: frozenset[Role]) -> None:
    with pytest.raises(NotYourDutyError):
        require_compatible(roles)


def test_a_small_house_may_join_roles() -> None:
    require_compatible(frozenset({Role.MODERATOR, Role.REGISTRAR, Role.ADMINISTRATOR}))
