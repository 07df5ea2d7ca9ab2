"""What is noticed about who files and when, told to the officer before intake enters it."""

from __future__ import annotations

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.demand import Fault
from comity.casefile.documents.record import RegistryChange
from comity.docket.portal_views import Acting
from comity.intake.faults import fault, under
from comity.registry import officers_signals
from comity.registry.means import HeldAuthority

FILES = "officer_files"
_MOST_READ = 200
"""Entries of an officer that a check reads: sign-ins and filings. More than this within the hour is many anyway."""


def signs(authority: HeldAuthority, acting: Acting, now: Instant, instrument: str) -> list[Fault]:
    """What will be noticed about who files and when, as the faults that intake will enter under an instrument."""
    return [under(fault(code, "sender", what), instrument) for code, what in seen(authority, acting, now)]


def seen(authority: HeldAuthority, acting: Acting, now: Instant) -> tuple[tuple[str, str], ...]:
    """Codes of what is noticed, and what exactly was seen."""
    return officers_signals.signals(authority.member_state, _filed(acting.officer), now)


def _filed(officer: str) -> tuple[Instant, ...]:
    """When this officer filed before, as far back as the file is read at each check."""
    rows = audit.entries_of(officer, kind=RegistryChange.kind, newest=_MOST_READ)
    changes = ((one.at, RegistryChange.from_canonical(one.body)) for one in rows if one.body)
    return tuple(at for at, change in changes if change.change == FILES)
