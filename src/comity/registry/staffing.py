"""The part of the service that keeps the list of staff. Nobody adds, confirms or changes themselves."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.audit import enter
from comity.casefile.documents import Json, new_id
from comity.casefile.documents.record import RegistryChange
from comity.casefile.records import UnitOfWork
from comity.registry import store_staff
from comity.registry.duties import Duty, Member, Role, TwoPeople, require_compatible, require_duty
from comity.registry.errors import AlreadyHeldError, NotReadyError, SamePersonError, WrongStateError

_FOUNDERS = 2


@dataclass(frozen=True)
class NewMember:
    """A person to be added: the Django account, the name shown, the roles."""

    user: int
    name: str
    roles: frozenset[Role]


def found_staff(work: UnitOfWork, people: tuple[NewMember, ...]) -> tuple[str, ...]:
    """Write the first staff down, all active at once; gives their identifiers. Possible once, while there is nobody.

    At least two different people, one of them an administrator: one person alone cannot run the gate.
    """
    if store_staff.anybody():
        raise AlreadyHeldError("There is staff already; an administrator adds more.")
    if len({person.user for person in people}) < _FOUNDERS:
        raise NotReadyError("The first staff are at least two people.")
    if not any(Role.ADMINISTRATOR in person.roles for person in people):
        raise NotReadyError("One of the first staff is an administrator.")
    return tuple(_insert(work, person, by=None) for person in people)


def add_staff(work: UnitOfWork, *, by: str, person: NewMember) -> str:
    """Propose a new member of staff; active once another person has confirmed. Gives the identifier."""
    require_duty(store_staff.member(by), Duty.KEEP_STAFF)
    return _insert(work, person, by=by)


def confirm_staff(work: UnitOfWork, *, by: str, staff: str) -> TwoPeople:
    """The second person confirms a new member; neither who proposed it nor the new member can."""
    require_duty(store_staff.member(by), Duty.CONFIRM_STAFF)
    held = store_staff.held(staff)
    if held.state != "proposed" or held.added_by is None:
        raise WrongStateError(f"{held.member.name} is {held.state}.")
    people = TwoPeople(held.added_by, by)
    entry = _enter(work, staff, "staff_confirmed", by, {})
    store_staff.set_state(staff, "active", entry=entry, confirmed_by=by)
    return people


def change_roles(work: UnitOfWork, *, by: str, staff: str, roles: frozenset[Role]) -> None:
    """Make a member's roles be exactly ``roles``; nobody changes their own."""
    require_duty(store_staff.member(by), Duty.KEEP_STAFF)
    require_compatible(roles)
    held = store_staff.held(staff)
    if held.member.id == by:
        raise SamePersonError("Nobody changes their own roles.")
    entry = _enter(work, staff, "roles_changed", by, {"roles": sorted(roles), "before": sorted(held.member.roles)})
    store_staff.set_roles(staff, roles, by=by, entry=entry)


def suspend_staff(work: UnitOfWork, *, by: str, staff: str, because: str) -> None:
    """End a member's access at once; ``readmit_staff`` and another person's confirmation lead back."""
    require_duty(store_staff.member(by), Duty.KEEP_STAFF)
    held = store_staff.held(staff)
    if held.member.id == by:
        raise SamePersonError("Nobody suspends themselves: the last administrator would lock the house.")
    if held.state == "suspended":
        raise WrongStateError(f"{held.member.name} is suspended.")
    entry = _enter(work, staff, "staff_suspended", by, {"because": because[:300]})
    store_staff.set_state(staff, "suspended", entry=entry)


def readmit_staff(work: UnitOfWork, *, by: str, staff: str) -> None:
    """Propose a suspended member again; another person confirms, as for a new one."""
    require_duty(store_staff.member(by), Duty.KEEP_STAFF)
    held = store_staff.held(staff)
    if held.state != "suspended":
        raise WrongStateError(f"{held.member.name} is {held.state}.")
    store_staff.propose_again(staff, by=by, entry=_enter(work, staff, "staff_readmitted", by, {}))


def _insert(work: UnitOfWork, person: NewMember, *, by: str | None) -> str:
    require_compatible(person.roles)
    id_ = new_id()
    change = "staff_founded" if by is None else "staff_added"
    entry = _enter(work, id_, change, by or work.actor, {"name": person.name[:300], "roles": sorted(person.roles)})
    store_staff.insert(Member(id_, person.name[:300], person.roles), person.user, by=by, entry=entry)
    return id_


def _enter(work: UnitOfWork, subject: str, change: str, by: str, detail: Json) -> str:
    return enter(work, subject, RegistryChange(subject=subject, change=change, by=by, detail=detail)).entry
