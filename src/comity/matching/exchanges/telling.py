"""Opinions brought back to where the items came from, each entered as told once the exchange took it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from comity.casefile.records import UnitOfWork
from comity.matching.banks import papers
from comity.matching.banks import service as banks
from comity.matching.banks import store as bank_store
from comity.matching.banks.errors import UnknownItem
from comity.matching.exchanges.batches import OpinionGiven, Source
from comity.matching.exchanges.errors import NothingToTell
from comity.matching.exchanges.store import Exchange

_MOST = 10_000


def tell(held: Exchange, source: Source, begin: Callable[[], AbstractContextManager[UnitOfWork]]) -> int:
    """Bring every opinion on this exchange's items; gives how many it took. Raises ``ExchangeFailure``.

    One that was taken and then not entered as told is brought again: that changes nothing there.
    """
    told = 0
    for given, opinion in _untold(held):
        try:
            source.tell(opinion)
        except NothingToTell:
            continue
        with begin() as work:
            banks.opinion_told(work, given)
        told += 1
    return told


def _untold(held: Exchange) -> Iterator[tuple[papers.Given, OpinionGiven]]:
    of, prefix = bank_store.bank(held.terms.bank), f"{held.name}:"
    for given in papers.untold(_MOST):
        if given.bank != of.id:
            continue
        try:
            item = bank_store.item(of, given.item)
        except UnknownItem:
            continue
        if (item.reference or "").startswith(prefix):
            reference = (item.reference or "").removeprefix(prefix)
            yield given, OpinionGiven(reference, item.signals, given.stance, given.because)
