"""Keeping, with the move of a case itself, that its authority's machine is to be told."""

from __future__ import annotations

from comity.casefile.documents.demand import ChannelKind
from comity.casefile.records import jobs
from comity.docket.hi1 import store
from comity.docket.hi1.statuses import Shown, table
from comity.docket.models import Case

TELL = "tell_machine"
"""The job that tells one machine one thing."""


def moved(row: Case) -> None:
    """A case moved: where that says something new to its authority's machine, keep a notice in the same transaction."""
    shown = table().rows.get(row.status)
    if row.channel != ChannelKind.HI1.value or shown is None or not shown.says:
        return
    last = store.newest_notice(row.id.hex)
    if last is not None and _seen(row, table().rows[last.status]) == _seen(row, shown):
        return
    notice = store.raise_notice(row.id.hex, row.authority, row.status, row.entry.hex)
    jobs.defer(jobs.Deferred(TELL, {"notice": notice}, lock=row.id.hex))


def _seen(row: Case, shown: Shown) -> tuple[str, ...]:
    """What its machine would see of it: the words, and the status of each object that has one."""
    return (shown.says, *(shown.of(one.type) for one in store.of_case(row.id.hex)))
