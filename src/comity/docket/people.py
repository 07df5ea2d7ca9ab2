"""Who is asking, and whether the duty is theirs; the same refusal for everybody else."""

from __future__ import annotations

from comity.casefile import audit
from comity.casefile.documents.decision import Decision, Person
from comity.docket.models import Case
from comity.registry import store as register
from comity.registry import store_staff
from comity.registry.duties import Duty, Member, Role, require_duty
from comity.registry.errors import RegistryError
from comity.registry.means import AuthorityState

_RANK = (Role.LEGAL, Role.APPROVER, Role.MODERATOR, Role.REGISTRAR, Role.ADMINISTRATOR, Role.AUDITOR)


def member_with(viewer: str, duty: Duty) -> Member:
    """The active member of staff, if one of their roles carries this duty."""
    member = store_staff.member(viewer)
    require_duty(member, duty)
    return member


def signer(viewer: str, duty: Duty) -> Person:
    """The same, as a document names a person: identifier and the role in which they act."""
    member = member_with(viewer, duty)
    return Person(id=member.id, role=next(role.value for role in _RANK if role in member.roles))


def still_trusted(authority: str | None) -> bool:
    """Whether an authority is confirmed at this moment; it may have been suspended since its message came."""
    try:
        return authority is not None and register.authority(authority).state is AuthorityState.CONFIRMED
    except RegistryError:
        return False


def name_of(actor: str) -> str:
    """An actor in words: a colleague's name, or the part of Comity that acted."""
    kind, _, identifier = actor.partition(":")
    if kind == "staff":
        held = [person for person in store_staff.everybody() if person.member.id == identifier]
        return held[0].member.name if held else "a former colleague"
    return "the authority" if kind == "authority" else "Comity"


def lost_its_ground(row: Case) -> bool:
    """Whether a rule decided, and its authority is not confirmed any more: then a person decides instead."""
    if row.decision is None:
        return False  # somebody pushed the row along by hand: there is no act to carry out
    by_rule = audit.find(row.decision.hex, Decision).document.standing_rule is not None
    return by_rule and not still_trusted(row.authority or None)
