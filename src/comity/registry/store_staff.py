"""The part of the store that reads and writes the provider's staff."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from comity.registry import models
from comity.registry.duties import Member, Role
from comity.registry.errors import UnknownStaffError
from comity.registry.store import identifier


@dataclass(frozen=True)
class HeldMember:
    """A member of staff as held now, whatever the state."""

    member: Member
    user: int
    state: str
    """``proposed``, ``active`` or ``suspended``."""
    added_by: str | None
    confirmed_by: str | None


def member(id_: str) -> Member:
    """An active member of staff; raises ``UnknownStaffError`` for anybody else."""
    row = models.Staff.objects.filter(pk=identifier(id_), state="active").first()
    if row is None:
        raise UnknownStaffError(id_[:64])
    return _held(row).member


def member_of_user(user: int) -> Member | None:
    """The active member of staff behind a Django account, if there is one."""
    row = models.Staff.objects.filter(user_id=user, state="active").first()
    return None if row is None else _held(row).member


def held(id_: str) -> HeldMember:
    """A member of staff in any state, the row locked until the transaction ends."""
    row = models.Staff.objects.select_for_update().filter(pk=identifier(id_)).first()
    if row is None:
        raise UnknownStaffError(id_[:64])
    return _held(row)


def everybody() -> list[HeldMember]:
    """All staff by name, the suspended too."""
    return [_held(row) for row in models.Staff.objects.prefetch_related("held_roles").order_by("name", "id")]


def anybody() -> bool:
    """Whether any member of staff exists."""
    return models.Staff.objects.exists()


def insert(new: Member, user: int, *, by: str | None, entry: str) -> None:
    """Write a member down: proposed by ``by``, or active at once when founding (``by`` is ``None``)."""
    models.Staff.objects.create(
        id=UUID(hex=new.id),
        user_id=user,
        name=new.name,
        state="active" if by is None else "proposed",
        added_by=UUID(hex=by) if by else None,
        entry=UUID(hex=entry),
    )
    set_roles(new.id, new.roles, by=by, entry=entry)


def set_state(id_: str, state: str, *, entry: str, confirmed_by: str | None = None) -> None:
    """Move a member to another state."""
    rows = models.Staff.objects.filter(pk=UUID(hex=id_))
    if confirmed_by is None:
        rows.update(state=state, entry=UUID(hex=entry))
    else:
        rows.update(state=state, entry=UUID(hex=entry), confirmed_by=UUID(hex=confirmed_by))


def propose_again(id_: str, *, by: str, entry: str) -> None:
    """Make a member proposed by ``by``, awaiting a confirmation."""
    models.Staff.objects.filter(pk=UUID(hex=id_)).update(
        state="proposed", added_by=UUID(hex=by), confirmed_by=None, entry=UUID(hex=entry)
    )


def set_roles(id_: str, roles: frozenset[Role], *, by: str | None, entry: str) -> None:
    """Make the roles held be exactly ``roles``."""
    pk, granted_by = UUID(hex=id_), UUID(hex=by) if by else None
    for row in models.StaffRole.objects.filter(staff_id=pk):
        models.StaffRole.objects.filter(pk=row.pk).update(
            revoked=row.role not in roles, granted_by=granted_by, entry=UUID(hex=entry)
        )
    known = set(models.StaffRole.objects.filter(staff_id=pk).values_list("role", flat=True))
    models.StaffRole.objects.bulk_create(
        models.StaffRole(staff_id=pk, role=role, granted_by=granted_by, entry=UUID(hex=entry))
        for role in sorted(roles - known)
    )


def _held(row: models.Staff) -> HeldMember:
    roles = frozenset(Role(item.role) for item in row.held_roles.all() if not item.revoked)
    return HeldMember(
        member=Member(row.id.hex, row.name, roles),
        user=row.user_id,
        state=row.state,
        added_by=row.added_by.hex if row.added_by else None,
        confirmed_by=row.confirmed_by.hex if row.confirmed_by else None,
    )
