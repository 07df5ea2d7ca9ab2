"""Pure judgement about acts on content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from comity.execution.content.models import OPEN, ItemState

MAX_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)


def pause_before(attempt: int) -> timedelta:
    """How long to wait before attempt ``attempt`` (2, 3, …): one second, doubled each time, at most five minutes."""
    doublings = min(max(0, attempt - 2), 20)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def gives_up(attempt: int) -> bool:
    """Whether a person must look: twelve attempts span about twenty-five minutes, well inside the hour."""
    return attempt >= MAX_ATTEMPTS


def settled(states: Iterable[ItemState]) -> bool:
    """Whether nothing is left to do for any address; no addresses at all is never settled."""
    known = list(states)
    return bool(known) and not any(state in OPEN or state is ItemState.RESTORING for state in known)


def impossible(states: Iterable[ItemState]) -> bool:
    """Whether some act failed for good."""
    return any(state is ItemState.FAILED for state in states)


def may_restore(own_case: str, disabling_cases: Iterable[str]) -> bool:
    """An item comes back only if no other case's order still keeps it away (2021/784 Art 4(7): other grounds stand)."""
    return all(case == own_case for case in disabling_cases)
