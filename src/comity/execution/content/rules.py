"""Pure judgement about acts on content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from comity.casefile.documents.act import Act, ActState
from comity.casefile.documents.decision import Decision
from comity.execution.content.models import OPEN, ContentItem, ItemState

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


def begun(state: ItemState) -> bool:
    """Whether something was done, or may have been, about an address in this state."""
    return state in (ItemState.PRESERVED, ItemState.PERFORMED, ItemState.RESTORING, ItemState.BARRED)


def lifting(state: ItemState, *, found: bool) -> ItemState:
    """What becomes of an address when its order ends.

    What is or may be disabled is restored; what was never touched is left; what stands again stays as it is. ``found``:
    the platform's item is known, so that it may have been asked to disable it.
    """
    if state in (ItemState.PERFORMED, ItemState.BARRED, ItemState.PRESERVED):
        return ItemState.RESTORING
    if state is ItemState.FAILED and found:
        return ItemState.RESTORING
    return ItemState.LEFT if state is ItemState.ORDERED else state


def may_restore(own_case: str, disabling_cases: Iterable[str]) -> bool:
    """An item comes back only if no other case's order still keeps it away (2021/784 Art 4(7): other grounds stand)."""
    return all(case == own_case for case in disabling_cases)


def why_not_granted(row: ContentItem, act: Act, decision: Decision) -> str:
    """What of a row the entered act or decision does not say; empty when the row says exactly what was granted.

    Rows can be changed by whoever rules the database; entries cannot without being found out.
    """
    checks = (
        (act.state is ActState.ORDERED and act.act == row.act.hex, "no such act was ordered"),
        (act.case == row.case_id.hex == decision.case, "it was ordered in another case"),
        (act.grant in decision.grants, "the decision does not grant it"),
        (act.grant.url == row.url, "another address was ordered"),
        (list(act.grant.territories) == list(row.territories), "other territories were ordered"),
    )
    return next((words for holds, words in checks if not holds), "")
