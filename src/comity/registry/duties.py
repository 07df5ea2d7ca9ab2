"""Who of the staff may do what, and where it takes two. Pure: roles in, permission or its refusal out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from comity.registry.errors import NotYourDutyError, SamePersonError


class Role(StrEnum):
    """What a member of staff is here for."""

    MODERATOR = "moderator"
    APPROVER = "approver"
    LEGAL = "legal"
    REGISTRAR = "registrar"
    AUDITOR = "auditor"
    """Reads everything that may be read, changes nothing; excludes every other role."""
    ADMINISTRATOR = "administrator"
    """Keeps the list of staff; carries no part in any case."""


class Duty(StrEnum):
    """One thing that only certain roles may do."""

    READ = "read"
    DECIDE = "decide"
    APPROVE_DECISION = "approve_decision"
    PROPOSE_RULE = "propose_rule"
    APPROVE_RULE = "approve_rule"
    PROPOSE_AUTHORITY = "propose_authority"
    CONFIRM_AUTHORITY = "confirm_authority"
    SUSPEND_AUTHORITY = "suspend_authority"
    WITHDRAW_AUTHORITY = "withdraw_authority"
    RECORD_CALL_BACK = "record_call_back"
    ENROL_CREDENTIAL = "enrol_credential"
    CONFIRM_CREDENTIAL = "confirm_credential"
    IMPORT_REGISTER = "import_register"
    KEEP_STAFF = "keep_staff"
    CONFIRM_STAFF = "confirm_staff"
    KEEP_ROSTER = "keep_roster"
    ANSWER_PAGE = "answer_page"


_CASE_WORK = frozenset({Role.MODERATOR, Role.APPROVER, Role.LEGAL})
_SECOND = frozenset({Role.APPROVER, Role.LEGAL})
_REGISTER = frozenset({Role.REGISTRAR, Role.APPROVER, Role.LEGAL})

# Empty means no: a duty that stands in no row is nobody's.
CARRIED_BY: dict[Duty, frozenset[Role]] = {
    Duty.READ: frozenset(Role),
    Duty.DECIDE: _CASE_WORK,
    Duty.APPROVE_DECISION: _SECOND,
    Duty.PROPOSE_RULE: _SECOND,
    Duty.APPROVE_RULE: _SECOND,
    Duty.PROPOSE_AUTHORITY: frozenset({Role.REGISTRAR, Role.LEGAL}),
    Duty.CONFIRM_AUTHORITY: _REGISTER,
    # Stopping automatic acts is the safe direction, so whoever is on call may do it.
    Duty.SUSPEND_AUTHORITY: _CASE_WORK | {Role.REGISTRAR},
    Duty.WITHDRAW_AUTHORITY: _REGISTER,
    Duty.RECORD_CALL_BACK: _CASE_WORK | {Role.REGISTRAR},
    Duty.ENROL_CREDENTIAL: frozenset({Role.REGISTRAR}),
    Duty.CONFIRM_CREDENTIAL: _REGISTER,
    Duty.IMPORT_REGISTER: frozenset({Role.REGISTRAR}),
    Duty.KEEP_STAFF: frozenset({Role.ADMINISTRATOR}),
    Duty.CONFIRM_STAFF: frozenset({Role.ADMINISTRATOR, Role.APPROVER}),
    Duty.KEEP_ROSTER: frozenset({Role.ADMINISTRATOR, Role.APPROVER, Role.LEGAL}),
    Duty.ANSWER_PAGE: _CASE_WORK,
}


@dataclass(frozen=True)
class Member:
    """An active member of staff with the roles held now."""

    id: str
    name: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class TwoPeople:
    """Who proposed and who agreed. One person alone cannot be written down as two."""

    first: str
    second: str

    def __post_init__(self) -> None:
        """Refuse the same person twice."""
        if self.first == self.second:
            raise SamePersonError


def duties_of(member: Member) -> frozenset[Duty]:
    """Everything this member's roles carry, for screens that show only what one may do."""
    return frozenset(duty for duty, roles in CARRIED_BY.items() if roles & member.roles)


def require_duty(member: Member, duty: Duty) -> None:
    """Return when one of the member's roles carries ``duty``; raise ``NotYourDutyError`` otherwise."""
    if not CARRIED_BY.get(duty, frozenset()) & member.roles:
        needed = ", ".join(sorted(CARRIED_BY.get(duty, frozenset()))) or "no role"
        raise NotYourDutyError(f"{duty} is carried by: {needed}.")


def require_compatible(roles: frozenset[Role]) -> None:
    """Raise ``NotYourDutyError`` for a set of roles that one person may not hold together, or for none at all."""
    if not roles:
        raise NotYourDutyError("A member of staff holds at least one role.")
    if Role.AUDITOR in roles and len(roles) > 1:
        raise NotYourDutyError("An auditor holds no other role: who checks does not act.")
