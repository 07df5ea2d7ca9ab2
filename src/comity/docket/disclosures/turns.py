"""Whether a case is a demand about users, and stands where a command needs it."""

from __future__ import annotations

from comity.docket import store
from comity.docket.disclosures.errors import NotAboutUsers
from comity.docket.errors import NotYourTurn
from comity.docket.models import Case
from comity.docket.procedure import Status
from comity.law import asking


def about_users(row: Case) -> Case:
    """The case; raises ``NotAboutUsers``."""
    if row.instrument not in asking.about_users():
        raise NotAboutUsers
    return row


def stands(case: str, status: Status) -> Case:
    """The case, locked, if it stands where the command needs it; raises ``NotYourTurn``."""
    row = about_users(store.locked(case))
    if row.status != status.value:
        raise NotYourTurn
    return row
