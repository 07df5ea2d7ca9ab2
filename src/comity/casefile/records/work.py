"""The unit of work: state, entries and the next job commit together or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction

from comity.casefile.clock import Instant
from comity.casefile.documents import new_id, new_salt
from comity.casefile.records import jobs, store
from comity.casefile.records.errors import (
    ClosedUnitOfWork,
    ErasureRefused,
    NestedUnitOfWork,
    UnknownActor,
    UnusableEntry,
)

_ACTOR = re.compile(r"(staff|authority|system):[A-Za-z0-9._-]{1,80}", re.ASCII)
_IDENTIFIER = re.compile(r"[0-9a-f]{32}", re.ASCII)
_KIND = re.compile(r"[a-z][a-z_]{1,39}", re.ASCII)


@dataclass(frozen=True, eq=False)
class UnitOfWork:
    """One open transaction on the process's database connection: who acts in it, and when."""

    at: Instant
    """The instant of every entry made in it."""
    actor: str
    """``staff:<id>``, ``authority:<id>`` or ``system:<part>``."""

    def defer(
        self,
        task: str,
        /,
        *,
        at: Instant | None = None,
        lock: str | None = None,
        queueing_lock: str | None = None,
        behind: bool = False,
        **arguments: str,
    ) -> None:
        """Have ``task`` run once this unit of work has committed, not before ``at``.

        Jobs with the same ``lock`` run one after the other, save those with an instant to wait for. While a job with
        the same ``queueing_lock`` waits to start, another is not added: the waiting one will see what this unit of
        work did. What is ``behind`` starts when nothing else waits.
        """
        must_be_open(self)
        jobs.defer(jobs.Deferred(task, arguments, at, lock, queueing_lock, behind))


_open: ContextVar[UnitOfWork | None] = ContextVar("comity_unit_of_work", default=None)


@contextmanager
def unit_of_work(at: Instant, actor: str) -> Iterator[UnitOfWork]:
    """One transaction that is on disk when the block ends, and undone when the block raises.

    It is never part of another (``NestedUnitOfWork``), since what it enters must not vanish with a larger one.
    """
    if _ACTOR.fullmatch(actor) is None:
        raise UnknownActor
    if _open.get() is not None or connection.in_atomic_block:
        raise NestedUnitOfWork
    work = UnitOfWork(at, actor)
    with transaction.atomic(durable=True):
        token = _open.set(work)
        try:
            yield work
        finally:
            _open.reset(token)


def must_be_open(work: UnitOfWork) -> None:
    """Refuse a unit of work that is not the one now open."""
    if _open.get() is not work:
        raise ClosedUnitOfWork


def record(work: UnitOfWork, case: str, kind: str, body: bytes, *, entry: str | None = None) -> str:
    """Enter a document's canonical bytes in a case; returns the entry's identifier (32 hexadecimal digits).

    The salt is made here; the leaf of the log is written by the database. Raises ``UnusableEntry``.
    """
    must_be_open(work)
    entry = new_id() if entry is None else entry
    if not (_IDENTIFIER.fullmatch(entry) and _IDENTIFIER.fullmatch(case) and _KIND.fullmatch(kind) and body):
        raise UnusableEntry
    store.insert_document((entry, case, kind, work.at.utc, work.actor, new_salt(), body))
    return entry


def record_all(work: UnitOfWork, case: str, kind: str, bodies: Sequence[bytes]) -> list[str]:
    """``record`` for many documents of one kind in one statement; gives their entries in the same order."""
    must_be_open(work)
    if not (_IDENTIFIER.fullmatch(case) and _KIND.fullmatch(kind) and all(bodies)):
        raise UnusableEntry
    entries = [new_id() for _ in bodies]
    if entries:
        rows = [(entry, new_salt(), body) for entry, body in zip(entries, bodies, strict=True)]
        store.insert_documents((case, kind, work.at.utc, work.actor), rows)
    return entries


def erase_document(work: UnitOfWork, document: str, erasure: str) -> None:
    """Destroy salt and body of ``document``; ``erasure`` is an erasure entry of the same case that names it.

    The leaf stays, and no longer says anything about anyone. Raises ``ErasureRefused``.
    """
    must_be_open(work)
    try:
        with transaction.atomic():
            store.erase(document, erasure)
    except DatabaseError as error:
        raise ErasureRefused from error
