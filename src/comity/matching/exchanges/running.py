"""One fetch of one exchange: from where the last one got to, part by part, until there is no more or it fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import structlog

from comity.casefile.clock import Instant
from comity.casefile.records import UnitOfWork
from comity.matching.banks.errors import BankFailure
from comity.matching.exchanges import rules, service, store, telling
from comity.matching.exchanges.batches import Batch, Checkpoint, Refused
from comity.matching.exchanges.errors import ExchangeFailure, Overtaken, UnknownExchange, UnusableAnswer
from comity.matching.exchanges.kinds import KINDS, opened
from comity.matching.exchanges.means import Means
from comity.matching.exchanges.store import Exchange

log = structlog.get_logger("comity.exchanges")
Begin = Callable[[], AbstractContextManager[UnitOfWork]]
AT_ONCE = 20_000
"""Items of small parts that are gathered before they are tried against the sample and listed by one entry."""
LONGEST = 1_800.0
"""Seconds after which a fetch ends at the next checkpoint, so that no exchange holds a worker; the next one goes on."""
MOST_EMPTY = 1_000
"""Parts without a row, one after the other, after which an exchange is thought never to end."""


@dataclass(frozen=True)
class Fetching:
    """What a fetch works with."""

    means: Means
    begin: Begin
    now: Callable[[], Instant]


def fetch(fetching: Fetching, identifier: str, due: str) -> None:
    """Fetch one exchange if it is due at exactly this instant; whatever goes wrong is kept, and the next one is due."""
    held, at = store.by_id(identifier), Instant.parse(due)
    pulse = store.pulse(identifier)
    if held.ended or not held.terms.enabled or pulse is None or pulse.next_at != at:
        return
    refused: list[Refused] = []
    failure: ExchangeFailure | None = None
    try:
        _take_all(fetching, held, refused)
    except (Overtaken, UnknownExchange):
        return
    except ExchangeFailure as failed:
        failure = failed
    except BankFailure as failed:
        failure = UnusableAnswer(str(failed))
    if failure is not None:
        log.warning("exchange failed", exchange=held.name, failure=failure.code)
    with fetching.begin() as work:
        service.finished(work, held, at, service.Outcome(failure, tuple(refused)))


def _take_all(fetching: Fetching, held: Exchange, refused: list[Refused]) -> None:
    """Take part after part; a list that waits for a person stops the fetch until it is settled."""
    before = store.progress(held.id)
    if store.still_waits(before.held):
        return
    pulse = store.pulse(held.id)
    anew = rules.forgotten(KINDS[held.terms.type], pulse.looked_at if pulse else None, fetching.now())
    source = opened(held.terms, fetching.means)
    sample = fetching.means.sample()
    turn, began = before.turn, time.monotonic()
    for batch in _gathered(source.batches(None if anew else before.checkpoint), anew=anew):
        refused.extend(batch.refused)
        with fetching.begin() as work:
            turn = service.take(work, held, turn, batch, sample)
        if store.still_waits(store.progress(held.id).held):
            return
        if batch.checkpoint is not None and time.monotonic() - began > LONGEST:
            return
    if KINDS[held.terms.type].opinions:
        telling.tell(held, source, fetching.begin)


def _gathered(batches: Iterator[Batch], *, anew: bool) -> Iterator[Batch]:
    """Small parts joined to larger ones, so that a list cannot pass the sample in slices; ``anew``: to one, the whole.

    When the exchange fails on the way, what came before is given first: it stands, unless the whole list is needed.
    """
    held: list[Batch] = []
    size = 0
    try:
        for batch in _ending(batches):
            if batch.whole:
                yield batch
                continue
            held.append(batch)
            size += len(batch.entries) + len(batch.refused)
            if size >= AT_ONCE and not anew:
                parts, held, size = held, [], 0
                yield _joined(parts, whole=False)
    except ExchangeFailure:
        if held and not anew:
            yield _joined(held, whole=False)
        raise
    if held:
        yield _joined(held, whole=anew)


def _ending(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same parts; raises ``UnusableAnswer`` when one after the other has no row and there is still no end."""
    empty = 0
    for batch in batches:
        empty = 0 if batch.entries or batch.refused or batch.passed else empty + 1
        if empty > MOST_EMPTY:
            message = f"{MOST_EMPTY} parts without a row, and still no end"
            raise UnusableAnswer(message)
        yield batch


def _joined(parts: list[Batch], *, whole: bool) -> Batch:
    checkpoint: Checkpoint | None = None
    for part in parts:
        checkpoint = part.checkpoint or checkpoint
    entries = {one.reference: one for part in parts for one in part.entries}  # of one item the last word counts
    refused = tuple(one for part in parts for one in part.refused)
    return Batch(tuple(entries.values()), checkpoint, refused, sum(part.passed for part in parts), whole)
