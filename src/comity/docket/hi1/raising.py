"""Keeping, with the move of a case itself, that its authority's machine is to be told, or given what was packed."""

from __future__ import annotations

from comity.casefile.documents.demand import ChannelKind
from comity.casefile.records import jobs
from comity.docket.disclosures import packing
from comity.docket.hi1 import store
from comity.docket.hi1.statuses import Shown, table
from comity.docket.models import Case
from comity.docket.procedure import Status

TELL = "tell_machine"
"""The job that tells one machine one thing, or brings it one package."""


def moved(row: Case) -> None:
    """A case moved: keep, in the same transaction, what its authority's machine is to be told and given."""
    if row.channel != ChannelKind.HI1.value:
        return
    _notice(row)
    if row.status == Status.ANSWERED.value:
        _deliveries(row)


def _notice(row: Case) -> None:
    """Where its status says something new to its machine."""
    shown = table().rows.get(row.status)
    if shown is None or not shown.says:
        return
    last = store.newest_notice(row.id.hex)
    if last is None or _seen(row, table().rows[last.status]) != _seen(row, shown):
        _defer(row, store.raise_notice(row))


def _deliveries(row: Case) -> None:
    """What was packed and has just been answered, each package once."""
    for one in packing.packages(row.id.hex):
        if not store.delivered(one.package):
            _defer(row, store.raise_notice(row, one.package))


def _defer(row: Case, notice: str) -> None:
    jobs.defer(jobs.Deferred(TELL, {"notice": notice}, lock=row.id.hex))


def _seen(row: Case, shown: Shown) -> tuple[str, ...]:
    """What its machine would see of it: the words, and the status of each object that has one."""
    return (shown.says, *(shown.of(one.type) for one in store.of_case(row.id.hex)))
