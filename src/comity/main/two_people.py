"""Two members of the staff, each with their own password: what one person alone may not do at the command line."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import get_user_model

from comity.registry import store_staff
from comity.registry.duties import Member, Role, TwoPeople
from comity.settings import UnusableSettings


@dataclass(frozen=True, slots=True)
class Pair:
    """Who wants it, an administrator, and who agrees; identifiers of two different members."""

    first: str
    second: str

    @property
    def actor(self) -> str:
        """Who acts, for entries."""
        return f"staff:{self.first}"


def pair_of(people: tuple[tuple[str, str], ...]) -> Pair:
    """The two by username and password; raises ``UnusableSettings``, ``SamePersonError``."""
    first, second = (member_of(*one) for one in people)
    both = TwoPeople(first.id, second.id)
    if Role.ADMINISTRATOR not in first.roles:
        message = f"{people[0][0]} is not an administrator"
        raise UnusableSettings(message)
    if Role.AUDITOR in second.roles:
        message = f"{people[1][0]} is an auditor: who checks does not act"
        raise UnusableSettings(message)
    return Pair(both.first, both.second)


def member_of(username: str, password: str) -> Member:
    """The same words for an unknown name, a wrong password and somebody who is no member."""
    account = get_user_model().objects.filter(username=username, is_active=True).first()
    member = store_staff.member_of_user(account.pk) if account else None
    if account is None or member is None or not account.check_password(password):
        message = f"{username}: no active member of staff with this password"
        raise UnusableSettings(message)
    return member
