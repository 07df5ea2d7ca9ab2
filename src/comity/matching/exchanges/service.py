"""What changes exchanges, and takes a part of a list: each in one unit of work with its entry and the next fetch."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.exchange import ExchangeChange, ExchangeFetch, ExchangeTerms
from comity.casefile.records import UnitOfWork
from comity.matching.banks import service as banks
from comity.matching.banks import store as bank_store
from comity.matching.banks.importing import Imported, Sample
from comity.matching.banks.rules import NewEntry
from comity.matching.banks.store import BankEntry
from comity.matching.exchanges import rules, store
from comity.matching.exchanges.batches import Batch, Checkpoint, Refused
from comity.matching.exchanges.errors import ExchangeExists, ExchangeFailure, NotReached, Overtaken, UnusableAnswer
from comity.matching.exchanges.kinds import KINDS
from comity.matching.exchanges.store import Exchange, Progress, Pulse

_AT_ONCE = 10_000
FETCH = "fetch_exchange"
"""The job: ``exchange``, and the instant ``due`` that it was deferred for."""


def create(work: UnitOfWork, terms: ExchangeTerms, because: str) -> Exchange:
    """Set up an exchange; its first fetch is due at once. Raises ``UnusableExchange``, ``ExchangeExists``."""
    made = Exchange(new_id(), 1, False, None, _checked(terms))
    if store.taken(terms.name):
        message = f"the name {terms.name!r} was given before"
        raise ExchangeExists(message)
    bank_store.bank(terms.bank)
    _enter(work, made, "created", because)
    _due(work, made, Pulse(work.at), work.at)
    return made


def change(work: UnitOfWork, name: str, because: str, /, **changes: object) -> Exchange:
    """Change what is said of an exchange; what was listed stays. Another bank begins from the start of the list."""
    old = store.lock(store.named(name).id)
    terms = _checked(rules.changed_terms(old.terms, changes))
    if terms == old.terms:
        return old
    bank_store.bank(terms.bank)
    made = replace(old, version=old.version + 1, terms=terms)
    _enter(work, made, "changed", because)
    if (terms.bank, terms.settings) != (old.terms.bank, old.terms.settings):
        _restart(work, made)
    _due(work, made, _pulse(made, work.at), work.at)
    return made


def end(work: UnitOfWork, name: str, because: str) -> None:
    """Fetch no more from it. What it listed stays until a person takes it off, or its bank ends."""
    old = store.lock(store.named(name).id)
    _enter(work, replace(old, version=old.version + 1, ended=True), "ended", because)


def set_pace(work: UnitOfWork, name: str | None, seconds: int | None, because: str = "an incident") -> None:
    """Fetch one exchange, or every one, at least this often while something happens; ``None``: as before."""
    if seconds is not None and seconds < rules.FASTEST:
        seconds = rules.FASTEST
    for found in store.exchanges() if name is None else (store.named(name),):
        old = store.lock(found.id)
        if old.hurried == seconds:
            continue
        made = replace(old, version=old.version + 1, hurried=seconds)
        _enter(work, made, "calmed" if seconds is None else "hurried", because)
        held = _pulse(made, work.at)
        soon = work.at if seconds is not None else held.next_at
        _due(work, made, held, soon)


def fetch_now(work: UnitOfWork, name: str, because: str) -> None:
    """Have it fetched at once."""
    held = store.lock(store.named(name).id)
    _enter(work, held, "asked", because)
    _due(work, held, _pulse(held, work.at), work.at)


def take(work: UnitOfWork, begun: Exchange, turn: int, batch: Batch, sample: Sample | None) -> int:
    """List one part and keep where to go on, together or not at all; gives the turn that the next part follows.

    Raises ``Overtaken`` when another worker, or a change of the exchange, came before; ``UnusableAnswer`` when a whole
    list would take back so much that it may be broken. What is listed already is not entered again.
    """
    held = store.lock(begun.id)
    before = store.progress(held.id)
    if held != begun or before.turn != turn:
        raise Overtaken
    new = _unlisted(held, batch)
    moves = batch.checkpoint is not None and batch.checkpoint != before.checkpoint
    if not new and not (moves and (batch.entries or batch.refused or batch.passed)):
        return turn
    because = f"fetched from {held.name}"
    done = banks.add_many(work, held.terms.bank, new, because, sample=sample) if new else Imported(0, 0)
    checkpoint = batch.checkpoint if moves else before.checkpoint
    said = ExchangeFetch(
        exchange=held.id,
        turn=turn + 1,
        change="held" if done.waiting else "taken",
        bank=held.terms.bank,
        items=done.items,
        withdrawn=done.withdrawn,
        refused=len(batch.refused),
        passed=batch.passed,
        held=done.waiting,
        checkpoint=_text(checkpoint),
        at=work.at,
    )
    store.advance(
        held.id, audit.enter(work, held.id, said).entry, Progress(turn + 1, checkpoint, done.waiting), work.at
    )
    return turn + 1


def _unlisted(held: Exchange, batch: Batch) -> list[NewEntry]:
    """Of a part, what changes the bank, under references that are this exchange's own."""
    named = [replace(one, reference=f"{held.name}:{one.reference}") for one in batch.entries]
    bank, new = bank_store.bank(held.terms.bank), []
    for start in range(0, len(named), _AT_ONCE):
        some = named[start : start + _AT_ONCE]
        known = bank_store.referred(bank, [one.reference or "" for one in some])
        new += [one for one in some if _differs(one, known.get(one.reference or ""))]
    if not batch.whole:
        return new
    present = {one.reference for one in named}
    listed = list(store.listed_by(held))
    missing = [one for one in listed if one.reference not in present]
    if rules.takes_too_much_back(len(listed), len(missing), rules.share_of(held.terms.settings)):
        message = f"of {len(listed)} items listed before, {len(missing)} are missing: see the setting shrink"
        raise UnusableAnswer(message)
    return new + [NewEntry({}, one.member, one.reference, withdrawn=True) for one in missing]


def _differs(new: NewEntry, old: BankEntry | None) -> bool:
    if old is None:
        return not new.withdrawn
    return new.withdrawn or dict(new.signals) != old.signals


@dataclass(frozen=True)
class Outcome:
    """How a fetch ended: well, or with a failure."""

    failure: ExchangeFailure | None = None
    refused: tuple[Refused, ...] = ()


def finished(work: UnitOfWork, begun: Exchange, due: Instant, outcome: Outcome) -> None:
    """Keep how a fetch ended, and have the next one run; nothing when another was set up meanwhile."""
    held = store.lock(begun.id)
    before = _pulse(held, work.at)
    if before.next_at != due:
        return
    failure = outcome.failure
    failures = before.failures + 1 if failure else 0
    asked = failure.after if isinstance(failure, NotReached) else 0.0
    soon = rules.next_at(work.at, rules.pace_of(held.terms, held.hurried), failures, asked)
    looked = before.looked_at if failure else work.at
    code, said = (failure.code, str(failure)) if failure else ("", "")
    _due(work, held, Pulse(soon, looked, failures, code, said, outcome.refused), soon)


def _pulse(held: Exchange, now: Instant) -> Pulse:
    return store.pulse(held.id) or Pulse(now)


def _due(work: UnitOfWork, held: Exchange, pulse: Pulse, at: Instant) -> None:
    """Have the next fetch run at an instant; a job that was deferred for another does nothing."""
    store.beat(held.id, replace(pulse, next_at=at))
    if held.terms.enabled and not held.ended:
        work.defer(FETCH, at=at if work.at < at else None, exchange=held.id, due=at.z())


def _checked(terms: ExchangeTerms) -> ExchangeTerms:
    terms = rules.checked_terms(terms, KINDS)
    rules.share_of(terms.settings)
    return terms


def _enter(work: UnitOfWork, made: Exchange, change: str, because: str) -> None:
    said = ExchangeChange(
        exchange=made.id,
        version=made.version,
        change=change,
        terms=made.terms,
        hurried=made.hurried,
        because=because,
        at=work.at,
    )
    store.save(made, audit.enter(work, made.id, said).entry)


def _restart(work: UnitOfWork, made: Exchange) -> None:
    """Another list from here on: it is fetched from its start, and nothing of the one before waits for it."""
    before = store.progress(made.id)
    if not before.turn:
        return
    said = ExchangeFetch(
        exchange=made.id, turn=before.turn + 1, change="restarted", bank=made.terms.bank, items=0, withdrawn=0,
        refused=0, passed=0, at=work.at,
    )  # fmt: skip
    store.advance(made.id, audit.enter(work, made.id, said).entry, Progress(before.turn + 1), work.at)


def _text(checkpoint: Checkpoint | None) -> str | None:
    return None if checkpoint is None else json.dumps(checkpoint, sort_keys=True)
